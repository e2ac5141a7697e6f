//! The checkout without a till: what is asked, shown and reported.

use super::*;
use scantill_types::api::Limits;
use scantill_types::{Currency, Money};
use std::cell::RefCell;
use std::rc::Rc;

type Told = Rc<RefCell<Vec<Result<CheckoutOutcome, CheckoutError>>>>;

fn opening(amount: i64, reference: Option<&str>) -> CheckoutRequest {
    CheckoutRequest { sale_id: None, amount, currency: None, reference: reference.map(str::to_owned) }
}

fn sale(id: &str, amount: i64, reference: Option<&str>) -> Sale {
    let (id, reference) = (SaleId::parse(id).unwrap(), reference.map(str::to_owned));
    Sale { id, amount, currency: Currency::Thb, reference }
}

fn payment(sale_id: &str) -> Rc<Payment> {
    let text = serde_json::json!({
        "id": "p-1", "sale_id": sale_id, "version": 1, "state": "successful", "amount": 2225, "currency": "THB",
        "code_masked": "", "terminal_id": "POS-01", "holder": "left", "disposition": "accepted",
        "created_at": "2026-11-20T07:05:31Z", "updated_at": "2026-11-20T07:05:32Z",
    });
    Rc::new(serde_json::from_value(text).unwrap())
}

fn view(screen: Screen, sale: Option<&Sale>) -> View {
    let sale = sale.map(|sale| SaleView { amount: sale.money(), reference: sale.reference.clone() });
    View { sale, ..View::bare(screen) }
}

fn scan() -> Screen {
    Screen::Scan { typed: None }
}

fn keypad(problem: Option<AmountProblem>) -> Screen {
    Screen::Amount { amount: Money::new(0, Currency::Thb), problem, limits: Limits::default() }
}

fn ask(checkout: &mut Checkout, opening: CheckoutRequest) -> Told {
    let told = Told::default();
    let telling = told.clone();
    checkout.ask(opening, Box::new(move |result| telling.borrow_mut().push(result)));
    told
}

/// A checkout of ฿22.25 that waits for a scan.
fn open(reference: Option<&str>) -> (Checkout, Told) {
    let mut checkout = Checkout::default();
    let told = ask(&mut checkout, opening(2225, reference));
    assert!(matches!(checkout.turn(&view(keypad(None), None)), CheckoutStep::Open(_)));
    let sale = sale("s-1", 2225, reference);
    checkout.show(Some(&sale));
    checkout.opened(&view(scan(), Some(&sale)));
    assert!(told.borrow().is_empty());
    (checkout, told)
}

#[test]
fn a_checkout_is_answered_by_its_own_sale_alone() {
    let (mut checkout, told) = open(None);
    checkout.report(Outcome::Paid(payment("s-0")));
    assert!(told.borrow().is_empty(), "an older sale pays nothing");
    checkout.report(Outcome::Paid(payment("s-1")));
    checkout.report(Outcome::Paid(payment("s-1")));
    assert_eq!(*told.borrow(), [Ok(CheckoutOutcome::Paid(payment("s-1")))]);
}

#[test]
fn a_sale_that_was_left_is_not_paid() {
    let (mut checkout, told) = open(None);
    checkout.show(None);
    checkout.report(Outcome::NotPaid(None));
    assert_eq!(*told.borrow(), [Ok(CheckoutOutcome::NotPaid(None))]);
}

#[test]
fn showing_another_payment_answers_nothing() {
    let (mut checkout, told) = open(None);
    checkout.show(Some(&sale("s-2", 2225, None)));
    checkout.report(Outcome::NotPaid(Some(payment("s-2"))));
    checkout.show(Some(&sale("s-1", 2225, None)));
    assert!(told.borrow().is_empty());
    checkout.report(Outcome::Paid(payment("s-1")));
    assert_eq!(*told.borrow(), [Ok(CheckoutOutcome::Paid(payment("s-1")))]);
}

#[test]
fn a_checkout_that_another_tab_took_is_in_doubt() {
    let (mut checkout, told) = open(None);
    checkout.lose();
    assert_eq!(*told.borrow(), [Ok(CheckoutOutcome::InDoubt(None))]);
}

#[test]
fn a_checkout_waits_until_the_till_knows_what_it_has_in_hand() {
    let mut checkout = Checkout::default();
    let told = ask(&mut checkout, opening(2225, None));
    for screen in [Screen::Starting, Screen::Resuming { missing: false }] {
        assert_eq!(checkout.turn(&view(screen, None)), CheckoutStep::Nothing);
    }
    assert!(told.borrow().is_empty());
    assert_eq!(checkout.turn(&view(keypad(None), None)), CheckoutStep::Open(opening(2225, None)));
}

#[test]
fn another_payment_in_hand_makes_it_busy() {
    let mut checkout = Checkout::default();
    let held = sale("s-0", 2225, Some("inv-0"));
    checkout.show(Some(&held));
    let told = ask(&mut checkout, opening(2225, Some("inv-1")));
    let pending = Screen::Unknown { payment: payment("s-0") };
    assert_eq!(checkout.turn(&view(pending, Some(&held))), CheckoutStep::Nothing);
    assert_eq!(*told.borrow(), [Err(CheckoutError::Busy)]);
}

#[test]
fn a_payment_in_hand_for_the_same_reference_and_amount_answers_it() {
    let mut checkout = Checkout::default();
    let held = sale("s-1", 2225, Some("inv-1"));
    checkout.show(Some(&held));
    let told = ask(&mut checkout, opening(2225, Some("inv-1")));
    assert_eq!(
        checkout.turn(&view(Screen::Paid { payment: payment("s-1"), earlier: false }, Some(&held))),
        CheckoutStep::Nothing
    );
    assert_eq!(*told.borrow(), [Ok(CheckoutOutcome::Paid(payment("s-1")))]);
}

#[test]
fn without_a_reference_a_paid_sale_answers_nothing() {
    let mut checkout = Checkout::default();
    let held = sale("s-1", 2225, None);
    checkout.show(Some(&held));
    let told = ask(&mut checkout, opening(2225, None));
    let paid = view(Screen::Paid { payment: payment("s-1"), earlier: false }, Some(&held));
    assert_eq!(checkout.turn(&paid), CheckoutStep::Open(opening(2225, None)));
    assert!(told.borrow().is_empty());
}

#[test]
fn an_amount_that_cannot_be_charged_is_denied() {
    let mut checkout = Checkout::default();
    let told = ask(&mut checkout, opening(1, None));
    checkout.turn(&view(keypad(None), None));
    checkout.opened(&view(keypad(Some(AmountProblem::TooSmall)), None));
    assert_eq!(*told.borrow(), [Err(CheckoutError::Amount(AmountProblem::TooSmall))]);
}

#[test]
fn an_aborted_checkout_at_the_scan_ends_its_sale_once() {
    let (mut checkout, told) = open(None);
    assert_eq!(checkout.press(&scan()), None, "nobody aborted");
    checkout.abort();
    assert!(matches!(checkout.press(&scan()), Some(Press::EndSale)));
    assert_eq!(checkout.press(&scan()), None);
    checkout.report(Outcome::NotPaid(None));
    assert_eq!(*told.borrow(), [Ok(CheckoutOutcome::Aborted)]);
}

#[test]
fn an_aborted_checkout_that_waits_never_opens() {
    let mut checkout = Checkout::default();
    let told = ask(&mut checkout, opening(2225, None));
    checkout.abort();
    assert_eq!(*told.borrow(), [Ok(CheckoutOutcome::Aborted)]);
    assert_eq!(checkout.turn(&view(keypad(None), None)), CheckoutStep::Nothing);
}

#[test]
fn an_aborted_payment_is_cancelled_once_and_its_end_is_reported() {
    let pending = Screen::Pending { payment: payment("s-1"), seconds_left: 9, seconds: 60 };
    let (mut checkout, told) = open(None);
    checkout.abort();
    assert!(matches!(checkout.press(&pending), Some(Press::Cancel)));
    assert_eq!(checkout.press(&pending), None);
    assert!(told.borrow().is_empty(), "it may still be paid");
    checkout.report(Outcome::Paid(payment("s-1")));
    assert_eq!(*told.borrow(), [Ok(CheckoutOutcome::Paid(payment("s-1")))]);
    let (mut checkout, told) = open(None);
    checkout.abort();
    assert!(matches!(checkout.press(&Screen::Cancelled { payment: payment("s-1") }), Some(Press::EndSale)));
    checkout.report(Outcome::NotPaid(Some(payment("s-1"))));
    assert_eq!(*told.borrow(), [Ok(CheckoutOutcome::NotPaid(Some(payment("s-1"))))]);
}

#[test]
fn an_abort_presses_nothing_while_another_payment_is_shown() {
    let (mut checkout, _) = open(None);
    checkout.abort();
    checkout.show(Some(&sale("s-2", 2225, None)));
    assert_eq!(checkout.press(&Screen::Failed { payment: payment("s-2") }), None);
    checkout.show(Some(&sale("s-1", 2225, None)));
    assert!(matches!(checkout.press(&scan()), Some(Press::EndSale)));
}

#[test]
fn an_abort_concerns_its_own_checkout_alone() {
    let (mut checkout, _) = open(None);
    checkout.report(Outcome::Paid(payment("s-1")));
    checkout.abort();
    assert_eq!(checkout.press(&scan()), None, "it is over");
}

#[test]
fn a_second_checkout_is_busy_and_leaving_answers_the_first() {
    let (mut checkout, first) = open(None);
    let second = ask(&mut checkout, opening(9900, None));
    assert_eq!(*second.borrow(), [Err(CheckoutError::Busy)]);
    checkout.leave();
    assert_eq!(*first.borrow(), [Ok(CheckoutOutcome::Unmounted)]);
}

#[test]
fn the_end_of_another_sale_answers_nothing_while_this_one_is_shown() {
    let (mut checkout, told) = open(None);
    checkout.report(Outcome::NotPaid(Some(payment("s-0"))));
    checkout.report(Outcome::InDoubt(Some(payment("s-0"))));
    assert!(told.borrow().is_empty());
}

#[test]
fn a_payment_that_a_supervisor_decides_is_in_doubt_at_once() {
    let mut checkout = Checkout::default();
    let held = sale("s-1", 2225, Some("inv-1"));
    checkout.show(Some(&held));
    let told = ask(&mut checkout, opening(2225, Some("inv-1")));
    let called = view(Screen::Supervisor { payment: payment("s-1") }, Some(&held));
    assert_eq!(checkout.turn(&called), CheckoutStep::Nothing);
    assert_eq!(*told.borrow(), [Ok(CheckoutOutcome::InDoubt(Some(payment("s-1"))))]);
}

#[test]
fn a_till_is_in_use_while_something_is_in_hand() {
    let mut checkout = Checkout::default();
    let typed =
        Screen::Amount { amount: Money::new(5, Currency::Thb), problem: None, limits: Limits::default() };
    for screen in [scan(), typed, Screen::Unknown { payment: payment("s-1") }] {
        assert!(checkout.is_in_use(&screen), "{screen:?}");
    }
    let paid = Screen::Paid { payment: payment("s-1"), earlier: false };
    for screen in [keypad(None), Screen::Starting, paid] {
        assert!(!checkout.is_in_use(&screen), "{screen:?}");
    }
    let _told = ask(&mut checkout, opening(2225, None));
    assert!(checkout.is_in_use(&keypad(None)), "a checkout waits");
}

#[test]
fn each_denial_tells_the_developer_what_is_wrong() {
    let denials = [
        CheckoutError::Busy,
        CheckoutError::Amount(AmountProblem::Nothing),
        CheckoutError::Amount(AmountProblem::TooSmall),
        CheckoutError::Amount(AmountProblem::TooLarge),
        CheckoutError::Amount(AmountProblem::OtherCurrency),
    ];
    let sentences: std::collections::BTreeSet<&str> = denials.map(CheckoutError::sentence).into();
    assert_eq!(sentences.len(), denials.len());
    assert!(sentences.iter().all(|sentence| sentence.contains(' ')));
}
