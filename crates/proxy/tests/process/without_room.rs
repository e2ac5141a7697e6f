//! A disk without room under what is not a charge: refunds, webhooks, cancels and decisions.

use std::time::Instant;

use scantill_types::PaymentId;
use scantill_types::api::{Disposition, Payment, PaymentState, Problem, ProblemCode, Refund, RefundState};
use serde_json::json;

use crate::starving::{limit_files, one_call, refusal};
use crate::stopping::asked_of_charges;
use scantill_testkit::agreement::agrees;
use scantill_testkit::program::Program;
use scantill_testkit::world::deliveries::{event, now};
use scantill_testkit::world::{Settings, payment_id, refund_body, until};

fn refunded(payment: &Payment) -> &Refund {
    let [refund] = &payment.refunds[..] else { panic!("{payment:?}") };
    refund
}

/// A refund that the provider makes while its answer is held back until no room is left for it.
async fn refund_without_room() -> (Program, PaymentId) {
    let settings = Settings {
        timing: "read_first_ms = 100, read_every_ms = 100, absent_quiet_ms = 300, \
        absent_apart_ms = 200",
        ..one_call()
    };
    let program = Program::start_with(settings).await;
    let id = program.paid_beside_supervisor().await;
    program.delay("POST /charges/:id/refunds", 1_000).await;
    let wish = refund_body(1_000, 0);
    program.refund(&id, "r-1", &wish).await.unwrap();
    until("the refund", async || program.refunds().await.len() == 1).await;
    limit_files(&program, Some(1));
    let began = Instant::now();
    // Far past the answer it stands as it stood, since nothing can be written down.
    until("the answer", async || 1_500 <= began.elapsed().as_millis()).await;
    assert_eq!(refunded(&program.payment(&id).await).state, RefundState::Sending);
    (program, id)
}

async fn is_done_once(program: &Program, id: &PaymentId) {
    program.until(id, |payment| refunded(payment).state == RefundState::Done).await;
    assert_eq!(asked_of_charges(program).await, 1);
    agrees(program, std::slice::from_ref(id)).await;
}

#[tokio::test]
async fn a_refund_answered_without_disk_space_is_done_later() {
    let (program, id) = refund_without_room().await;
    limit_files(&program, None);
    is_done_once(&program, &id).await;
    let causes = program.audited("cause", &id);
    assert!(causes.contains(&"refund_answered".to_owned()), "{causes:?}");
}

#[tokio::test]
async fn a_refund_whose_answer_found_no_room_is_found_after_a_kill() {
    let (mut program, id) = refund_without_room().await;
    program.kill().await;
    program.start().await;
    is_done_once(&program, &id).await;
}

#[tokio::test]
async fn a_webhook_without_disk_space_is_refused_and_confirmed_when_repeated() {
    // Nothing is read but what a webhook asks for.
    let timing = "read_first_ms = 600000, read_every_ms = 600000, read_relaxed_every_ms = 600000";
    let program = Program::start_with(Settings { timing, ..one_call() }).await;
    let (id, charge) = program.pending_charge("01").await;
    program.confirm(&charge).await;
    let told = event("evnt_1", id.as_str(), charge.as_str());
    limit_files(&program, Some(1));
    assert_eq!(program.deliver(&told, now(), b"secret").await, 503);
    assert_eq!(program.payment(&id).await.state, PaymentState::Pending);
    limit_files(&program, None);
    assert_eq!(program.deliver(&told, now(), b"secret").await, 200);
    program.reaches(&id, PaymentState::Successful).await;
}

#[tokio::test]
async fn a_payment_whose_webhook_found_no_room_is_found_by_reading() {
    let program = Program::start_with(one_call()).await;
    let (id, charge) = program.pending_charge("01").await;
    limit_files(&program, Some(1));
    program.confirm(&charge).await;
    let told = event("evnt_1", id.as_str(), charge.as_str());
    assert_eq!(program.deliver(&told, now(), b"secret").await, 503);
    assert_eq!(program.payment(&id).await.state, PaymentState::Pending);
    limit_files(&program, None);
    program.reaches(&id, PaymentState::Successful).await;
}

#[tokio::test]
async fn without_room_a_cancel_and_a_decision_are_refused_and_work_afterwards() {
    let program = Program::start_with(one_call()).await;
    let undecided = program.awaiting_decision().await;
    let waiting = program.pending("03").await;
    let (keep, never_arrived) = (json!({"decision": "accept"}), payment_id());
    let expires = asked_of_charges(&program).await;
    limit_files(&program, Some(1));
    says_what_to_do(&refusal(program.cancel(&waiting).await));
    says_what_to_do(&refusal(program.cancel(&never_arrived).await));
    says_what_to_do(&refusal(program.decide(&undecided, &keep).await));
    assert_eq!(program.payment(&waiting).await.state, PaymentState::Pending);
    assert_eq!(program.payment(&undecided).await.disposition, Some(Disposition::AwaitingDecision));
    assert_eq!(asked_of_charges(&program).await, expires, "what was refused is not done");
    limit_files(&program, None);
    assert!(program.cancel(&waiting).await.is_ok());
    program.reaches(&waiting, PaymentState::Cancelled).await;
    assert_eq!(program.cancel(&never_arrived).await.unwrap().state, PaymentState::Cancelled);
    let kept = program.decide(&undecided, &keep).await.unwrap();
    assert_eq!(kept.disposition, Some(Disposition::Accepted));
    assert_eq!(asked_of_charges(&program).await, expires + 1);
}

fn says_what_to_do(refused: &Problem) {
    assert_eq!((refused.status, refused.code), (503, ProblemCode::StorageUnavailable));
    assert!(refused.detail.contains("free or repair its disk"), "{refused:?}");
}
