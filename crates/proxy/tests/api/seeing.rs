//! Money that moved wrongly is told as soon as the proxy has read it, at the waits of a real shop.

use std::time::Duration;

use scantill_testkit::world::{Settings, World, magic};
use scantill_types::api::{PaymentState, ReviewReason};

/// The simulator's payer acts after 300 ms, and the first read comes 5 s after the charge: the till must know by then.
const KNOWN_WITHIN: Duration = Duration::from_millis(6_500);

async fn is_told(webhooks: bool, outcome: &str, review: ReviewReason) {
    let world = World::start_with(Settings { webhooks, timing: "", ..Settings::default() }).await;
    let mut stream = world.call("GET", "/v1/events").send().await.unwrap();
    let id = world.pay(&magic(outcome)).await;
    let wanted = format!("\"review\":\"{}\"", word(review));
    let telling = async {
        let mut told = String::new();
        while !told.contains(&wanted) {
            told.push_str(std::str::from_utf8(&stream.chunk().await.unwrap().unwrap()).unwrap());
        }
    };
    let told = tokio::time::timeout(KNOWN_WITHIN, telling).await;
    told.unwrap_or_else(|_| panic!("{outcome}, webhooks {webhooks}: no word of {wanted}"));
    let payment = world.payment(&id).await;
    assert_eq!((payment.state, payment.review), (PaymentState::Pending, Some(review)));
}

fn word(review: ReviewReason) -> String {
    serde_json::to_string(&review).unwrap().trim_matches('"').to_owned()
}

#[tokio::test]
async fn another_amount_is_told_at_the_first_read() {
    tokio::join!(is_told(true, "30", ReviewReason::Mismatch), is_told(false, "30", ReviewReason::Mismatch));
}

#[tokio::test]
async fn a_status_that_nobody_knows_is_told_at_the_first_read() {
    let strange = ReviewReason::UnexpectedStatus;
    tokio::join!(is_told(true, "31", strange), is_told(false, "31", strange));
}
