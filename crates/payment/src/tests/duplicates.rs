//! Facts of money that stands on a further charge (P12).

use super::driven::*;
use super::*;
use scantill_types::RefundId;
use scantill_types::api::{
    Disposition as Word, OperatorAction, PaymentOutcome, RefundState as RefundWord, ReviewReason,
};

pub(super) fn further() -> ChargeId {
    ChargeId::parse("chrg_2").unwrap()
}

pub(super) fn paid_further() -> Input {
    Input::ChargeRead(charge("chrg_2", ChargeStatus::Successful))
}

pub(super) fn shown_further(id: &RefundId, amount: i64) -> RefundSnapshot {
    RefundSnapshot { charge: further(), ..shown(id.as_str(), amount) }
}

/// A request that was delivered twice: the answered copy failed, the other was paid.
pub(super) fn led() -> Driven {
    Driven::after([PERMIT, seen(ChargeStatus::Failed(FailureCode::Timeout)), paid_further()])
}

/// The reads and the refund of what is to be returned.
fn give_back(driven: &mut Driven) {
    driven.at(1_000, paid_further());
    assert_eq!(driven.due(), Some((21_000, Action::ReadDuplicate(further()))));
    driven.at(20_999, paid_further());
    assert_eq!(driven.disposition(), Some(Word::RefundDue));
    driven.at(21_000, paid_further());
    let refund = RefundId::of_return(&further(), 0);
    assert_eq!(driven.due(), Some((21_000, Action::SendRefund(refund.clone()))));
    driven.begin(&refund, 0);
    driven.feed(Input::Refund(refund.clone(), RefundInput::Answered(shown_further(&refund, 2_225))));
}

#[test]
fn money_on_a_duplicate_of_an_unpaid_payment_is_refunded_by_default() {
    let mut led = led();
    assert_eq!(
        (led.disposition(), led.attempt.review()),
        (Some(Word::AwaitingDecision), Some(ReviewReason::DuplicateCharge))
    );
    assert_eq!(led.due(), Some((30_001, Action::Read)), "the payment's own charge is watched all the same");
    led.now = 30_001;
    assert_eq!(led.due(), Some((1 + MINUTE_MS, Action::EndDecisionTime)));
    led.now = 1;
    led.feed(Input::DecisionOverdue);
    assert_eq!(
        (led.disposition(), led.due()),
        (Some(Word::RefundDue), Some((1, Action::ReadDuplicate(further()))))
    );
    give_back(&mut led);
    assert_eq!(led.disposition(), Some(Word::Refunded));
    assert_eq!(led.attempt.refunds.ours[0].order.reason.as_deref(), Some("duplicate_charge"));
    assert!(!led.attempt.holds_sale() && led.attempt.may_be_acknowledged());
}

#[test]
fn cashier_or_supervisor_decides_on_money_of_a_duplicate() {
    let mut kept = led();
    kept.feed(Input::Decided(Decision::Accept));
    assert_eq!((kept.disposition(), kept.attempt.holds_sale()), (Some(Word::Accepted), true));
    let mut returned = led();
    returned.feed(Input::Decided(Decision::Refund));
    give_back(&mut returned);
    assert_eq!(returned.disposition(), Some(Word::Refunded));
    let called = || {
        let mut called = led();
        called.feed(Input::Decided(Decision::CallSupervisor));
        assert!(called.attempt.may_be_decided());
        called
    };
    let mut kept = called();
    kept.feed(Input::DecidedBySupervisor(Decision::Accept));
    assert_eq!(kept.disposition(), Some(Word::Accepted));
    let mut returned = called();
    returned.feed(Input::DecidedBySupervisor(Decision::Refund));
    give_back(&mut returned);
    assert_eq!(returned.disposition(), Some(Word::Refunded));
}

#[test]
fn accepted_money_on_a_duplicate_can_be_refunded() {
    let mut kept = led();
    kept.feed(Input::Decided(Decision::Accept));
    kept.ask(RefundOrder { charge: further(), ..wish("r-1", 1_000, 0) });
    kept.begin(&refund_id("r-1"), 0);
    kept.feed(Input::Refund(
        refund_id("r-1"),
        RefundInput::Answered(shown_further(&refund_id("r-1"), 1_000)),
    ));
    assert_eq!(
        (kept.refund(&refund_id("r-1")), kept.disposition()),
        (RefundWord::Done, Some(Word::Accepted))
    );
    assert_eq!(kept.due(), Some((1, Action::ReadDuplicate(further()))));
    let refunds = vec![shown_further(&refund_id("r-1"), 1_000)];
    let read =
        ChargeSnapshot { refunded_amount: 1_000, refunds, ..charge("chrg_2", ChargeStatus::Successful) };
    kept.feed(Input::ChargeRead(read));
    assert_eq!(
        (kept.disposition(), kept.attempt.charges.duplicates[0].standing),
        (Some(Word::Accepted), DuplicateState::Primary)
    );
    let order = |id, before| RefundOrder { charge: further(), ..wish(id, 1_225, before) };
    assert_eq!(
        kept.attempt.may_refund(&order("r-2", 0)),
        Err(RefundRefusal::Changed { refunded_minor: 1_000 })
    );
    assert_eq!(kept.attempt.may_refund(&order("r-2", 1_000)), Ok(()));
}

#[test]
fn a_failed_refund_of_a_duplicate_needs_review_and_may_be_retried() {
    let mut led = led();
    led.feed(Input::DecisionOverdue);
    led.at(1_000, paid_further());
    led.at(21_000, paid_further());
    let refund = RefundId::of_return(&further(), 0);
    led.begin(&refund, 0);
    led.feed(Input::Refund(refund, RefundInput::Refused { code: "failed_refund".into() }));
    assert_eq!(
        (led.disposition(), led.attempt.review()),
        (Some(Word::InReview), Some(ReviewReason::RefundFailed))
    );
    led.feed(Input::DecidedBySupervisor(Decision::Refund));
    assert_eq!(led.disposition(), Some(Word::RefundDue));
}

#[test]
fn when_the_primary_is_paid_after_all_the_duplicate_is_refunded() {
    for decision in [None, Some(Decision::Accept), Some(Decision::Refund)] {
        let mut both = led();
        both.attempt = decision.map_or(both.attempt.clone(), |decision| {
            both.attempt.clone().step(Timestamp(1), &Timing::default(), Input::Decided(decision)).0
        });
        both.at(1_000, seen(ChargeStatus::Successful));
        let expected =
            if decision == Some(Decision::Accept) { Word::Accepted } else { Word::AwaitingDecision };
        assert_eq!(
            (both.disposition(), both.attempt.charges.duplicates[0].standing),
            (Some(expected), DuplicateState::Paid(Timestamp(1_000)))
        );
        assert_eq!(both.attempt.money().unwrap().id.as_str(), "chrg_1");
        both.at(21_000, paid_further());
        assert_eq!(both.attempt.charges.duplicates[0].standing, DuplicateState::Refunding);
    }
}

#[test]
fn a_paid_duplicate_waits_while_the_primary_is_open() {
    let mut open = Driven::after([PERMIT, seen(ChargeStatus::Pending), paid_further()]);
    open.at(30_000, paid_further());
    assert_eq!((open.disposition(), open.attempt.holds_sale()), (None, true));
    let mut kept = Driven { attempt: open.attempt.clone(), ..Driven::kept() };
    kept.at(30_001, seen(ChargeStatus::Successful));
    assert_eq!(
        (kept.disposition(), kept.due()),
        (Some(Word::Accepted), Some((33_001, Action::ReadDuplicate(further()))))
    );
    open.feed(seen(ChargeStatus::Expired));
    assert_eq!(
        (open.disposition(), open.attempt.charges.duplicates[0].standing),
        (Some(Word::AwaitingDecision), DuplicateState::Primary)
    );
}

#[test]
fn of_two_paid_duplicates_one_is_promoted_and_one_refunded() {
    let mut led = led();
    let third = || Input::ChargeRead(charge("chrg_3", ChargeStatus::Successful));
    led.at(1_000, third());
    led.at(21_000, third());
    let standings: Vec<DuplicateState> =
        led.attempt.charges.duplicates.iter().map(|duplicate| duplicate.standing).collect();
    assert_eq!(standings, [DuplicateState::Primary, DuplicateState::Refunding]);
}

#[test]
fn after_a_manual_resolution_money_on_a_duplicate_awaits_a_supervisor() {
    let mut closed =
        Driven::after([PERMIT, Input::AnswerLost(UnknownReason::AnswerLost), seen(ChargeStatus::Pending)]);
    closed.feed(resolved_manually(PaymentOutcome::Paid));
    closed.feed(paid_further());
    assert_eq!(closed.disposition(), Some(Word::InReview));
    assert!(closed.attempt.may_be_decided() && closed.attempt.review_case(Timestamp(1)).is_some());
}

#[test]
fn an_unrefunded_duplicate_stays_in_review_until_retried() {
    let mut kept = Driven::kept();
    kept.at(1_000, paid_further());
    kept.at(21_000, paid_further());
    let refund = RefundId::of_return(&further(), 0);
    kept.begin(&refund, 0);
    kept.feed(Input::Refund(refund, RefundInput::Refused { code: "failed_refund".into() }));
    assert_eq!(kept.attempt.review(), Some(ReviewReason::RefundFailed));
    assert_eq!(
        kept.due(),
        Some((21_000, Action::ReadDuplicate(further()))),
        "it may have happened all the same"
    );
    kept.feed(paid_further());
    kept.feed(refunded(100, Vec::new()));
    assert_eq!(kept.attempt.review(), Some(ReviewReason::UnapprovedRefund));
    assert!(kept.attempt.all_reviews().contains(ReviewReason::RefundFailed));
    kept.feed(Input::DecidedBySupervisor(Decision::Accept));
    assert_eq!(
        (kept.disposition(), kept.attempt.review()),
        (Some(Word::Accepted), Some(ReviewReason::RefundFailed))
    );
    kept.feed(Input::DecidedBySupervisor(Decision::Refund));
    assert_eq!(
        (kept.disposition(), kept.attempt.review()),
        (Some(Word::Accepted), Some(ReviewReason::DuplicateCharge))
    );
    assert_eq!(kept.due(), Some((41_000, Action::ReadDuplicate(further()))));
    kept.at(41_000, paid_further());
    assert_eq!(kept.due(), Some((41_000, Action::SendRefund(RefundId::of_return(&further(), 1)))));
    kept.feed(Input::DecidedBySupervisor(Decision::Refund));
    assert_eq!(kept.remarks, vec![Remark::Ignored], "the kept payment itself is not decided again");
}

#[test]
fn a_duplicate_in_review_is_refunded_unless_that_failed_before() {
    let expected = [
        (ReviewReason::SupervisorCalled, DuplicateState::Paid(Timestamp(30_000))),
        (ReviewReason::RefundFailed, DuplicateState::RefundFailed),
    ];
    for (attention, standing) in expected {
        let mut both = led();
        both.feed(Input::Decided(Decision::CallSupervisor));
        both.attempt.reviews = Reviews::from(vec![attention]);
        both.at(30_000, seen(ChargeStatus::Successful));
        assert_eq!(
            (both.disposition(), both.attempt.charges.duplicates[0].standing),
            (Some(Word::AwaitingDecision), standing)
        );
    }
}

/// The own charge was paid late and nobody answered, so that it waits for a supervisor; then the refund of a further
/// paid one failed.
fn waiting_beside_a_stuck_one() -> Driven {
    let mut both = Driven::after([
        PERMIT,
        seen(ChargeStatus::Pending),
        CANCEL,
        seen(ChargeStatus::Successful),
        Input::DecisionOverdue,
    ]);
    both.at(1_000, paid_further());
    both.at(21_000, paid_further());
    let refund = RefundId::of_return(&further(), 0);
    both.begin(&refund, 0);
    both.feed(Input::Refund(refund, RefundInput::Refused { code: "failed_refund".into() }));
    both
}

#[test]
fn one_decision_is_about_one_charge_and_the_payments_own_comes_first() {
    let mut both = waiting_beside_a_stuck_one();
    assert_eq!(both.attempt.charges.duplicates[0].standing, DuplicateState::RefundFailed);
    let call = both.attempt.review_case(Timestamp(22_000)).unwrap();
    assert_eq!(
        (call.reason, call.operator_action),
        (ReviewReason::RefundFailed, OperatorAction::KeepOrReturn)
    );
    both.feed(Input::DecidedBySupervisor(Decision::Accept));
    assert_eq!(
        (both.disposition(), both.attempt.charges.duplicates[0].standing),
        (Some(Word::Accepted), DuplicateState::RefundFailed)
    );
    let call = both.attempt.review_case(Timestamp(22_000)).unwrap();
    assert_eq!(
        (call.reason, call.operator_action),
        (ReviewReason::RefundFailed, OperatorAction::ReturnAgain)
    );
    both.feed(Input::DecidedBySupervisor(Decision::Refund));
    assert_eq!(both.disposition(), Some(Word::Accepted));
    assert!(matches!(both.attempt.charges.duplicates[0].standing, DuplicateState::Paid(_)));
}

#[test]
fn refunding_the_primary_leaves_the_duplicate_for_the_next_decision() {
    let mut both = waiting_beside_a_stuck_one();
    both.feed(Input::DecidedBySupervisor(Decision::Refund));
    assert_eq!(
        (both.disposition(), both.attempt.charges.duplicates[0].standing),
        (Some(Word::RefundDue), DuplicateState::RefundFailed)
    );
}

#[test]
fn a_promoted_charge_that_is_no_longer_paid_needs_review() {
    for status in [ChargeStatus::Unexpected("reversed".into()), ChargeStatus::Expired] {
        let mut kept = led();
        kept.feed(Input::Decided(Decision::Accept));
        kept.feed(Input::Acknowledged(ReviewReason::DuplicateCharge));
        let again = kept.attempt.clone();
        let step = again.step(Timestamp(2), &Timing::default(), Input::ChargeRead(charge("chrg_2", status)));
        assert_eq!(step.0.review(), Some(ReviewReason::UnexpectedStatus));
        assert_eq!(step.0.reviews_added_since(&kept.attempt), [ReviewReason::UnexpectedStatus]);
    }
}

#[test]
fn an_unrefunded_duplicate_reopens_the_review_of_a_manual_resolution() {
    let mut both = waiting_beside_a_stuck_one();
    both.feed(Input::DecidedBySupervisor(Decision::Accept));
    let closed = ManualResolution {
        finding: PaymentOutcome::Paid,
        by: "Mali".into(),
        second: "Chai".into(),
        proof: "statement".into(),
        at: Timestamp(1),
    };
    both.attempt.resolution = Some(closed);
    assert!(both.attempt.review_case(Timestamp(22_000)).is_some());
}

#[test]
fn no_whole_return_begins_beside_a_refund_that_is_not_over() {
    let mut kept = led();
    kept.feed(Input::Decided(Decision::Accept));
    kept.ask(RefundOrder { charge: further(), ..wish("r-1", 1_000, 0) });
    kept.begin(&refund_id("r-1"), 0);
    kept.feed(Input::Refund(refund_id("r-1"), RefundInput::AnswerLost(UnknownReason::ServerError)));
    kept.at(1_000, seen(ChargeStatus::Successful));
    kept.at(30_000, paid_further());
    assert!(matches!(kept.attempt.charges.duplicates[0].standing, DuplicateState::Paid(_)));
    assert_eq!(kept.attempt.refunds.ours.len(), 1);
}

#[test]
fn a_repeated_read_of_a_duplicate_adds_no_second_review() {
    let expired = || Input::ChargeRead(charge("chrg_2", ChargeStatus::Expired));
    let mut over = Driven::kept();
    over.feed(expired());
    assert_eq!(over.attempt.charges.duplicates[0].standing, DuplicateState::EndedUnpaid);
    over.feed(Input::Acknowledged(ReviewReason::DuplicateCharge));
    over.feed(expired());
    assert_eq!((over.attempt.review(), over.remarks, over.alarms), (None, Vec::new(), Vec::new()));
    // What was paid, and says so no more.
    let mut led = led();
    led.feed(expired());
    assert_eq!(led.attempt.review(), Some(ReviewReason::UnexpectedStatus));
    assert_eq!(led.alarms, [ReviewReason::UnexpectedStatus]);
    led.feed(expired());
    assert_eq!((led.attempt.review(), led.remarks), (Some(ReviewReason::UnexpectedStatus), Vec::new()));
    assert_eq!(led.alarms, []);
}

#[test]
fn a_duplicate_refunded_elsewhere_is_refunded() {
    let mut kept = Driven::kept();
    kept.feed(paid_further());
    let back = ChargeSnapshot { refunded_amount: 2_225, ..charge("chrg_2", ChargeStatus::Successful) };
    kept.at(30_000, Input::ChargeRead(back));
    assert_eq!(kept.attempt.charges.duplicates[0].standing, DuplicateState::Refunded);
    assert!(kept.attempt.refunds.ours.is_empty());
}

#[test]
fn retrying_a_duplicates_refund_hides_nothing_else() {
    let mut kept = Driven::kept();
    kept.at(1_000, paid_further());
    kept.at(21_000, paid_further());
    let refund = RefundId::of_return(&further(), 0);
    kept.begin(&refund, 0);
    kept.feed(Input::Refund(refund, RefundInput::Refused { code: "failed_refund".into() }));
    kept.feed(seen(ChargeStatus::Expired));
    assert_eq!(kept.attempt.review(), Some(ReviewReason::UnexpectedStatus));
    kept.feed(Input::DecidedBySupervisor(Decision::Refund));
    assert_eq!(kept.attempt.charges.duplicates[0].standing, DuplicateState::Paid(Timestamp(21_000)));
    assert_eq!(kept.attempt.review(), Some(ReviewReason::UnexpectedStatus));
}

#[test]
fn a_duplicate_is_seen_again_once_the_primary_is_found() {
    let duplicate = || Input::ChargeRead(charge("chrg_2", ChargeStatus::Expired));
    let bound = || [PERMIT, seen(ChargeStatus::Pending)];
    for inputs in [[Input::BoundMissing, duplicate()], [duplicate(), Input::BoundMissing]] {
        let mut missing = Driven::after(bound().into_iter().chain(inputs));
        assert_eq!(missing.attempt.review(), Some(ReviewReason::ChargeMissing));
        missing.feed(seen(ChargeStatus::Pending));
        assert_eq!(missing.attempt.review(), Some(ReviewReason::DuplicateCharge));
    }
}
