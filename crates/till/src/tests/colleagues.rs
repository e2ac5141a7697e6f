//! Facts of a payment that another till holds, on the screen of this one.

use super::*;

fn theirs(driven: &Driven, state: PaymentState, version: u64) -> Payment {
    let holder = DeviceId::parse("tablet-of-a-colleague").unwrap();
    Payment { version, holder, ..driven.payment(state) }
}

fn looking_on() -> Driven {
    let mut driven = Driven::waiting(PaymentState::Pending);
    let payment = theirs(&driven, PaymentState::Pending, 5);
    driven.feed(Input::Payment(payment.into()));
    driven.effects.retain(|effect| matches!(effect, Effect::Call(Call::Put(..))));
    driven
}

#[test]
fn another_tills_payment_is_followed_and_older_versions_are_ignored() {
    let mut driven = looking_on();
    let newer = theirs(&driven, PaymentState::Unknown, 6);
    driven.feed(Input::Payment(newer.into()));
    assert_eq!(driven.screen(), "other_till");
    let ours = Payment { version: 4, ..driven.payment(PaymentState::Pending) };
    assert_eq!(driven.feed(Input::Payment(ours.into())).screen(), "other_till");
}

#[test]
fn what_another_till_brought_to_its_end_is_told_there() {
    let mut driven = looking_on();
    let over = theirs(&driven, PaymentState::Successful, 6);
    driven.feed(Input::Payment(over.into()));
    assert_eq!((driven.screen(), driven.sounds(), driven.badge()), ("amount", vec![], None));
}

#[test]
fn what_was_taken_over_and_has_ended_is_shown_here() {
    let mut driven = looking_on();
    let ours = Payment { version: 6, ..driven.payment(PaymentState::Successful) };
    assert_eq!(driven.press(&[Press::TakeOver]).feed(Input::Payment(ours.into())).screen(), "paid");
}
