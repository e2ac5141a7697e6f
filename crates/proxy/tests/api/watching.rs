//! Reads and webhooks, each enough by itself.

use scantill_testkit::world::{Settings, World, magic, until};
use scantill_types::api::{Disposition, PaymentState};
use serde_json::json;

#[tokio::test]
async fn reads_alone_bring_the_outcome() {
    let world = World::start_with(Settings::without_webhooks()).await;
    let id = world.pay(&magic("02")).await;
    world.reaches(&id, PaymentState::Successful).await;
}

#[tokio::test]
async fn webhooks_alone_bring_the_outcome() {
    let timing = "read_first_ms = 600000, read_every_ms = 600000";
    let world = World::start_with(Settings { timing, ..Settings::default() }).await;
    let (id, charge) = world.pending_charge("01").await;
    world.confirm(&charge).await;
    world.reaches(&id, PaymentState::Successful).await;
}

#[tokio::test]
async fn a_lost_webhook_is_made_up_for_by_a_read() {
    let world = World::start().await;
    world.order("POST", "webhooks/drop", json!({"count": "all"})).await;
    let id = world.pay(&magic("02")).await;
    world.reaches(&id, PaymentState::Successful).await;
}

#[tokio::test]
async fn a_webhook_whose_read_fails_is_followed_until_a_read_succeeds() {
    let timing = "read_first_ms = 600000, read_every_ms = 600000, read_backoff_max_ms = 100";
    let world = World::start_with(Settings { timing, ..Settings::default() }).await;
    world.order("POST", "webhooks/drop", json!({"count": 1})).await;
    let (id, charge) = world.pending_charge("01").await;
    world.fault("error_500", "GET /charges/:id").await;
    world.confirm(&charge).await;
    world.reaches(&id, PaymentState::Successful).await;
    assert_eq!(world.requests("GET", &format!("/charges/{charge}")).await, 2);
}

#[tokio::test]
async fn a_refresh_reads_the_provider_now() {
    let timing = "read_first_ms = 600000, read_every_ms = 600000";
    let world = World::start_with(Settings { timing, webhooks: false, ..Settings::default() }).await;
    let (id, charge) = world.pending_charge("01").await;
    world.confirm(&charge).await;
    let answer = world.call("POST", &format!("/v1/payments/{id}/refresh")).send().await.unwrap();
    let payment: scantill_types::api::Payment = answer.json().await.unwrap();
    assert_eq!(payment.state, PaymentState::Successful);
}

#[tokio::test]
async fn refreshes_at_the_same_time_share_one_read() {
    let timing = "read_first_ms = 600000, read_every_ms = 600000";
    let world = World::start_with(Settings { timing, webhooks: false, ..Settings::default() }).await;
    let (id, charge) = world.pending_charge("01").await;
    let slow = json!({"fault": "delay", "on": "GET /charges/:id", "count": 1, "delay_ms": 300});
    world.order("POST", "faults", slow).await;
    let asked = (0..40).map(|_| world.call("POST", &format!("/v1/payments/{id}/refresh")).send());
    for answer in futures_util::future::join_all(asked).await {
        assert_eq!(answer.unwrap().status(), 200);
    }
    let reads = world.requests("GET", &format!("/charges/{charge}")).await;
    assert!(reads <= 3, "{reads} reads: the first, and one for all who asked while it lasted");
}

#[tokio::test]
async fn a_charge_that_was_paid_is_not_read_again() {
    let world = World::start_with(Settings::without_webhooks()).await;
    let id = world.pay(&magic("02")).await;
    let charge = world.reaches(&id, PaymentState::Successful).await.charge.unwrap().id;
    let path = format!("/charges/{charge}");
    let reads = world.requests("GET", &path).await;
    let later = world.pay(&magic("02")).await;
    world.reaches(&later, PaymentState::Successful).await;
    assert_eq!(world.requests("GET", &path).await, reads);
}

#[tokio::test]
async fn the_last_look_of_a_watch_is_made_again_until_somebody_answers() {
    let timing = "read_first_ms = 20, read_every_ms = 20, expire_again_ms = 20, read_rare_every_ms = 200, \
        read_backoff_max_ms = 50, watch_first_ms = 100, watch_second_ms = 200, watch_third_ms = 300, \
        watch_every_ms = 1000000000000";
    let world = World::start_with(Settings { timing, webhooks: false, ..Settings::default() }).await;
    let (id, charge) = world.pending_charge("42").await;
    let path = format!("/charges/{charge}");
    world.cancel(&id).await.unwrap();
    world.reaches(&id, PaymentState::Cancelled).await;
    world
        .order(
            "POST",
            "faults",
            json!({"fault": "cut_before_commit", "on": format!("GET {path}"), "count": "all"}),
        )
        .await;
    let before = world.requests("GET", &path).await;
    until("the watch is over", async || before + 6 <= world.requests("GET", &path).await).await;
    until("it is paid all the same", async || world.ledger().await[0]["status"] == "successful").await;
    assert_eq!(world.payment(&id).await.disposition, None);
    world.end_faults().await;
    world.until(&id, |payment| payment.disposition == Some(Disposition::AwaitingDecision)).await;
}
