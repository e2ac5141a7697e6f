//! Facts of money that is captured after the cashier has left its sale (P16).

use super::*;

/// A till whose payment was cancelled and whose sale was ended, with another amount being typed.
fn gone_on() -> Driven {
    let mut driven = Driven::waiting(PaymentState::Cancelled);
    driven.press(&[Press::EndSale, Press::Digit(4), Press::Digit(2)]);
    driven.effects.retain(|effect| matches!(effect, Effect::Call(Call::Put(..))));
    driven
}

/// The payment of the last PUT, paid after all.
fn late(driven: &Driven, disposition: Disposition, version: u64) -> Payment {
    let payment = driven.payment(PaymentState::Cancelled);
    Payment { disposition: Some(disposition), review: Some(ReviewReason::PaidLate), version, ..payment }
}

/// Two people resolved the payment as paid.
fn by_hand() -> ManualResolution {
    let (by, second, proof) = ("Mali".into(), "Chai".into(), "statement".into());
    ManualResolution { finding: PaymentOutcome::Paid, by, second, proof, at: Timestamp(0) }
}

fn feed(driven: &mut Driven, payment: &Payment) {
    driven.feed(Input::Payment(payment.clone().into()));
}

#[test]
fn late_money_is_announced_beside_the_sale_in_hand() {
    let mut driven = gone_on();
    let paid = late(&driven, Disposition::AwaitingDecision, 3);
    feed(&mut driven, &paid);
    let Screen::Amount { amount, .. } = driven.till.view().screen else { panic!("{}", driven.screen()) };
    assert_eq!(amount.minor, 42, "the amount in hand stays");
    assert_eq!(driven.badge(), Some((ParkReason::Undecided, 1)));
    assert_eq!(driven.till.view().parked.unwrap().amount.minor, 2_225);
    assert_eq!((driven.sounds(), driven.saved().parked.len()), (vec![Sound::Attention], 1));
    driven.press(&[Press::ShowParked]);
    feed(&mut driven, &paid);
    assert_eq!((driven.screen(), driven.badge()), ("decide", None));
    driven.press(&[Press::Decide(Decision::Accept)]);
    driven.effects.clear();
    feed(
        &mut driven,
        &Payment { disposition: Some(Disposition::Accepted), review: None, version: 4, ..paid },
    );
    assert_eq!((driven.screen(), driven.sounds()), ("paid", vec![Sound::Paid]));
    assert_eq!(driven.press(&[Press::NextSale]).badge(), None);
    assert!(driven.saved().parked.is_empty());
}

#[test]
fn late_money_is_announced_on_any_screen_and_takes_none() {
    let paid = late(&gone_on(), Disposition::AwaitingDecision, 3);
    for (presses, scans, screen) in [
        (vec![], vec![], "amount"),
        (vec![Press::DoubleZero, Press::Charge], vec![], "scan"),
        (vec![Press::DoubleZero, Press::Charge], vec!["28763443825664395"], "sending"),
    ] {
        let mut driven = gone_on();
        driven.press(&presses);
        for code in scans {
            driven.now_ms += 1;
            driven.scan(code);
        }
        feed(&mut driven, &Payment { id: PaymentId::parse("pay-left").unwrap(), ..paid.clone() });
        assert_eq!((driven.screen(), driven.badge()), (screen, Some((ParkReason::Undecided, 1))));
        let in_hand = driven.saved().sale;
        assert_eq!(in_hand.is_some(), screen != "amount", "what is in hand stays kept: {screen}");
    }
}

#[test]
fn it_is_announced_once() {
    let mut driven = gone_on();
    let paid = late(&driven, Disposition::AwaitingDecision, 3);
    for _ in 0..3 {
        feed(&mut driven, &paid);
    }
    let mut again = Driven::start(driven.saved(), None);
    again.begin(&[], None);
    assert_eq!(again.badge(), Some((ParkReason::Undecided, 1)), "a reload forgets nothing");
    feed(&mut again, &paid);
    assert_eq!((driven.sounds(), again.sounds()), (vec![Sound::Attention], vec![]));
}

#[test]
fn what_was_settled_while_the_page_was_closed_leaves_the_badge() {
    let mut driven = gone_on();
    let paid = late(&driven, Disposition::AwaitingDecision, 3);
    feed(&mut driven, &paid);
    let mut again = Driven::start(driven.saved(), None);
    again.begin(&[], None);
    let is_asked = |effect: &Effect| matches!(effect, Effect::Call(Call::Read(id)) if *id == paid.id);
    assert!(again.effects.iter().any(is_asked));
    feed(&mut again, &Payment { disposition: Some(Disposition::Accepted), review: None, version: 5, ..paid });
    assert_eq!((again.screen(), again.badge()), ("amount", None));
}

#[test]
fn a_parked_payment_that_is_paid_calls_once_and_comes_first() {
    let mut driven = Driven::waiting(PaymentState::Unknown);
    driven.press(&[Press::Park]);
    let first = driven.payment(PaymentState::Unknown);
    let other = Payment { id: PaymentId::parse("pay-other").unwrap(), ..first.clone() };
    let paid = Payment { state: PaymentState::Successful, version: 9, ..other };
    let paid = Payment { disposition: Some(Disposition::AwaitingDecision), ..paid };
    feed(&mut driven, &paid);
    assert_eq!(driven.badge(), Some((ParkReason::Undecided, 1)));
    driven.effects.clear();
    driven.press(&[Press::ShowParked]);
    assert!(matches!(driven.effects.last(), Some(Effect::Call(Call::Read(id))) if *id == paid.id));

    let mut driven = Driven::waiting(PaymentState::Cancelling);
    driven.press(&[Press::Park]);
    assert_eq!(driven.badge(), Some((ParkReason::InDoubt, 1)));
    driven.effects.retain(|effect| !matches!(effect, Effect::Play(_)));
    let paid = late(&driven, Disposition::AwaitingDecision, 9);
    feed(&mut driven, &paid);
    feed(&mut driven, &paid);
    assert_eq!((driven.badge(), driven.sounds()), (Some((ParkReason::Undecided, 1)), vec![Sound::Attention]));
}

#[test]
fn one_that_needs_a_supervisor_keeps_its_badge_until_it_is_decided() {
    let mut driven = gone_on();
    let paid = late(&driven, Disposition::AwaitingDecision, 3);
    let unanswered = Payment {
        disposition: Some(Disposition::InReview),
        review: Some(ReviewReason::DecisionOverdue),
        version: 4,
        ..paid.clone()
    };
    feed(&mut driven, &paid);
    feed(&mut driven, &unanswered);
    assert_eq!(driven.badge(), Some((ParkReason::Supervisor, 1)));
    assert_eq!(driven.sounds(), [Sound::Attention], "one payment calls once");
    driven.press(&[Press::ShowParked]);
    feed(&mut driven, &unanswered);
    assert_eq!(driven.screen(), "supervisor");
    assert_eq!(driven.press(&[Press::NextSale]).badge(), Some((ParkReason::Supervisor, 1)));
    let mut again = Driven::start(driven.saved(), None);
    again.begin(std::slice::from_ref(&unanswered), None);
    assert_eq!((again.screen(), again.badge()), ("amount", Some((ParkReason::Supervisor, 1))));
    assert_eq!(again.sounds(), [], "it is no news again");
    let kept = Payment { disposition: Some(Disposition::Accepted), review: None, version: 5, ..unanswered };
    feed(&mut again, &kept);
    assert_eq!(again.badge(), None);
}

#[test]
fn a_failed_refund_calls_the_cashier_too() {
    let mut driven = gone_on();
    let stuck = late(&driven, Disposition::InReview, 4);
    feed(&mut driven, &Payment { review: Some(ReviewReason::RefundFailed), ..stuck });
    assert_eq!(
        (driven.badge(), driven.sounds()),
        (Some((ParkReason::Supervisor, 1)), vec![Sound::Attention])
    );
}

#[test]
fn what_the_cashier_knows_or_nobody_here_can_settle_calls_nobody() {
    let attention = |reason| Payment { review: Some(reason), ..late(&gone_on(), Disposition::InReview, 4) };
    let closed =
        Payment { resolution: Some(by_hand()), ..late(&gone_on(), Disposition::AwaitingDecision, 4) };
    let waits = Some((ParkReason::Supervisor, 1));
    let cases = [
        (attention(ReviewReason::SupervisorCalled), waits),
        (attention(ReviewReason::UnapprovedRefund), waits),
        (closed, None),
    ];
    for (payment, badge) in cases {
        let mut driven = gone_on();
        feed(&mut driven, &payment);
        assert_eq!((driven.badge(), driven.sounds()), (badge, vec![]));
    }
}

#[test]
fn a_manual_resolution_leaves_the_badge() {
    let mut driven = gone_on();
    let paid = late(&driven, Disposition::AwaitingDecision, 3);
    feed(&mut driven, &paid);
    feed(&mut driven, &Payment { resolution: Some(by_hand()), version: 4, ..paid });
    assert_eq!((driven.badge(), driven.saved().parked.len()), (None, 0));
    let mut doubt = Driven::waiting(PaymentState::Unknown);
    let unknown = doubt.payment(PaymentState::Unknown);
    doubt.press(&[Press::Park]);
    doubt.feed(Input::Payment(Payment { resolution: Some(by_hand()), version: 9, ..unknown }.into()));
    assert_eq!((doubt.badge(), doubt.saved().parked.len()), (None, 0), "in any state");
}

#[test]
fn what_another_device_of_the_terminal_holds_is_a_quiet_badge_here() {
    let mut driven = gone_on();
    let holder = DeviceId::parse("tablet-of-a-colleague").unwrap();
    let paid = Payment { holder, ..late(&driven, Disposition::AwaitingDecision, 3) };
    feed(&mut driven, &paid);
    assert_eq!((driven.badge(), driven.sounds()), (Some((ParkReason::OtherTill, 1)), vec![]));
}

#[test]
fn an_older_reading_takes_nothing_back() {
    let mut driven = gone_on();
    let paid = late(&driven, Disposition::AwaitingDecision, 9);
    feed(&mut driven, &paid);
    feed(&mut driven, &Payment { disposition: None, review: None, version: 2, ..paid });
    assert_eq!(driven.badge(), Some((ParkReason::Undecided, 1)));
}

#[test]
fn an_older_reading_that_comes_after_the_end_parks_nothing() {
    let mut driven = Driven::waiting(PaymentState::Unknown);
    let unknown = driven.payment(PaymentState::Unknown);
    driven.press(&[Press::Park]);
    feed(&mut driven, &Payment { state: PaymentState::Failed, version: 9, ..unknown.clone() });
    assert_eq!(driven.badge(), None);
    feed(&mut driven, &unknown);
    assert_eq!((driven.badge(), driven.saved().parked.len()), (None, 0), "an answer that was on its way");
}

#[test]
fn money_with_an_automatic_refund_needs_no_decision() {
    let mut driven = gone_on();
    let paid = late(&driven, Disposition::AwaitingDecision, 3);
    feed(&mut driven, &paid);
    feed(&mut driven, &Payment { disposition: Some(Disposition::RefundDue), version: 4, ..paid.clone() });
    assert_eq!(driven.badge(), Some((ParkReason::InDoubt, 1)));
    feed(
        &mut driven,
        &Payment { disposition: Some(Disposition::Refunded), review: None, version: 5, ..paid },
    );
    assert_eq!((driven.badge(), driven.saved().parked.len()), (None, 0));
}

#[test]
fn an_unconfirmed_cancel_is_repeated_after_a_reload() {
    let mut driven = Driven::waiting(PaymentState::Pending);
    let pending = driven.payment(PaymentState::Pending);
    driven.press(&[Press::Cancel]);
    assert_eq!((driven.screen(), driven.cancels()), ("cancelling", vec![CancelledBy::Cashier]));
    let mut again = driven.reload_with(std::slice::from_ref(&pending));
    assert_eq!(
        (again.screen(), again.cancels()),
        ("cancelling", vec![CancelledBy::Cashier, CancelledBy::Cashier])
    );
    let told = CancelRequest { by: CancelledBy::Cashier, at: Timestamp(0) };
    again.feed(Input::Payment(Payment { cancel_request: Some(told), version: 3, ..pending }.into()));
    let known = again.saved().sale.and_then(|sale| sale.payment).unwrap();
    assert_eq!(known.end, None, "the proxy knows");
}

#[test]
fn a_sale_paid_by_another_payment_is_not_reported_unpaid() {
    for (by, is_in_doubt) in [(CancelledBy::OtherPayment, true), (CancelledBy::Cashier, false)] {
        let mut driven = Driven::waiting(PaymentState::Pending);
        let cancel_request = Some(CancelRequest { by, at: Timestamp(0) });
        let ended = Payment { cancel_request, version: 3, ..driven.payment(PaymentState::Cancelled) };
        driven.feed(Input::Payment(ended.into())).press(&[Press::EndSale]);
        let last = driven.reports().pop().unwrap();
        assert_eq!(matches!(last, Outcome::InDoubt(_)), is_in_doubt, "{last:?}");
    }
}
