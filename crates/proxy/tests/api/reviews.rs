//! What needs a human, and what a supervisor may do about a payment in doubt.

use scantill_testkit::world::{
    PIN, SUPERVISOR, Settings, World, approval, body, code, magic, payment_id, read, with,
};
use scantill_types::PaymentId;
use scantill_types::api::{
    AutomaticAction, Disposition, OperatorAction, Payment, PaymentState, Problem, ProblemCode, RefundState,
    ReviewReason,
};
use serde_json::json;

fn in_doubt() -> Settings {
    let timing = "read_first_ms = 20, read_every_ms = 20, absent_quiet_ms = 600000, return_apart_ms = 100";
    Settings { creation: "one_call", webhooks: false, timing, ..Settings::default() }
}

#[tokio::test]
async fn a_mismatch_is_listed_with_what_to_do() {
    let world = World::start().await;
    assert!(world.reviews().await.items.is_empty());
    let id = world.pay(&magic("30")).await;
    world.until(&id, |payment| payment.review.is_some()).await;
    let list = world.reviews().await;
    let [item] = list.items.as_slice() else { panic!("{list:?}") };
    assert_eq!(item.payment.id, id);
    let call = item.call;
    assert_eq!(
        (call.reason, call.automatic_action, call.operator_action),
        (ReviewReason::Mismatch, AutomaticAction::Looking, OperatorAction::CompareAndClose)
    );
}

#[tokio::test]
async fn an_undecided_success_is_listed_while_the_till_asks() {
    let world = World::start().await;
    world.awaiting_decision().await;
    let call = world.reviews().await.items[0].call;
    assert_eq!(
        (call.reason, call.automatic_action),
        (ReviewReason::AwaitingDecision, AutomaticAction::Asking)
    );
}

#[tokio::test]
async fn after_a_release_the_charge_that_is_found_is_refunded() {
    let world = World::start_with(in_doubt()).await;
    world.supervisor(SUPERVISOR, PIN).await;
    world.order("PUT", "switches", json!({"list_clock_ahead_ms": 0})).await;
    world.fault("cut_after_commit", "POST /charges").await;
    world.fault_always("error_503", "GET /charges").await;
    let (doubtful, sale) = (payment_id(), body(&magic("00")));
    world.put(&doubtful, &sale).await.unwrap();
    world.reaches(&doubtful, PaymentState::Unknown).await;
    let free = |pin: &str| {
        read::<Payment>(
            world
                .call("POST", &format!("/v1/payments/{doubtful}/release"))
                .json(&json!({"approval": {"supervisor": "Mali", "pin": pin}})),
        )
    };
    assert_eq!(code(free("0000").await), ProblemCode::ApprovalRefused);
    assert_eq!(free(PIN).await.unwrap().released.unwrap().by, "Mali");
    let second = payment_id();
    world.put(&second, &with(&sale, "code", json!(magic("01")))).await.unwrap();
    world.end_faults().await;
    world.until(&doubtful, |payment| payment.disposition == Some(Disposition::Refunded)).await;
    assert_eq!(world.refunds().await.len(), 1);
}

#[tokio::test]
async fn only_what_is_in_doubt_is_freed() {
    let world = World::start().await;
    world.supervisor(SUPERVISOR, PIN).await;
    let id = world.pending("03").await;
    let free =
        world.call("POST", &format!("/v1/payments/{id}/release")).json(&json!({"approval": approval()}));
    assert_eq!(code(read::<Payment>(free).await), ProblemCode::NotInDoubt);
}

/// A request that was delivered twice: the payment is kept, the copy goes back, and somebody should see it.
async fn to_be_seen() -> (World, PaymentId) {
    let timing = "read_first_ms = 20, read_every_ms = 20, return_apart_ms = 100, reconcile_every_ms = 100";
    let settings = Settings { creation: "one_call", timing, webhooks: false, ..Settings::default() };
    let world = World::start_with(settings).await;
    world.fault("delivered_twice", "POST /charges").await;
    let id = world.pay(&magic("00")).await;
    world.until(&id, |payment| payment.refunds.iter().any(|refund| refund.state == RefundState::Done)).await;
    (world, id)
}

async fn acknowledge(world: &World, id: &PaymentId, pin: &str) -> Result<Payment, Problem> {
    let path = format!("/v1/payments/{id}/acknowledge");
    read(world.call("POST", &path).json(&json!({"approval": {"supervisor": "Mali", "pin": pin}}))).await
}

#[tokio::test]
async fn a_supervisor_acknowledges_at_the_till_what_only_needed_to_be_seen() {
    let (world, id) = to_be_seen().await;
    world.supervisor(SUPERVISOR, PIN).await;
    assert_eq!(world.reviews().await.items[0].call.operator_action, OperatorAction::Acknowledge);
    assert_eq!(code(acknowledge(&world, &id, "0000").await), ProblemCode::ApprovalRefused);
    assert_eq!(world.reviews().await.items.len(), 1);
    let seen = acknowledge(&world, &id, PIN).await.unwrap();
    assert_eq!((seen.review, seen.disposition), (None, Some(Disposition::Accepted)));
    assert!(world.reviews().await.items.is_empty());
    assert_eq!(world.wanted(&id), [("acknowledged".to_owned(), "Mali".to_owned())]);
    assert_eq!(code(acknowledge(&world, &id, PIN).await), ProblemCode::NothingToDecide);
    assert_eq!(world.refunds().await.len(), 1, "it moves no money");
}

#[tokio::test]
async fn what_is_still_to_be_decided_cannot_be_acknowledged() {
    let world = World::start().await;
    world.supervisor(SUPERVISOR, PIN).await;
    let id = world.awaiting_decision().await;
    world.decide(&id, &json!({"decision": "call_supervisor"})).await.unwrap();
    assert_eq!(code(acknowledge(&world, &id, PIN).await), ProblemCode::NothingToDecide);
    assert_eq!(world.reviews().await.items.len(), 1);
}

#[tokio::test]
async fn wrong_pins_lock_what_is_acknowledged_as_every_other_approval() {
    let (world, id) = to_be_seen().await;
    world.supervisor(SUPERVISOR, PIN).await;
    for _ in 0..5 {
        assert_eq!(code(acknowledge(&world, &id, "0000").await), ProblemCode::ApprovalRefused);
    }
    assert_eq!(code(acknowledge(&world, &id, PIN).await), ProblemCode::ApprovalLocked);
}
