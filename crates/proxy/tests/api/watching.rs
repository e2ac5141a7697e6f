//! Reads and webhooks, each enough by itself.

use scantill_core::api::PaymentState;
use serde_json::json;

use crate::world::{Settings, World, magic};

#[tokio::test]
async fn reads_alone_bring_the_outcome() {
    let world = World::start_with(Settings { webhooks: false, ..Settings::default() }).await;
    let id = world.pay(&magic("02")).await;
    world.reaches(&id, PaymentState::Successful).await;
}

#[tokio::test]
async fn webhooks_alone_bring_the_outcome() {
    let timing = "read_first_ms = 600000, read_every_ms = 600000";
    let world = World::start_with(Settings { timing, ..Settings::default() }).await;
    let id = world.pay(&magic("01")).await;
    let charge = world.reaches(&id, PaymentState::Pending).await.charge.unwrap().id;
    world.order("POST", &format!("charges/{charge}/confirm"), json!({})).await;
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
    let id = world.pay(&magic("01")).await;
    let charge = world.reaches(&id, PaymentState::Pending).await.charge.unwrap().id;
    world.fault("error_500", "GET /charges/:id").await;
    world.order("POST", &format!("charges/{charge}/confirm"), json!({})).await;
    world.reaches(&id, PaymentState::Successful).await;
    assert_eq!(world.requests("GET", &format!("/charges/{charge}")).await, 2);
}

#[tokio::test]
async fn a_refresh_reads_the_provider_now() {
    let timing = "read_first_ms = 600000, read_every_ms = 600000";
    let world = World::start_with(Settings { timing, webhooks: false, ..Settings::default() }).await;
    let id = world.pay(&magic("01")).await;
    let charge = world.reaches(&id, PaymentState::Pending).await.charge.unwrap().id;
    world.order("POST", &format!("charges/{charge}/confirm"), json!({})).await;
    let answer = world.call("POST", &format!("/v1/payments/{id}/refresh")).send().await.unwrap();
    let payment: scantill_core::api::Payment = answer.json().await.unwrap();
    assert_eq!(payment.state, PaymentState::Successful);
}

#[tokio::test]
async fn whoever_asks_for_a_refresh_at_once_shares_one_read() {
    let timing = "read_first_ms = 600000, read_every_ms = 600000";
    let world = World::start_with(Settings { timing, webhooks: false, ..Settings::default() }).await;
    let id = world.pay(&magic("01")).await;
    let charge = world.reaches(&id, PaymentState::Pending).await.charge.unwrap().id;
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
    let world = World::start_with(Settings { webhooks: false, ..Settings::default() }).await;
    let id = world.pay(&magic("02")).await;
    let charge = world.reaches(&id, PaymentState::Successful).await.charge.unwrap().id;
    let path = format!("/charges/{charge}");
    let reads = world.requests("GET", &path).await;
    let later = world.pay(&magic("02")).await;
    world.reaches(&later, PaymentState::Successful).await;
    assert_eq!(world.requests("GET", &path).await, reads);
}
