//! Facts of refunds that did not happen, as far as is known: they are watched, and corrected (P19).

use super::driven::*;
use super::*;
use scantill_types::RefundId;
use scantill_types::api::{Disposition as Word, RefundOutcome, RefundState as RefundWord};

fn learned(id: &str, input: RefundInput) -> Input {
    Input::Refund(refund_id(id), input)
}

fn refusal() -> RefundInput {
    RefundInput::Refused { code: "failed_refund".into() }
}

/// A kept payment of which a refund was refused.
fn refused(amount: i64) -> Driven {
    let mut kept = Driven::kept();
    kept.ask(wish("r-1", amount, 0));
    kept.begin(&refund_id("r-1"), 0);
    kept.feed(learned("r-1", refusal()));
    kept
}

/// A rule's return that ended so.
fn returning(inputs: impl IntoIterator<Item = RefundInput>) -> (Driven, RefundId) {
    let mut late = Driven::late();
    late.feed(Input::Decided(Decision::Refund));
    late.at(1_000, seen(ChargeStatus::Successful));
    late.at(21_000, seen(ChargeStatus::Successful));
    let refund = RefundId::of_return(&ChargeId::parse("chrg_1").unwrap(), 0);
    late.begin(&refund, 0);
    for input in inputs {
        late.feed(Input::Refund(refund.clone(), input));
    }
    (late, refund)
}

#[test]
fn a_refused_refund_is_read_at_once_and_then_watched() {
    let mut refused = refused(1_000);
    assert_eq!(refused.due(), Some((1, Action::Read)));
    refused.now = 100;
    assert_eq!(refused.due(), Some((3_100, Action::Read)), "until somebody answers");
    refused.feed(seen(ChargeStatus::Successful));
    for (now, next) in [(100, 30_001), (30_001, 240_001), (240_001, 3_600_001)] {
        refused.now = now;
        assert_eq!(refused.due(), Some((next, Action::Read)));
    }
    refused.now = 2 * 86_400_000;
    assert_eq!(refused.due(), None);
}

#[test]
fn a_refund_of_which_no_byte_left_is_not_watched() {
    let mut kept = Driven::kept();
    kept.ask(wish("r-1", 1_000, 0));
    kept.begin(&refund_id("r-1"), 500);
    kept.ask(wish("r-2", 1_000, 0));
    kept.begin(&refund_id("r-2"), 0);
    kept.feed(learned("r-2", RefundInput::NotSent));
    assert_eq!(kept.due(), None);
}

#[test]
fn a_refused_or_absent_refund_is_done_once_its_charge_lists_it() {
    let lost = RefundInput::AnswerLost(UnknownReason::AnswerLost);
    for inputs in [vec![refusal()], vec![lost, RefundInput::ConfirmedAbsent]] {
        let mut kept = Driven::kept();
        kept.ask(wish("r-1", 1_000, 0));
        kept.begin(&refund_id("r-1"), 0);
        for input in inputs {
            kept.feed(learned("r-1", input));
        }
        kept.feed(refunded(1_000, vec![shown("r-1", 1_000)]));
        assert_eq!(kept.refund(&refund_id("r-1")), RefundWord::Done);
        assert_eq!((kept.disposition(), kept.attempt.review()), (Some(Word::Accepted), None), "it is ours");
        assert_eq!(kept.remarks, [Remark::Contradicted(Contradiction::RefundedAfterAll)]);
        assert_eq!((kept.attempt.refunds.elsewhere.len(), kept.due()), (0, None));
    }
}

#[test]
fn another_refund_under_our_id_is_not_the_one_that_was_refused() {
    let mut kept = refused(1_000);
    kept.feed(refunded(999, vec![shown("r-1", 999)]));
    assert_eq!(kept.refund(&refund_id("r-1")), RefundWord::Refused);
    assert_eq!(kept.attempt.review(), Some(ReviewReason::UnapprovedRefund));
    kept.feed(learned("r-1", RefundInput::Answered(shown("r-1", 999))));
    assert_eq!(kept.refund(&refund_id("r-1")), RefundWord::Refused);
}

#[test]
fn a_second_refund_under_our_id_is_a_line_of_its_own() {
    let copy = RefundSnapshot { id: "rfnd_copy".into(), ..shown("r-1", 500) };
    let both = || refunded(1_000, vec![shown("r-1", 500), copy.clone()]);
    let mut told_first = Driven::kept();
    told_first.ask(wish("r-1", 500, 0));
    told_first.begin(&refund_id("r-1"), 0);
    let mut told_last =
        Driven { attempt: told_first.attempt.clone(), remarks: Vec::new(), alarms: Vec::new(), now: 1 };
    told_first.feed(learned("r-1", RefundInput::Answered(shown("r-1", 500))));
    told_first.feed(both());
    told_last.feed(both());
    told_last.feed(learned("r-1", RefundInput::Answered(copy.clone())));
    assert_eq!(told_last.due(), Some((1, Action::Read)), "the charge is asked which there are");
    told_last.feed(both());
    for driven in [told_first, told_last] {
        assert_eq!(driven.refund(&refund_id("r-1")), RefundWord::Done);
        assert_eq!(driven.attempt.refunds.elsewhere, std::slice::from_ref(&copy));
        assert_eq!(driven.attempt.review(), Some(ReviewReason::UnapprovedRefund));
        assert_eq!(driven.due(), None);
    }
}

#[test]
fn a_refund_that_the_answer_misnamed_is_one_refund() {
    let mut kept = Driven::kept();
    kept.ask(wish("r-1", 500, 0));
    kept.begin(&refund_id("r-1"), 0);
    let misnamed = RefundSnapshot { id: "rfnd_wrong".into(), ..shown("r-1", 500) };
    kept.feed(learned("r-1", RefundInput::Answered(misnamed)));
    kept.feed(refunded(500, vec![shown("r-1", 500)]));
    assert_eq!(kept.known_refunds(), [("rfnd_r-1", 500, false)]);
    assert_eq!((kept.attempt.review(), kept.due()), (None, None));
}

#[test]
fn a_return_that_was_refused_and_happened_is_returned_and_done() {
    let (mut late, refund) = returning([refusal()]);
    assert_eq!(late.attempt.review(), Some(ReviewReason::RefundFailed));
    assert_eq!(late.due(), Some((21_000, Action::Read)));
    late.feed(refunded(2_225, vec![shown(refund.as_str(), 2_225)]));
    assert_eq!((late.disposition(), late.attempt.review()), (Some(Word::Refunded), None));
    assert_eq!(late.refund(&refund), RefundWord::Done);
    let (mut read_first, refund) = returning([]);
    read_first.feed(refunded(2_225, Vec::new()));
    read_first.feed(Input::Refund(refund.clone(), refusal()));
    read_first.feed(refunded(2_225, vec![shown(refund.as_str(), 2_225)]));
    assert_eq!(
        (read_first.disposition(), read_first.refund(&refund)),
        (Some(Word::Refunded), RefundWord::Done)
    );
}

#[test]
fn an_accepted_payment_that_a_rule_refunded_needs_review() {
    let (mut late, refund) = returning([refusal()]);
    late.feed(Input::DecidedBySupervisor(Decision::Accept));
    assert_eq!(late.disposition(), Some(Word::Accepted));
    late.feed(refunded(2_225, vec![shown(refund.as_str(), 2_225)]));
    assert_eq!(
        (late.disposition(), late.attempt.review()),
        (Some(Word::InReview), Some(ReviewReason::UnapprovedRefund))
    );
}

#[test]
fn a_lost_automatic_refund_is_retried_once_before_a_review() {
    let lost = || RefundInput::AnswerLost(UnknownReason::AnswerLost);
    for inputs in [vec![RefundInput::NotSent], vec![lost(), RefundInput::ConfirmedAbsent]] {
        let (mut late, _) = returning(inputs);
        let second = RefundId::of_return(&ChargeId::parse("chrg_1").unwrap(), 1);
        assert_eq!((late.disposition(), late.attempt.review()), (Some(Word::Refunding), None));
        assert_eq!(late.due(), Some((21_000, Action::SendRefund(second.clone()))));
        let orders = &late.attempt.refunds.ours;
        assert_eq!(orders[0].order.reason, orders[1].order.reason);
        let mut done =
            Driven { attempt: late.attempt.clone(), remarks: Vec::new(), alarms: Vec::new(), now: late.now };
        done.begin(&second, 0);
        done.feed(Input::Refund(second.clone(), RefundInput::Answered(shown(second.as_str(), 2_225))));
        assert_eq!((done.disposition(), done.attempt.review()), (Some(Word::Refunded), None));
        late.begin(&second, 0);
        late.feed(Input::Refund(second, RefundInput::NotSent));
        assert_eq!(late.attempt.review(), Some(ReviewReason::RefundFailed));
        assert_eq!(late.attempt.refunds.ours.len(), 2);
    }
}

#[test]
fn after_a_manual_resolution_no_refund_is_repeated_automatically() {
    let (mut late, refund) = returning([RefundInput::AnswerLost(UnknownReason::AnswerLost)]);
    let (by, second, proof) = ("Mali".into(), "Chai".into(), "statement".into());
    let closed =
        RefundResolution { finding: RefundOutcome::Absent, by, second, proof, at: Timestamp(21_000) };
    late.feed(Input::RefundResolved(refund, closed));
    assert_eq!(late.attempt.review(), Some(ReviewReason::RefundFailed));
    assert_eq!(late.due(), Some((51_000, Action::Read)), "what humans found absent is watched too");
    let (mut closed, refund) = returning([RefundInput::AnswerLost(UnknownReason::AnswerLost)]);
    closed.feed(resolved_manually(scantill_types::api::PaymentOutcome::Paid));
    closed.feed(Input::Refund(refund, RefundInput::ConfirmedAbsent));
    assert_eq!(
        (closed.attempt.refunds.ours.len(), closed.attempt.review()),
        (1, Some(ReviewReason::RefundFailed))
    );
}

#[test]
fn a_lost_refund_of_a_duplicate_is_retried_once() {
    let mut kept = Driven::kept();
    let id = ChargeId::parse("chrg_2").unwrap();
    for now in [1_000, 21_000] {
        kept.at(now, Input::ChargeRead(charge("chrg_2", ChargeStatus::Successful)));
    }
    let first = RefundId::of_return(&id, 0);
    kept.begin(&first, 0);
    kept.feed(Input::Refund(first, RefundInput::NotSent));
    assert_eq!(kept.due(), Some((21_000, Action::SendRefund(RefundId::of_return(&id, 1)))));
    assert_eq!(kept.attempt.charges.duplicates[0].standing, DuplicateState::Refunding);
}

#[test]
fn what_others_gave_back_counts_when_the_charge_is_behind() {
    let elsewhere = RefundSnapshot { refund: None, payment: None, ..shown("x", 500) };
    let mut kept = Driven::kept();
    kept.feed(refunded(500, vec![elsewhere.clone()]));
    kept.feed(Input::DecidedBySupervisor(Decision::Accept));
    assert_eq!(kept.due(), None);
    kept.ask(wish("r-1", 10, 500));
    kept.begin(&refund_id("r-1"), 500);
    kept.feed(learned("r-1", RefundInput::Answered(shown("r-1", 10))));
    assert_eq!(kept.due(), Some((1, Action::Read)));
    kept.feed(refunded(510, vec![elsewhere, shown("r-1", 10)]));
    assert_eq!((kept.due(), kept.disposition()), (None, Some(Word::Accepted)));
    kept.feed(seen(ChargeStatus::Successful));
    assert!(kept.due().is_some(), "a read that is older than what is known is read again");
}

#[test]
fn money_known_to_be_refunded_is_not_refunded_again() {
    let mut kept = Driven::kept();
    kept.ask(wish("r-1", 2_000, 0));
    kept.begin(&refund_id("r-1"), 0);
    kept.feed(learned("r-1", RefundInput::Answered(shown("r-1", 2_000))));
    let may = |order| kept.attempt.may_refund(&order);
    assert_eq!(may(wish("r-2", 1_000, 0)), Err(RefundRefusal::Changed { refunded_minor: 2_000 }));
    assert_eq!(may(wish("r-2", 226, 2_000)), Err(RefundRefusal::TooLarge { left_minor: 225 }));
    assert_eq!(may(wish("r-2", 225, 2_000)), Ok(()));
    let mut late = Driven::late();
    late.ask(wish("r-1", 500, 0));
    late.begin(&refund_id("r-1"), 0);
    late.feed(learned("r-1", RefundInput::Answered(shown("r-1", 500))));
    late.feed(Input::Decided(Decision::Refund));
    late.at(1_000, seen(ChargeStatus::Successful));
    assert_eq!(late.attempt.review(), Some(ReviewReason::UnapprovedRefund), "no rule gives the rest back");
}

#[test]
fn a_refund_that_explains_what_was_acknowledged_explains_nothing_more() {
    let elsewhere = RefundSnapshot { refund: None, payment: None, ..shown("x", 300) };
    let mut kept = refused(1_000);
    kept.feed(refunded(1_300, vec![elsewhere.clone()]));
    kept.feed(Input::DecidedBySupervisor(Decision::Accept));
    kept.feed(refunded(1_300, vec![elsewhere.clone(), shown("r-1", 1_000)]));
    assert_eq!((kept.disposition(), kept.attempt.refunds.acknowledged), (Some(Word::Accepted), 300));
    kept.feed(refunded(1_301, vec![elsewhere, shown("r-1", 1_000)]));
    assert_eq!(kept.disposition(), Some(Word::InReview));
}
