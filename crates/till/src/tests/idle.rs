//! Facts of a till that nobody has touched for a while.

use super::*;

fn idle(driven: &mut Driven) -> (&'static str, bool) {
    driven.feed(Input::Elapsed(Timer::Idle));
    (driven.screen(), driven.till.view().is_at_rest())
}

fn order(reference: Option<&str>) -> Driven {
    let reference = reference.map(str::to_owned);
    let opening = CheckoutRequest { sale_id: None, amount: 2_225, currency: None, reference };
    let mut driven = Driven::start(Stored::default(), Some(opening));
    driven.begin(&[], None);
    driven
}

#[test]
fn a_typed_amount_and_a_sale_without_a_code_are_given_up() {
    let mut typed = Driven::ready();
    typed.press(&[Press::Digit(7)]);
    assert!(!typed.till.view().is_at_rest());
    assert_eq!(idle(&mut typed), ("amount", true));
    assert_eq!(idle(&mut Driven::scanning()), ("amount", true));
    let mut by_hand = Driven::scanning();
    by_hand.press(&[Press::TypeCode, Press::Typed("2876".into())]);
    assert_eq!(idle(&mut by_hand), ("amount", true));
}

#[test]
fn an_order_stays_and_the_digits_of_a_code_go() {
    for reference in [None, Some("inv-1")] {
        let mut driven = order(reference);
        driven.press(&[Press::TypeCode, Press::Typed("2876".into())]);
        assert_eq!(idle(&mut driven), ("scan", false));
        assert_eq!(driven.till.view().screen, Screen::Scan { typed: None });
        assert_eq!(driven.till.view().sale.unwrap().amount.minor, 2_225);
    }
}

#[test]
fn a_payment_and_its_outcome_stay() {
    for state in [
        PaymentState::Sending,
        PaymentState::Pending,
        PaymentState::Unknown,
        PaymentState::Cancelling,
        PaymentState::Successful,
        PaymentState::Failed,
        PaymentState::Cancelled,
    ] {
        let mut driven = Driven::waiting(state);
        let (before, effects) = (driven.till.view(), driven.effects.len());
        assert!(!idle(&mut driven).1 && !before.is_free(), "{state:?}");
        assert_eq!((driven.till.view(), driven.effects.len()), (before, effects), "{state:?}");
    }
    let mut sending = Driven::scanning();
    sending.scan(CODE);
    assert_eq!(idle(&mut sending), ("sending", false));
}

#[test]
fn a_sale_that_was_tried_before_stays() {
    let mut driven = Driven::waiting(PaymentState::Failed);
    driven.press(&[Press::ScanAgain]);
    assert_eq!(idle(&mut driven), ("scan", false));
}

#[test]
fn a_till_with_a_parked_payment_is_not_at_rest() {
    let mut driven = Driven::waiting(PaymentState::Unknown);
    driven.press(&[Press::Park]);
    assert_eq!(idle(&mut driven), ("amount", false));
    assert!(!driven.till.view().is_free());
    assert!(Driven::ready().till.view().is_free() && Driven::scanning().till.view().is_free());
}

#[test]
fn an_order_that_waits_comes_next() {
    let mut driven = Driven::scanning();
    let opening = CheckoutRequest { sale_id: None, amount: 4_200, currency: None, reference: None };
    driven.feed(Input::Open(opening));
    let view = driven.till.view();
    assert_eq!((view.sale.unwrap().amount.minor, view.waiting.unwrap().minor), (4_200, 2_225));
    assert_eq!(idle(&mut driven), ("scan", false));
}
