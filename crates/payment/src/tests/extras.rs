//! Facts of money that stands on a further charge (P12).

use super::driven::*;
use super::*;
use scantill_types::RefundId;
use scantill_types::api::{Disposition as Word, Finding, HumanReason, RefundState as RefundWord, ToDo};

fn further() -> ChargeId {
    ChargeId::parse("chrg_2").unwrap()
}

fn paid_further() -> Input {
    Input::Seen(charge("chrg_2", ChargeStatus::Successful))
}

fn shown_further(id: &RefundId, amount: i64) -> SeenRefund {
    SeenRefund { charge: further(), ..shown(id.as_str(), amount) }
}

/// A request that was delivered twice: the answered copy failed, the other was paid.
fn led() -> Driven {
    Driven::after([PERMIT, seen(ChargeStatus::Failed(FailureCode::Timeout)), paid_further()])
}

/// The reads and the refund of what is to be returned.
fn give_back(driven: &mut Driven) {
    driven.at(1_000, paid_further());
    assert_eq!(driven.due(), Some((21_000, Task::ReadExtra(further()))));
    driven.at(20_999, paid_further());
    assert_eq!(driven.disposition(), Some(Word::ToReturn));
    driven.at(21_000, paid_further());
    let refund = RefundId::of_return(&further(), 0);
    assert_eq!(driven.due(), Some((21_000, Task::SendRefund(refund.clone()))));
    driven.begin(&refund, 0);
    driven.feed(Input::Refund(refund.clone(), RefundInput::Answered(shown_further(&refund, 2_225))));
}

#[test]
fn money_on_a_further_charge_of_an_unpaid_payment_is_asked_about_and_goes_back_by_default() {
    let mut led = led();
    assert_eq!(
        (led.disposition(), led.attempt.attention),
        (Some(Word::Undecided), Some(Attention::ExtraCharge))
    );
    assert_eq!(led.due(), Some((30_001, Task::Read)), "the payment's own charge is watched all the same");
    led.now = 30_001;
    assert_eq!(led.due(), Some((1 + MINUTE_MS, Task::GiveUpAsking)));
    led.now = 1;
    led.feed(Input::Unanswered);
    assert_eq!((led.disposition(), led.due()), (Some(Word::ToReturn), Some((1, Task::ReadExtra(further())))));
    give_back(&mut led);
    assert_eq!(led.disposition(), Some(Word::Returned));
    assert_eq!(led.attempt.refunds.ours[0].order.reason.as_deref(), Some("extra_charge"));
    assert!(!led.attempt.holds_sale() && led.attempt.may_be_acknowledged());
}

#[test]
fn money_on_a_further_charge_is_kept_or_returned_as_the_cashier_says_or_a_supervisor() {
    let mut kept = led();
    kept.feed(Input::Decided(Decision::Keep));
    assert_eq!((kept.disposition(), kept.attempt.holds_sale()), (Some(Word::Kept), true));
    let mut returned = led();
    returned.feed(Input::Decided(Decision::Return));
    give_back(&mut returned);
    assert_eq!(returned.disposition(), Some(Word::Returned));
    let called = || {
        let mut called = led();
        called.feed(Input::Decided(Decision::CallSupervisor));
        assert!(called.attempt.may_be_decided());
        called
    };
    let mut kept = called();
    kept.feed(Input::DecidedBySupervisor(Decision::Keep));
    assert_eq!(kept.disposition(), Some(Word::Kept));
    let mut returned = called();
    returned.feed(Input::DecidedBySupervisor(Decision::Return));
    give_back(&mut returned);
    assert_eq!(returned.disposition(), Some(Word::Returned));
}

#[test]
fn what_is_kept_on_a_further_charge_can_be_refunded() {
    let mut kept = led();
    kept.feed(Input::Decided(Decision::Keep));
    kept.ask(RefundOrder { charge: further(), ..wish("r-1", 1_000, 0) });
    kept.begin(&refund_id("r-1"), 0);
    kept.feed(Input::Refund(
        refund_id("r-1"),
        RefundInput::Answered(shown_further(&refund_id("r-1"), 1_000)),
    ));
    assert_eq!((kept.refund(&refund_id("r-1")), kept.disposition()), (RefundWord::Done, Some(Word::Kept)));
    assert_eq!(kept.due(), Some((1, Task::ReadExtra(further()))));
    let refunds = vec![shown_further(&refund_id("r-1"), 1_000)];
    let read = Evidence { refunded_amount: 1_000, refunds, ..charge("chrg_2", ChargeStatus::Successful) };
    kept.feed(Input::Seen(read));
    assert_eq!((kept.disposition(), kept.attempt.extras[0].standing), (Some(Word::Kept), Standing::Leads));
    let order = |id, before| RefundOrder { charge: further(), ..wish(id, 1_225, before) };
    assert_eq!(
        kept.attempt.may_refund(&order("r-2", 0)),
        Err(RefundRefusal::Changed { refunded_minor: 1_000 })
    );
    assert_eq!(kept.attempt.may_refund(&order("r-2", 1_000)), Ok(()));
}

#[test]
fn a_return_of_a_further_charge_that_fails_is_for_a_human_who_tries_again() {
    let mut led = led();
    led.feed(Input::Unanswered);
    led.at(1_000, paid_further());
    led.at(21_000, paid_further());
    let refund = RefundId::of_return(&further(), 0);
    led.begin(&refund, 0);
    led.feed(Input::Refund(refund, RefundInput::Refused { code: "failed_refund".into() }));
    assert_eq!(
        (led.disposition(), led.attempt.attention),
        (Some(Word::Attention), Some(Attention::ReturnFailed))
    );
    led.feed(Input::DecidedBySupervisor(Decision::Return));
    assert_eq!(led.disposition(), Some(Word::ToReturn));
}

#[test]
fn where_the_payments_own_charge_is_paid_after_all_it_counts_and_the_further_one_goes_back() {
    for decision in [None, Some(Decision::Keep), Some(Decision::Return)] {
        let mut both = led();
        both.attempt = decision.map_or(both.attempt.clone(), |decision| {
            both.attempt.clone().step(Timestamp(1), &Timing::default(), Input::Decided(decision)).0
        });
        both.at(1_000, seen(ChargeStatus::Successful));
        let expected = if decision == Some(Decision::Keep) { Word::Kept } else { Word::Undecided };
        assert_eq!(
            (both.disposition(), both.attempt.extras[0].standing),
            (Some(expected), Standing::Paid(Timestamp(1_000)))
        );
        assert_eq!(both.attempt.money().unwrap().id.as_str(), "chrg_1");
        both.at(21_000, paid_further());
        assert_eq!(both.attempt.extras[0].standing, Standing::Returning);
    }
}

#[test]
fn a_further_charge_that_was_paid_waits_while_the_payments_own_is_open() {
    let mut open = Driven::after([PERMIT, seen(ChargeStatus::Pending), paid_further()]);
    open.at(30_000, paid_further());
    assert_eq!((open.disposition(), open.attempt.holds_sale()), (None, true));
    let mut kept = Driven { attempt: open.attempt.clone(), ..Driven::kept() };
    kept.at(30_001, seen(ChargeStatus::Successful));
    assert_eq!(
        (kept.disposition(), kept.due()),
        (Some(Word::Kept), Some((33_001, Task::ReadExtra(further()))))
    );
    open.feed(seen(ChargeStatus::Expired));
    assert_eq!(
        (open.disposition(), open.attempt.extras[0].standing),
        (Some(Word::Undecided), Standing::Leads)
    );
}

#[test]
fn of_two_further_charges_that_were_paid_one_leads_and_the_other_goes_back() {
    let mut led = led();
    let third = || Input::Seen(charge("chrg_3", ChargeStatus::Successful));
    led.at(1_000, third());
    led.at(21_000, third());
    let standings: Vec<Standing> = led.attempt.extras.iter().map(|extra| extra.standing).collect();
    assert_eq!(standings, [Standing::Leads, Standing::Returning]);
}

#[test]
fn money_on_a_further_charge_of_what_humans_closed_waits_for_a_supervisor() {
    let mut closed =
        Driven::after([PERMIT, Input::AnswerLost(Doubt::AnswerLost), seen(ChargeStatus::Pending)]);
    closed.feed(closed_by_hand(Finding::Paid));
    closed.feed(paid_further());
    assert_eq!(closed.disposition(), Some(Word::Attention));
    assert!(closed.attempt.may_be_decided() && closed.attempt.needs_human(Timestamp(1)).is_some());
}

#[test]
fn a_further_charge_that_could_not_be_given_back_stays_with_a_human_who_tries_again() {
    let mut kept = Driven::kept();
    kept.at(1_000, paid_further());
    kept.at(21_000, paid_further());
    let refund = RefundId::of_return(&further(), 0);
    kept.begin(&refund, 0);
    kept.feed(Input::Refund(refund, RefundInput::Refused { code: "failed_refund".into() }));
    assert_eq!(kept.attempt.attention, Some(Attention::ReturnFailed));
    assert_eq!(kept.due(), Some((21_000, Task::ReadExtra(further()))), "it may have happened all the same");
    kept.feed(paid_further());
    kept.feed(refunded(100, Vec::new()));
    assert_eq!(kept.attempt.attention, Some(Attention::GivenBack));
    kept.feed(Input::DecidedBySupervisor(Decision::Keep));
    assert_eq!(
        (kept.disposition(), kept.attempt.attention),
        (Some(Word::Kept), Some(Attention::ReturnFailed))
    );
    kept.feed(Input::DecidedBySupervisor(Decision::Return));
    assert_eq!(
        (kept.disposition(), kept.attempt.attention),
        (Some(Word::Kept), Some(Attention::ExtraCharge))
    );
    assert_eq!(kept.due(), Some((41_000, Task::ReadExtra(further()))));
    kept.at(41_000, paid_further());
    assert_eq!(kept.due(), Some((41_000, Task::SendRefund(RefundId::of_return(&further(), 1)))));
    kept.feed(Input::DecidedBySupervisor(Decision::Return));
    assert_eq!(kept.effects, vec![Effect::Ignored], "the kept payment itself is not decided again");
}

#[test]
fn a_further_charge_that_waited_for_a_human_goes_back_as_one_of_two_unless_that_failed_before() {
    let expected = [
        (Attention::Supervisor, Standing::Paid(Timestamp(30_000))),
        (Attention::ReturnFailed, Standing::Stuck),
    ];
    for (attention, standing) in expected {
        let mut both = led();
        both.feed(Input::Decided(Decision::CallSupervisor));
        both.attempt.attention = Some(attention);
        both.at(30_000, seen(ChargeStatus::Successful));
        assert_eq!((both.disposition(), both.attempt.extras[0].standing), (Some(Word::Undecided), standing));
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
        Input::Unanswered,
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
    assert_eq!(both.attempt.extras[0].standing, Standing::Stuck);
    let call = both.attempt.needs_human(Timestamp(22_000)).unwrap();
    assert_eq!((call.reason, call.to_do), (HumanReason::ReturnFailed, ToDo::KeepOrReturn));
    both.feed(Input::DecidedBySupervisor(Decision::Keep));
    assert_eq!((both.disposition(), both.attempt.extras[0].standing), (Some(Word::Kept), Standing::Stuck));
    let call = both.attempt.needs_human(Timestamp(22_000)).unwrap();
    assert_eq!((call.reason, call.to_do), (HumanReason::ReturnFailed, ToDo::ReturnAgain));
    both.feed(Input::DecidedBySupervisor(Decision::Return));
    assert_eq!(both.disposition(), Some(Word::Kept));
    assert!(matches!(both.attempt.extras[0].standing, Standing::Paid(_)));
}

#[test]
fn returning_the_payments_own_money_leaves_the_further_charge_for_the_next_decision() {
    let mut both = waiting_beside_a_stuck_one();
    both.feed(Input::DecidedBySupervisor(Decision::Return));
    assert_eq!(
        (both.disposition(), both.attempt.extras[0].standing),
        (Some(Word::ToReturn), Standing::Stuck)
    );
}

#[test]
fn a_leading_charge_that_is_called_paid_no_more_calls_a_human() {
    for status in [ChargeStatus::Strange("reversed".into()), ChargeStatus::Expired] {
        let mut kept = led();
        kept.feed(Input::Decided(Decision::Keep));
        kept.feed(Input::Acknowledged);
        let again = kept.attempt.clone();
        let step = again.step(Timestamp(2), &Timing::default(), Input::Seen(charge("chrg_2", status)));
        assert_eq!(step.0.attention, Some(Attention::StrangeStatus));
        assert_eq!(step.1, [Effect::Alarm(Alarm::StrangeStatus)]);
    }
}

#[test]
fn what_humans_closed_calls_again_where_a_further_charge_could_not_be_given_back() {
    let mut both = waiting_beside_a_stuck_one();
    both.feed(Input::DecidedBySupervisor(Decision::Keep));
    let closed = ClosedByHand {
        finding: Finding::Paid,
        by: "Mali".into(),
        second: "Chai".into(),
        proof: "statement".into(),
        at: Timestamp(1),
    };
    both.attempt.closed = Some(closed);
    assert!(both.attempt.needs_human(Timestamp(22_000)).is_some());
}

#[test]
fn no_whole_return_begins_beside_a_refund_that_is_not_over() {
    let mut kept = led();
    kept.feed(Input::Decided(Decision::Keep));
    kept.ask(RefundOrder { charge: further(), ..wish("r-1", 1_000, 0) });
    kept.begin(&refund_id("r-1"), 0);
    kept.feed(Input::Refund(refund_id("r-1"), RefundInput::AnswerLost(Doubt::ServerError)));
    kept.at(1_000, seen(ChargeStatus::Successful));
    kept.at(30_000, paid_further());
    assert!(matches!(kept.attempt.extras[0].standing, Standing::Paid(_)));
    assert_eq!(kept.attempt.refunds.ours.len(), 1);
}

#[test]
fn what_is_read_again_of_a_further_charge_calls_nobody_twice() {
    let expired = || Input::Seen(charge("chrg_2", ChargeStatus::Expired));
    let mut over = Driven::kept();
    over.feed(expired());
    assert_eq!(over.attempt.extras[0].standing, Standing::Over);
    over.feed(Input::Acknowledged);
    over.feed(expired());
    assert_eq!((over.attempt.attention, over.effects), (None, Vec::new()));
    // What was paid, and says so no more.
    let mut led = led();
    led.feed(expired());
    assert_eq!(led.attempt.attention, Some(Attention::StrangeStatus));
    assert_eq!(led.effects, [Effect::Alarm(Alarm::StrangeStatus)]);
    led.feed(expired());
    assert_eq!((led.attempt.attention, led.effects), (Some(Attention::StrangeStatus), Vec::new()));
}

#[test]
fn a_further_charge_that_went_back_elsewhere_is_returned() {
    let mut kept = Driven::kept();
    kept.feed(paid_further());
    let back = Evidence { refunded_amount: 2_225, ..charge("chrg_2", ChargeStatus::Successful) };
    kept.at(30_000, Input::Seen(back));
    assert_eq!(kept.attempt.extras[0].standing, Standing::Returned);
    assert!(kept.attempt.refunds.ours.is_empty());
}

#[test]
fn trying_again_to_give_back_a_further_charge_hides_nothing_else() {
    let mut kept = Driven::kept();
    kept.at(1_000, paid_further());
    kept.at(21_000, paid_further());
    let refund = RefundId::of_return(&further(), 0);
    kept.begin(&refund, 0);
    kept.feed(Input::Refund(refund, RefundInput::Refused { code: "failed_refund".into() }));
    kept.feed(seen(ChargeStatus::Expired));
    assert_eq!(kept.attempt.attention, Some(Attention::StrangeStatus));
    kept.feed(Input::DecidedBySupervisor(Decision::Return));
    assert_eq!(kept.attempt.extras[0].standing, Standing::Paid(Timestamp(21_000)));
    assert_eq!(kept.attempt.attention, Some(Attention::StrangeStatus));
}

#[test]
fn a_further_charge_is_seen_again_once_the_payments_own_is_found() {
    let extra = || Input::Seen(charge("chrg_2", ChargeStatus::Expired));
    let bound = || [PERMIT, seen(ChargeStatus::Pending)];
    for inputs in [[Input::BoundMissing, extra()], [extra(), Input::BoundMissing]] {
        let mut missing = Driven::after(bound().into_iter().chain(inputs));
        assert_eq!(missing.attempt.attention, Some(Attention::ChargeMissing));
        missing.feed(seen(ChargeStatus::Pending));
        assert_eq!(missing.attempt.attention, Some(Attention::ExtraCharge));
    }
}
