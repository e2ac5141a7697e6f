//! Measures a running sandbox: `cargo run --release -p scantill-sandbox --example load -- ADDRESS [CHARGES] [CONNECTIONS]`.
//!
//! It creates charges over kept connections, reads them back and reads lists, and prints requests a second for each.
#![allow(clippy::print_stdout, reason = "a measurement speaks by printing")]

use std::env;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use http::{Method, Request};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// `skey_test_load:` in base64.
const KEY: &str = "Basic c2tleV90ZXN0X2xvYWQ6";

#[tokio::main]
async fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let address = arguments.first().context("name the address of a sandbox, as in 127.0.0.1:8788")?.clone();
    let number = |place: usize, default: usize| -> Result<usize> {
        let given = arguments.get(place).map(|text| text.parse()).transpose();
        Ok(given.context("charges and connections are numbers")?.unwrap_or(default))
    };
    let (charges, connections) = (number(1, 100_000)?, number(2, 32)?.max(1));
    let ids = measure("POST /charges", &address, connections, charges, create).await?;
    measure("GET /charges/:id", &address, connections, charges, move |number| {
        read(&format!("/charges/{}", ids[number % ids.len()]))
    })
    .await?;
    let lists = (charges / 100).max(1);
    measure("GET /charges", &address, connections, lists, |_| read("/charges?limit=20")).await?;
    Ok(())
}

/// Sends so many requests over so many connections; the ids that came back.
async fn measure(
    what: &str,
    address: &str,
    connections: usize,
    requests: usize,
    make: impl Fn(usize) -> Request<Full<Bytes>> + Clone + Send + 'static,
) -> Result<Vec<String>> {
    let began = Instant::now();
    let mut workers = JoinSet::new();
    for worker in 0..connections {
        let (mut sender, make) = (connect(address).await?, make.clone());
        let numbers = (worker..requests).step_by(connections);
        workers.spawn(async move {
            let mut ids = Vec::new();
            for number in numbers {
                ids.push(send(&mut sender, make(number)).await?);
            }
            Ok::<_, anyhow::Error>(ids)
        });
    }
    let mut ids = Vec::with_capacity(requests);
    while let Some(worker) = workers.join_next().await {
        ids.extend(worker??);
    }
    let took = began.elapsed().as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let rate = requests as f64 / took;
    println!("{what:<18} {requests:>7} requests in {took:>6.2} s: {rate:>7.0} a second");
    Ok(ids)
}

async fn connect(address: &str) -> Result<SendRequest<Full<Bytes>>> {
    let stream = TcpStream::connect(address).await.with_context(|| format!("nobody answers at {address}"))?;
    stream.set_nodelay(true)?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    Ok(sender)
}

async fn send(sender: &mut SendRequest<Full<Bytes>>, request: Request<Full<Bytes>>) -> Result<String> {
    sender.ready().await?;
    let answer = sender.send_request(request).await?;
    let status = answer.status();
    let body = answer.into_body().collect().await?.to_bytes();
    ensure!(status == 200, "{status}: {}", String::from_utf8_lossy(&body));
    let text = std::str::from_utf8(&body)?;
    let id = text.split_once("\"id\": \"").and_then(|(_, rest)| rest.split_once('"'));
    Ok(id.map_or_else(String::new, |(id, _)| id.to_owned()))
}

/// Ordinary codes, each used once.
fn create(number: usize) -> Request<Full<Bytes>> {
    let body = format!(
        r#"{{"amount":2225,"currency":"thb","metadata":{{"invoice_id":"inv-{number}"}},
        "source":{{"type":"barcode_alipay","barcode":"27{number:016}","terminal_id":"POS-01"}}}}"#
    );
    request(Method::POST, "/charges", body)
}

fn read(path: &str) -> Request<Full<Bytes>> {
    request(Method::GET, path, String::new())
}

fn request(method: Method, path: &str, body: String) -> Request<Full<Bytes>> {
    let mut request = Request::new(Full::new(Bytes::from(body)));
    *request.method_mut() = method;
    *request.uri_mut() = path.parse().unwrap_or_default();
    let headers = request.headers_mut();
    headers.insert("host", http::HeaderValue::from_static("sandbox"));
    headers.insert("authorization", http::HeaderValue::from_static(KEY));
    headers.insert("content-type", http::HeaderValue::from_static("application/json"));
    request
}
