//! The stream of changes.

use std::time::Duration;

use scantill_types::api::{Payment, PaymentState};

use scantill_testkit::world::{World, body, magic, payment_id, with};
use serde_json::json;

/// Reads a stream until an event is as wanted; gives back its id too.
async fn until(response: &mut reqwest::Response, wanted: impl Fn(&Payment) -> bool) -> (String, Payment) {
    let mut text = String::new();
    let reading = async {
        loop {
            let chunk = response.chunk().await.unwrap().expect("the stream ended");
            text.push_str(std::str::from_utf8(&chunk).unwrap());
            for event in text.split("\n\n") {
                let line = |name: &str| event.lines().find_map(|line| line.strip_prefix(name));
                let payment = line("data: ").and_then(|data| serde_json::from_str::<Payment>(data).ok());
                if let (Some(id), Some(payment)) = (line("id: "), payment)
                    && wanted(&payment)
                {
                    return (id.to_owned(), payment);
                }
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(10), reading).await.expect("no such event")
}

#[tokio::test]
async fn each_change_of_the_terminals_payments_is_pushed() {
    let world = World::start().await;
    let mut stream = world.call("GET", "/v1/events").send().await.unwrap();
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    let id = world.pay(&magic("00")).await;
    until(&mut stream, |payment| payment.id == id && payment.state == PaymentState::Sending).await;
    until(&mut stream, |payment| payment.id == id && payment.state == PaymentState::Successful).await;
}

#[tokio::test]
async fn a_resumed_stream_brings_missed_changes_or_all_open_payments() {
    let world = World::start().await;
    let mut stream = world.call("GET", "/v1/events").send().await.unwrap();
    let first = world.pay(&magic("00")).await;
    let (last, _) = until(&mut stream, |payment| payment.state == PaymentState::Successful).await;
    drop(stream);
    let second = world.pay(&magic("10")).await;
    world.reaches(&second, PaymentState::Failed).await;
    let open = world.pending("03").await;
    let mut resumed = world.call("GET", "/v1/events").header("Last-Event-ID", last).send().await.unwrap();
    let (_, missed) = until(&mut resumed, |payment| payment.id != first || payment.version == 0).await;
    assert_eq!((missed.id, missed.state), (second, PaymentState::Failed));
    let mut strange =
        world.call("GET", "/v1/events").header("Last-Event-ID", "other-999").send().await.unwrap();
    let (_, snapshot) = until(&mut strange, |_| true).await;
    assert_eq!(snapshot.id, open);
}

#[tokio::test]
async fn another_terminals_changes_are_not_pushed() {
    let mut world = World::start().await;
    let first_token = world.token.clone();
    world.token = world.pair("till-2").await.token;
    let mut stream = world.call("GET", "/v1/events").send().await.unwrap();
    let own_token = std::mem::replace(&mut world.token, first_token);
    world.pay(&magic("00")).await;
    world.token = own_token;
    let own = world.pay(&magic("00")).await;
    let (_, first) = until(&mut stream, |_| true).await;
    assert_eq!(first.id, own);
}

/// The whole silence of a stream, until the first thing that is said.
#[tokio::test]
async fn an_idle_stream_says_that_it_lives_every_two_seconds() {
    let world = World::start().await;
    let mut stream = world.call("GET", "/v1/events").send().await.unwrap();
    for _ in 0..2 {
        let said = tokio::time::timeout(Duration::from_millis(3_500), stream.chunk()).await;
        assert_eq!(said.expect("silence").unwrap().unwrap().as_ref(), b":\n\n");
    }
}

#[tokio::test]
async fn no_proxy_on_the_way_may_hold_the_stream_back() {
    let world = World::start().await;
    let stream = world.call("GET", "/v1/events").send().await.unwrap();
    assert_eq!(stream.headers()["cache-control"], "no-store, no-transform");
    assert_eq!(stream.headers()["x-accel-buffering"], "no");
    let terminal = world.call("GET", "/v1/terminal").send().await.unwrap();
    assert_eq!(terminal.headers()["cache-control"], "no-store");
}

#[tokio::test]
async fn a_refusal_is_told_by_its_answer_and_not_by_the_stream() {
    let world = World::start().await;
    let mut stream = world.call("GET", "/v1/events").send().await.unwrap();
    world.put(&payment_id(), &with(&body(&magic("00")), "amount", json!(1))).await.unwrap_err();
    let paid = world.pay(&magic("00")).await;
    let (_, first) = until(&mut stream, |_| true).await;
    assert_eq!(first.id, paid);
}

#[tokio::test]
async fn a_stop_ends_the_streams_at_once() {
    let mut world = World::start().await;
    let mut stream = world.call("GET", "/v1/events").send().await.unwrap();
    tokio::time::timeout(Duration::from_secs(10), world.stop_proxy()).await.unwrap();
    while let Ok(Some(_)) = stream.chunk().await {}
}
