//! What leaves the proxy for Omise, byte by byte: a money POST goes out once, over a connection of its own (P6).
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a failed step should fail the test")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use scantill_omise::{Answer, Method, Request, Transport, TransportError};
use scantill_proxy::clock::SystemClock;
use scantill_proxy::provider_clock::ProviderClock;
use scantill_proxy::transport::HttpTransport;
use scantill_types::Timing;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::time::timeout;

/// A provider that answers each request with these bytes, and keeps what each connection sent.
struct Provider {
    address: String,
    connections: Arc<Mutex<Vec<String>>>,
}

impl Provider {
    async fn start(answer: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let connections: Arc<Mutex<Vec<String>>> = Arc::default();
        let kept = connections.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let number = kept.lock().unwrap().len();
                kept.lock().unwrap().push(String::new());
                tokio::spawn(converse(stream, kept.clone(), number, answer));
            }
        });
        Self { address, connections }
    }

    async fn post(&self) -> Result<Answer, TransportError> {
        self.transport().send(request()).await
    }

    fn transport(&self) -> HttpTransport {
        let timing = Timing { money_answer_ms: 300, ..Timing::default() };
        HttpTransport::new(&self.address, "skey_test_x".into(), timing, provider_clock()).unwrap()
    }

    fn heard(&self) -> Vec<String> {
        self.connections.lock().unwrap().clone()
    }
}

fn provider_clock() -> Arc<ProviderClock> {
    Arc::new(ProviderClock::new(Arc::new(SystemClock::default())))
}

fn request() -> Request {
    Request { method: Method::Post, path: "/charges".into(), body: Some(b"{}".to_vec()), is_money: true }
}

async fn converse(mut stream: TcpStream, kept: Arc<Mutex<Vec<String>>>, number: usize, answer: &str) {
    let mut bytes = [0; 4096];
    while let Ok(length) = stream.read(&mut bytes).await {
        if length == 0 || answer.is_empty() {
            return;
        }
        kept.lock().unwrap()[number].push_str(&String::from_utf8_lossy(&bytes[..length]));
        if stream.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let answer = "HTTP/1.1 307 Temporary Redirect\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n";
    let provider = Provider::start(answer).await;
    assert_eq!(provider.post().await.unwrap().status, 307);
    assert_eq!(provider.heard().concat().matches("POST ").count(), 1);
}

#[tokio::test]
async fn each_money_post_has_its_own_connection_and_names_the_version() {
    let provider = Provider::start("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}").await;
    let transport = provider.transport();
    for _ in 0..3 {
        transport.send(request()).await.unwrap();
    }
    let heard = provider.heard();
    assert_eq!(heard.len(), 3);
    assert!(
        heard.iter().all(|text| text.starts_with("POST /charges HTTP/1.1") && text.contains("2019-05-29"))
    );
}

#[tokio::test]
async fn a_connection_that_is_cut_is_not_tried_again() {
    let provider = Provider::start("").await;
    assert!(matches!(provider.post().await, Err(TransportError::Lost(_))));
    assert_eq!(provider.heard().len(), 1);
}

#[tokio::test]
async fn an_answer_that_does_not_come_or_stops_half_way_is_lost() {
    for answer in ["HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"] {
        let provider = Provider::start(answer).await;
        assert!(matches!(provider.post().await, Err(TransportError::Lost(_))), "{answer}");
        assert_eq!(provider.heard().len(), 1);
    }
}

/// What becomes of a money POST that waits for as long as the rules say.
async fn sent_to(address: &str) -> Result<Answer, TransportError> {
    let transport =
        HttpTransport::new(address, "skey_test_x".into(), Timing::default(), provider_clock()).unwrap();
    transport.send(request()).await
}

#[tokio::test]
async fn nobody_listening_is_proof_that_nothing_was_sent() {
    // Ports this low are given to nobody by chance.
    let sent = sent_to("http://127.0.0.1:1").await;
    assert!(matches!(sent, Err(TransportError::NotSent(_))), "{sent:?}");
}

#[tokio::test]
async fn a_port_without_tls_proves_that_nothing_was_sent() {
    let provider = Provider::start("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n").await;
    let sent = sent_to(&provider.address.replace("http:", "https:")).await;
    assert!(matches!(sent, Err(TransportError::NotSent(_))), "{sent:?}");
    assert!(!provider.heard().concat().contains("POST"));
}

#[tokio::test]
async fn a_name_that_nobody_has_is_proof_that_nothing_was_sent() {
    let sent = sent_to("https://api.omise.invalid").await;
    assert!(matches!(sent, Err(TransportError::NotSent(_))), "{sent:?}");
}

#[tokio::test]
async fn a_connection_not_made_in_time_proves_that_nothing_was_sent() {
    // Whose queue is full, and who takes nobody out of it, answers no further greeting.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let silent = socket.listen(1).unwrap();
    let address = silent.local_addr().unwrap();
    let mut waiting = Vec::new();
    while let Ok(connected) = timeout(Duration::from_millis(500), TcpStream::connect(address)).await {
        waiting.push(connected.unwrap());
    }
    let sent = sent_to(&format!("http://{address}")).await;
    assert!(matches!(&sent, Err(TransportError::NotSent(why)) if why == "timeout"), "{sent:?}");
}
