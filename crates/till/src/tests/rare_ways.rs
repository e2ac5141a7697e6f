//! Ways of the table of transitions that a day at a counter rarely takes.

use super::*;

fn colleagues(state: PaymentState) -> Payment {
    Payment { holder: DeviceId::parse("tablet-of-a-colleague").unwrap(), state, version: 9, ..any_payment() }
}

fn order(amount: i64) -> CheckoutRequest {
    let sale_id = SaleId::parse("sale-1").ok();
    CheckoutRequest { sale_id, amount, currency: None, reference: None }
}

#[test]
fn a_sale_that_a_colleague_charges_is_shown_as_theirs() {
    let mut driven = Driven::start(Stored::default(), Some(order(2_225)));
    driven.begin(&[], None);
    assert_eq!(driven.screen(), "resuming");
    let sale = Listing::Sale(SaleId::parse("sale-1").unwrap());
    let theirs = Rc::new(colleagues(PaymentState::Pending));
    assert_eq!(driven.feed(Input::Listed(sale, vec![theirs], None)).screen(), "other_till");
}

#[test]
fn a_till_begins_also_if_its_terminal_is_answered_last() {
    let mut driven = Driven::start(Stored::default(), None);
    driven.list(&[any_payment()]);
    driven.feed(Input::Listed(Listing::Newest, Vec::new(), None));
    assert_eq!(driven.screen(), "starting");
    assert_eq!(driven.feed(Input::Terminal(Ok(terminal()))).screen(), "pending");
}

#[test]
fn a_payment_that_a_colleague_takes_over_meanwhile_is_theirs() {
    for gives_up in [false, true] {
        let mut driven = Driven::scanning();
        driven.scan(CODE);
        if gives_up {
            driven.feed(Input::Elapsed(Timer::Deadline));
        }
        let sent = driven.payment(PaymentState::Pending);
        let taken = Payment { holder: colleagues(PaymentState::Pending).holder, ..sent };
        assert_eq!(driven.feed(Input::Payment(taken.into())).screen(), "other_till");
    }
}

#[test]
fn the_next_order_of_a_host_page_replaces_a_refusal() {
    let mut driven = Driven::scanning();
    driven.scan(CODE);
    let (sent, _) = driven.puts()[0].clone();
    driven.feed(Input::CallFailed(sent, problem(ProblemCode::InvalidCode, true)));
    assert_eq!(driven.screen(), "refused");
    assert_eq!(driven.feed(Input::Open(CheckoutRequest { sale_id: None, ..order(5_000) })).screen(), "scan");
}
