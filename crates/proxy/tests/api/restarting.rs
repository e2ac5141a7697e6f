//! The storage outlive the proxy.

use scantill_testkit::world::{Settings, World};
use scantill_types::api::PaymentState;

#[tokio::test]
async fn an_open_payment_is_taken_up_again() {
    let mut world = World::start_with(Settings::without_webhooks()).await;
    let (id, charge) = world.pending_charge("01").await;
    world.stop_proxy().await;
    world.confirm(&charge).await;
    world.start_proxy().await;
    world.reaches(&id, PaymentState::Successful).await;
    assert_eq!(world.ledger().await.len(), 1);
}

#[tokio::test]
async fn a_payment_that_was_being_ended_is_ended() {
    let mut world = World::start_with(Settings::without_webhooks()).await;
    let id = world.pending("03").await;
    world.cancel(&id).await.unwrap();
    world.stop_proxy().await;
    world.start_proxy().await;
    world.reaches(&id, PaymentState::Cancelled).await;
}

#[tokio::test]
async fn a_restart_does_not_end_a_wechat_payment_before_its_time() {
    let timing = "read_first_ms = 50, read_every_ms = 50, end_earliest_ms = 2000";
    let settings = Settings { source_type: "wechat_pay_upm", timing, webhooks: false, ..Settings::default() };
    let mut world = World::start_with(settings).await;
    let id = world.pending("03").await;
    world.cancel(&id).await.unwrap();
    world.stop_proxy().await;
    world.start_proxy().await;
    let payment = world.reaches(&id, PaymentState::Cancelled).await;
    assert!(2_000 <= payment.updated_at.since_ms(payment.created_at));
}

#[tokio::test]
async fn the_till_stays_paired() {
    let mut world = World::start().await;
    world.stop_proxy().await;
    world.start_proxy().await;
    assert_eq!(world.call("GET", "/v1/terminal").send().await.unwrap().status(), 200);
}
