//! Asking for the end (P11), and ids that never arrived (P8).

use scantill_testkit::world::{Settings, World, body, code, magic, payment_id, read};
use scantill_types::api::{Disposition, Payment, PaymentState, ProblemCode, ReviewReason};
use serde_json::{Value, json};

#[tokio::test]
async fn a_pending_payment_is_read_expired_and_read_again() {
    let world = World::start().await;
    let (id, charge) = world.pending_charge("03").await;
    let cancelled = world.cancel(&id).await.unwrap();
    assert!(cancelled.cancel_request.is_some());
    let payment = world.reaches(&id, PaymentState::Cancelled).await;
    assert_eq!(payment.charge.unwrap().status, "expired");
    assert_eq!(world.requests("POST", &format!("/charges/{charge}/expire")).await, 1);
}

#[tokio::test]
async fn a_cancel_that_lost_the_race_is_decided_by_the_cashier_once() {
    let world = World::start().await;
    let id = world.pending("41").await;
    world.cancel(&id).await.unwrap();
    let payment = world.reaches(&id, PaymentState::Successful).await;
    assert_eq!(payment.disposition, Some(Disposition::AwaitingDecision));
    let path = format!("/v1/payments/{id}/disposition");
    let decide =
        |decision: &str| read::<Payment>(world.call("POST", &path).json(&json!({"decision": decision})));
    assert_eq!(decide("accept").await.unwrap().disposition, Some(Disposition::Accepted));
    assert_eq!(decide("accept").await.unwrap().disposition, Some(Disposition::Accepted));
    assert_eq!(code(decide("call_supervisor").await), ProblemCode::NothingToDecide);
}

#[tokio::test]
async fn a_refused_expire_is_repeated_until_the_truth_is_known() {
    let world = World::start().await;
    let id = world.pending("40").await;
    world.cancel(&id).await.unwrap();
    let payment = world.reaches(&id, PaymentState::Successful).await;
    assert_eq!(payment.disposition, Some(Disposition::AwaitingDecision));
    let charge = payment.charge.unwrap().id;
    assert!(1 < world.requests("POST", &format!("/charges/{charge}/expire")).await);
}

#[tokio::test]
async fn an_expire_that_is_always_refused_needs_review() {
    for fault in ["error_400", "error_401", "error_404"] {
        let world = World::start().await;
        world.fault_always(fault, "POST /charges/:id/expire").await;
        let id = world.pending("03").await;
        world.cancel(&id).await.unwrap();
        let payment = world.until(&id, |payment| payment.review.is_some()).await;
        assert_eq!(
            (payment.state, payment.review),
            (PaymentState::Pending, Some(ReviewReason::CancelRefused))
        );
        let charge = payment.charge.unwrap().id;
        assert_eq!(world.requests("POST", &format!("/charges/{charge}/expire")).await, 5);
    }
}

#[tokio::test]
async fn wechat_is_not_ended_before_its_time() {
    let timing = "read_first_ms = 50, read_every_ms = 50, end_earliest_ms = 700";
    let settings = Settings { source_type: "wechat_pay_upm", timing, ..Settings::default() };
    let world = World::start_with(settings).await;
    let id = world.pending("03").await;
    world.cancel(&id).await.unwrap();
    let payment = world.reaches(&id, PaymentState::Cancelled).await;
    assert!(700 <= payment.updated_at.since_ms(payment.created_at));
}

#[tokio::test]
async fn a_cancel_of_an_unknown_id_refuses_the_late_put() {
    let world = World::start().await;
    let id = payment_id();
    let payment = world.cancel(&id).await.unwrap();
    assert_eq!((payment.state, payment.charge), (PaymentState::Cancelled, None));
    let problem = world.put(&id, &body(&magic("00"))).await.unwrap_err();
    assert_eq!((problem.code, problem.never_created), (ProblemCode::PaymentEnded, true));
    assert_eq!(world.cancel(&id).await.unwrap().state, PaymentState::Cancelled);
    assert!(world.ledger().await.is_empty());
}

#[tokio::test]
async fn a_cancel_of_a_payment_that_is_over_changes_nothing() {
    let world = World::start().await;
    let id = world.pay(&magic("00")).await;
    let paid = world.reaches(&id, PaymentState::Successful).await;
    let answer = world.cancel(&id).await.unwrap();
    assert_eq!((answer.state, answer.cancel_request, answer.version), (paid.state, None, paid.version));
}

#[tokio::test]
async fn a_cancel_during_the_post_ends_the_charge_once_known() {
    let world = World::start().await;
    world.fault("slow_body", "POST /charges").await;
    let id = world.pay(&magic("03")).await;
    // Before its POST has begun a cancel ends it without a charge, which is another fact.
    world.until_charged().await;
    world.cancel(&id).await.unwrap();
    let payment = world.until(&id, |payment| payment.state.is_final()).await;
    assert_eq!(payment.state, PaymentState::Cancelled);
    assert_eq!(world.ledger().await.len(), 1);
    let open: Vec<Value> =
        world.ledger().await.into_iter().filter(|line| line["status"] == "pending").collect();
    assert!(open.is_empty(), "{open:?}");
}
