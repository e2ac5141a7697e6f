//! Facts of a start: how the till combines its storage, the address and the proxy's answers.

use super::*;

fn sale(text: &str) -> Sale {
    Sale { id: SaleId::parse(text).unwrap(), amount: 4_200, currency: Currency::Thb, reference: None }
}

/// A storage with a sale that waits for its code.
fn scanned_for(text: &str) -> Stored {
    let sale = Some(StoredSale { sale: sale(text), payment: None });
    Stored { sale, ..Stored::default() }
}

fn order(text: &str) -> CheckoutRequest {
    CheckoutRequest { sale_id: SaleId::parse(text).ok(), amount: 2_225, currency: None, reference: None }
}

fn started(stored: Stored, opening: Option<CheckoutRequest>, unsettled: &[Payment]) -> Driven {
    let mut driven = Driven::start(stored, opening);
    driven.begin(unsettled, None);
    driven
}

fn amount(driven: &Driven) -> i64 {
    driven.till.view().sale.unwrap().amount.minor
}

#[test]
fn the_address_of_the_sale_in_hand_goes_on_with_its_scan() {
    let driven = started(scanned_for("sale-7"), Some(order("sale-7")), &[]);
    assert_eq!((driven.screen(), amount(&driven)), ("scan", 4_200));
    let driven = started(scanned_for("sale-7"), Some(order("sale-8")), &[]);
    assert_eq!((driven.screen(), amount(&driven)), ("resuming", 2_225), "another sale is looked up first");
}

#[test]
fn a_sale_at_the_scan_returns_after_another_sales_payment() {
    let waits = |driven: &Driven| driven.till.view().waiting.map(|amount| amount.minor);
    let driven = started(scanned_for("sale-7"), None, &[any_payment()]);
    assert_eq!((driven.screen(), waits(&driven)), ("pending", Some(4_200)));
    let driven = started(scanned_for("sale-1"), None, &[any_payment()]);
    assert_eq!((driven.screen(), waits(&driven)), ("pending", None), "its own sale is no other order");
}

#[test]
fn an_attempt_that_the_proxy_has_is_not_ended_by_a_reload() {
    let driven = started(stored(false), None, &[any_payment()]);
    assert_eq!((driven.screen(), driven.badge(), driven.cancels()), ("pending", None, vec![]));
    let newer = Payment { id: PaymentId::parse("newer").unwrap(), ..any_payment() };
    let driven = started(stored(true), None, &[newer]);
    assert_eq!((driven.screen(), driven.badge()), ("pending", None), "what was settled needs no badge");
}

#[test]
fn a_parked_payment_is_not_resumed_after_a_reload() {
    let mut kept = stored(true);
    kept.parked = kept.sale.iter().cloned().collect();
    let driven = started(kept, None, &[]);
    assert_eq!((driven.screen(), driven.badge()), ("amount", Some((ParkReason::InDoubt, 1))));
}

#[test]
fn the_payment_in_hand_is_read_if_the_last_one_differs() {
    let last = PaymentId::parse("last").unwrap();
    let paid = Payment {
        id: last.clone(),
        state: PaymentState::Successful,
        disposition: Some(Disposition::Accepted),
        ..any_payment()
    };
    let mut driven = Driven::start(Stored { seen: vec![last], ..stored(true) }, None);
    driven.begin(&[], Some(&paid));
    assert_eq!(driven.screen(), "resuming");
    let own = Payment { id: PaymentId::parse("pay-1").unwrap(), ..paid };
    let mut driven = Driven::start(stored(true), None);
    driven.begin(&[], Some(&own));
    assert_eq!(driven.screen(), "paid", "it has just been told how it ended");
}

#[test]
fn a_sale_is_scanned_for_where_no_payment_of_it_decides_it() {
    let of_sale = |state, disposition| Payment { state, disposition, ..any_payment() };
    for (payment, screen) in [
        (of_sale(PaymentState::Failed, None), "scan"),
        (of_sale(PaymentState::Successful, Some(Disposition::Refunded)), "scan"),
        (of_sale(PaymentState::Pending, None), "pending"),
        (of_sale(PaymentState::Cancelled, Some(Disposition::AwaitingDecision)), "decide"),
    ] {
        let mut driven = started(Stored::default(), Some(order("sale-1")), &[]);
        let sale = Listing::Sale(SaleId::parse("sale-1").unwrap());
        driven.feed(Input::Listed(sale, vec![payment.into()], None));
        assert_eq!(driven.screen(), screen);
    }
}

#[test]
fn an_order_that_comes_during_the_start_is_opened() {
    let mut driven = Driven::start(Stored::default(), None);
    driven.feed(Input::Open(CheckoutRequest { sale_id: None, ..order("") })).begin(&[], None);
    assert_eq!((driven.screen(), amount(&driven)), ("scan", 2_225));
}

#[test]
fn a_start_needs_no_lists_but_waits_for_a_busy_proxy() {
    let CallError::Refused(missing) = problem(ProblemCode::NotFound, false) else { unreachable!() };
    for (status, screen) in [(404, "amount"), (503, "starting")] {
        for is_first in [true, false] {
            let failed = CallError::Refused(Problem { status, ..missing.clone() });
            let mut driven = Driven::start(Stored::default(), None);
            driven.feed(Input::Terminal(Ok(terminal())));
            if is_first {
                driven.feed(Input::ListFailed(Listing::Unsettled(None), failed));
                driven.feed(Input::Listed(Listing::Newest, Vec::new(), None));
            } else {
                driven.list(&[]).feed(Input::ListFailed(Listing::Newest, failed));
            }
            assert_eq!(driven.screen(), screen, "{status} {is_first}");
        }
    }
}

#[test]
fn a_last_payment_that_needs_review_is_not_announced() {
    let review = Payment {
        state: PaymentState::Successful,
        disposition: Some(Disposition::InReview),
        review: Some(ReviewReason::SupervisorCalled),
        ..any_payment()
    };
    let mut driven = Driven::start(Stored::default(), None);
    driven.begin(std::slice::from_ref(&review), Some(&review));
    assert_eq!((driven.screen(), driven.badge()), ("amount", Some((ParkReason::Supervisor, 1))));
}

#[test]
fn only_an_identical_order_repeats_a_waiting_one() {
    let known = Sale { reference: Some("inv-1".into()), ..sale("sale-7") };
    let same = CheckoutRequest {
        sale_id: Some(known.id.clone()),
        amount: 4_200,
        currency: Some(Currency::Thb),
        reference: Some("inv-1".into()),
    };
    assert!(same.is_alike(&known));
    assert!(CheckoutRequest { sale_id: None, currency: None, ..same.clone() }.is_alike(&known));
    for other in [
        CheckoutRequest { sale_id: SaleId::parse("sale-8").ok(), ..same.clone() },
        CheckoutRequest { amount: 4_201, ..same.clone() },
        CheckoutRequest { currency: Some(Currency::Sgd), ..same.clone() },
        CheckoutRequest { reference: None, ..same.clone() },
    ] {
        assert!(!other.is_alike(&known), "{other:?}");
    }
}

#[test]
fn an_order_that_is_opened_again_waits_no_more() {
    let mut kept = scanned_for("sale-7");
    kept.waiting = vec![sale("sale-8"), sale("sale-9")];
    let opening = CheckoutRequest { amount: 4_200, ..order("sale-8") };
    let driven = started(kept, Some(opening), &[]);
    assert_eq!(driven.till.kept.waiting, [sale("sale-9")]);
}

#[test]
fn an_order_takes_the_place_of_money_that_moved_wrongly() {
    let mut driven = Driven::waiting(PaymentState::Pending);
    let wrong =
        Payment { review: Some(ReviewReason::Mismatch), version: 4, ..driven.payment(PaymentState::Pending) };
    driven.feed(Input::Payment(wrong.into()));
    driven.feed(Input::Open(CheckoutRequest { sale_id: None, ..order("") }));
    assert_eq!((driven.screen(), driven.badge()), ("scan", Some((ParkReason::Supervisor, 1))));
}
