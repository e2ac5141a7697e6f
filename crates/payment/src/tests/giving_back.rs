//! Facts of late successes, and of money that goes back by itself.

use super::driven::*;
use super::*;
use scantill_types::RefundId;
use scantill_types::api::{Disposition as Word, Finding, RefundState as RefundWord};

#[test]
fn a_late_success_that_nobody_decides_within_a_minute_goes_to_a_human() {
    let mut late = Driven::late();
    assert_eq!(late.due(), Some((1 + MINUTE_MS, Task::GiveUpAsking)));
    late.feed(Input::Unanswered);
    assert_eq!(
        (late.disposition(), late.attempt.attention),
        (Some(Word::Attention), Some(Attention::Unanswered))
    );
    late.feed(Input::Decided(Decision::Keep));
    assert_eq!(late.disposition(), Some(Word::Attention), "it takes a supervisor now");
    late.feed(Input::DecidedBySupervisor(Decision::Keep));
    assert_eq!((late.disposition(), late.attempt.attention), (Some(Word::Kept), None));
}

#[test]
fn calling_a_supervisor_without_one_overwrites_nothing() {
    let mut late = Driven::late();
    late.feed(Input::Unanswered);
    late.attempt.attention = Some(Attention::ReturnFailed);
    late.feed(Input::Decided(Decision::CallSupervisor));
    assert_eq!(
        (late.attempt.attention, late.effects),
        (Some(Attention::ReturnFailed), vec![Effect::Ignored])
    );
}

#[test]
fn money_goes_back_only_after_two_reads_twenty_seconds_apart() {
    for decision in [Decision::Return, Decision::SettledOtherwise, Decision::CustomerGone] {
        let mut late = Driven::late();
        late.feed(Input::Decided(decision));
        assert_eq!((late.disposition(), late.due()), (Some(Word::ToReturn), Some((1, Task::Read))));
        late.at(1_000, seen(ChargeStatus::Successful));
        assert_eq!(late.due(), Some((21_000, Task::Read)));
        late.at(20_999, seen(ChargeStatus::Successful));
        assert_eq!(late.disposition(), Some(Word::ToReturn));
        late.at(21_000, seen(ChargeStatus::Successful));
        assert_eq!(late.disposition(), Some(Word::Returning));
        let refund = RefundId::of_return(&ChargeId::parse("chrg_1").unwrap(), 0);
        assert_eq!(late.due(), Some((21_000, Task::SendRefund(refund.clone()))));
        late.begin(&refund, 0);
        late.feed(Input::Refund(refund.clone(), RefundInput::Answered(shown(refund.as_str(), 2_225))));
        assert_eq!((late.disposition(), late.refund(&refund)), (Some(Word::Returned), RefundWord::Done));
        assert!(!late.attempt.holds_sale());
    }
}

#[test]
fn what_somebody_else_gave_back_meanwhile_is_not_given_back_twice() {
    let mut late = Driven::late();
    late.feed(Input::Decided(Decision::Return));
    late.at(1_000, seen(ChargeStatus::Successful));
    let elsewhere = SeenRefund { refund: None, payment: None, ..shown("x", 2_225) };
    late.at(30_000, refunded(2_225, vec![elsewhere]));
    assert_eq!(late.disposition(), Some(Word::Returned));
    assert!(late.attempt.refunds.ours.is_empty());
}

#[test]
fn a_part_that_went_back_meanwhile_is_for_a_human() {
    let mut late = Driven::late();
    late.feed(Input::Decided(Decision::Return));
    late.at(1_000, refunded(100, Vec::new()));
    assert_eq!(
        (late.disposition(), late.attempt.attention),
        (Some(Word::Attention), Some(Attention::GivenBack))
    );
}

#[test]
fn a_return_that_is_refused_goes_to_a_human_who_may_try_again() {
    let mut late = Driven::late();
    // What a human asked for is not one of the rule's tries.
    late.ask(wish("r-1", 100, 0));
    late.begin(&refund_id("r-1"), 0);
    late.feed(Input::Refund(refund_id("r-1"), RefundInput::NotSent));
    late.feed(Input::Decided(Decision::Return));
    late.at(1_000, seen(ChargeStatus::Successful));
    late.at(30_000, seen(ChargeStatus::Successful));
    let bound = ChargeId::parse("chrg_1").unwrap();
    let first = RefundId::of_return(&bound, 0);
    late.begin(&first, 0);
    late.feed(Input::Refund(first, RefundInput::Refused { code: "failed_refund".into() }));
    assert_eq!(
        (late.disposition(), late.attempt.attention),
        (Some(Word::Attention), Some(Attention::ReturnFailed))
    );
    late.feed(Input::DecidedBySupervisor(Decision::Return));
    late.at(40_000, seen(ChargeStatus::Successful));
    late.at(70_000, seen(ChargeStatus::Successful));
    assert_eq!(late.due(), Some((70_000, Task::SendRefund(RefundId::of_return(&bound, 1)))));
}

#[test]
fn what_went_back_elsewhere_after_a_failed_return_is_returned() {
    let mut late = Driven::late();
    late.feed(Input::Decided(Decision::Return));
    late.at(1_000, seen(ChargeStatus::Successful));
    late.at(30_000, seen(ChargeStatus::Successful));
    let refund = RefundId::of_return(&ChargeId::parse("chrg_1").unwrap(), 0);
    late.begin(&refund, 0);
    late.feed(Input::Refund(refund, RefundInput::Refused { code: "failed_refund".into() }));
    late.feed(refunded(2_225, vec![SeenRefund { refund: None, payment: None, ..shown("x", 2_225) }]));
    assert_eq!((late.disposition(), late.attempt.attention), (Some(Word::Returned), None));
}

#[test]
fn after_a_part_was_given_back_by_hand_no_rule_gives_the_whole_back() {
    let mut late = Driven::late();
    late.ask(wish("r-1", 500, 0));
    late.begin(&refund_id("r-1"), 0);
    late.feed(Input::Refund(refund_id("r-1"), RefundInput::Answered(shown("r-1", 500))));
    late.feed(Input::Decided(Decision::Return));
    late.at(30_000, refunded(500, vec![shown("r-1", 500)]));
    assert_eq!(
        (late.disposition(), late.attempt.attention),
        (Some(Word::Attention), Some(Attention::GivenBack))
    );
}

#[test]
fn whoever_keeps_a_payment_has_seen_what_went_back_elsewhere_and_no_more() {
    let mut kept = Driven::kept();
    kept.ask(wish("r-1", 500, 0));
    kept.begin(&refund_id("r-1"), 0);
    kept.feed(Input::Refund(refund_id("r-1"), RefundInput::Answered(shown("r-1", 500))));
    let elsewhere = SeenRefund { refund: None, payment: None, ..shown("x", 300) };
    let both = || vec![shown("r-1", 500), elsewhere.clone()];
    kept.feed(refunded(800, both()));
    kept.feed(Input::DecidedBySupervisor(Decision::Keep));
    kept.feed(refunded(800, both()));
    assert_eq!(kept.disposition(), Some(Word::Kept));
    kept.feed(refunded(801, both()));
    assert_eq!(kept.disposition(), Some(Word::Attention));
}

#[test]
fn a_return_ends_what_called_for_it_and_nothing_else() {
    for (attention, left) in
        [(Attention::PaidTwice, None), (Attention::ExtraCharge, Some(Attention::ExtraCharge))]
    {
        let mut late = Driven::late();
        late.feed(Input::Decided(Decision::Return));
        late.attempt.attention = Some(attention);
        late.feed(refunded(2_225, vec![shown("x", 2_225)]));
        assert_eq!((late.disposition(), late.attempt.attention), (Some(Word::Returned), left));
    }
}

#[test]
fn the_first_return_of_a_charge_is_the_first_whatever_else_was_given_back() {
    let mut kept = Driven::kept();
    kept.ask(wish("r-1", 500, 0));
    kept.begin(&refund_id("r-1"), 0);
    kept.feed(Input::Refund(refund_id("r-1"), RefundInput::Answered(shown("r-1", 500))));
    kept.feed(refunded(500, vec![shown("r-1", 500)]));
    let extra = || Input::Seen(charge("chrg_2", ChargeStatus::Successful));
    kept.at(1_000, extra());
    kept.at(21_000, extra());
    let refund = RefundId::of_return(&ChargeId::parse("chrg_2").unwrap(), 0);
    assert_eq!(kept.due(), Some((21_000, Task::SendRefund(refund.clone()))));
    kept.begin(&refund, 0);
    let answer = SeenRefund { charge: ChargeId::parse("chrg_2").unwrap(), ..shown(refund.as_str(), 2_225) };
    kept.feed(Input::Refund(refund, RefundInput::Answered(answer)));
    assert_eq!(kept.due(), None, "what went back of another charge does not show in this one");
}

#[test]
fn a_kept_payment_is_never_decided_again() {
    for decision in [Decision::Keep, Decision::Return, Decision::CallSupervisor] {
        let mut kept = Driven::kept();
        kept.feed(Input::Decided(decision));
        assert_eq!((kept.disposition(), kept.effects), (Some(Word::Kept), vec![Effect::Ignored]));
    }
}

#[test]
fn a_supervisor_decides_nothing_about_a_disputed_or_mismatched_payment() {
    let waiting = || {
        let mut late = Driven::late();
        late.feed(Input::Unanswered);
        late
    };
    assert!(waiting().attempt.may_be_decided());
    let mut disputed = waiting();
    disputed.feed(Input::Seen(Evidence { disputed: true, ..charge("chrg_1", ChargeStatus::Successful) }));
    assert!(!disputed.attempt.may_be_decided());
    let mut mismatched = waiting();
    mismatched.attempt.attention = Some(Attention::Mismatch);
    assert!(!mismatched.attempt.may_be_decided());
    let mut unpaid = waiting();
    unpaid.feed(seen(ChargeStatus::Expired));
    assert!(!unpaid.attempt.may_be_decided());
}

#[test]
fn what_went_back_whole_cannot_be_kept_and_is_returned_by_any_word_of_giving_back() {
    let back = || {
        let mut late = Driven::late();
        late.feed(Input::Unanswered);
        let elsewhere = SeenRefund { refund: None, payment: None, ..shown("x", 2_225) };
        late.feed(refunded(2_225, vec![elsewhere]));
        late
    };
    assert_eq!(
        (back().disposition(), back().attempt.attention),
        (Some(Word::Attention), Some(Attention::GivenBack))
    );
    let mut kept = back();
    kept.feed(Input::DecidedBySupervisor(Decision::Keep));
    assert_eq!(kept.disposition(), Some(Word::Attention));
    let mut returned = back();
    returned.feed(Input::DecidedBySupervisor(Decision::CustomerGone));
    assert_eq!((returned.disposition(), returned.attempt.attention), (Some(Word::Returned), None));
    let mut called = back();
    called.feed(Input::DecidedBySupervisor(Decision::CallSupervisor));
    assert_eq!(called.attempt.attention, Some(Attention::Supervisor));
}

#[test]
fn the_books_say_why_money_went_back() {
    let reasons = [
        (Decision::Return, "cashier"),
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
    assert_eq!((ReturnReason::OtherPayment.word(), ReturnReason::Freed.word()), ("other_payment", "freed"));
}

#[test]
fn a_late_success_beside_a_kept_one_goes_back_by_itself() {
    let mut late = Driven::late();
    late.feed(Input::OtherPaymentKept);
    assert_eq!(
        (late.disposition(), late.attempt.attention),
        (Some(Word::ToReturn), Some(Attention::PaidTwice))
    );
    let mut kept = Driven::kept();
    kept.feed(Input::OtherPaymentKept);
    assert_eq!(kept.disposition(), Some(Word::Kept));
    let mut unanswered = Driven::late();
    unanswered.feed(Input::Unanswered);
    unanswered.feed(Input::OtherPaymentKept);
    assert_eq!(unanswered.disposition(), Some(Word::ToReturn));
    let mut called = Driven::late();
    called.feed(Input::Decided(Decision::CallSupervisor));
    called.feed(Input::OtherPaymentKept);
    assert_eq!(called.disposition(), Some(Word::Attention), "a supervisor is at it");
}

#[test]
fn a_further_charge_that_was_paid_goes_back_where_the_payment_is_kept() {
    let mut kept = Driven::kept();
    let extra = || Input::Seen(charge("chrg_2", ChargeStatus::Successful));
    kept.at(1_000, extra());
    let id = ChargeId::parse("chrg_2").unwrap();
    assert_eq!(kept.due(), Some((21_000, Task::ReadExtra(id.clone()))));
    kept.at(21_000, extra());
    let refund = RefundId::of_return(&id, 0);
    assert_eq!(kept.due(), Some((21_000, Task::SendRefund(refund.clone()))));
    kept.begin(&refund, 0);
    let answer = SeenRefund { charge: id, ..shown(refund.as_str(), 2_225) };
    kept.feed(Input::Refund(refund, RefundInput::Answered(answer)));
    assert_eq!((kept.disposition(), kept.attempt.extras[0].standing), (Some(Word::Kept), Standing::Returned));
}

#[test]
fn a_supervisor_frees_the_sale_of_a_payment_in_doubt_and_money_that_is_found_goes_back() {
    let mut doubt = Driven::after([PERMIT, Input::AnswerLost(Doubt::AnswerLost)]);
    assert!(doubt.attempt.holds_sale() && doubt.attempt.may_be_freed());
    doubt.feed(Input::Freed { by: "Mali".into() });
    assert!(!doubt.attempt.holds_sale() && !doubt.attempt.may_be_freed());
    doubt.feed(seen(ChargeStatus::Successful));
    assert_eq!(doubt.disposition(), Some(Word::ToReturn));
    let mut pending =
        Driven::after([PERMIT, Input::AnswerLost(Doubt::AnswerLost), Input::Freed { by: "Mali".into() }]);
    pending.feed(seen(ChargeStatus::Pending));
    assert_eq!(pending.attempt.word(), PaymentState::Cancelling);
    let mut open = Driven::after([PERMIT, seen(ChargeStatus::Pending)]);
    open.feed(Input::Freed { by: "Mali".into() });
    assert_eq!(open.attempt.freed, None);
}

#[test]
fn what_humans_closed_is_undone_by_evidence() {
    let mut doubt = Driven::after([PERMIT, Input::AnswerLost(Doubt::AnswerLost)]);
    doubt.feed(closed_by_hand(Finding::Unpaid));
    assert_eq!((doubt.attempt.word(), doubt.attempt.holds_sale()), (PaymentState::Unknown, false));
    doubt.feed(seen(ChargeStatus::Successful));
    assert_eq!((doubt.attempt.closed.clone(), doubt.attempt.word()), (None, PaymentState::Successful));
    assert!(doubt.effects.contains(&Effect::Alarm(Alarm::ReopenedByEvidence)));
    let mut pending = Driven::after([PERMIT, Input::AnswerLost(Doubt::AnswerLost)]);
    pending.feed(closed_by_hand(Finding::Unpaid));
    pending.feed(seen(ChargeStatus::Pending));
    assert!(
        pending.attempt.closed.is_some() && !pending.attempt.is_in_the_way(),
        "pending contradicts nothing"
    );
    pending.feed(Input::Seen(charge("chrg_2", ChargeStatus::Successful)));
    assert!(pending.attempt.needs_human(Timestamp(1)).is_some(), "money on a further charge is never hidden");
    let mut paid = Driven::after([PERMIT, Input::AnswerLost(Doubt::AnswerLost)]);
    paid.feed(closed_by_hand(Finding::Paid));
    assert!(paid.attempt.holds_sale());
    let mut kept = Driven::kept();
    kept.feed(closed_by_hand(Finding::Unpaid));
    assert_eq!(kept.attempt.closed, None);
}

#[test]
fn a_further_charge_is_read_until_it_is_over() {
    let mut kept = Driven::kept();
    let id = ChargeId::parse("chrg_2").unwrap();
    kept.feed(Input::Seen(charge("chrg_2", ChargeStatus::Pending)));
    assert_eq!(kept.due(), Some((5_000, Task::ReadExtra(id))));
    kept.feed(Input::Seen(charge("chrg_2", ChargeStatus::Expired)));
    assert_eq!((kept.due(), kept.attempt.extras[0].standing), (None, Standing::Over));
}

#[test]
fn an_answer_that_was_overtaken_takes_no_fact_back() {
    let mut kept = Driven::kept();
    kept.feed(seen(ChargeStatus::Pending));
    assert!(kept.attempt.charge.as_ref().unwrap().is_paid());
    assert_eq!(kept.attempt.may_refund(&wish("r-1", 1, 0)), Ok(()));
}

#[test]
fn a_return_that_takes_long_calls_a_human() {
    let mut late = Driven::late();
    late.feed(Input::Decided(Decision::Return));
    assert_eq!(late.attempt.needs_human(Timestamp(1)), None);
    let call = late.attempt.needs_human(Timestamp(300_001)).unwrap();
    assert_eq!(call.by_itself, scantill_types::api::ByItself::GivingBack);
    assert!(late.attempt.may_be_closed());
}
