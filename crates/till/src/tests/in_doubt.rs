//! Facts of lost answers, reloads and late successes: the till forgets no payment that may still be paid.

use super::*;

#[test]
fn the_attempt_is_kept_before_it_is_sent() {
    let mut driven = Driven::scanning();
    driven.effects.clear();
    driven.scan(CODE);
    let position = |wanted: fn(&Effect) -> bool| driven.effects.iter().position(wanted).unwrap();
    let saved = position(
        |effect| matches!(effect, Effect::Save(Stored { sale: Some(sale), .. }) if sale.payment.is_some()),
    );
    let sent = position(|effect| matches!(effect, Effect::Call(Call::Put(..))));
    assert!(saved < sent);
}

#[test]
fn an_unanswered_put_becomes_a_cancel_until_the_proxy_answers() {
    let mut driven = Driven::scanning();
    driven.scan(CODE).feed(Input::Elapsed(Timer::Deadline));
    let id = driven.puts()[0].0.clone();
    for _ in 0..3 {
        driven.feed(Input::CallFailed(id.clone(), CallError::Unreachable)).feed(Input::Elapsed(Timer::Again));
    }
    assert_eq!((driven.puts().len(), driven.cancels().as_slice()), (1, [CancelledBy::Till; 4].as_slice()));
    let ended = driven.payment(PaymentState::Cancelled);
    assert_eq!(driven.feed(Input::Payment(ended.into())).screen(), "cancelled");
}

#[test]
fn a_cancelled_put_may_turn_out_to_be_paid() {
    let mut driven = Driven::scanning();
    driven.scan(CODE).feed(Input::Elapsed(Timer::Deadline));
    let late = Payment {
        disposition: Some(Disposition::AwaitingDecision),
        ..driven.payment(PaymentState::Successful)
    };
    assert_eq!(driven.feed(Input::Payment(late.clone().into())).screen(), "decide");
    assert_eq!(driven.press(&[Press::ScanAgain, Press::NextSale, Press::EndSale]).screen(), "decide");
    driven.press(&[Press::Decide(Decision::Accept)]);
    assert!(matches!(driven.effects.last(), Some(Effect::Call(Call::Decide(_, Decision::Accept)))));
    let kept = Payment { disposition: Some(Disposition::Accepted), version: 3, ..late };
    assert_eq!(driven.feed(Input::Payment(kept.into())).screen(), "paid");
}

/// A payment in doubt whose sale a supervisor released.
fn released() -> (Driven, Payment) {
    let mut driven = Driven::waiting(PaymentState::Unknown);
    assert_eq!(driven.press(&[Press::ScanAgain]).screen(), "unknown", "not before it is released");
    let freed = Some(Released { by: "Mali".into(), at: Timestamp(0) });
    let doubt = Payment { released: freed, version: 3, ..driven.payment(PaymentState::Unknown) };
    driven.feed(Input::Payment(doubt.clone().into()));
    (driven, doubt)
}

#[test]
fn a_released_sale_takes_a_fresh_code_and_its_payment_stays_parked() {
    for by_button in [true, false] {
        let (mut driven, doubt) = released();
        if by_button {
            assert_eq!(driven.press(&[Press::ScanAgain]).screen(), "scan");
            let again = Payment { version: 4, ..doubt.clone() };
            assert_eq!(driven.feed(Input::Payment(again.into())).screen(), "scan", "it is in nobody's way");
        }
        driven.scan(OTHER);
        let (puts, badge) = (driven.puts(), driven.badge());
        assert_eq!((driven.screen(), badge), ("sending", Some((ParkReason::InDoubt, 1))));
        assert_eq!(puts.len(), 2);
        assert_eq!((&puts[0].1.sale_id, puts[0].1.amount), (&puts[1].1.sale_id, puts[1].1.amount));
        let paid = Payment { version: 2, ..driven.payment(PaymentState::Successful) };
        assert_eq!(driven.feed(Input::Payment(paid.into())).screen(), "paid");
        assert_eq!(driven.badge(), Some((ParkReason::InDoubt, 1)));
    }
}

#[test]
fn a_released_sale_refuses_the_code_that_is_in_doubt() {
    let (mut driven, _) = released();
    driven.scan(CODE);
    assert_eq!((driven.screen(), driven.puts().len()), ("unknown", 1));
    assert_eq!((driven.scan_problem(), driven.badge()), (Some(ScanProblem::SentAlready), None));
    driven.press(&[Press::ScanAgain]).scan(CODE);
    assert_eq!((driven.screen(), driven.scan_problem()), ("scan", Some(ScanProblem::SentAlready)));
}

#[test]
fn a_released_payment_paid_late_is_shown_before_another_scan() {
    let (mut driven, doubt) = released();
    driven.press(&[Press::ScanAgain]);
    let found = Payment {
        state: PaymentState::Successful,
        disposition: Some(Disposition::RefundDue),
        version: 4,
        ..doubt
    };
    assert_eq!(driven.feed(Input::Payment(found.into())).screen(), "given_back");
}

#[test]
fn only_a_recorded_refusal_lets_the_id_go() {
    for (error, screen) in [
        (problem(ProblemCode::CodeStale, true), "refused"),
        (problem(ProblemCode::PaymentConflict, false), "sending"),
        (CallError::Unauthenticated, "pair"),
    ] {
        let mut driven = Driven::scanning();
        driven.scan(CODE);
        let id = driven.puts()[0].0.clone();
        driven.feed(Input::CallFailed(id, error));
        assert_eq!(driven.screen(), screen);
        let kept = driven.saved().sale.and_then(|sale| sale.payment).is_some();
        assert_eq!(kept, screen != "refused", "{screen}");
    }
}

#[test]
fn a_refused_sale_that_is_paid_or_open_elsewhere_offers_no_scan() {
    for code in
        [ProblemCode::SalePaid, ProblemCode::SaleOpen, ProblemCode::SaleChanged, ProblemCode::ReferenceSeen]
    {
        let mut driven = Driven::scanning();
        driven.scan(CODE);
        let id = driven.puts()[0].0.clone();
        driven.feed(Input::CallFailed(id, problem(code, true)));
        assert_eq!(driven.press(&[Press::ScanAgain]).screen(), "refused", "{code:?}");
    }
}

#[test]
fn after_a_reload_the_payment_is_read_and_shown() {
    for acknowledged in [true, false] {
        let mut driven = Driven::start(stored(acknowledged), None);
        driven.begin(&[], None);
        assert_eq!(driven.screen(), "resuming");
        driven.feed(Input::Payment(Payment { state: PaymentState::Pending, ..any_payment() }.into()));
        assert_eq!(driven.screen(), "pending");
        assert!(driven.puts().is_empty() && driven.cancels().is_empty());
    }
}

#[test]
fn after_a_reload_a_payment_unknown_to_the_proxy_is_cancelled() {
    let mut driven = Driven::start(stored(false), None);
    driven.begin(&[], None);
    let id = PaymentId::parse("pay-1").unwrap();
    driven.feed(Input::CallFailed(id, problem(ProblemCode::PaymentNotFound, false)));
    assert_eq!(driven.cancels(), [CancelledBy::Till]);
    driven.feed(Input::Payment(Payment { state: PaymentState::Cancelled, ..any_payment() }.into()));
    assert_eq!(driven.press(&[Press::ScanAgain]).screen(), "scan");
}

#[test]
fn a_busy_proxy_says_nothing_of_the_payment() {
    let mut driven = Driven::start(stored(false), None);
    driven.begin(&[], None);
    let CallError::Refused(busy) = problem(ProblemCode::StorageUnavailable, false) else { unreachable!() };
    for status in [500, 503] {
        let busy = Problem { status, ..busy.clone() };
        driven.feed(Input::CallFailed(PaymentId::parse("pay-1").unwrap(), CallError::Refused(busy)));
    }
    assert_eq!((driven.screen(), driven.cancels().len()), ("resuming", 0));
}

#[test]
fn a_reload_beside_an_unreachable_proxy_keeps_asking() {
    let mut driven = Driven::start(stored(false), None);
    driven.feed(Input::Terminal(Err(CallError::Unreachable)));
    assert_eq!((driven.screen(), driven.till.view().reachable), ("starting", false));
    driven.feed(Input::Elapsed(Timer::Again)).begin(&[], None);
    let id = PaymentId::parse("pay-1").unwrap();
    driven.feed(Input::CallFailed(id, CallError::Unreachable)).feed(Input::Elapsed(Timer::Again));
    assert_eq!(driven.screen(), "resuming");
    assert!(matches!(driven.effects.last(), Some(Effect::Call(Call::Read(_)))));
}

#[test]
fn an_addresss_known_sale_is_looked_up_before_any_scan() {
    let opening = CheckoutRequest {
        sale_id: SaleId::parse("sale-1").ok(),
        amount: 2_225,
        currency: None,
        reference: Some("inv-1".into()),
    };
    let mut driven = Driven::start(Stored::default(), Some(opening));
    driven.begin(&[], None);
    assert_eq!(driven.screen(), "resuming");
    let paid = Payment {
        state: PaymentState::Successful,
        disposition: Some(Disposition::Accepted),
        ..any_payment()
    };
    driven.feed(Input::Listed(Listing::Sale(SaleId::parse("sale-1").unwrap()), vec![paid.into()], None));
    assert_eq!(driven.screen(), "paid");
}

#[test]
fn a_payment_in_doubt_can_be_parked_and_found_again() {
    let mut driven = Driven::waiting(PaymentState::Unknown);
    assert_eq!(driven.press(&[Press::Park]).screen(), "amount");
    assert_eq!((driven.badge(), driven.saved().parked.len()), (Some((ParkReason::InDoubt, 1)), 1));
    assert!(matches!(driven.reports().as_slice(), [Outcome::InDoubt(_)]));
    driven.press(&[Press::ShowParked]);
    let paid = driven.payment(PaymentState::Successful);
    driven.feed(Input::Payment(Payment { version: 8, ..paid }.into()));
    assert_eq!((driven.screen(), driven.saved().parked.len()), ("paid", 0));
}

#[test]
fn a_pending_payment_cannot_be_walked_away_from() {
    let mut driven = Driven::waiting(PaymentState::Pending);
    driven.press(&[Press::Park, Press::NextSale, Press::EndSale, Press::ScanAgain, Press::Back]);
    assert_eq!(driven.screen(), "pending");
}

#[test]
fn a_parked_success_that_awaits_a_decision_stays_parked() {
    let mut driven = Driven::waiting(PaymentState::Cancelling);
    driven.press(&[Press::Park]);
    let paid = Payment {
        disposition: Some(Disposition::AwaitingDecision),
        version: 9,
        ..driven.payment(PaymentState::Successful)
    };
    driven.feed(Input::Payment(paid.clone().into()));
    assert_eq!(driven.badge(), Some((ParkReason::Undecided, 1)));
    driven.press(&[Press::ShowParked]).feed(Input::Payment(paid.into()));
    assert_eq!(driven.screen(), "decide");
}

#[test]
fn nothing_takes_a_decision_from_the_screen() {
    let mut driven = Driven::waiting(PaymentState::Pending);
    let paid = Payment {
        disposition: Some(Disposition::AwaitingDecision),
        version: 9,
        ..driven.payment(PaymentState::Successful)
    };
    let opening = CheckoutRequest { sale_id: None, amount: 9_900, currency: None, reference: None };
    driven.feed(Input::Payment(paid.into())).feed(Input::Open(opening)).press(&[Press::ShowParked]);
    assert_eq!(driven.screen(), "decide");
}

#[test]
fn a_late_success_of_the_sale_replaces_the_next_scan() {
    let mut driven = Driven::waiting(PaymentState::Failed);
    let late = Payment {
        disposition: Some(Disposition::AwaitingDecision),
        version: 9,
        ..driven.payment(PaymentState::Failed)
    };
    driven.press(&[Press::ScanAgain]).feed(Input::Payment(late.into()));
    assert_eq!(driven.screen(), "decide");
}

#[test]
fn what_is_shown_is_what_was_charged() {
    let opening = CheckoutRequest {
        sale_id: SaleId::parse("sale-1").ok(),
        amount: 9_999,
        currency: None,
        reference: None,
    };
    let mut driven = Driven::start(Stored::default(), Some(opening));
    driven.begin(&[], None);
    let paid = Payment {
        state: PaymentState::Successful,
        disposition: Some(Disposition::Accepted),
        ..any_payment()
    };
    driven.feed(Input::Listed(Listing::Sale(SaleId::parse("sale-1").unwrap()), vec![paid.into()], None));
    assert_eq!(driven.till.view().sale.unwrap().amount.minor, 2_225);
}

#[test]
fn a_payment_the_proxy_knew_is_never_recorded_as_missing() {
    let mut driven = Driven::start(stored(true), None);
    driven.begin(&[], None);
    let id = PaymentId::parse("pay-1").unwrap();
    driven.feed(Input::CallFailed(id, problem(ProblemCode::PaymentNotFound, false)));
    assert!(driven.cancels().is_empty());
    assert_eq!(driven.till.view().screen, Screen::Resuming { missing: true });
    driven.press(&[Press::Park]);
    assert_eq!((driven.screen(), driven.badge()), ("amount", Some((ParkReason::InDoubt, 1))));
}

#[test]
fn another_terminals_payment_leads_back_to_the_refusal_and_is_never_cancelled() {
    let mut driven = Driven::scanning();
    driven.scan(CODE);
    let id = driven.puts()[0].0.clone();
    driven.feed(Input::CallFailed(id, problem(ProblemCode::SaleOpen, true))).press(&[Press::ShowOther]);
    assert_eq!(driven.screen(), "resuming");
    let other = PaymentId::parse("other").unwrap();
    driven.feed(Input::CallFailed(other, problem(ProblemCode::PaymentConflict, false)));
    assert_eq!((driven.screen(), driven.cancels().len()), ("refused", 0));
    driven.press(&[Press::EndSale]);
    assert_eq!(driven.reports(), [Outcome::InDoubt(None)]);
}

#[test]
fn a_refused_cancel_can_be_repeated_or_the_payment_parked() {
    let mut driven = Driven::waiting(PaymentState::Pending);
    let refused = Payment {
        cancel_request: Some(CancelRequest { by: CancelledBy::Cashier, at: Timestamp(0) }),
        review: Some(ReviewReason::CancelRefused),
        version: 9,
        ..driven.payment(PaymentState::Pending)
    };
    driven.feed(Input::Payment(refused.into())).press(&[Press::Cancel]);
    assert_eq!(driven.cancels(), [CancelledBy::Cashier]);
    assert_eq!(driven.press(&[Press::Park]).screen(), "amount");
}

#[test]
fn payments_of_another_sale_are_left_out() {
    let sale_id = SaleId::parse("sale-9").unwrap();
    let opening =
        CheckoutRequest { sale_id: Some(sale_id.clone()), amount: 2_225, currency: None, reference: None };
    let mut driven = Driven::start(Stored::default(), Some(opening));
    driven.begin(&[], None);
    driven.feed(Input::Listed(Listing::Sale(sale_id), vec![any_payment().into()], None));
    assert_eq!(driven.screen(), "scan");
}
