//! Line 26 for the return of a late payment: what a supervisor gives back so is limited as a refund is.

use futures_util::future::join_all;
use scantill_types::PaymentId;
use scantill_types::api::{Disposition, Payment, Problem, ProblemCode, ReviewReason};
use serde_json::{Value, json};

use crate::approvals::{approvals, by, is_done, refund, request_refund, shop};
use scantill_testkit::world::{PIN, Settings, World, with};

/// Each payment of these tests, in minor units.
const AMOUNT: i64 = 2_225;

fn limited(account: &'static str) -> Settings {
    let timing = "read_first_ms = 20, read_every_ms = 20, absent_quiet_ms = 100, absent_apart_ms = 100, \
        return_apart_ms = 100";
    Settings { account, timing, webhooks: false, ..Settings::default() }
}

/// A late payment that waits for a supervisor.
async fn called(world: &World) -> PaymentId {
    let id = world.awaiting_decision().await;
    world.decide(&id, &json!({"decision": "call_supervisor"})).await.unwrap();
    id
}

fn decision(word: &str) -> Value {
    json!({"decision": word, "approval": by("Mali", PIN)})
}

fn two(word: &str) -> Value {
    with(&decision(word), "second_approval", by("Chai", "1357"))
}

/// The refusal with all its fields.
async fn refusal(world: &World, id: &PaymentId, body: &Value) -> Value {
    let path = format!("/v1/payments/{id}/disposition");
    let answer = world.call("POST", &path).json(body).send().await.unwrap();
    assert_eq!(answer.status(), 403);
    answer.json().await.unwrap()
}

async fn is_returned(world: &World, id: &PaymentId) {
    world.until(id, |payment| payment.disposition == Some(Disposition::Refunded)).await;
}

#[tokio::test]
async fn a_return_above_the_limit_needs_two_different_supervisors() {
    let world = shop(limited("refund_limits = [{ amount = 2_224 }]")).await;
    let id = called(&world).await;
    for word in ["refund", "settled_otherwise", "customer_gone"] {
        let problem = refusal(&world, &id, &decision(word)).await;
        assert_eq!(problem["code"], "second_approval_needed", "{word}");
        assert_eq!(problem["needs_two"], json!({"limit": "amount", "amount": AMOUNT - 1}));
    }
    let twice = with(&decision("refund"), "second_approval", by("Mali", PIN));
    assert_eq!(refusal(&world, &id, &twice).await["code"], "second_approval_needed");
    assert_eq!(approvals(&world), [], "no PIN was tried");
    let wrong = with(&decision("refund"), "second_approval", by("Chai", PIN));
    assert_eq!(refusal(&world, &id, &wrong).await["code"], "approval_refused");
    assert_eq!(world.payment(&id).await.disposition, Some(Disposition::InReview));
    world.decide(&id, &two("refund")).await.unwrap();
    is_returned(&world, &id).await;
    assert_eq!(world.wanted(&id), [("return_approved".to_owned(), "Mali and Chai".to_owned())]);
    let accepted = called(&world).await;
    world.decide(&accepted, &decision("accept")).await.unwrap();
}

#[tokio::test]
async fn returns_and_refunds_of_a_day_have_one_sum() {
    let world = shop(limited("refund_limits = [{ day_amount = 3_000 }]")).await;
    let (first, second, kept) = (called(&world).await, called(&world).await, world.paid().await);
    world.decide(&first, &decision("refund")).await.unwrap();
    // It counts from its approval on, long before the refund is sent.
    let needs_two = json!({"limit": "day_amount", "amount": 3_000, "refunded": AMOUNT});
    assert_eq!(refusal(&world, &second, &decision("refund")).await["needs_two"], needs_two);
    let (status, problem) = request_refund(&world, &kept, &refund(776, 0, &by("Mali", PIN))).await;
    assert_eq!((status, &problem["needs_two"]), (403, &needs_two));
    is_returned(&world, &first).await;
    assert_eq!(request_refund(&world, &kept, &refund(775, 0, &by("Mali", PIN))).await.0, 201);
    is_done(&world, &kept).await;
    let all = json!({"limit": "day_amount", "amount": 3_000, "refunded": 3_000});
    assert_eq!(refusal(&world, &second, &decision("refund")).await["needs_two"], all);
    world.decide(&second, &two("refund")).await.unwrap();
    is_returned(&world, &second).await;
}

#[tokio::test]
async fn of_parallel_returns_one_person_approves_the_days_sum_at_most() {
    let world = shop(limited("refund_limits = [{ day_amount = 4_450 }]")).await;
    let mut late = Vec::new();
    for _ in 0..4 {
        late.push(called(&world).await);
    }
    let body = decision("refund");
    let answers: Vec<Result<Payment, Problem>> =
        join_all(late.iter().map(|id| world.decide(id, &body))).await;
    let refused = answers.iter().filter_map(|answer| answer.as_ref().err());
    let codes: Vec<ProblemCode> = refused.map(|problem| problem.code).collect();
    assert_eq!(codes, [ProblemCode::SecondApprovalNeeded; 2]);
}

#[tokio::test]
async fn a_return_that_failed_counts_once_when_it_is_approved_again() {
    let world = shop(limited("refund_limits = [{ day_amount = 2_225 }]")).await;
    let id = called(&world).await;
    let twice = json!({"fault": "cut_before_commit", "on": "POST /charges/:id/refunds", "count": 2});
    world.order("POST", "faults", twice).await;
    world.decide(&id, &decision("refund")).await.unwrap();
    world.until(&id, |payment| payment.review == Some(ReviewReason::RefundFailed)).await;
    world.decide(&id, &decision("refund")).await.unwrap();
    is_returned(&world, &id).await;
    assert_eq!(world.refunds().await.len(), 1);
}

/// P16: the till asks the cashier, who has no PIN.
#[tokio::test]
async fn a_cashiers_refund_within_the_minute_needs_no_approval() {
    let world = shop(limited("refund_limits = [{ amount = 2_224, day_amount = 2_224 }]")).await;
    let id = world.awaiting_decision().await;
    world.decide(&id, &json!({"decision": "refund"})).await.unwrap();
    is_returned(&world, &id).await;
    let kept = world.paid().await;
    assert_eq!(request_refund(&world, &kept, &refund(2_224, 0, &by("Mali", PIN))).await.0, 201);
}

#[tokio::test]
async fn where_the_requester_must_differ_each_return_needs_two() {
    let world = shop(limited("refund_limits = [{ requester_differs = true }]")).await;
    let id = called(&world).await;
    let problem = refusal(&world, &id, &decision("refund")).await;
    assert_eq!(problem["needs_two"], json!({"limit": "requester"}));
    world.decide(&id, &two("refund")).await.unwrap();
}
