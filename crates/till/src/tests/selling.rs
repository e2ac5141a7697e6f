//! Facts of selling: from the keypad to the outcome.

use super::*;

#[test]
fn a_sale_goes_from_the_keypad_to_paid() {
    let mut driven = Driven::scanning();
    assert_eq!(driven.screen(), "scan");
    driven.scan(CODE);
    assert_eq!(driven.screen(), "sending");
    for (state, screen) in [
        (PaymentState::Sending, "sending"),
        (PaymentState::Pending, "pending"),
        (PaymentState::Successful, "paid"),
    ] {
        let payment = driven.payment(state);
        assert_eq!(driven.feed(Input::Payment(payment.into())).screen(), screen);
    }
    let puts = driven.puts();
    assert_eq!((puts.len(), puts[0].1.amount), (1, 2_225));
    assert!(matches!(driven.reports().as_slice(), [Outcome::Paid(_)]));
    assert_eq!(driven.press(&[Press::NextSale]).screen(), "amount");
    assert_eq!(Stored { seen: Vec::new(), ..driven.saved() }, Stored::default());
}

#[test]
fn a_lost_put_is_repeated_with_id_and_greater_scan_age() {
    let mut driven = Driven::scanning();
    driven.scan(CODE);
    let id = driven.puts()[0].0.clone();
    driven.feed(Input::CallFailed(id, CallError::Unreachable));
    driven.now_ms += 1_000;
    driven.feed(Input::Elapsed(Timer::Again));
    let puts = driven.puts();
    assert_eq!(puts[0].0, puts[1].0);
    assert!(1_000 <= puts[1].1.scanned_ago_ms - puts[0].1.scanned_ago_ms);
    assert_eq!(driven.screen(), "sending");
}

#[test]
fn an_opening_out_of_bounds_shows_the_amount_with_its_problem() {
    for (amount, expected) in
        [(0, AmountProblem::Nothing), (1_999, AmountProblem::TooSmall), (15_000_001, AmountProblem::TooLarge)]
    {
        let opening = CheckoutRequest { sale_id: None, amount, currency: None, reference: None };
        let mut driven = Driven::start(Stored::default(), Some(opening));
        driven.begin(&[], None);
        let Screen::Amount { problem, .. } = driven.till.view().screen else { panic!("{}", driven.screen()) };
        assert_eq!(problem, Some(expected));
    }
}

#[test]
fn at_the_deadline_one_cancel_is_repeated_until_confirmed() {
    let mut driven = Driven::waiting(PaymentState::Pending);
    driven.feed(Input::Elapsed(Timer::Deadline)).press(&[Press::Cancel]);
    assert_eq!(
        (driven.screen(), driven.cancels().as_slice()),
        ("cancelling", [CancelledBy::Deadline].as_slice())
    );
    driven.feed(Input::Elapsed(Timer::Poll));
    assert_eq!(driven.cancels().len(), 2);
    let wanted = CancelRequest { by: CancelledBy::Deadline, at: Timestamp(0) };
    let heard =
        Payment { cancel_request: Some(wanted), version: 3, ..driven.payment(PaymentState::Cancelling) };
    driven.feed(Input::Payment(heard.into())).feed(Input::Elapsed(Timer::Poll));
    assert_eq!((driven.screen(), driven.cancels().len()), ("cancelling", 2));
}

#[test]
fn an_older_version_never_overwrites_a_newer_one() {
    let mut driven = Driven::waiting(PaymentState::Pending);
    let newer = Payment { version: 9, ..driven.payment(PaymentState::Unknown) };
    driven.feed(Input::Payment(newer.into()));
    let older = Payment { version: 3, ..driven.payment(PaymentState::Pending) };
    assert_eq!(driven.feed(Input::Payment(older.into())).screen(), "unknown");
}

#[test]
fn the_code_of_a_moment_ago_is_told_from_a_fresh_one() {
    let mut driven = Driven::waiting(PaymentState::Failed);
    driven.press(&[Press::ScanAgain]).scan(CODE);
    assert_eq!((driven.screen(), driven.scan_problem()), ("scan", Some(ScanProblem::SentAlready)));
    assert_eq!(driven.scan("28763443825664395").screen(), "sending");
    assert_eq!(driven.puts().len(), 2);
}

#[test]
fn a_second_scan_while_the_first_is_on_its_way_is_dropped() {
    let mut driven = Driven::scanning();
    driven.scan(CODE).scan(CODE).scan("28763443825664395");
    assert_eq!(driven.puts().len(), 1);
    assert_eq!(driven.sounds().iter().filter(|sound| **sound == Sound::NotACode).count(), 2);
}

#[test]
fn a_success_that_was_given_back_never_says_hand_over() {
    for (refunded_amount, voided, disputed) in [(100, false, false), (0, true, false), (0, false, true)] {
        let mut driven = Driven::waiting(PaymentState::Pending);
        let charge = Charge {
            id: ChargeId::parse("chrg_1").unwrap(),
            status: "successful".into(),
            refunded_amount,
            voided,
            disputed,
            can_perform_void: false,
            paid_at: None,
            expires_at: None,
        };
        let payment =
            Payment { charge: Some(charge), version: 3, ..driven.payment(PaymentState::Successful) };
        assert_eq!(driven.feed(Input::Payment(payment.into())).screen(), "given_back");
        assert!(matches!(driven.reports().as_slice(), [Outcome::InDoubt(_)]));
    }
}

#[test]
fn typing_by_hand_shows_what_is_wrong_while_one_types() {
    let mut driven = Driven::scanning();
    driven.press(&[Press::TypeCode, Press::Typed("2876".into())]);
    let Screen::Scan { typed: Some(typed) } = driven.till.view().screen else {
        panic!("{}", driven.screen())
    };
    assert!(typed.problem.is_some());
    driven.press(&[Press::Typed("2876 3443 8256 6439 4".into()), Press::SendTyped]);
    assert_eq!(driven.puts()[0].1.code, CODE);
}

#[test]
fn pairing_is_tried_openly_first_and_then_by_code() {
    let mut driven = Driven::start(Stored::default(), None);
    driven.feed(Input::Terminal(Err(CallError::Unauthenticated)));
    assert!(matches!(driven.effects.last(), Some(Effect::Call(Call::Pair(None)))));
    driven.feed(Input::Terminal(Err(problem(ProblemCode::PairingRefused, false))));
    driven.press(&[Press::Pair(" K7QF-2M9D ".into())]);
    assert!(
        matches!(driven.effects.last(), Some(Effect::Call(Call::Pair(Some(code)))) if code == "K7QF-2M9D")
    );
    assert_eq!(driven.begin(&[], None).screen(), "amount");
}

#[test]
fn no_more_digits_are_taken_than_fit() {
    let mut driven = Driven::ready();
    driven.press(&[const { Press::Digit(9) }; 12]);
    let Screen::Amount { amount, problem, .. } = driven.till.view().screen else {
        panic!("{}", driven.screen())
    };
    assert_eq!((amount.minor, problem), (999_999_999, Some(AmountProblem::TooManyDigits)));
}

#[test]
fn an_older_version_is_not_believed_after_the_end() {
    let mut driven = Driven::waiting(PaymentState::Pending);
    let paid = Payment { version: 5, ..driven.payment(PaymentState::Successful) };
    driven.feed(Input::Payment(paid.clone().into()));
    let older = Payment { disposition: Some(Disposition::AwaitingDecision), version: 4, ..paid.clone() };
    driven.feed(Input::Payment(older.into())).feed(Input::Payment(paid.into()));
    assert_eq!(driven.screen(), "paid");
    let told = driven.sounds().into_iter().filter(|sound| *sound == Sound::Paid).count();
    assert_eq!((told, driven.reports().len()), (1, 1), "the same version tells nothing new");
}

#[test]
fn a_second_wish_to_end_is_not_sent_again() {
    let wanted = |by| Some(CancelRequest { by, at: Timestamp(0) });
    // Neither while the first cancel is on its way, …
    let mut driven = Driven::waiting(PaymentState::Pending);
    driven.press(&[Press::Cancel, Press::Cancel]).feed(Input::Elapsed(Timer::Deadline));
    assert_eq!(driven.cancels(), [CancelledBy::Cashier]);
    // … nor once the proxy knows of it, …
    let heard = Payment {
        cancel_request: wanted(CancelledBy::Cashier),
        version: 3,
        ..driven.payment(PaymentState::Cancelling)
    };
    driven.feed(Input::Payment(heard.into())).press(&[Press::Cancel]).feed(Input::Elapsed(Timer::Deadline));
    assert_eq!(driven.cancels(), [CancelledBy::Cashier]);
    // … and after a refusal only if the cashier presses again.
    let refused = Payment {
        cancel_request: wanted(CancelledBy::Cashier),
        version: 4,
        ..driven.payment(PaymentState::Pending)
    };
    driven.feed(Input::Payment(refused.into())).feed(Input::Elapsed(Timer::Deadline));
    assert_eq!(driven.cancels(), [CancelledBy::Cashier]);
    assert_eq!(driven.press(&[Press::Cancel]).cancels(), [CancelledBy::Cashier; 2]);
}
