//! The machine's clock is set while money is under way (CL1).

use scantill_testkit::world::{Settings, World, magic, until};
use scantill_types::PaymentId;
use scantill_types::api::{FailureCode, PaymentState};
use serde_json::json;

const HOUR_MS: i64 = 3_600_000;
/// No look goes through more charges than these.
const CHARGES_SEEN_MAX: usize = 5_001;

/// A payment whose answer this fault took, and whose charge nobody could look for before the proxy was stopped.
async fn stopped_in_doubt(world: &mut World, fault: &str) -> PaymentId {
    world.fault(fault, "POST /charges").await;
    let blind = json!({"fault": "cut_before_commit", "on": "GET /charges", "count": 100_000});
    world.order("POST", "faults", blind).await;
    let id = world.pay(&magic("00")).await;
    world.reaches(&id, PaymentState::Unknown).await;
    // A proxy that comes back hours later wants the end of what is not paid by then.
    let is_paid = |line: &serde_json::Value| line["amount_paid"] == line["amount"];
    until("the payer has paid", async || world.ledger().await.iter().all(is_paid)).await;
    world.stop_proxy().await;
    world.end_faults().await;
    id
}

#[tokio::test]
async fn a_charge_in_doubt_is_found_after_a_clock_correction() {
    for set_by_ms in [7 * HOUR_MS, -7 * HOUR_MS, 24 * 365 * HOUR_MS] {
        let timing = "read_first_ms = 20, read_every_ms = 20, absent_quiet_ms = 50, absent_apart_ms = 50";
        let settings = Settings { creation: "one_call", timing, webhooks: false, ..Settings::default() };
        let mut world = World::without_proxy(settings).await;
        world.clock.set_by_ms(set_by_ms);
        world.start_proxy().await;
        world.token = world.pair("till-1").await.token;
        let id = stopped_in_doubt(&mut world, "cut_after_commit").await;
        world.clock.set_by_ms(0);
        world.start_proxy().await;
        let payment = world.until(&id, |payment| payment.state.is_final()).await;
        assert_eq!(payment.state, PaymentState::Successful, "{set_by_ms}");
        assert_eq!(world.ledger().await.len(), 1);
    }
}

/// From the first call on, no answer of the provider comes whole, so that nobody hears its clock. What is posted meets
/// this fault.
async fn deaf(world: &mut World, fault: &str) {
    world.stop_proxy().await;
    for on in ["GET /account", "GET /charges", "GET /refunds"] {
        let cut = json!({"fault": "cut_before_commit", "on": on, "count": 100_000});
        world.order("POST", "faults", cut).await;
    }
    world.fault(fault, "POST /charges").await;
    world.start_proxy().await;
}

#[tokio::test]
async fn an_early_charge_without_provider_time_is_found_behind_many_others() {
    let timing = "read_first_ms = 20, read_every_ms = 20, absent_quiet_ms = 50, absent_apart_ms = 50";
    let settings = Settings { creation: "one_call", timing, webhooks: false, ..Settings::default() };
    let mut world = World::start_with(settings).await;
    for _ in 0..CHARGES_SEEN_MAX {
        world.charge_elsewhere().await;
    }
    world.order("PUT", "clock", json!({"move_ms": 25 * HOUR_MS})).await;
    world.clock.set_by_ms(25 * HOUR_MS);
    deaf(&mut world, "cut_after_commit").await;
    let id = world.pay(&magic("00")).await;
    world.reaches(&id, PaymentState::Unknown).await;
    world.end_faults().await;
    world.reaches(&id, PaymentState::Successful).await;
}

#[tokio::test]
async fn an_early_payment_without_provider_time_is_confirmed_absent() {
    for is_restarted in [false, true] {
        let timing = "read_first_ms = 20, read_every_ms = 20, absent_quiet_ms = 50, absent_apart_ms = 50";
        let settings = Settings { creation: "one_call", timing, webhooks: false, ..Settings::default() };
        let mut world = World::start_with(settings).await;
        deaf(&mut world, "cut_before_commit").await;
        let id = world.pay(&magic("00")).await;
        world.reaches(&id, PaymentState::Unknown).await;
        if is_restarted {
            world.stop_proxy().await;
        }
        world.end_faults().await;
        if is_restarted {
            world.start_proxy().await;
        }
        let payment = world.reaches(&id, PaymentState::Failed).await;
        assert_eq!(payment.failure_code, Some(FailureCode::NotCreated), "restarted: {is_restarted}");
    }
}

#[tokio::test]
async fn a_clock_that_is_set_ends_and_delays_no_payment() {
    let world = World::start_with(Settings::without_webhooks()).await;
    for set_by_ms in [24 * HOUR_MS, -24 * HOUR_MS] {
        let (id, charge) = world.pending_charge("01").await;
        world.clock.set_by_ms(set_by_ms);
        let path = format!("/charges/{charge}");
        let reads = world.requests("GET", &path).await;
        until("five more reads", async || reads + 5 <= world.requests("GET", &path).await).await;
        let payment = world.payment(&id).await;
        assert_eq!((payment.state, payment.cancel_request), (PaymentState::Pending, None));
        world.confirm(&charge).await;
        world.reaches(&id, PaymentState::Successful).await;
    }
}

#[tokio::test]
async fn webhooks_are_taken_although_the_clock_is_wrong() {
    let timing = "read_first_ms = 3600000, read_every_ms = 3600000";
    let mut world = World::without_proxy(Settings { timing, ..Settings::default() }).await;
    world.clock.set_by_ms(7 * HOUR_MS);
    world.start_proxy().await;
    world.token = world.pair("till-1").await.token;
    let (id, charge) = world.pending_charge("01").await;
    world.confirm(&charge).await;
    world.reaches(&id, PaymentState::Successful).await;
}

#[tokio::test]
async fn days_of_other_charges_do_not_hide_that_one_is_absent() {
    let timing = "read_first_ms = 20, read_every_ms = 20, absent_quiet_ms = 50, absent_apart_ms = 50";
    let settings = Settings { creation: "one_call", timing, webhooks: false, ..Settings::default() };
    let mut world = World::start_with(settings).await;
    let id = stopped_in_doubt(&mut world, "cut_before_commit").await;
    world.order("PUT", "clock", json!({"move_ms": 25 * HOUR_MS})).await;
    for _ in 0..CHARGES_SEEN_MAX {
        world.charge_elsewhere().await;
    }
    world.start_proxy().await;
    let payment = world.reaches(&id, PaymentState::Failed).await;
    assert_eq!(payment.failure_code, Some(FailureCode::NotCreated));
}
