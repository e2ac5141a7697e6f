//! Line 31: what one who sends half of something may hold, and for how long.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use scantill_proxy::server::{Endpoint, Limits, serve};
use scantill_proxy::tls::authority::Authority;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio_rustls::TlsConnector;
use tokio_util::sync::CancellationToken;

use crate::raw::{HALF_A_HEAD, HEALTH, PATIENCE, address, answer, is_healthy, send, send_from, until_closed};
use scantill_testkit::world::{Settings, World, listener, payment_id, until};

async fn world(limits: &'static str) -> World {
    World::start_with(Settings { webhooks: false, limits, ..Settings::default() }).await
}

/// Whether a newcomer is served.
async fn is_served(address: &str) -> bool {
    is_healthy(&mut send(address, HEALTH).await).await
}

#[tokio::test]
async fn unfinished_heads_end_in_time_however_they_drip() {
    let world = world("head_ms = 400").await;
    let silent = send(&address(&world), "").await;
    let half = until_closed(send(&address(&world), HALF_A_HEAD).await);
    let dripping = async {
        let mut stream = send(&address(&world), HALF_A_HEAD).await;
        let drip = async {
            while stream.write_all(b"x").await.is_ok() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(PATIENCE, drip).await.expect("a dripping head is read for ever");
    };
    let ((said, took), ()) = tokio::join!(half, dripping);
    assert!(said.is_empty() && Duration::from_millis(350) <= took, "{took:?} {said}");
    drop(silent);
}

#[tokio::test]
async fn a_body_that_does_not_come_is_answered_with_408() {
    let world = world("body_ms = 300").await;
    let head = "POST /v1/pair HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{";
    let (status, said) = answer(&address(&world), head).await;
    assert_eq!(status, 408, "{said}");
}

#[tokio::test]
async fn who_has_no_token_is_refused_before_a_body_is_awaited() {
    let world = world("").await;
    let id = payment_id();
    for (path, method) in [(format!("/v1/payments/{id}"), "PUT"), ("/webhooks/omise/demo".to_owned(), "POST")]
    {
        let head = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{{");
        assert_eq!(answer(&address(&world), &head).await.0, 401, "{path}");
    }
}

#[tokio::test]
async fn who_takes_nothing_of_an_answer_is_let_go() {
    const FILE_BYTES: usize = 63 * 1024 * 1024;
    let settings = Settings { webhooks: false, limits: "stall_ms = 400", ..Settings::default() };
    let mut world = World::without_proxy(settings).await;
    let folder = world.folder.path().join("till");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("index.html"), "a till").unwrap();
    std::fs::File::create(folder.join("large")).unwrap().set_len(FILE_BYTES as u64).unwrap();
    world.till = Some("till");
    world.start_proxy().await;
    let stream = send(&address(&world), "GET /large HTTP/1.1\r\nHost: x\r\n\r\n").await;
    // What it holds must not depend on when it reads: only time can show that it does not read.
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let (came, _) = until_closed(stream).await;
    assert!(came.starts_with("HTTP/1.1 200 ") && came.len() < FILE_BYTES, "{} bytes", came.len());
}

#[tokio::test]
async fn a_pause_between_requests_may_be_longer_than_a_head_and_ends() {
    let world = world("head_ms = 200, idle_ms = 900").await;
    let mut till = send(&address(&world), HEALTH).await;
    assert!(is_healthy(&mut till).await);
    tokio::time::sleep(Duration::from_millis(450)).await;
    till.write_all(HEALTH.as_bytes()).await.unwrap();
    assert!(is_healthy(&mut till).await, "it was closed while it paused");
    let (said, took) = until_closed(till).await;
    assert!(said.is_empty() && Duration::from_millis(600) <= took, "{took:?} {said}");
}

#[tokio::test]
async fn a_stream_lives_longer_than_every_limit() {
    let world = world("head_ms = 100, body_ms = 100, idle_ms = 300, request_ms = 300, stall_ms = 300").await;
    let mut stream = world.call("GET", "/v1/events").send().await.unwrap();
    // Two comments, of which the second comes after every limit.
    for _ in 0..2 {
        let chunk = tokio::time::timeout(PATIENCE, stream.chunk()).await.unwrap().unwrap();
        assert!(chunk.expect("the stream ended").starts_with(b":"));
    }
}

#[tokio::test]
async fn heads_beyond_16_kib_are_refused() {
    let world = world("").await;
    for (bytes, status) in [(15_000, 200), (17_000, 431), (400_000, 431)] {
        let head = format!(
            "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX: {}\r\n\r\n",
            "x".repeat(bytes)
        );
        // It is refused before it was sent whole, and the rest may meet a closed port.
        let (said, _) = until_closed(send(&address(&world), &head).await).await;
        let is_cut = said.is_empty() && 100_000 < bytes;
        assert!(is_cut || said.starts_with(&format!("HTTP/1.1 {status} ")), "{bytes}: {said}");
    }
    assert!(is_served(&address(&world)).await);
}

#[tokio::test]
async fn a_full_proxy_refuses_the_newest_until_one_is_gone() {
    let world = world("connections = 8, head_ms = 1500").await;
    let mut till = send(&address(&world), HEALTH).await;
    assert!(is_healthy(&mut till).await);
    let refused = "scantill_connections_refused_total{full=\"all\"}";
    let before = world.counted(refused).await;
    let to = address(&world);
    let held = join_all((0..7).map(|_| send(&to, HALF_A_HEAD))).await;
    until("a newcomer is refused", async || !is_served(&address(&world)).await).await;
    assert!(before < world.counted(refused).await);
    till.write_all(HEALTH.as_bytes()).await.unwrap();
    assert!(is_healthy(&mut till).await, "who was there goes on");
    assert_eq!(world.operations("/healthz").await.status(), 200);
    for half in held {
        assert_eq!(until_closed(half).await.0, "");
    }
    until("newcomers are served", async || is_served(&address(&world)).await).await;
}

#[tokio::test]
async fn one_peer_takes_its_own_places_alone() {
    let world = world("connections_per_peer = 4").await;
    let address = address(&world);
    let held = join_all((0..4).map(|_| send_from("127.0.0.2", &address, HALF_A_HEAD))).await;
    until("the fifth is refused", async || {
        !is_healthy(&mut send_from("127.0.0.2", &address, HEALTH).await).await
    })
    .await;
    assert!(is_healthy(&mut send_from("127.0.0.3", &address, HEALTH).await).await);
    drop(held);
    until("its places are given back", async || {
        is_healthy(&mut send_from("127.0.0.2", &address, HEALTH).await).await
    })
    .await;
}

/// A server that speaks TLS, and what trusts it.
async fn over_tls(limits: Limits) -> (String, TlsConnector, CancellationToken) {
    let folder = tempfile::TempDir::new().unwrap();
    let authority = Authority::issue(folder.path(), &[]).unwrap();
    let (_, config) = watch::channel(authority.server.load().unwrap());
    let listener = listener().await;
    let (address, stop) = (listener.local_addr().unwrap().to_string(), CancellationToken::new());
    let router = axum::Router::new().route("/healthz", axum::routing::get(async || "alive\n"));
    tokio::spawn(serve(Endpoint::with_tls(listener, config), router, limits, stop.clone()));
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(&authority.certificate).unwrap()).unwrap();
    let client = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    (address, TlsConnector::from(Arc::new(client)), stop)
}

#[tokio::test]
async fn tls_has_the_same_limits_and_one_more() {
    let limits = Limits { connections: 3, handshake_ms: 1_000, head_ms: 400, ..Limits::default() };
    let (address, connector, stop) = over_tls(limits).await;
    let name = ServerName::try_from("localhost").unwrap();
    let silent = send(&address, "").await;
    let agreeing = connector.connect(name.clone(), TcpStream::connect(&address).await.unwrap());
    let mut agreed = agreeing.await.unwrap();
    agreed.write_all(HALF_A_HEAD.as_bytes()).await.unwrap();
    let _third = send(&address, "").await;
    let fourth = connector.connect(name, TcpStream::connect(&address).await.unwrap());
    assert!(fourth.await.is_err(), "a fourth connection was taken on");
    let ((_, half), (_, silent)) = tokio::join!(until_closed(agreed), until_closed(silent));
    assert!(half < silent && Duration::from_millis(800) <= silent, "{half:?} {silent:?}");
    stop.cancel();
}
