//! Refunds that happened although the storage says no, or happened twice; and what the storage counts of them (P19).

use std::time::Duration;

use scantill_testkit::world::{Settings, World, approval, code, named, refund_body, refund_of, until};
use scantill_types::PaymentId;
use scantill_types::api::{Disposition, Payment, ProblemCode, RefundState, ReviewReason};
use serde_json::json;

const REFUNDS: &str = "POST /charges/:id/refunds";
const QUICK: &str = "read_first_ms = 20, read_every_ms = 20, absent_quiet_ms = 100, absent_apart_ms = 100, \
    return_apart_ms = 200";
/// Nothing that looks now and then may help.
fn settings() -> Settings {
    Settings { creation: "one_call", webhooks: false, timing: QUICK, ..Settings::default() }
}

/// A shop with one payment that is paid, where no webhook comes.
async fn shop() -> (World, PaymentId) {
    World::with_paid_payment(settings()).await
}

async fn deliver_twice(world: &World, answer: &str) {
    let twice = json!({"fault": "delivered_twice", "on": REFUNDS, "answer": answer, "count": 1});
    world.order("POST", "faults", twice).await;
}

fn shows(amount: i64) -> impl Fn(&Payment) -> bool {
    move |payment| payment.charge.as_ref().is_some_and(|charge| charge.refunded_amount == amount)
}

#[tokio::test]
async fn a_refund_that_was_refused_and_happened_is_done_at_once() {
    let (world, id) = shop().await;
    deliver_twice(&world, "second").await;
    world.refund(&id, "r-1", &refund_body(1_500, 0)).await.unwrap();
    let payment = world.until(&id, |payment| refund_of(payment, "r-1").state == RefundState::Done).await;
    let real = world.refunds().await;
    assert_eq!((real.len(), real[0]["amount"].as_i64()), (1, Some(1_500)));
    assert_eq!(refund_of(&payment, "r-1").provider_id.as_deref(), real[0]["id"].as_str());
    assert_eq!((payment.disposition, payment.review), (Some(Disposition::Accepted), None));
    assert!(shows(1_500)(&payment) && payment.refunds.len() == 1);
    assert!(world.audited("detail", &id).iter().any(|line| line.contains("refused")), "it was refused first");
}

#[tokio::test]
async fn a_refused_refund_is_read_as_soon_as_the_provider_answers() {
    let (mut world, id) = shop().await;
    deliver_twice(&world, "second").await;
    let charge = world.charge_of(&id).await;
    world.refund(&id, "r-1", &refund_body(1_500, 0)).await.unwrap();
    until("it happened", async || !world.refunds().await.is_empty()).await;
    world.fault_always("cut_before_commit", &format!("GET /charges/{charge}")).await;
    world.stop_proxy().await;
    world.start_proxy().await;
    world.end_faults().await;
    let payment = world.until(&id, |payment| refund_of(payment, "r-1").state == RefundState::Done).await;
    assert_eq!(payment.review, None);
}

#[tokio::test]
async fn a_copy_that_happened_too_has_a_line_of_its_own() {
    for answer in ["first", "second"] {
        let (world, id) = shop().await;
        deliver_twice(&world, answer).await;
        world.refund(&id, "r-1", &refund_body(1_000, 0)).await.unwrap();
        let payment = world.until(&id, |payment| payment.refunds.len() == 2).await;
        let amounts: Vec<i64> = payment.refunds.iter().map(|refund| refund.amount).collect();
        assert_eq!((amounts, shows(2_000)(&payment)), (vec![1_000, 1_000], true), "{answer}");
        assert_eq!(
            (refund_of(&payment, "r-1").state, payment.refunds[1].id.clone()),
            (RefundState::Done, None)
        );
        assert_eq!(payment.review, Some(ReviewReason::UnapprovedRefund), "it was given back twice");
        let mut told: Vec<_> = payment.refunds.iter().map(|refund| refund.provider_id.clone()).collect();
        let mut real: Vec<_> =
            world.refunds().await.iter().map(|line| line["id"].as_str().map(str::to_owned)).collect();
        told.sort();
        real.sort();
        assert_eq!(told, real);
    }
}

#[tokio::test]
async fn a_return_that_was_refused_and_happened_is_done_and_calls_nobody() {
    let (world, _) = shop().await;
    let id = world.awaiting_decision().await;
    deliver_twice(&world, "second").await;
    world.decide(&id, &json!({"decision": "refund"})).await.unwrap();
    let is_over =
        |payment: &Payment| payment.refunds.first().is_some_and(|refund| refund.state == RefundState::Done);
    let payment = world.until(&id, is_over).await;
    assert_eq!((payment.disposition, payment.review), (Some(Disposition::Refunded), None));
    assert_eq!((payment.refunds.len(), world.refunds().await.len()), (1, 1));
}

#[tokio::test]
async fn a_lost_automatic_refund_is_sent_again_without_a_person() {
    for fault in ["cut_before_commit", "error_500"] {
        let (world, _) = shop().await;
        let id = world.awaiting_decision().await;
        world.fault(fault, REFUNDS).await;
        world.decide(&id, &json!({"decision": "refund"})).await.unwrap();
        let returned = world.until(&id, |payment| payment.disposition == Some(Disposition::Refunded)).await;
        let states: Vec<_> = returned.refunds.iter().map(|refund| refund.state).collect();
        assert_eq!(states, [RefundState::Absent, RefundState::Done], "{fault}");
        assert_eq!((returned.review, world.refunds().await.len()), (None, 1));
    }
}

#[tokio::test]
async fn after_a_dashboard_refund_ours_shows_in_the_charge_by_itself() {
    let (world, id) = shop().await;
    let charge = world.charge_of(&id).await;
    world.refund_in_the_dashboard(charge.as_str(), 1_000).await;
    world.call("POST", &format!("/v1/payments/{id}/refresh")).send().await.unwrap();
    world.decide(&id, &json!({"decision": "accept", "approval": approval()})).await.unwrap();
    world.refund(&id, "r-1", &refund_body(100, 1_000)).await.unwrap();
    let payment = world.until(&id, shows(1_100)).await;
    assert_eq!((payment.disposition, payment.review), (Some(Disposition::Accepted), None));
    world.refund(&id, "r-2", &refund_body(100, 1_100)).await.unwrap();
    world.until(&id, |payment| refund_of(payment, "r-2").state == RefundState::Done).await;
}

#[tokio::test]
async fn a_refund_beyond_the_rest_is_never_a_storage_error() {
    let (world, id) = shop().await;
    // What a read shows then is that it was paid, and not yet what went back.
    tokio::time::sleep(Duration::from_millis(3_500)).await;
    let stale = json!({"fault": "stale_read", "on": "GET /charges/:id", "count": "all", "lag_ms": 3_000});
    world.order("POST", "faults", stale).await;
    world.refund(&id, "r-1", &refund_body(2_000, 0)).await.unwrap();
    let payment = world.until(&id, |payment| refund_of(payment, "r-1").state == RefundState::Done).await;
    assert!(shows(0)(&payment), "the read is older than the refund");
    assert_eq!(code(world.refund(&id, "r-2", &refund_body(2_225, 0)).await), ProblemCode::RefundChanged);
    assert_eq!(code(world.refund(&id, "r-3", &refund_body(226, 2_000)).await), ProblemCode::AmountTooLarge);
    assert_eq!(world.refunds().await.len(), 1);
}

#[tokio::test]
async fn the_same_refund_three_times_at_once_is_created_once() {
    let (world, id) = shop().await;
    let ask = async || {
        let request = world
            .call("PUT", &format!("/v1/payments/{id}/refunds/{}", named("r-1")))
            .json(&refund_body(1_000, 0));
        request.send().await.unwrap().status().as_u16()
    };
    let (first, second, third) = tokio::join!(ask(), ask(), ask());
    let mut answers = [first, second, third];
    answers.sort_unstable();
    assert_eq!(answers, [200, 200, 201]);
    world.until(&id, |payment| refund_of(payment, "r-1").state == RefundState::Done).await;
    assert_eq!(world.refunds().await.len(), 1);
}
