//! Facts of the badge: a payment leaves it only when nobody has anything to do any more.

use super::*;

fn named(text: &str, state: PaymentState) -> Payment {
    let sale_id = SaleId::parse(&format!("sale-of-{text}")).unwrap();
    Payment { id: PaymentId::parse(text).unwrap(), sale_id, state, ..any_payment() }
}

fn feed(driven: &mut Driven, payment: &Payment) {
    driven.feed(Input::Payment(payment.clone().into()));
}

/// A till whose cashier cancelled a payment and went on before the proxy confirmed the request.
fn gone_on() -> (Driven, Payment) {
    let mut driven = Driven::waiting(PaymentState::Pending);
    let payment = driven.payment(PaymentState::Pending);
    driven.press(&[Press::Cancel]);
    driven.feed(Input::CallFailed(payment.id.clone(), CallError::Unreachable)).press(&[Press::Park]);
    driven.effects.clear();
    (driven, payment)
}

/// The stored state as a browser reads it after a reload.
fn written(stored: &Stored) -> Stored {
    serde_json::from_str(&serde_json::to_string(stored).unwrap()).unwrap()
}

#[test]
fn a_wish_to_end_is_repeated_until_the_proxy_knows_of_it() {
    let (mut driven, payment) = gone_on();
    feed(&mut driven, &Payment { version: 3, ..payment.clone() });
    driven.feed(Input::Elapsed(Timer::Watch));
    assert_eq!(
        driven.cancels(),
        [CancelledBy::Cashier],
        "the proxy told of it, and nobody cancelled it there"
    );
    let late = Payment {
        disposition: Some(Disposition::AwaitingDecision),
        version: 4,
        state: PaymentState::Successful,
        ..payment
    };
    feed(&mut driven, &late);
    driven.effects.clear();
    driven.feed(Input::Elapsed(Timer::Watch));
    assert_eq!((driven.cancels(), driven.badge()), (vec![], Some((ParkReason::Undecided, 1))));
}

#[test]
fn an_unlisted_open_payment_is_read_and_an_ended_one_is_not() {
    let (mut driven, ending) = gone_on();
    for text in ["listed", "missed"] {
        feed(&mut driven, &named(text, PaymentState::Unknown));
    }
    driven.effects.clear();
    driven.list(&[named("listed", PaymentState::Unknown)]);
    let asked = |effect: &Effect| match effect {
        Effect::Call(Call::Read(id)) => Some(id.to_string()),
        _ => None,
    };
    assert_eq!(driven.effects.iter().filter_map(asked).collect::<Vec<_>>(), ["missed"], "{:?}", ending.id);
}

#[test]
fn a_payment_in_doubt_that_was_paid_calls_once() {
    let mut driven = Driven::ready();
    feed(&mut driven, &named("doubt", PaymentState::Unknown));
    let paid = Payment {
        disposition: Some(Disposition::Accepted),
        version: 3,
        ..named("doubt", PaymentState::Successful)
    };
    feed(&mut driven, &paid);
    feed(&mut driven, &Payment { version: 4, ..paid });
    assert_eq!((driven.badge(), driven.sounds()), (Some((ParkReason::Paid, 1)), vec![Sound::Attention]));
}

#[test]
fn a_reload_learns_again_why_a_payment_is_parked() {
    let called = Payment {
        disposition: Some(Disposition::InReview),
        review: Some(ReviewReason::DecisionOverdue),
        ..named("called", PaymentState::Successful)
    };
    let mut driven = Driven::ready();
    feed(&mut driven, &called);
    let mut again = Driven::start(written(&driven.saved()), None);
    again.begin(&[], None);
    feed(&mut again, &called);
    assert_eq!((again.badge(), again.sounds()), (Some((ParkReason::Supervisor, 1)), vec![]));
}

#[test]
fn a_payment_in_review_stays_a_supervisors_for_any_reason() {
    let mut driven = Driven::ready();
    let review =
        Payment { disposition: Some(Disposition::InReview), ..named("review", PaymentState::Successful) };
    feed(&mut driven, &review);
    assert_eq!(driven.badge(), Some((ParkReason::Supervisor, 1)));
}

#[test]
fn money_that_moves_wrongly_elsewhere_calls_while_it_is_open() {
    for (state, sounds) in [(PaymentState::Pending, 1), (PaymentState::Failed, 0)] {
        let mut driven = Driven::ready();
        feed(
            &mut driven,
            &Payment { review: Some(ReviewReason::Mismatch), version: 3, ..named("wrong", state) },
        );
        assert_eq!((driven.badge(), driven.sounds().len()), (Some((ParkReason::Supervisor, 1)), sounds));
    }
}

#[test]
fn an_end_takes_no_other_payment_out_of_the_badge() {
    let mut driven = Driven::ready();
    feed(&mut driven, &named("first", PaymentState::Unknown));
    feed(&mut driven, &named("second", PaymentState::Unknown));
    driven.press(&[Press::ShowParked]);
    let end = Payment { version: 3, ..named("first", PaymentState::Failed) };
    feed(&mut driven, &end);
    assert_eq!((driven.screen(), driven.badge()), ("failed", Some((ParkReason::InDoubt, 1))));
    driven.press(&[Press::EndSale]);
    assert_eq!((driven.screen(), driven.badge()), ("amount", Some((ParkReason::InDoubt, 1))));
}

#[test]
fn the_badge_cannot_be_opened_beside_an_open_payment() {
    let mut driven = Driven::waiting(PaymentState::Pending);
    feed(&mut driven, &named("doubt", PaymentState::Unknown));
    assert!(driven.till.view().parked.is_some_and(|aside| !aside.may_look));
    assert_eq!(driven.press(&[Press::ShowParked]).screen(), "pending");
}

#[test]
fn opening_the_badge_at_an_outcome_keeps_outcome_and_sale() {
    let doubt = named("doubt", PaymentState::Unknown);
    let mut driven = Driven::waiting(PaymentState::Failed);
    feed(&mut driven, &doubt);
    driven.press(&[Press::ShowParked]);
    assert_eq!(
        (driven.screen(), driven.till.kept.waiting.len()),
        ("resuming", 1),
        "the sale goes on afterwards"
    );

    let mut driven = Driven::waiting(PaymentState::Pending);
    let called = Payment {
        disposition: Some(Disposition::InReview),
        review: Some(ReviewReason::SupervisorCalled),
        version: 5,
        ..driven.payment(PaymentState::Successful)
    };
    feed(&mut driven, &doubt);
    feed(&mut driven, &called);
    driven.press(&[Press::ShowParked]);
    feed(&mut driven, &doubt);
    assert_eq!((driven.screen(), driven.badge()), ("unknown", Some((ParkReason::Supervisor, 1))));
    assert!(driven.till.kept.waiting.is_empty(), "a paid sale is not scanned for again");
}
