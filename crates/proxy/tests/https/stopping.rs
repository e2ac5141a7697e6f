//! SIGTERM over HTTPS: what is in flight is answered, streams end, and the process ends well.

use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use scantill_testkit::PATIENCE;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::program::Program;

async fn connect(program: &Program) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(&program.authority.certificate).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = builder.with_root_certificates(roots).with_no_client_auth();
    let stream = TcpStream::connect(&program.address).await?;
    TlsConnector::from(Arc::new(config)).connect(ServerName::try_from("localhost").unwrap(), stream).await
}

#[tokio::test]
async fn a_request_that_was_begun_before_sigterm_is_answered_after_it() {
    let mut program = Program::start("http://127.0.0.1:9");
    let mut stream = connect(&program).await.unwrap();
    let body = r#"{"device_id": "till-1"}"#;
    let head = format!(
        "POST /v1/pair HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
         expect: 100-continue\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    // The proxy asks for the body once the route runs: from here on the request is in flight.
    let mut answer = vec![0; 25];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(answer, b"HTTP/1.1 100 Continue\r\n\r\n");
    program.proxy.signal("TERM");
    let deaf = async { while connect(&program).await.is_ok() {} };
    tokio::time::timeout(PATIENCE, deaf).await.expect("it still takes connections");
    stream.write_all(body.as_bytes()).await.unwrap();
    let mut answer = String::new();
    let read = tokio::time::timeout(PATIENCE, stream.read_to_string(&mut answer)).await.expect("no answer");
    read.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(program.proxy.child.wait().unwrap().success());
}

#[tokio::test]
async fn an_open_stream_ends_in_good_order() {
    let mut program = Program::start("http://127.0.0.1:9");
    let client = program.client();
    let device = serde_json::json!({"device_id": "till-1"});
    let paired = client.post(program.url("/v1/pair")).json(&device).send().await.unwrap();
    let paired: serde_json::Value = paired.json().await.unwrap();
    let token = paired["token"].as_str().unwrap();
    let mut events = client.get(program.url("/v1/events")).bearer_auth(token).send().await.unwrap();
    program.proxy.signal("TERM");
    // A stream that was cut instead would be an error here.
    while let Some(_heartbeat) = events.chunk().await.unwrap() {}
    assert!(program.proxy.child.wait().unwrap().success());
}
