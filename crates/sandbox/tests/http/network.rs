//! The simulator on a network that is not the machine's: listener, webhook sender, clock and seed are the caller's.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex as Lock};

use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::body::Bytes;
use hyper::client::conn::http1::handshake;
use hyper_util::rt::TokioIo;
use scantill_sandbox::{
    Listener, ManualClock, Moment, Options, OutgoingRequest, Sandbox, Sending, WebhookSender, WebhookTarget,
};
use serde_json::{Value, json};
use tokio::io::DuplexStream;
use tokio::sync::{Mutex, mpsc};

use crate::shop::charge_body;

/// A network of pipes within this test.
#[derive(Debug)]
struct Pipes(Mutex<mpsc::UnboundedReceiver<DuplexStream>>);

impl Listener for Pipes {
    type Stream = DuplexStream;

    async fn accept(&self) -> io::Result<DuplexStream> {
        match self.0.lock().await.recv().await {
            Some(stream) => Ok(stream),
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(SocketAddr::from((Ipv4Addr::new(10, 0, 0, 1), 80)))
    }

    async fn bind_again(_: SocketAddr) -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

/// Keeps what it is given.
#[derive(Debug, Default)]
struct RecordingSender(Lock<Vec<OutgoingRequest>>);

impl WebhookSender for RecordingSender {
    fn send(&self, request: OutgoingRequest) -> Sending<'_> {
        self.0.lock().unwrap().push(request);
        Box::pin(async { Ok(200) })
    }
}

async fn send(pipes: &mpsc::UnboundedSender<DuplexStream>, method: &str, path: &str, body: Value) -> Value {
    let (ours, theirs) = tokio::io::duplex(64 * 1024);
    pipes.send(theirs).unwrap();
    let (mut sender, connection) = handshake(TokioIo::new(ours)).await.unwrap();
    tokio::spawn(connection);
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("host", "x")
        .header("authorization", "Basic c2tleV90ZXN0X2RlbW86")
        .header("content-type", "application/json")
        .body(Full::new(Bytes::from(body.to_string())))
        .unwrap();
    let answer = sender.send_request(request).await.unwrap();
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    serde_json::from_slice(&body).unwrap()
}

/// A charge from creation to payment: its bodies, and the webhooks that were sent.
async fn story() -> (Vec<Value>, Vec<String>) {
    let (pipes, listener) = mpsc::unbounded_channel();
    let clock = Arc::new(ManualClock::starting_at(Moment::from_ms(1_795_413_600_000)));
    let sender = Arc::new(RecordingSender::default());
    let options = Options {
        clock: Arc::clone(&clock) as _,
        webhook_sender: Arc::clone(&sender) as _,
        webhook: Some(WebhookTarget::new("http://proxy.test/webhooks", Vec::new()).unwrap()),
        seed: 42,
        ..Options::default()
    };
    let running = Sandbox::start(Pipes(Mutex::new(listener)), options);
    assert_eq!(running.address().to_string(), "10.0.0.1:80");
    let made = send(&pipes, "POST", "/charges", charge_body("281234567890123456")).await;
    clock.advance_ms(2_000);
    let paid = send(&pipes, "GET", made["location"].as_str().unwrap(), json!({})).await;
    let told = async {
        while send(&pipes, "GET", "/_sandbox/webhooks", json!({})).await["deliveries"]
            .as_array()
            .unwrap()
            .len()
            < 2
        {}
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), told).await.unwrap();
    running.stop().await;
    let sent = sender.0.lock().unwrap().iter().map(|request| request.body.clone()).collect();
    (vec![made, paid], sent)
}

#[tokio::test]
async fn it_runs_on_another_network_and_a_seed_repeats_it() {
    let (bodies, sent) = story().await;
    assert_eq!((&bodies[0]["status"], &bodies[1]["status"]), (&json!("pending"), &json!("successful")));
    assert_eq!(sent.len(), 2);
    assert_eq!(story().await, (bodies, sent), "letter by letter");
}
