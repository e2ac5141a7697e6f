//! Facts of when a human is called, and what for.

use super::driven::*;
use super::*;
use scantill_types::api::{AutomaticAction, OperatorAction, PaymentOutcome, ReviewReason};

const OLD: i64 = 300_001;

fn call(attempt: &PaymentAttempt, now: i64) -> Option<ReviewCase> {
    attempt.review_case(Timestamp(now))
}

fn what(
    reason: ReviewReason,
    automatic_action: AutomaticAction,
    operator_action: OperatorAction,
) -> ReviewCase {
    ReviewCase { reason, automatic_action, operator_action }
}

fn with(review: ReviewReason, attempt: PaymentAttempt) -> PaymentAttempt {
    PaymentAttempt { reviews: Reviews::from(vec![review]), ..attempt }
}

/// A refund that was answered with another amount.
fn strange_refund() -> PaymentAttempt {
    let mut kept = Driven::kept();
    kept.ask(wish("r-1", 1_000, 0));
    kept.begin(&refund_id("r-1"), 0);
    kept.feed(Input::Refund(refund_id("r-1"), RefundInput::Answered(shown("r-1", 999))));
    kept.attempt
}

#[test]
fn a_payment_that_goes_well_calls_nobody() {
    for inputs in [
        vec![PERMIT],
        vec![PERMIT, seen(ChargeStatus::Pending)],
        vec![PERMIT, seen(ChargeStatus::Successful)],
    ] {
        assert_eq!(call(&run(inputs), 1), None);
    }
    assert_eq!(call(&run([PERMIT, seen(ChargeStatus::Pending)]), OLD), None, "a payer may be slow");
    assert_eq!(call(&run([PERMIT, seen(ChargeStatus::Successful)]), OLD), None);
}

#[test]
fn a_payment_in_doubt_calls_after_five_minutes() {
    let doubt = run([PERMIT, Input::AnswerLost(UnknownReason::AnswerLost)]);
    assert_eq!(call(&doubt, 300_000), None);
    assert_eq!(
        call(&doubt, OLD),
        Some(what(ReviewReason::OutcomeUnknown, AutomaticAction::Looking, OperatorAction::Wait))
    );
}

#[test]
fn each_reason_says_what_happens_and_what_to_do() {
    let pending = || run([PERMIT, seen(ChargeStatus::Pending)]);
    let late = || run([PERMIT, seen(ChargeStatus::Expired), seen(ChargeStatus::Successful)]);
    let attended =
        |attention| with(attention, PaymentAttempt { disposition: Some(Disposition::InReview), ..late() });
    let compare = OperatorAction::CompareAndClose;
    let expected = [
        (
            late(),
            what(ReviewReason::AwaitingDecision, AutomaticAction::Asking, OperatorAction::AnswerOnTheTill),
        ),
        (
            with(ReviewReason::Mismatch, pending()),
            what(ReviewReason::Mismatch, AutomaticAction::Looking, compare),
        ),
        (
            with(ReviewReason::UnexpectedStatus, pending()),
            what(ReviewReason::UnexpectedStatus, AutomaticAction::Looking, compare),
        ),
        (
            with(ReviewReason::CancelRefused, pending()),
            what(ReviewReason::CancelRefused, AutomaticAction::Looking, OperatorAction::EndInDashboard),
        ),
        (
            attended(ReviewReason::DecisionOverdue),
            what(ReviewReason::DecisionOverdue, AutomaticAction::Nothing, OperatorAction::KeepOrReturn),
        ),
        (
            attended(ReviewReason::PaidLate),
            what(ReviewReason::PaidLate, AutomaticAction::Nothing, OperatorAction::KeepOrReturn),
        ),
        (
            attended(ReviewReason::SupervisorCalled),
            what(ReviewReason::SupervisorCalled, AutomaticAction::Nothing, OperatorAction::KeepOrReturn),
        ),
        (
            attended(ReviewReason::UnapprovedRefund),
            what(ReviewReason::UnapprovedRefund, AutomaticAction::Nothing, OperatorAction::KeepOrReturn),
        ),
        (
            attended(ReviewReason::RefundFailed),
            what(ReviewReason::RefundFailed, AutomaticAction::Nothing, OperatorAction::ReturnAgain),
        ),
        (
            attended(ReviewReason::DuplicateCharge),
            what(ReviewReason::DuplicateCharge, AutomaticAction::Nothing, OperatorAction::KeepOrReturn),
        ),
        (
            strange_refund(),
            what(
                ReviewReason::RefundMismatch,
                AutomaticAction::Looking,
                OperatorAction::CompareAndCloseRefund,
            ),
        ),
        (
            with(ReviewReason::UnapprovedRefund, strange_refund()),
            what(
                ReviewReason::UnapprovedRefund,
                AutomaticAction::Looking,
                OperatorAction::CompareAndCloseRefund,
            ),
        ),
        (
            late().beside_another_accepted(Timestamp(1)),
            what(ReviewReason::PaidTwice, AutomaticAction::GivingBack, OperatorAction::Wait),
        ),
    ];
    for (attempt, expected) in expected {
        assert_eq!(call(&attempt, 1), Some(expected), "{attempt:?}");
    }
}

#[test]
fn an_unexpected_status_stops_no_decision_on_money_that_is_there() {
    let late = run([PERMIT, seen(ChargeStatus::Expired), seen(ChargeStatus::Successful)]);
    let in_review = PaymentAttempt { disposition: Some(Disposition::InReview), ..late };
    let paid = with(ReviewReason::UnexpectedStatus, in_review);
    let mut no_longer_paid = paid.clone();
    no_longer_paid.charges.bound.as_mut().unwrap().status = ChargeStatus::Unexpected("reversed".into());
    for (attempt, expected) in
        [(paid, OperatorAction::KeepOrReturn), (no_longer_paid, OperatorAction::CompareAndClose)]
    {
        let case = what(ReviewReason::UnexpectedStatus, AutomaticAction::Nothing, expected);
        assert_eq!(call(&attempt, 1), Some(case));
    }
}

#[test]
fn only_what_is_decided_is_acknowledged() {
    let seen_by_a_person = Input::Acknowledged(ReviewReason::DuplicateCharge);
    let acknowledge =
        |attempt: PaymentAttempt| attempt.step(Timestamp(1), &Timing::default(), seen_by_a_person.clone()).0;
    let kept = with(ReviewReason::DuplicateCharge, run([PERMIT, seen(ChargeStatus::Successful)]));
    assert_eq!(
        call(&kept, 1),
        Some(what(ReviewReason::DuplicateCharge, AutomaticAction::Nothing, OperatorAction::Acknowledge))
    );
    assert_eq!(call(&acknowledge(kept), 1), None);
    let failed = with(ReviewReason::DuplicateCharge, run([PERMIT, seen(ChargeStatus::Expired)]));
    assert_eq!(acknowledge(failed).review(), None);
    let open = with(ReviewReason::DuplicateCharge, run([PERMIT, seen(ChargeStatus::Pending)]));
    let undecided = run([PERMIT, seen(ChargeStatus::Expired), seen(ChargeStatus::Successful)]);
    for attempt in [open, undecided] {
        assert!(!attempt.may_be_acknowledged());
        assert_eq!(acknowledge(attempt.clone()).review(), attempt.review());
    }
    assert!(!run([PERMIT, seen(ChargeStatus::Successful)]).may_be_acknowledged());
}

#[test]
fn a_manual_resolution_ends_all_reviews() {
    let doubt = run([
        PERMIT,
        Input::AnswerLost(UnknownReason::AnswerLost),
        resolved_manually(PaymentOutcome::Unpaid),
    ]);
    assert_eq!(call(&doubt, OLD), None);
}

#[test]
fn the_same_trouble_is_alarmed_about_once() {
    let wrong = ChargeSnapshot { livemode: true, ..charge("chrg_1", ChargeStatus::Pending) };
    let troubles = [
        (Input::ChargeRead(wrong), ReviewReason::Mismatch),
        (seen(ChargeStatus::Unexpected("under_review".into())), ReviewReason::UnexpectedStatus),
    ];
    for (input, alarm) in troubles {
        let mut driven = Driven::after([PERMIT, seen(ChargeStatus::Pending), input.clone()]);
        assert_eq!(driven.alarms, vec![alarm]);
        driven.feed(input);
        assert_eq!((driven.alarms, driven.remarks), (Vec::new(), Vec::new()));
    }
}

#[test]
fn a_primary_unknown_to_the_provider_needs_review_and_moves_nothing() {
    let attempt = run([PERMIT, seen(ChargeStatus::Pending), Input::BoundMissing]);
    assert_eq!(
        (attempt.payment_state(), attempt.review()),
        (PaymentState::Pending, Some(ReviewReason::ChargeMissing))
    );
    let again = attempt.clone().step(Timestamp(1), &Timing::default(), Input::BoundMissing);
    assert_eq!(again, (attempt.clone(), vec![Remark::Ignored]), "it is said once");
    let found = attempt.step(Timestamp(1), &Timing::default(), seen(ChargeStatus::Successful)).0;
    assert_eq!(
        (found.disposition.clone(), found.review()),
        (Some(Disposition::Accepted), None),
        "it never counts alone"
    );
    let paid = run([PERMIT, seen(ChargeStatus::Successful), Input::BoundMissing]);
    assert_eq!(paid.review(), None);
}
