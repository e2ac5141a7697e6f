//! What a stop or an outage of the proxy must not change: who paid in time, and what was proved (P11, P14).

use std::time::Duration;

use scantill_testkit::world::{Settings, World, magic, refund_body, until};
use scantill_types::PaymentId;
use scantill_types::api::{Disposition, PaymentState, RefundState};
use serde_json::json;

/// The deadline of the proxy is near, and nothing else is.
const DEADLINE: &str = "read_first_ms = 100, read_every_ms = 100, expire_again_ms = 100, proxy_deadline_ms = 1500, \
    read_backoff_max_ms = 100";
const PAST_THE_DEADLINE: Duration = Duration::from_secs(2);

fn alone(timing: &'static str) -> Settings {
    Settings { creation: "one_call", webhooks: false, timing, ..Settings::default() }
}

async fn pending(world: &World) -> (PaymentId, String) {
    let (id, charge) = world.pending_charge("01").await;
    (id, charge.to_string())
}

async fn confirm(world: &World, charge: &str) {
    world.confirm(&charge).await;
}

#[tokio::test]
async fn what_was_paid_while_the_proxy_was_down_is_kept() {
    let mut world = World::start_with(alone(DEADLINE)).await;
    let (id, charge) = pending(&world).await;
    world.stop_proxy().await;
    confirm(&world, &charge).await;
    tokio::time::sleep(PAST_THE_DEADLINE).await;
    world.start_proxy().await;
    let paid = world.reaches(&id, PaymentState::Successful).await;
    assert_eq!((paid.disposition, paid.cancel_request), (Some(Disposition::Accepted), None));
}

#[tokio::test]
async fn what_was_paid_while_the_provider_could_not_be_read_is_kept() {
    let world = World::start_with(alone(DEADLINE)).await;
    let (id, charge) = pending(&world).await;
    world.fault_always("cut_before_commit", "GET /charges/:id").await;
    confirm(&world, &charge).await;
    tokio::time::sleep(PAST_THE_DEADLINE).await;
    world.end_faults().await;
    let paid = world.reaches(&id, PaymentState::Successful).await;
    assert_eq!((paid.disposition, paid.cancel_request), (Some(Disposition::Accepted), None));
}

#[tokio::test]
async fn what_was_paid_in_time_and_found_after_the_deadline_is_kept() {
    let timing =
        "read_first_ms = 100, read_every_ms = 100, proxy_deadline_ms = 3500, absent_quiet_ms = 60000";
    let world = World::start_with(alone(timing)).await;
    let lagging = json!({"fault": "lagging", "on": "GET /charges", "lag_ms": 600_000, "count": "all"});
    world.order("POST", "faults", lagging).await;
    world.fault("cut_after_commit", "POST /charges").await;
    let id = world.pay(&magic("00")).await;
    world.until(&id, |payment| payment.cancel_request.is_some()).await;
    world.end_faults().await;
    let paid = world.reaches(&id, PaymentState::Successful).await;
    assert_eq!(paid.disposition, Some(Disposition::Accepted));
}

#[tokio::test]
async fn what_was_paid_before_the_cashier_asked_to_end_it_is_kept() {
    let timing = "read_first_ms = 600000, read_every_ms = 600000";
    let world = World::start_with(alone(timing)).await;
    let (id, charge) = pending(&world).await;
    confirm(&world, &charge).await;
    // Nobody looks, and the provider tells its time in seconds.
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    world.pending("01").await;
    world.cancel(&id).await.unwrap();
    let paid = world.reaches(&id, PaymentState::Successful).await;
    assert_eq!(paid.disposition, Some(Disposition::Accepted));
    assert!(paid.cancel_request.is_some());
}

#[tokio::test]
async fn a_deadline_ends_what_nobody_pays_after_one_look() {
    let world = World::start_with(alone(DEADLINE)).await;
    let (id, _) = pending(&world).await;
    let cancelled = world.reaches(&id, PaymentState::Cancelled).await;
    assert_eq!(cancelled.cancel_request.unwrap().by, scantill_types::api::CancelledBy::Deadline);
}

/// Lists prove nothing before they are two seconds apart.
const PROOF: &str = "read_first_ms = 50, read_every_ms = 50, read_slow_every_ms = 50, absent_quiet_ms = 200, \
    absent_apart_ms = 4000";
const APART: Duration = Duration::from_millis(5_200);

#[tokio::test]
async fn a_restart_does_not_begin_the_proof_of_absence_anew() {
    let mut world = World::start_with(alone(PROOF)).await;
    world.fault("cut_before_commit", "POST /charges").await;
    let id = world.pay(&magic("00")).await;
    until("the first list", async || world.audited("cause", &id).contains(&"first_empty_list".to_owned()))
        .await;
    world.stop_proxy().await;
    tokio::time::sleep(APART).await;
    world.start_proxy().await;
    let lists = world.requests("GET", "/charges").await;
    world.reaches(&id, PaymentState::Failed).await;
    assert!(world.requests("GET", "/charges").await <= lists + 3, "the first list of this run proves it");
}

#[tokio::test]
async fn a_restart_does_not_begin_a_refunds_proof_of_absence_anew() {
    let mut world = World::start_with(alone(PROOF)).await;
    let id = world.paid_beside_supervisor().await;
    world.fault("cut_before_commit", "POST /charges/:id/refunds").await;
    let wish = refund_body(1_000, 0);
    world.refund(&id, "r-1", &wish).await.unwrap();
    until("the first list", async || world.audited("cause", &id).contains(&"first_empty_list".to_owned()))
        .await;
    world.stop_proxy().await;
    tokio::time::sleep(APART).await;
    world.start_proxy().await;
    let lists = world.request_times_below("GET", "/charges/").await.len();
    world.until(&id, |payment| payment.refunds[0].state == RefundState::Absent).await;
    assert!(world.request_times_below("GET", "/charges/").await.len() <= lists + 6);
}
