//! Facts of the next order that arrives while another screen is shown.

use super::*;

fn order(amount: i64, reference: &str) -> CheckoutRequest {
    CheckoutRequest { sale_id: None, amount, currency: None, reference: Some(reference.into()) }
}

/// A page that is loaded with an order in its address, and the payment that its storage knows.
fn loaded(mut kept: Stored, is_seen: bool, opening: CheckoutRequest, payment: Payment) -> Driven {
    kept.seen = if is_seen { vec![payment.id.clone()] } else { Vec::new() };
    let mut driven = Driven::start(kept, Some(opening));
    let unsettled = if payment.state.is_final() { vec![] } else { vec![payment.clone()] };
    driven.begin(&unsettled, Some(&payment));
    if driven.screen() == "resuming" {
        driven.feed(Input::Payment(payment.into()));
    }
    driven
}

fn ended(state: PaymentState) -> Payment {
    let disposition = (state == PaymentState::Successful).then_some(Disposition::Accepted);
    Payment { state, disposition, ..any_payment() }
}

/// The proxy has no payment for the order that is opened.
fn none_yet(driven: &mut Driven) {
    let Some(Effect::Call(Call::List(asked))) = driven.effects.last().cloned() else { panic!() };
    driven.feed(Input::Listed(asked, Vec::new(), None));
}

fn waits(driven: &Driven) -> Option<i64> {
    driven.till.view().waiting.map(|amount| amount.minor)
}

#[test]
fn an_order_begins_at_once_where_the_last_ones_end_was_shown() {
    for state in [PaymentState::Successful, PaymentState::Cancelled, PaymentState::Failed] {
        let driven = loaded(stored(true), true, order(9_900, "inv-2"), ended(state));
        assert_eq!((driven.screen(), waits(&driven)), ("scan", None), "{state:?}");
        assert_eq!(driven.till.view().sale.unwrap().amount.minor, 9_900);
    }
}

#[test]
fn an_order_begins_after_the_open_payment_ends() {
    let driven = loaded(stored(true), false, order(9_900, "inv-2"), any_payment());
    assert_eq!((driven.screen(), waits(&driven)), ("pending", Some(9_900)));
    let mut again = loaded(driven.saved(), false, order(9_900, "inv-2"), any_payment());
    assert_eq!(again.till.kept.waiting.len(), 1, "a reload asks for the same order once");
    again.feed(Input::Payment(Payment { version: 7, ..ended(PaymentState::Successful) }.into()));
    assert_eq!((again.screen(), waits(&again)), ("paid", Some(9_900)));
    again.press(&[Press::NextSale]);
    none_yet(&mut again);
    assert_eq!((again.screen(), waits(&again)), ("scan", None));
    assert_eq!(again.till.view().sale.unwrap().reference.as_deref(), Some("inv-2"));
}

#[test]
fn an_order_waits_for_an_end_that_nobody_saw() {
    for (state, screen, press) in [
        (PaymentState::Successful, "paid", Press::NextSale),
        (PaymentState::Failed, "failed", Press::EndSale),
    ] {
        let mut driven = loaded(stored(true), false, order(9_900, "inv-2"), ended(state));
        assert_eq!((driven.screen(), waits(&driven)), (screen, Some(9_900)));
        driven.press(&[press]);
        none_yet(&mut driven);
        assert_eq!(driven.screen(), "scan");
        assert_eq!(driven.till.view().sale.unwrap().amount.minor, 9_900);
    }
}

#[test]
fn an_order_that_waits_outlives_the_page() {
    let driven = loaded(stored(true), false, order(9_900, "inv-2"), any_payment());
    let mut again = Driven::start(driven.saved(), None);
    again.begin(&[any_payment()], None);
    assert_eq!((again.screen(), waits(&again)), ("pending", Some(9_900)));
}

#[test]
fn the_order_of_the_payment_in_hand_is_no_other_order() {
    let mut kept = stored(true);
    kept.sale.as_mut().unwrap().sale.reference = Some("inv-1".into());
    let payment = Payment { reference: Some("inv-1".into()), ..any_payment() };
    let driven = loaded(kept, false, order(2_225, "inv-1"), payment);
    assert_eq!((driven.screen(), waits(&driven)), ("pending", None));
}

#[test]
fn a_checkout_opens_beside_an_outcome_and_never_beside_an_open_payment() {
    let mut driven = Driven::waiting(PaymentState::Pending);
    driven.feed(Input::Open(order(9_900, "inv-2")));
    assert_eq!((driven.screen(), waits(&driven)), ("pending", None));
    let called = Payment {
        disposition: Some(Disposition::InReview),
        review: Some(ReviewReason::SupervisorCalled),
        version: 9,
        ..driven.payment(PaymentState::Successful)
    };
    driven.feed(Input::Payment(called.into())).feed(Input::Open(order(9_900, "inv-2")));
    assert_eq!((driven.screen(), driven.badge()), ("scan", Some((ParkReason::Supervisor, 1))));
}

#[test]
fn an_order_that_cannot_be_charged_says_why_when_its_turn_comes() {
    let mut driven = loaded(stored(true), false, order(1, "inv-2"), ended(PaymentState::Failed));
    driven.press(&[Press::EndSale]);
    let Screen::Amount { problem, .. } = driven.till.view().screen else { panic!("{}", driven.screen()) };
    assert_eq!(problem, Some(AmountProblem::TooSmall));
}

#[test]
fn a_sale_at_its_scan_waits_until_the_hosts_order_is_over() {
    let mut driven = Driven::scanning();
    driven.feed(Input::Open(order(9_900, "inv-2")));
    assert_eq!((driven.screen(), waits(&driven)), ("scan", Some(2_225)));
    assert_eq!(driven.till.view().sale.unwrap().amount.minor, 9_900);
    driven.scan(CODE);
    let paid = Payment { amount: 9_900, ..driven.payment(PaymentState::Successful) };
    driven.feed(Input::Payment(paid.into())).press(&[Press::NextSale]);
    none_yet(&mut driven);
    assert_eq!((driven.screen(), driven.till.view().sale.unwrap().amount.minor), ("scan", 2_225));
    driven.feed(Input::Open(CheckoutRequest {
        sale_id: None,
        amount: 2_225,
        currency: None,
        reference: None,
    }));
    assert_eq!(waits(&driven), None, "the same order once more is one order");
}
