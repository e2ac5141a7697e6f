//! Facts of what may be given back at all: the charge's facts decide (P19, P20).

use super::driven::*;
use super::*;
use scantill_types::api::Disposition as Word;

#[test]
fn several_refunds_take_up_to_the_rest_and_no_more() {
    let mut kept = Driven::kept();
    kept.ask(wish("r-1", 1_000, 0));
    kept.begin(&refund_id("r-1"), 0);
    kept.feed(Input::Refund(refund_id("r-1"), RefundInput::Answered(shown("r-1", 1_000))));
    assert_eq!(kept.due(), Some((1, Action::Read)));
    kept.feed(refunded(1_000, vec![shown("r-1", 1_000)]));
    assert_eq!((kept.disposition(), kept.attempt.review(), kept.due()), (Some(Word::Accepted), None, None));
    let refusal = |order| kept.attempt.may_refund(&order);
    assert_eq!(refusal(wish("r-2", 1_226, 1_000)), Err(RefundRefusal::TooLarge { left_minor: 1_225 }));
    assert_eq!(refusal(wish("r-2", 100, 0)), Err(RefundRefusal::Changed { refunded_minor: 1_000 }));
    assert_eq!(refusal(wish("r-2", 0, 1_000)), Err(RefundRefusal::TooSmall));
    assert_eq!(refusal(wish("r-2", 1_225, 1_000)), Ok(()));
}

#[test]
fn a_charge_takes_fifteen_refunds_wherever_they_were_made() {
    let done = |driven: &mut Driven, number: i64| {
        let id = format!("r-{number}");
        driven.ask(wish(&id, 1, number));
        driven.begin(&refund_id(&id), number);
        driven.feed(Input::Refund(refund_id(&id), RefundInput::Answered(shown(&id, 1))));
    };
    let elsewhere =
        |number: i64| RefundSnapshot { refund: None, payment: None, ..shown(&number.to_string(), 1) };
    let mut kept = Driven::kept();
    for number in 0..10 {
        done(&mut kept, number);
        kept.feed(refunded(number + 1, (0..=number).map(|other| shown(&format!("r-{other}"), 1)).collect()));
    }
    let ours = || (0..10).map(|number| shown(&format!("r-{number}"), 1));
    // One that was refused, and one of another charge, are none of the fifteen.
    kept.ask(wish("refused", 1, 10));
    kept.begin(&refund_id("refused"), 11);
    let others = RefundOrder { charge: ChargeId::parse("chrg_2").unwrap(), ..wish("other", 1, 0) };
    kept.attempt.refunds.approve(others);
    kept.attempt.refunds.ours.last_mut().unwrap().state =
        RefundState::Done(RefundDone { id: "rfnd_other".into(), voided: false, at: Timestamp(1) });
    kept.attempt
        .refunds
        .elsewhere
        .push(RefundSnapshot { charge: ChargeId::parse("chrg_2").unwrap(), ..elsewhere(99) });
    kept.feed(refunded(14, ours().chain((20..24).map(elsewhere)).collect()));
    assert_eq!(kept.attempt.may_refund(&wish("last", 1, 14)), Ok(()));
    kept.feed(refunded(15, ours().chain((20..25).map(elsewhere)).collect()));
    assert_eq!(kept.attempt.may_refund(&wish("last", 1, 15)), Err(RefundRefusal::TooMany));
}

#[test]
fn one_refund_is_under_way_at_a_time() {
    let mut kept = Driven::kept();
    kept.ask(wish("r-1", 1_000, 0));
    assert_eq!(kept.attempt.may_refund(&wish("r-2", 1_000, 0)), Err(RefundRefusal::InFlight));
    kept.ask(wish("r-2", 1_000, 0));
    assert_eq!(kept.attempt.refunds.ours.len(), 1);
    // One that is over does not keep the next one away, and is not asked for again.
    kept.begin(&refund_id("r-1"), 0);
    kept.feed(Input::Refund(refund_id("r-1"), RefundInput::NotSent));
    kept.ask(wish("r-1", 1_000, 0));
    assert_eq!(kept.remarks, [Remark::Ignored]);
    kept.ask(wish("r-2", 1_000, 0));
    assert_eq!(kept.attempt.refunds.ours.len(), 2);
}

#[test]
fn no_refund_of_a_charge_in_doubt_or_unpaid_or_disputed() {
    let refused =
        |inputs: Vec<Input>| Driven::after(inputs).attempt.may_refund(&wish("r-1", 1, 0)).unwrap_err();
    assert_eq!(refused(vec![PERMIT]), RefundRefusal::ChargeInDoubt);
    assert_eq!(
        refused(vec![PERMIT, Input::AnswerLost(UnknownReason::AnswerLost)]),
        RefundRefusal::ChargeInDoubt
    );
    assert_eq!(refused(vec![PERMIT, seen(ChargeStatus::Pending)]), RefundRefusal::ChargeInDoubt);
    assert_eq!(refused(vec![PERMIT, seen(ChargeStatus::Expired)]), RefundRefusal::NotPaid);
    let disputed = ChargeSnapshot { disputed: true, ..charge("chrg_1", ChargeStatus::Successful) };
    assert_eq!(refused(vec![PERMIT, Input::ChargeRead(disputed)]), RefundRefusal::Disputed);
    let late = Driven::after([PERMIT, seen(ChargeStatus::Expired), seen(ChargeStatus::Successful)]);
    assert_eq!(late.attempt.may_refund(&wish("r-1", 1, 0)), Ok(()), "the charge decides, not the state");
    let strange = ChargeSnapshot { livemode: true, ..charge("chrg_1", ChargeStatus::Successful) };
    let kept = vec![PERMIT, seen(ChargeStatus::Successful), Input::ChargeRead(strange)];
    assert_eq!(refused(kept), RefundRefusal::ChargeInDoubt, "the charge is not what was ordered");
}
