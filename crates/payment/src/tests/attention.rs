//! Facts of when a human is called, and what for.

use super::driven::*;
use super::*;
use scantill_types::api::{ByItself, Finding, HumanCall, HumanReason, ToDo};

const OLD: i64 = 300_001;

fn call(attempt: &Attempt, now: i64) -> Option<HumanCall> {
    attempt.needs_human(Timestamp(now))
}

fn what(reason: HumanReason, by_itself: ByItself, to_do: ToDo) -> HumanCall {
    HumanCall { reason, by_itself, to_do }
}

fn with(attention: Attention, attempt: Attempt) -> Attempt {
    Attempt { attention: Some(attention), ..attempt }
}

/// A refund that was answered with another amount.
fn strange_refund() -> Attempt {
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
    let doubt = run([PERMIT, Input::AnswerLost(Doubt::AnswerLost)]);
    assert_eq!(call(&doubt, 300_000), None);
    assert_eq!(call(&doubt, OLD), Some(what(HumanReason::InDoubt, ByItself::Looking, ToDo::Wait)));
}

#[test]
fn each_reason_says_what_happens_and_what_to_do() {
    let pending = || run([PERMIT, seen(ChargeStatus::Pending)]);
    let late = || run([PERMIT, seen(ChargeStatus::Expired), seen(ChargeStatus::Successful)]);
    let attended =
        |attention| with(attention, Attempt { disposition: Some(Disposition::Attention), ..late() });
    let compare = ToDo::CompareAndClose;
    let expected = [
        (late(), what(HumanReason::Undecided, ByItself::Asking, ToDo::AnswerOnTheTill)),
        (with(Attention::Mismatch, pending()), what(HumanReason::Mismatch, ByItself::Looking, compare)),
        (
            with(Attention::StrangeStatus, pending()),
            what(HumanReason::StrangeStatus, ByItself::Looking, compare),
        ),
        (
            with(Attention::EndRefused, pending()),
            what(HumanReason::EndRefused, ByItself::Looking, ToDo::EndInDashboard),
        ),
        (
            attended(Attention::Unanswered),
            what(HumanReason::Unanswered, ByItself::Nothing, ToDo::KeepOrReturn),
        ),
        (attended(Attention::PaidLate), what(HumanReason::PaidLate, ByItself::Nothing, ToDo::KeepOrReturn)),
        (
            attended(Attention::Supervisor),
            what(HumanReason::Supervisor, ByItself::Nothing, ToDo::KeepOrReturn),
        ),
        (attended(Attention::GivenBack), what(HumanReason::GivenBack, ByItself::Nothing, ToDo::KeepOrReturn)),
        (
            attended(Attention::ReturnFailed),
            what(HumanReason::ReturnFailed, ByItself::Nothing, ToDo::ReturnAgain),
        ),
        (
            attended(Attention::ExtraCharge),
            what(HumanReason::ExtraCharge, ByItself::Nothing, ToDo::KeepOrReturn),
        ),
        (strange_refund(), what(HumanReason::RefundStrange, ByItself::Looking, ToDo::CompareAndCloseRefund)),
        (
            with(Attention::GivenBack, strange_refund()),
            what(HumanReason::GivenBack, ByItself::Looking, ToDo::CompareAndCloseRefund),
        ),
        (
            late().beside_another_kept(Timestamp(1)),
            what(HumanReason::PaidTwice, ByItself::GivingBack, ToDo::Wait),
        ),
    ];
    for (attempt, expected) in expected {
        assert_eq!(call(&attempt, 1), Some(expected), "{attempt:?}");
    }
}

#[test]
fn only_what_is_decided_is_acknowledged() {
    let acknowledge =
        |attempt: Attempt| attempt.step(Timestamp(1), &Timing::default(), Input::Acknowledged).0;
    let kept = with(Attention::ExtraCharge, run([PERMIT, seen(ChargeStatus::Successful)]));
    assert_eq!(call(&kept, 1), Some(what(HumanReason::ExtraCharge, ByItself::Nothing, ToDo::Acknowledge)));
    assert_eq!(call(&acknowledge(kept), 1), None);
    let failed = with(Attention::ExtraCharge, run([PERMIT, seen(ChargeStatus::Expired)]));
    assert_eq!(acknowledge(failed).attention, None);
    let open = with(Attention::ExtraCharge, run([PERMIT, seen(ChargeStatus::Pending)]));
    let undecided = run([PERMIT, seen(ChargeStatus::Expired), seen(ChargeStatus::Successful)]);
    for attempt in [open, undecided] {
        assert!(!attempt.may_be_acknowledged());
        assert_eq!(acknowledge(attempt.clone()).attention, attempt.attention);
    }
    assert!(!run([PERMIT, seen(ChargeStatus::Successful)]).may_be_acknowledged());
}

#[test]
fn what_humans_closed_calls_nobody_any_more() {
    let doubt = run([PERMIT, Input::AnswerLost(Doubt::AnswerLost), closed_by_hand(Finding::Unpaid)]);
    assert_eq!(call(&doubt, OLD), None);
}

#[test]
fn the_same_trouble_is_alarmed_about_once() {
    let wrong = Evidence { livemode: true, ..charge("chrg_1", ChargeStatus::Pending) };
    let troubles = [
        (Input::Seen(wrong), Alarm::Mismatch),
        (seen(ChargeStatus::Strange("under_review".into())), Alarm::StrangeStatus),
    ];
    for (input, alarm) in troubles {
        let mut driven = Driven::after([PERMIT, seen(ChargeStatus::Pending), input.clone()]);
        assert_eq!(driven.effects, vec![Effect::Alarm(alarm)]);
        driven.feed(input);
        assert_eq!(driven.effects, Vec::new());
    }
}

#[test]
fn a_bound_charge_that_the_provider_does_not_know_is_for_a_human_and_moves_nothing() {
    let attempt = run([PERMIT, seen(ChargeStatus::Pending), Input::BoundMissing]);
    assert_eq!((attempt.word(), attempt.attention), (PaymentState::Pending, Some(Attention::ChargeMissing)));
    let again = attempt.clone().step(Timestamp(1), &Timing::default(), Input::BoundMissing);
    assert_eq!(again, (attempt.clone(), vec![Effect::Ignored]), "it is said once");
    let found = attempt.step(Timestamp(1), &Timing::default(), seen(ChargeStatus::Successful)).0;
    assert_eq!(
        (found.disposition, found.attention),
        (Some(Disposition::Kept), None),
        "it never counts alone"
    );
    let paid = run([PERMIT, seen(ChargeStatus::Successful), Input::BoundMissing]);
    assert_eq!(paid.attention, None);
}
