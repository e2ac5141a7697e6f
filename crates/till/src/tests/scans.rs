//! Facts of scans: a screen uses a scan, or answers it by a sound and a message.

use super::*;

#[test]
fn the_code_of_an_unsent_payment_may_be_sent_again() {
    for (code, screen) in [(FailureCode::NotSent, "sending"), (FailureCode::NotCreated, "failed")] {
        let mut driven = Driven::scanning();
        driven.scan(CODE);
        let failed = Payment { failure_code: Some(code), ..driven.payment(PaymentState::Failed) };
        driven.feed(Input::Payment(failed.into())).scan(CODE);
        assert_eq!(driven.screen(), screen);
    }
}

#[test]
fn an_earlier_unsent_payment_leaves_the_last_code_spent() {
    let mut driven = Driven::scanning();
    driven.scan(CODE);
    let before = Payment { failure_code: Some(FailureCode::NotSent), ..any_payment() };
    let failed = driven.payment(PaymentState::Failed);
    driven.feed(Input::Payment(failed.into()));
    driven.feed(Input::Payment(Payment { state: PaymentState::Failed, ..before }.into())).scan(CODE);
    assert_eq!((driven.screen(), driven.scan_problem()), ("failed", Some(ScanProblem::SentAlready)));
}

#[test]
fn a_code_beside_a_typed_amount_charges_it() {
    let mut driven = Driven::ready();
    driven.press(&[Press::Digit(2), Press::Digit(2), Press::Digit(2), Press::Digit(5)]).scan(CODE);
    assert_eq!((driven.screen(), driven.puts()[0].1.amount), ("sending", 2_225));
    assert_eq!(driven.till.view().sale.unwrap().amount.minor, 2_225, "the screen shows what is charged");
    assert!(driven.effects.iter().any(|effect| matches!(effect, Effect::ShowSale(Some(_)))));
}

#[test]
fn a_code_beside_a_bad_amount_shows_the_amounts_problem() {
    for (digits, expected) in
        [(vec![], AmountProblem::Nothing), (vec![Press::Digit(5)], AmountProblem::TooSmall)]
    {
        let mut driven = Driven::ready();
        driven.press(&digits).scan(CODE);
        let Screen::Amount { problem, .. } = driven.till.view().screen else { panic!("{}", driven.screen()) };
        assert_eq!((problem, driven.sounds()), (Some(expected), vec![Sound::NotACode]));
        assert!(driven.puts().is_empty());
    }
}

#[test]
fn a_bad_code_beside_a_typed_amount_keeps_the_amount() {
    let mut driven = Driven::ready();
    driven.press(&[Press::Digit(2), Press::DoubleZero, Press::Digit(5)]).scan("4006381333931");
    let Screen::Amount { amount, .. } = driven.till.view().screen else { panic!("{}", driven.screen()) };
    assert_eq!((amount.minor, driven.scan_problem().is_some()), (2_005, true));
    driven.press(&[Press::Digit(1)]);
    assert_eq!(driven.scan_problem(), None, "a sentence goes with the next touch");
}

#[test]
fn a_fresh_code_after_an_unpaid_end_begins_another_payment() {
    for state in [PaymentState::Failed, PaymentState::Cancelled, PaymentState::Expired] {
        let mut driven = Driven::waiting(state);
        driven.scan(CODE);
        assert_eq!(driven.scan_problem(), Some(ScanProblem::SentAlready), "{state:?}");
        driven.scan(OTHER);
        let puts = driven.puts();
        assert_eq!((driven.screen(), puts.len(), driven.scan_problem()), ("sending", 2, None));
        assert_eq!(puts[0].1.sale_id, puts[1].1.sale_id);
        assert!(driven.reports().is_empty(), "the sale goes on");
    }
}

#[test]
fn a_fresh_code_after_a_refusal_is_sent_if_safe() {
    for (code, screen) in [(ProblemCode::CodeUsed, "sending"), (ProblemCode::SalePaid, "refused")] {
        let mut driven = Driven::scanning();
        driven.scan(CODE);
        let id = driven.puts()[0].0.clone();
        driven.feed(Input::CallFailed(id, problem(code, true)));
        driven.now_ms += 1;
        assert_eq!(driven.scan(OTHER).screen(), screen, "{code:?}");
    }
}

#[test]
fn a_scan_that_is_not_used_gets_a_sound_and_a_sentence() {
    let undecided = |driven: &Driven| Payment {
        disposition: Some(Disposition::AwaitingDecision),
        version: 9,
        ..driven.payment(PaymentState::Successful)
    };
    for (state, problem) in [
        (Some(PaymentState::Pending), ScanProblem::UnderWay),
        (Some(PaymentState::Unknown), ScanProblem::UnderWay),
        (Some(PaymentState::Successful), ScanProblem::Over),
        (None, ScanProblem::Undecided),
    ] {
        let mut driven = Driven::waiting(state.unwrap_or(PaymentState::Pending));
        if state.is_none() {
            let late = undecided(&driven);
            driven.feed(Input::Payment(late.into()));
        }
        let screen = driven.screen();
        driven.effects.retain(|effect| matches!(effect, Effect::Call(Call::Put(..))));
        driven.scan(OTHER);
        assert_eq!((driven.screen(), driven.scan_problem()), (screen, Some(problem)));
        assert_eq!((driven.sounds(), driven.puts().len()), (vec![Sound::NotACode], 1));
    }
}

#[test]
fn a_sentence_about_a_scan_goes_with_the_screen() {
    let mut driven = Driven::waiting(PaymentState::Pending);
    driven.scan(OTHER);
    let paid = Payment { version: 5, ..driven.payment(PaymentState::Successful) };
    driven.feed(Input::Payment(paid.into()));
    assert_eq!((driven.screen(), driven.scan_problem()), ("paid", None));
}

#[test]
fn what_never_left_the_shop_is_not_spent() {
    for (code, screen) in [
        (ProblemCode::ReferenceSeen, "sending"),
        (ProblemCode::ProviderUnreachable, "sending"),
        (ProblemCode::CodeUsed, "scan"),
        (ProblemCode::CodeStale, "scan"),
    ] {
        let mut driven = Driven::scanning();
        driven.scan(CODE);
        let id = driven.puts()[0].0.clone();
        driven.feed(Input::CallFailed(id, problem(code, true)));
        let press =
            if code == ProblemCode::ReferenceSeen { Press::AcceptReference } else { Press::ScanAgain };
        driven.press(&[press]).scan(CODE);
        assert_eq!(driven.screen(), screen, "{code:?}");
    }
}

#[test]
fn back_from_the_typed_code_goes_one_step() {
    let mut driven = Driven::scanning();
    driven.press(&[Press::TypeCode, Press::Typed("2876".into()), Press::Back]);
    assert_eq!(driven.till.view().screen, Screen::Scan { typed: None });
    assert_eq!(driven.till.view().sale.unwrap().amount.minor, 2_225);
    assert_eq!(driven.press(&[Press::Back]).screen(), "amount");
}

#[test]
fn a_typed_amount_outlives_a_reload_and_a_typed_code_does_not() {
    let mut driven = Driven::ready();
    driven.press(&[Press::Digit(7), Press::Digit(7), Press::Digit(7)]);
    let mut again = Driven::start(driven.saved(), None);
    again.begin(&[], None);
    let Screen::Amount { amount, .. } = again.till.view().screen else { panic!("{}", again.screen()) };
    assert_eq!(amount.minor, 777);
    again.press(&[Press::DoubleZero, Press::Charge, Press::TypeCode, Press::Typed("28763443".into())]);
    assert!(!format!("{:?}", again.saved()).contains("2876"), "a payer's code is never kept");
    assert_eq!(again.saved().amount, 0);
}

#[test]
fn a_code_that_never_came_to_the_proxy_may_be_sent_again() {
    let mut driven = Driven::scanning();
    driven.scan(CODE);
    let recorded = Payment { code_masked: String::new(), ..driven.payment(PaymentState::Cancelled) };
    driven.feed(Input::Payment(recorded.into()));
    assert_eq!(driven.screen(), "cancelled");
    driven.scan(CODE);
    assert_eq!((driven.screen(), driven.puts().len()), ("sending", 2));
}
