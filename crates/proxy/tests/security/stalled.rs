//! Lines 11 and 31: a stream whose reader takes nothing of it ends as any other, and so does its connection.

use scantill_types::api::PaymentState;
use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpSocket, TcpStream};

use crate::devices::order;
use crate::raw::{HEALTH, address, is_healthy, send_from};
use scantill_testkit::world::{Settings, World, body, magic, payment_id, until, with};

/// Another address of this machine than that of the test's other calls.
const READER: &str = "127.0.0.2";
const PLACES_OF_AN_ADDRESS: usize = 4;
/// With a long text they are 4 MB: more than the system's buffers between proxy and reader take.
const CHANGES: usize = 2_000;

/// A stream of the first device that is stalled, in the last place of its address.
async fn stalled() -> (World, Vec<TcpStream>) {
    let limits =
        "connections_per_peer = 4, stall_ms = 60_000, device = { streams = 1, changes_at_once = 100_000 }";
    let mut world = World::start_with(Settings { webhooks: false, limits, ..Settings::default() }).await;
    let first = world.token.clone();
    let mut streams = vec![open_unread(&world).await];
    for _ in 1..PLACES_OF_AN_ADDRESS {
        streams.push(send_from(READER, &address(&world), "").await);
    }
    world.become_second_device("till-2").await;
    let (id, long) = (payment_id(), "😀".repeat(255));
    world.put(&id, &with(&body(&magic("03")), "reference", json!(long))).await.unwrap();
    world.reaches(&id, PaymentState::Pending).await;
    let url = format!("{}/v1/payments/{id}/holder", world.proxy);
    for change in 0..CHANGES {
        let token = if change % 2 == 0 { &first } else { &world.token };
        let answer = world.http.post(&url).bearer_auth(token).json(&json!({})).send().await.unwrap();
        assert_eq!(answer.status(), 200);
    }
    assert!(!has_place(&world).await, "the stream is open");
    (world, streams)
}

async fn open_unread(world: &World) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(2_048).unwrap();
    socket.bind(format!("{READER}:0").parse().unwrap()).unwrap();
    let mut stream = socket.connect(address(world).parse().unwrap()).await.unwrap();
    let head = format!(
        "GET /v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n\r\n",
        world.token
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream
}

/// Whether there is a place for one more connection of the reader's address.
async fn has_place(world: &World) -> bool {
    is_healthy(&mut send_from(READER, &address(world), HEALTH).await).await
}

#[tokio::test]
async fn a_revocation_ends_a_stalled_streams_connection() {
    let (world, _streams) = stalled().await;
    assert_eq!(order(&world, "/terminals/revoke", json!({"device": "till-1"})).await["devices"], 1);
    // Long before a reader who stalls would be let go.
    until("its place is free", async || has_place(&world).await).await;
}
