//! Line 11: a token that is taken away is refused at the next call, and its stream ends.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use scantill_types::api::{Payment, PaymentPage, PaymentState, ProblemCode};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;

use crate::raw::{address, send, until_closed};
use scantill_testkit::world::{Settings, World, body, code, magic, payment_id, read, until};

const AT_ONCE: Duration = Duration::from_secs(1);

async fn world() -> World {
    World::start_with(Settings::without_webhooks()).await
}

/// What an operator orders at the admin socket.
pub(crate) async fn order(world: &World, path: &str, order: Value) -> Value {
    let socket = world.folder.path().join("data/admin.sock");
    let http = reqwest::Client::builder().unix_socket(socket).no_proxy().build().unwrap();
    read(http.post(format!("http://operator{path}")).json(&order)).await.unwrap()
}

/// All that a stream brings until it ends, and how long that took.
async fn until_ended(mut stream: reqwest::Response) -> (String, Duration) {
    let (began, mut came) = (Instant::now(), String::new());
    let reading = async {
        while let Ok(Some(bytes)) = stream.chunk().await {
            came.push_str(std::str::from_utf8(&bytes).unwrap());
        }
    };
    tokio::time::timeout(Duration::from_secs(10), reading).await.expect("the stream goes on");
    (came, began.elapsed())
}

#[tokio::test]
async fn a_revocation_ends_calls_and_streams_at_once() {
    let mut world = world().await;
    let stream = world.call("GET", "/v1/events").send().await.unwrap();
    let other = world.pair("till-2").await.token;
    let thief = std::mem::replace(&mut world.token, other);
    let of_another = world.call("GET", "/v1/events").send().await.unwrap();
    let ended = tokio::spawn(until_ended(stream));
    let began = Instant::now();
    let revoked = order(&world, "/terminals/revoke", json!({"terminal": "POS-01"})).await;
    assert_eq!(revoked["devices"], 1);
    ended.await.unwrap();
    assert!(began.elapsed() < AT_ONCE, "{:?}", began.elapsed());
    let answer =
        world.http.get(format!("{}/v1/terminal", world.proxy)).bearer_auth(&thief).send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.headers().contains_key("www-authenticate")), (401, true));
    let problem: Value = answer.json().await.unwrap();
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains("was revoked") && detail.contains("terminal add"), "{detail}");
    world.call("GET", "/v1/terminal").send().await.unwrap().error_for_status().unwrap();
    let going_on = tokio::time::timeout(Duration::from_millis(200), until_ended(of_another)).await;
    going_on.expect_err("the stream of another terminal goes on");
}

#[tokio::test]
async fn a_device_is_revoked_by_its_id() {
    let mut world = world().await;
    let first = world.token.clone();
    world.become_second_device("till-2").await;
    assert_eq!(order(&world, "/terminals/revoke", json!({"device": "till-1"})).await["devices"], 1);
    let ask = |token: &str| world.http.get(format!("{}/v1/terminal", world.proxy)).bearer_auth(token).send();
    assert_eq!(ask(&first).await.unwrap().status(), 401);
    assert_eq!(ask(&world.token).await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_stream_delivers_nothing_for_a_token_that_storage_lost() {
    let world = world().await;
    let stream = world.call("GET", "/v1/events").send().await.unwrap();
    let second = world.pair("till-1").await.token;
    let digest = scantill_proxy::secrets::digest(&world.token);
    assert_eq!(world.database().execute("DELETE FROM devices WHERE token_digest = ?1", [digest]).unwrap(), 1);
    assert_eq!(code(read::<Value>(world.call("GET", "/v1/terminal")).await), ProblemCode::Unauthenticated);
    // What was looked up lately is believed for a second.
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    let url = format!("{}/v1/payments/{}", world.proxy, payment_id());
    let put = world.http.put(url).bearer_auth(second).json(&body(&magic("00")));
    read::<Payment>(put).await.unwrap();
    let (came, _) = until_ended(stream).await;
    assert!(!came.contains("payment"), "{came}");
}

#[tokio::test]
async fn a_newly_paired_device_replaces_the_older_and_sees_its_payments() {
    let mut world = world().await;
    let id = world.pending("03").await;
    let stream = world.call("GET", "/v1/events").send().await.unwrap();
    let ended = tokio::spawn(until_ended(stream));
    let lost = world.token.clone();
    world.replace_device("till-2").await;
    ended.await.unwrap();
    let refused =
        read::<Value>(world.http.get(format!("{}/v1/terminal", world.proxy)).bearer_auth(&lost)).await;
    let refused = refused.unwrap_err();
    assert!(refused.detail.contains("another device was paired"), "{}", refused.detail);
    let open: PaymentPage = read(world.call("GET", "/v1/payments?unsettled=true")).await.unwrap();
    assert_eq!(open.payments.iter().map(|payment| &payment.id).collect::<Vec<_>>(), [&id]);
    world.cancel(&id).await.unwrap();
    world.reaches(&id, PaymentState::Cancelled).await;
}

#[tokio::test]
async fn a_payment_of_a_revoked_device_is_carried_to_its_end() {
    let mut world = world().await;
    let id = world.pay(&magic("00")).await;
    order(&world, "/terminals/revoke", json!({"device": "till-1"})).await;
    world.replace_device("till-2").await;
    world.reaches(&id, PaymentState::Successful).await;
}

#[tokio::test]
async fn a_body_that_ends_after_the_revocation_begins_nothing() {
    let world = world().await;
    let (id, text) = (payment_id(), body(&magic("00")).to_string());
    let (first, rest) = text.split_at(text.len() / 2);
    let head = format!(
        "PUT /v1/payments/{id} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{first}",
        world.token,
        text.len()
    );
    let seen = || world.stored::<i64>("SELECT seen_at FROM devices");
    world.database().execute("UPDATE devices SET seen_at = seen_at - 3600000", []).unwrap();
    let before = seen();
    let mut stream = send(&address(&world), &head).await;
    let count = || world.stored::<i64>("SELECT count(*) FROM payments");
    until("the token was looked up", async || before < seen()).await;
    order(&world, "/terminals/revoke", json!({"terminal": "POS-01"})).await;
    stream.write_all(rest.as_bytes()).await.unwrap();
    let (said, _) = until_closed(stream).await;
    assert!(said.starts_with("HTTP/1.1 401") && said.contains("was revoked"), "{said}");
    assert_eq!(count(), 0);
}

#[tokio::test]
async fn many_calls_at_once_record_once_that_their_device_was_seen() {
    let world = world().await;
    let counting = "CREATE TABLE written (at INTEGER);
        UPDATE devices SET seen_at = seen_at - 3600000;
        CREATE TRIGGER counting AFTER UPDATE ON devices BEGIN INSERT INTO written VALUES (1); END;";
    world.database().execute_batch(counting).unwrap();
    let written = || world.stored::<i64>("SELECT count(*) FROM written");
    let calls = (0..50).map(|_| read::<Value>(world.call("GET", "/v1/terminal")));
    assert!(join_all(calls).await.iter().all(Result::is_ok));
    until("a write", async || 0 < written()).await;
    for _ in 0..50 {
        read::<Value>(world.call("GET", "/v1/terminal")).await.unwrap();
    }
    assert_eq!(written(), 1);
}

#[tokio::test]
async fn a_device_ends_its_own_token_and_no_other() {
    let mut world = world().await;
    let first = world.token.clone();
    world.become_second_device("till-2").await;
    let told: Value = read(world.call("GET", "/v1/device")).await.unwrap();
    assert_eq!((&told["device_id"], &told["terminal_id"]), (&json!("till-2"), &json!("POS-01")));
    assert_eq!(told["proxy_version"], env!("CARGO_PKG_VERSION"));
    read::<Value>(world.call("POST", "/v1/unpair").json(&json!({}))).await.unwrap();
    assert_eq!(code(read::<Value>(world.call("GET", "/v1/device")).await), ProblemCode::Unauthenticated);
    let again = read::<Value>(world.call("POST", "/v1/unpair").json(&json!({}))).await;
    assert_eq!(code(again), ProblemCode::Unauthenticated);
    world.token = first;
    read::<Value>(world.call("GET", "/v1/device")).await.unwrap();
}

#[tokio::test]
async fn a_device_with_an_open_payment_stays_paired() {
    let mut world = world().await;
    let id = world.pending("01").await;
    let unpair = || read::<Value>(world.call("POST", "/v1/unpair").json(&json!({})));
    assert_eq!(code(unpair().await), ProblemCode::SaleOpen);
    assert_eq!(world.payment(&id).await.state, PaymentState::Pending);
    let holder = world.token.clone();
    world.become_second_device("till-2").await;
    let free = read::<Value>(world.call("POST", "/v1/unpair").json(&json!({}))).await;
    assert!(free.is_ok(), "the payment is another device's: {free:?}");
    world.token = holder;
    world.cancel(&id).await.unwrap();
    world.reaches(&id, PaymentState::Cancelled).await;
    read::<Value>(world.call("POST", "/v1/unpair").json(&json!({}))).await.unwrap();
}
