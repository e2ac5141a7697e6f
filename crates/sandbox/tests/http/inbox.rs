//! A merchant's server that takes webhooks and shows them to a test.

use std::convert::Infallible;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use http_body_util::{BodyExt, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{HeaderMap, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use scantill_sandbox::{Options, Secret, Timing, WebhookTarget};
use serde_json::Value;
use sha2::Sha256;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use crate::shop::Shop;

pub(crate) const SECRET: &str = "c2NhbnRpbGwgc2FuZGJveCBzZWNyZXQ=";
const WAIT: Duration = Duration::from_secs(10);

/// The webhooks that a merchant's server received.
pub(crate) struct Inbox {
    pub(crate) url: String,
    letters: mpsc::UnboundedReceiver<(HeaderMap, Bytes)>,
}

impl Inbox {
    pub(crate) async fn open() -> Self {
        Self::answering(StatusCode::OK).await
    }

    pub(crate) async fn answering(status: StatusCode) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/webhooks/omise/demo", listener.local_addr().unwrap());
        let (sender, letters) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let sender = sender.clone();
                let service = service_fn(move |request: Request<Incoming>| {
                    let sender = sender.clone();
                    async move {
                        let (parts, body) = request.into_parts();
                        let body = body.collect().await.unwrap().to_bytes();
                        sender.send((parts.headers, body)).unwrap();
                        let mut answer = Response::new(Empty::<Bytes>::new());
                        *answer.status_mut() = status;
                        Ok::<_, Infallible>(answer)
                    }
                });
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
            }
        });
        Self { url, letters }
    }

    pub(crate) async fn next(&mut self) -> (HeaderMap, Bytes, Value) {
        let (headers, body) =
            tokio::time::timeout(WAIT, self.letters.recv()).await.expect("a webhook").unwrap();
        let json = serde_json::from_slice(&body).unwrap();
        (headers, body, json)
    }

    pub(crate) async fn next_keys(&mut self, count: usize) -> Vec<String> {
        let mut keys = Vec::new();
        for _ in 0..count {
            keys.push(self.next().await.2["key"].as_str().unwrap().to_owned());
        }
        keys
    }
}

pub(crate) async fn shop_telling(inbox: &Inbox) -> Shop {
    let target = WebhookTarget::new(&inbox.url, vec![Secret::from_base64(SECRET).unwrap()]).unwrap();
    Shop::open_with(Options { webhook: Some(target), timing: Timing::quick(), ..Options::default() }).await
}

pub(crate) fn signature(secret: &str, timestamp: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(&STANDARD.decode(secret).unwrap()).unwrap();
    mac.update(timestamp.as_bytes());
    mac.update(b".");
    mac.update(body);
    mac.finalize().into_bytes().iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}
