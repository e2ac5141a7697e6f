//! Facts of late successes, and of money that goes back by itself.

use super::driven::*;
use super::*;
use scantill_types::RefundId;
use scantill_types::api::{Disposition as Word, PaymentOutcome, RefundState as RefundWord};

#[test]
fn an_undecided_late_success_needs_review_after_a_minute() {
    let mut late = Driven::late();
    assert_eq!(late.due(), Some((1 + MINUTE_MS, Action::EndDecisionTime)));
    late.feed(Input::DecisionOverdue);
    assert_eq!(
        (late.disposition(), late.attempt.review()),
        (Some(Word::InReview), Some(ReviewReason::DecisionOverdue))
    );
    late.feed(Input::Decided(Decision::Accept));
    assert_eq!(late.disposition(), Some(Word::InReview), "it takes a supervisor now");
    late.feed(Input::DecidedBySupervisor(Decision::Accept));
    assert_eq!((late.disposition(), late.attempt.review()), (Some(Word::Accepted), None));
}

#[test]
fn calling_a_supervisor_without_one_overwrites_nothing() {
    let mut late = Driven::late();
    late.feed(Input::DecisionOverdue);
    late.attempt.reviews = Reviews::from(vec![ReviewReason::RefundFailed]);
    late.feed(Input::Decided(Decision::CallSupervisor));
    assert_eq!(
        (late.attempt.review(), late.remarks),
        (Some(ReviewReason::RefundFailed), vec![Remark::Ignored])
    );
}

#[test]
fn money_is_refunded_only_after_two_reads_twenty_seconds_apart() {
    for decision in [Decision::Refund, Decision::SettledOtherwise, Decision::CustomerGone] {
        let mut late = Driven::late();
        late.feed(Input::Decided(decision));
        assert_eq!((late.disposition(), late.due()), (Some(Word::RefundDue), Some((1, Action::Read))));
        late.at(1_000, seen(ChargeStatus::Successful));
        assert_eq!(late.due(), Some((21_000, Action::Read)));
        late.at(20_999, seen(ChargeStatus::Successful));
        assert_eq!(late.disposition(), Some(Word::RefundDue));
        late.at(21_000, seen(ChargeStatus::Successful));
        assert_eq!(late.disposition(), Some(Word::Refunding));
        let refund = RefundId::of_return(&ChargeId::parse("chrg_1").unwrap(), 0);
        assert_eq!(late.due(), Some((21_000, Action::SendRefund(refund.clone()))));
        late.begin(&refund, 0);
        late.feed(Input::Refund(refund.clone(), RefundInput::Answered(shown(refund.as_str(), 2_225))));
        assert_eq!((late.disposition(), late.refund(&refund)), (Some(Word::Refunded), RefundWord::Done));
        assert!(!late.attempt.holds_sale());
    }
}

#[test]
fn money_refunded_by_others_meanwhile_is_not_refunded_twice() {
    let mut late = Driven::late();
    late.feed(Input::Decided(Decision::Refund));
    late.at(1_000, seen(ChargeStatus::Successful));
    let elsewhere = RefundSnapshot { refund: None, payment: None, ..shown("x", 2_225) };
    late.at(30_000, refunded(2_225, vec![elsewhere]));
    assert_eq!(late.disposition(), Some(Word::Refunded));
    assert!(late.attempt.refunds.ours.is_empty());
}

#[test]
fn a_partial_refund_made_meanwhile_needs_review() {
    let mut late = Driven::late();
    late.feed(Input::Decided(Decision::Refund));
    late.at(1_000, refunded(100, Vec::new()));
    assert_eq!(
        (late.disposition(), late.attempt.review()),
        (Some(Word::InReview), Some(ReviewReason::UnapprovedRefund))
    );
}

#[test]
fn a_refused_refund_needs_review_and_may_be_retried() {
    let mut late = Driven::late();
    // What a human asked for is not one of the rule's tries.
    late.ask(wish("r-1", 100, 0));
    late.begin(&refund_id("r-1"), 0);
    late.feed(Input::Refund(refund_id("r-1"), RefundInput::NotSent));
    late.feed(Input::Decided(Decision::Refund));
    late.at(1_000, seen(ChargeStatus::Successful));
    late.at(30_000, seen(ChargeStatus::Successful));
    let bound = ChargeId::parse("chrg_1").unwrap();
    let first = RefundId::of_return(&bound, 0);
    late.begin(&first, 0);
    late.feed(Input::Refund(first, RefundInput::Refused { code: "failed_refund".into() }));
    assert_eq!(
        (late.disposition(), late.attempt.review()),
        (Some(Word::InReview), Some(ReviewReason::RefundFailed))
    );
    late.feed(Input::DecidedBySupervisor(Decision::Refund));
    late.at(40_000, seen(ChargeStatus::Successful));
    late.at(70_000, seen(ChargeStatus::Successful));
    assert_eq!(late.due(), Some((70_000, Action::SendRefund(RefundId::of_return(&bound, 1)))));
}

#[test]
fn a_refund_made_elsewhere_after_a_failed_one_counts() {
    let mut late = Driven::late();
    late.feed(Input::Decided(Decision::Refund));
    late.at(1_000, seen(ChargeStatus::Successful));
    late.at(30_000, seen(ChargeStatus::Successful));
    let refund = RefundId::of_return(&ChargeId::parse("chrg_1").unwrap(), 0);
    late.begin(&refund, 0);
    late.feed(Input::Refund(refund, RefundInput::Refused { code: "failed_refund".into() }));
    late.feed(refunded(2_225, vec![RefundSnapshot { refund: None, payment: None, ..shown("x", 2_225) }]));
    assert_eq!((late.disposition(), late.attempt.review()), (Some(Word::Refunded), None));
}

#[test]
fn after_a_partial_manual_refund_no_rule_refunds_the_whole() {
    let mut late = Driven::late();
    late.ask(wish("r-1", 500, 0));
    late.begin(&refund_id("r-1"), 0);
    late.feed(Input::Refund(refund_id("r-1"), RefundInput::Answered(shown("r-1", 500))));
    late.feed(Input::Decided(Decision::Refund));
    late.at(30_000, refunded(500, vec![shown("r-1", 500)]));
    assert_eq!(
        (late.disposition(), late.attempt.review()),
        (Some(Word::InReview), Some(ReviewReason::UnapprovedRefund))
    );
}

#[test]
fn accepting_acknowledges_the_refunds_made_elsewhere_so_far() {
    let mut kept = Driven::kept();
    kept.ask(wish("r-1", 500, 0));
    kept.begin(&refund_id("r-1"), 0);
    kept.feed(Input::Refund(refund_id("r-1"), RefundInput::Answered(shown("r-1", 500))));
    let elsewhere = RefundSnapshot { refund: None, payment: None, ..shown("x", 300) };
    let both = || vec![shown("r-1", 500), elsewhere.clone()];
    kept.feed(refunded(800, both()));
    kept.feed(Input::DecidedBySupervisor(Decision::Accept));
    kept.feed(refunded(800, both()));
    assert_eq!(kept.disposition(), Some(Word::Accepted));
    kept.feed(refunded(801, both()));
    assert_eq!(kept.disposition(), Some(Word::InReview));
}

#[test]
fn a_return_ends_what_called_for_it_and_nothing_else() {
    for (attention, left) in [
        (ReviewReason::PaidTwice, None),
        (ReviewReason::DuplicateCharge, Some(ReviewReason::DuplicateCharge)),
    ] {
        let mut late = Driven::late();
        late.feed(Input::Decided(Decision::Refund));
        late.attempt.reviews = Reviews::from(vec![attention]);
        late.feed(refunded(2_225, vec![shown("x", 2_225)]));
        assert_eq!((late.disposition(), late.attempt.review()), (Some(Word::Refunded), left));
    }
}

#[test]
fn the_first_automatic_refund_stays_the_first_beside_others() {
    let mut kept = Driven::kept();
    kept.ask(wish("r-1", 500, 0));
    kept.begin(&refund_id("r-1"), 0);
    kept.feed(Input::Refund(refund_id("r-1"), RefundInput::Answered(shown("r-1", 500))));
    kept.feed(refunded(500, vec![shown("r-1", 500)]));
    let duplicate = || Input::ChargeRead(charge("chrg_2", ChargeStatus::Successful));
    kept.at(1_000, duplicate());
    kept.at(21_000, duplicate());
    let refund = RefundId::of_return(&ChargeId::parse("chrg_2").unwrap(), 0);
    assert_eq!(kept.due(), Some((21_000, Action::SendRefund(refund.clone()))));
    kept.begin(&refund, 0);
    let answer =
        RefundSnapshot { charge: ChargeId::parse("chrg_2").unwrap(), ..shown(refund.as_str(), 2_225) };
    kept.feed(Input::Refund(refund, RefundInput::Answered(answer)));
    assert_eq!(kept.due(), None, "what went back of another charge does not show in this one");
}

#[test]
fn a_kept_payment_is_never_decided_again() {
    for decision in [Decision::Accept, Decision::Refund, Decision::CallSupervisor] {
        let mut kept = Driven::kept();
        kept.feed(Input::Decided(decision));
        assert_eq!((kept.disposition(), kept.remarks), (Some(Word::Accepted), vec![Remark::Ignored]));
    }
}

#[test]
fn a_supervisor_decides_nothing_about_a_disputed_or_mismatched_payment() {
    let waiting = || {
        let mut late = Driven::late();
        late.feed(Input::DecisionOverdue);
        late
    };
    assert!(waiting().attempt.may_be_decided());
    let mut disputed = waiting();
    disputed.feed(Input::ChargeRead(ChargeSnapshot {
        disputed: true,
        ..charge("chrg_1", ChargeStatus::Successful)
    }));
    assert!(!disputed.attempt.may_be_decided());
    let mut mismatched = waiting();
    mismatched.attempt.reviews = Reviews::from(vec![ReviewReason::Mismatch]);
    assert!(!mismatched.attempt.may_be_decided());
    let mut unpaid = waiting();
    unpaid.feed(seen(ChargeStatus::Expired));
    assert!(!unpaid.attempt.may_be_decided());
}

#[test]
fn a_wholly_refunded_payment_cannot_be_accepted() {
    let back = || {
        let mut late = Driven::late();
        late.feed(Input::DecisionOverdue);
        let elsewhere = RefundSnapshot { refund: None, payment: None, ..shown("x", 2_225) };
        late.feed(refunded(2_225, vec![elsewhere]));
        late
    };
    assert_eq!(
        (back().disposition(), back().attempt.review()),
        (Some(Word::InReview), Some(ReviewReason::UnapprovedRefund))
    );
    let mut kept = back();
    kept.feed(Input::DecidedBySupervisor(Decision::Accept));
    assert_eq!(kept.disposition(), Some(Word::InReview));
    let mut returned = back();
    returned.feed(Input::DecidedBySupervisor(Decision::CustomerGone));
    assert_eq!((returned.disposition(), returned.attempt.review()), (Some(Word::Refunded), None));
    let mut called = back();
    called.feed(Input::DecidedBySupervisor(Decision::CallSupervisor));
    assert_eq!(called.attempt.review(), Some(ReviewReason::SupervisorCalled));
}

#[test]
fn the_storage_says_why_money_was_refunded() {
    let reasons = [
        (Decision::Refund, "cashier"),
        (Decision::SettledOtherwise, "settled_otherwise"),
        (Decision::CustomerGone, "customer_gone"),
    ];
    for (decision, reason) in reasons {
        let mut late = Driven::late();
        late.feed(Input::Decided(decision));
        late.at(1_000, seen(ChargeStatus::Successful));
        late.at(30_000, seen(ChargeStatus::Successful));
        assert_eq!(late.attempt.refunds.ours[0].order.reason.as_deref(), Some(reason));
    }
    assert_eq!(
        (RefundReason::OtherPayment.as_str(), RefundReason::Released.as_str()),
        ("other_payment", "released")
    );
}

#[test]
fn a_late_success_beside_an_accepted_one_is_refunded() {
    let mut late = Driven::late();
    late.feed(Input::OtherPaymentAccepted);
    assert_eq!(
        (late.disposition(), late.attempt.review()),
        (Some(Word::RefundDue), Some(ReviewReason::PaidTwice))
    );
    let mut kept = Driven::kept();
    kept.feed(Input::OtherPaymentAccepted);
    assert_eq!(kept.disposition(), Some(Word::Accepted));
    let mut unanswered = Driven::late();
    unanswered.feed(Input::DecisionOverdue);
    unanswered.feed(Input::OtherPaymentAccepted);
    assert_eq!(unanswered.disposition(), Some(Word::RefundDue));
    let mut called = Driven::late();
    called.feed(Input::Decided(Decision::CallSupervisor));
    called.feed(Input::OtherPaymentAccepted);
    assert_eq!(called.disposition(), Some(Word::InReview), "a supervisor is at it");
}

#[test]
fn a_paid_duplicate_of_an_accepted_payment_is_refunded() {
    let mut kept = Driven::kept();
    let duplicate = || Input::ChargeRead(charge("chrg_2", ChargeStatus::Successful));
    kept.at(1_000, duplicate());
    let id = ChargeId::parse("chrg_2").unwrap();
    assert_eq!(kept.due(), Some((21_000, Action::ReadDuplicate(id.clone()))));
    kept.at(21_000, duplicate());
    let refund = RefundId::of_return(&id, 0);
    assert_eq!(kept.due(), Some((21_000, Action::SendRefund(refund.clone()))));
    kept.begin(&refund, 0);
    let answer = RefundSnapshot { charge: id, ..shown(refund.as_str(), 2_225) };
    kept.feed(Input::Refund(refund, RefundInput::Answered(answer)));
    assert_eq!(
        (kept.disposition(), kept.attempt.charges.duplicates[0].standing),
        (Some(Word::Accepted), DuplicateState::Refunded)
    );
}

#[test]
fn money_found_after_a_release_is_refunded() {
    let mut doubt = Driven::after([PERMIT, Input::AnswerLost(UnknownReason::AnswerLost)]);
    assert!(doubt.attempt.holds_sale() && doubt.attempt.may_be_released());
    doubt.feed(Input::Released { by: "Mali".into() });
    assert!(!doubt.attempt.holds_sale() && !doubt.attempt.may_be_released());
    doubt.feed(seen(ChargeStatus::Successful));
    assert_eq!(doubt.disposition(), Some(Word::RefundDue));
    let mut pending = Driven::after([
        PERMIT,
        Input::AnswerLost(UnknownReason::AnswerLost),
        Input::Released { by: "Mali".into() },
    ]);
    pending.feed(seen(ChargeStatus::Pending));
    assert_eq!(pending.attempt.payment_state(), PaymentState::Cancelling);
    let mut open = Driven::after([PERMIT, seen(ChargeStatus::Pending)]);
    open.feed(Input::Released { by: "Mali".into() });
    assert_eq!(open.attempt.released, None);
}

#[test]
fn a_manual_resolution_is_undone_by_evidence() {
    let mut doubt = Driven::after([PERMIT, Input::AnswerLost(UnknownReason::AnswerLost)]);
    doubt.feed(resolved_manually(PaymentOutcome::Unpaid));
    assert_eq!((doubt.attempt.payment_state(), doubt.attempt.holds_sale()), (PaymentState::Unknown, false));
    doubt.feed(seen(ChargeStatus::Successful));
    assert_eq!(
        (doubt.attempt.resolution.clone(), doubt.attempt.payment_state()),
        (None, PaymentState::Successful)
    );
    assert!(doubt.remarks.contains(&Remark::Contradicted(Contradiction::ReopenedByEvidence)));
    let mut pending = Driven::after([PERMIT, Input::AnswerLost(UnknownReason::AnswerLost)]);
    pending.feed(resolved_manually(PaymentOutcome::Unpaid));
    pending.feed(seen(ChargeStatus::Pending));
    assert!(
        pending.attempt.resolution.is_some() && !pending.attempt.blocks_sale(),
        "pending contradicts nothing"
    );
    pending.feed(Input::ChargeRead(charge("chrg_2", ChargeStatus::Successful)));
    assert!(pending.attempt.review_case(Timestamp(1)).is_some(), "money on a further charge is never hidden");
    let mut paid = Driven::after([PERMIT, Input::AnswerLost(UnknownReason::AnswerLost)]);
    paid.feed(resolved_manually(PaymentOutcome::Paid));
    assert!(paid.attempt.holds_sale());
    let mut kept = Driven::kept();
    kept.feed(resolved_manually(PaymentOutcome::Unpaid));
    assert_eq!(kept.attempt.resolution, None);
}

#[test]
fn a_duplicate_is_read_until_it_is_final() {
    let mut kept = Driven::kept();
    let id = ChargeId::parse("chrg_2").unwrap();
    kept.feed(Input::ChargeRead(charge("chrg_2", ChargeStatus::Pending)));
    kept.feed(Input::DuplicateExpireBegins(id.clone()));
    let next = kept.attempt.next_actions(Timestamp(kept.now), &Timing::default());
    let read = ScheduledAction { at: Timestamp(5_000), action: Action::ReadDuplicate(id) };
    assert!(next.contains(&read), "{next:?}");
    kept.feed(Input::ChargeRead(charge("chrg_2", ChargeStatus::Expired)));
    assert_eq!(
        (kept.due(), kept.attempt.charges.duplicates[0].standing),
        (None, DuplicateState::EndedUnpaid)
    );
}

#[test]
fn an_answer_that_was_overtaken_takes_no_fact_back() {
    let mut kept = Driven::kept();
    kept.feed(seen(ChargeStatus::Pending));
    assert!(kept.attempt.charges.bound.as_ref().unwrap().is_paid());
    assert_eq!(kept.attempt.may_refund(&wish("r-1", 1, 0)), Ok(()));
}

#[test]
fn an_automatic_refund_that_takes_long_needs_review() {
    let mut late = Driven::late();
    late.feed(Input::Decided(Decision::Refund));
    assert_eq!(late.attempt.review_case(Timestamp(1)), None);
    let call = late.attempt.review_case(Timestamp(300_001)).unwrap();
    assert_eq!(call.automatic_action, scantill_types::api::AutomaticAction::GivingBack);
    assert!(late.attempt.may_be_resolved());
}
