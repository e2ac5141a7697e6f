//! Facts of what humans closed (P18): no rule works on behind their backs, and evidence calls them again.

use super::driven::*;
use super::*;
use scantill_types::RefundId;
use scantill_types::api::{Disposition as Word, PaymentOutcome, RefundState as RefundWord};

const HOUR_MS: i64 = 60 * MINUTE_MS;

fn to_return() -> Driven {
    let mut late = Driven::late();
    late.feed(Input::Decided(Decision::Refund));
    late
}

fn returning() -> (Driven, RefundId) {
    let mut late = to_return();
    late.at(1_000, seen(ChargeStatus::Successful));
    late.at(21_000, seen(ChargeStatus::Successful));
    (late, RefundId::of_return(&ChargeId::parse("chrg_1").unwrap(), 0))
}

#[test]
fn after_a_manual_resolution_due_money_is_not_refunded() {
    for reads_before in [0, 1] {
        let mut closed = to_return();
        for read in 0..reads_before {
            closed.at(1_000 + read, seen(ChargeStatus::Successful));
        }
        closed.feed(resolved_manually(PaymentOutcome::Unpaid));
        for read_at in [30_000, 60_000, HOUR_MS] {
            closed.at(read_at, seen(ChargeStatus::Successful));
            assert_eq!((closed.disposition(), &closed.remarks[..]), (Some(Word::RefundDue), &[][..]));
        }
        assert!(closed.attempt.resolution.is_some() && closed.attempt.refunds.ours.is_empty());
    }
}

#[test]
fn after_a_manual_resolution_no_automatic_refund_begins() {
    let (mut closed, refund) = returning();
    closed.feed(resolved_manually(PaymentOutcome::Unpaid));
    let steps = closed.tend(|_| vec![seen(ChargeStatus::Successful)]);
    assert_eq!(steps, [(Action::Read, false)]);
    closed.begin(&refund, 0);
    assert_eq!((closed.refund(&refund), &closed.remarks[..]), (RefundWord::Approved, &[Remark::Ignored][..]));
    let (mut open, refund) = returning();
    open.begin(&refund, 0);
    assert_eq!(open.refund(&refund), RefundWord::Sending);
}

#[test]
fn what_a_supervisor_asked_for_is_sent_although_the_payment_was_closed() {
    let mut closed = to_return();
    closed.feed(resolved_manually(PaymentOutcome::Unpaid));
    closed.now = 2;
    closed.ask(RefundOrder { created_at: Timestamp(2), ..wish("r-1", 100, 0) });
    closed.begin(&refund_id("r-1"), 0);
    assert_eq!(closed.refund(&refund_id("r-1")), RefundWord::Sending);
}

#[test]
fn a_refund_that_fails_after_a_manual_resolution_needs_review() {
    for failure in [RefundInput::ConfirmedAbsent, RefundInput::Refused { code: "failed_refund".into() }] {
        let (mut closed, refund) = returning();
        closed.begin(&refund, 0);
        if failure == RefundInput::ConfirmedAbsent {
            closed.feed(Input::Refund(refund.clone(), RefundInput::AnswerLost(UnknownReason::AnswerLost)));
        }
        closed.feed(resolved_manually(PaymentOutcome::Unpaid));
        assert_eq!(closed.attempt.review_case(Timestamp(HOUR_MS)), None);
        closed.feed(Input::Refund(refund, failure));
        assert_eq!(
            (&closed.alarms[..], &closed.remarks[..]),
            (
                &[ReviewReason::RefundFailed][..],
                &[Remark::Contradicted(Contradiction::ReopenedByEvidence)][..]
            )
        );
        let call = closed.attempt.review_case(Timestamp(HOUR_MS)).unwrap();
        assert_eq!((call.reason, closed.attempt.resolution), (ReviewReason::RefundFailed, None));
    }
}

#[test]
fn a_refund_made_elsewhere_counts_after_a_manual_resolution() {
    let (mut closed, _) = returning();
    closed.feed(resolved_manually(PaymentOutcome::Unpaid));
    closed.at(
        HOUR_MS,
        refunded(2_225, vec![RefundSnapshot { refund: None, payment: None, ..shown("x", 2_225) }]),
    );
    assert_eq!((closed.disposition(), closed.attempt.resolution), (Some(Word::Refunded), None));
}

#[test]
fn acknowledging_keeps_the_review_of_an_unrefunded_duplicate() {
    let mut kept = Driven::kept();
    let paid = || Input::ChargeRead(charge("chrg_2", ChargeStatus::Successful));
    kept.at(1_000, paid());
    kept.at(21_000, paid());
    let refund = RefundId::of_return(&ChargeId::parse("chrg_2").unwrap(), 0);
    kept.begin(&refund, 0);
    kept.feed(Input::Refund(refund, RefundInput::Refused { code: "failed_refund".into() }));
    assert!(!kept.attempt.may_be_acknowledged());
    kept.feed(Input::ChargeRead(charge("chrg_3", ChargeStatus::Expired)));
    assert_eq!(kept.attempt.review(), Some(ReviewReason::DuplicateCharge));
    kept.feed(Input::Acknowledged(ReviewReason::DuplicateCharge));
    assert_eq!(kept.attempt.review(), Some(ReviewReason::RefundFailed));
}

#[test]
fn money_on_a_duplicate_is_refunded_after_a_manual_resolution() {
    let mut closed = Driven::late();
    closed.feed(Input::DecisionOverdue);
    closed.feed(resolved_manually(PaymentOutcome::Unpaid));
    let paid = || Input::ChargeRead(charge("chrg_2", ChargeStatus::Successful));
    closed.at(1_000, paid());
    closed.at(21_000, paid());
    let refund = RefundId::of_return(&ChargeId::parse("chrg_2").unwrap(), 0);
    assert_eq!(closed.due(), Some((21_000, Action::SendRefund(refund.clone()))));
    closed.begin(&refund, 0);
    assert_eq!((closed.refund(&refund), closed.attempt.resolution.is_some()), (RefundWord::Sending, true));
}

#[test]
fn an_unrefundable_duplicate_needs_review_and_reopens_nothing_else() {
    let mut closed = to_return();
    let paid = || Input::ChargeRead(charge("chrg_2", ChargeStatus::Successful));
    closed.at(1_000, paid());
    closed.at(21_000, paid());
    closed.feed(resolved_manually(PaymentOutcome::Unpaid));
    let refund = RefundId::of_return(&ChargeId::parse("chrg_2").unwrap(), 0);
    closed.begin(&refund, 0);
    closed.feed(Input::Refund(refund, RefundInput::Refused { code: "failed_refund".into() }));
    assert!(closed.attempt.resolution.is_some() && closed.attempt.review_case(Timestamp(21_000)).is_some());
    closed.at(30_000, seen(ChargeStatus::Successful));
    closed.at(60_000, seen(ChargeStatus::Successful));
    assert_eq!(closed.disposition(), Some(Word::RefundDue), "what they repaid is not given back again");
}
