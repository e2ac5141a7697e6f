//! Facts of a payment that the proxy refused: the till offers only what can help.

use super::*;

fn refused(code: ProblemCode) -> Driven {
    let mut driven = Driven::scanning();
    driven.scan(CODE);
    let (id, _) = driven.puts().pop().unwrap();
    driven.feed(Input::CallFailed(id, problem(code, true)));
    driven
}

fn offers_the_other(driven: &Driven) -> bool {
    match driven.till.view().screen {
        Screen::Refused { other, .. } => other.is_some(),
        screen => panic!("{}", screen.name()),
    }
}

#[test]
fn the_other_payment_is_shown_only_if_it_blocks_the_sale() {
    for (code, shown) in [
        (ProblemCode::SalePaid, true),
        (ProblemCode::SaleOpen, true),
        (ProblemCode::ReferenceSeen, false),
        (ProblemCode::CodeUsed, false),
    ] {
        let mut driven = refused(code);
        assert_eq!(offers_the_other(&driven), shown, "{code:?}");
        driven.press(&[Press::ShowOther]);
        assert_eq!(driven.screen() == "resuming", shown, "{code:?}");
    }
}

#[test]
fn a_reference_is_accepted_only_where_it_was_seen_before() {
    for (code, screen) in [(ProblemCode::ReferenceSeen, "scan"), (ProblemCode::SalePaid, "refused")] {
        assert_eq!(refused(code).press(&[Press::AcceptReference]).screen(), screen);
    }
}

#[test]
fn a_payment_of_another_terminal_is_not_offered_twice() {
    let mut driven = refused(ProblemCode::SaleOpen);
    driven.press(&[Press::ShowOther]);
    let other = PaymentId::parse("other").unwrap();
    driven.feed(Input::CallFailed(other, problem(ProblemCode::PaymentConflict, false)));
    assert!(!offers_the_other(&driven));
}

#[test]
fn a_scan_at_a_sale_held_elsewhere_says_it_is_over() {
    let mut driven = refused(ProblemCode::SalePaid);
    driven.effects.clear();
    driven.now_ms += 1;
    driven.scan("28763443825664395");
    assert_eq!((driven.scan_problem(), driven.sounds()), (Some(ScanProblem::Over), vec![Sound::NotACode]));
}

#[test]
fn a_payment_whose_charge_is_missing_is_in_doubt() {
    let mut driven = Driven::waiting(PaymentState::Pending);
    let missing = Payment {
        review: Some(ReviewReason::ChargeMissing),
        version: 5,
        ..driven.payment(PaymentState::Pending)
    };
    assert_eq!(driven.feed(Input::Payment(missing.into())).screen(), "unknown");
}

#[test]
fn money_that_moved_wrongly_is_a_supervisors_after_an_unpaid_end_too() {
    for state in [PaymentState::Failed, PaymentState::Cancelled, PaymentState::Expired] {
        let mut driven = Driven::waiting(PaymentState::Pending);
        let wrong = Payment { review: Some(ReviewReason::Mismatch), version: 5, ..driven.payment(state) };
        driven.feed(Input::Payment(wrong.into())).press(&[Press::ScanAgain, Press::EndSale]);
        assert_eq!(driven.screen(), "supervisor", "{state:?}");
    }
}

#[test]
fn the_view_names_the_payment_on_the_screen_and_the_mode() {
    let mut driven = Driven::waiting(PaymentState::Pending);
    let view = driven.till.view();
    assert_eq!(view.screen.payment().map(|payment| payment.id.clone()), Some(driven.puts()[0].0.clone()));
    assert_eq!(view.header.map(|header| header.test_mode), Some(true));
    driven.feed(Input::Terminal(Ok(Terminal { mode: Mode::Live, ..terminal() })));
    let view = driven.till.view();
    assert_eq!(view.header.map(|header| header.test_mode), Some(false));
}
