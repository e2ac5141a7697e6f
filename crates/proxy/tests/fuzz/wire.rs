//! A whole proxy: whatever comes to its port is answered or refused, and afterwards it is as well as before.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::engine::fuzz;
use scantill_testkit::world::deliveries::now;
use scantill_testkit::world::{Settings, WEBHOOK_SECRET, World};

/// A peer that ends its side gets an answer or an end well before the proxy's own limits.
const ANSWER_MAX: Duration = Duration::from_secs(10);

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

/// Bytes of one connection; `TOKEN` stands for the till's own.
#[test]
fn http_requests() {
    let runtime = runtime();
    let settings = Settings { limits: "head_ms = 400, body_ms = 400", ..Settings::default() };
    let world = runtime.block_on(World::start_with(settings));
    let address = world.proxy.trim_start_matches("http://").to_owned();
    fuzz("http_requests", |bytes| {
        let answer = runtime.block_on(answer(&address, &with_token(bytes, &world.token)));
        let text = String::from_utf8_lossy(&answer);
        assert!(!text.starts_with("HTTP/1.1 500"), "{text}");
    });
    let health = runtime.block_on(world.http.get(format!("{}/healthz", world.proxy)).send());
    assert_eq!(health.unwrap().status(), 200);
}

async fn answer(address: &str, bytes: &[u8]) -> Vec<u8> {
    let talk = async {
        let mut stream = TcpStream::connect(address).await.unwrap();
        // The proxy may close before all is sent.
        let _ = stream.write_all(bytes).await;
        let _ = stream.shutdown().await;
        // The event stream never ends: its beginning is enough.
        let mut answer = vec![0; 16 * 1024];
        let length = stream.read(&mut answer).await.unwrap_or(0);
        answer.truncate(length);
        answer
    };
    tokio::time::timeout(ANSWER_MAX, talk).await.expect("no answer and no end")
}

fn with_token(bytes: &[u8], token: &str) -> Vec<u8> {
    let Some(at) = bytes.windows(5).position(|part| part == b"TOKEN") else { return bytes.to_vec() };
    [&bytes[..at], token.as_bytes(), &bytes[at + 5..]].concat()
}

/// Events that are signed rightly, whatever they say.
#[test]
fn webhook_bodies() {
    let runtime = runtime();
    let world = runtime.block_on(World::start());
    assert_eq!(WEBHOOK_SECRET, "c2VjcmV0");
    fuzz("webhook_bodies", |bytes| {
        let body = String::from_utf8_lossy(bytes);
        let status = runtime.block_on(world.deliver(&body, now(), b"secret"));
        assert!(matches!(status, 200 | 202 | 204 | 400 | 413 | 422), "{status}");
    });
}
