//! Line 34: TLS to the provider. The client is the one that sends charges to Omise.

use std::sync::Arc;

use scantill_omise::{Answer, Method, Request, Transport, TransportError};
use scantill_proxy::clock::SystemClock;
use scantill_proxy::provider_clock::ProviderClock;
use scantill_proxy::tls::authority::Authority;
use scantill_proxy::tls::renewed_on_hangup;
use scantill_proxy::transport::HttpTransport;
use scantill_types::Timing;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// A server's greeting in TLS 1.1: its random bytes are zeros, its cipher is one that was usual then.
const TLS_1_1: [u8; 6] = [0x16, 3, 2, 0, 42, 2];
/// The alert `protocol_version`.
const PROTOCOL_VERSION: u8 = 70;

async fn charge(listener: &TcpListener) -> Result<Answer, TransportError> {
    let address = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    let clock = Arc::new(ProviderClock::new(Arc::new(SystemClock::default())));
    let transport = HttpTransport::new(&address, "skey_test_x".into(), Timing::default(), clock).unwrap();
    let body = Some(b"{}".to_vec());
    transport.send(Request { method: Method::Post, path: "/charges".into(), body, is_money: true }).await
}

#[tokio::test]
async fn a_provider_whose_certificate_no_authority_vouches_for_gets_nothing() {
    let folder = TempDir::new().unwrap();
    let issued = Authority::issue(folder.path(), &[]).unwrap();
    let acceptor = TlsAcceptor::from(renewed_on_hangup(issued.server).unwrap().borrow().clone());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (sent, heard) = tokio::join!(charge(&listener), async {
        let (stream, _) = listener.accept().await.unwrap();
        acceptor.accept(stream).await.map(|_| ()).unwrap_err().to_string()
    });
    assert!(matches!(sent, Err(TransportError::NotSent(_))), "{sent:?}");
    assert!(heard.contains("UnknownCA"), "{heard}");
}

#[tokio::test]
async fn a_provider_that_speaks_tls_1_1_gets_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (sent, heard) = tokio::join!(charge(&listener), async {
        let (mut stream, _) = listener.accept().await.unwrap();
        // 38 bytes follow: version, random bytes, no session, cipher, no compression.
        let greeting = [&TLS_1_1[..], &[0, 0, 38, 3, 2], &[0; 33], &[0xc0, 0x13, 0]].concat();
        stream.write_all(&greeting).await.unwrap();
        let mut heard = Vec::new();
        stream.read_to_end(&mut heard).await.unwrap();
        heard
    });
    assert!(matches!(sent, Err(TransportError::NotSent(_))), "{sent:?}");
    assert_eq!(heard.last(), Some(&PROTOCOL_VERSION), "{heard:?}");
}
