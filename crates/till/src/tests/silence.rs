//! Facts of a proxy that does not answer: the till says so while no payment is in hand, and never holds up
//! the queue.

use super::*;

fn pings(driven: &Driven) -> usize {
    driven.effects.iter().filter(|effect| matches!(effect, Effect::Call(Call::Terminal))).count()
}

#[test]
fn a_broken_stream_at_the_keypad_polls_at_once_and_repeatedly() {
    let mut driven = Driven::ready();
    driven.feed(Input::Stream(Stream::Open));
    driven.effects.clear();
    driven.feed(Input::Elapsed(Timer::Watch));
    assert_eq!(pings(&driven), 0, "an open stream tells enough");
    driven.feed(Input::Stream(Stream::Lost));
    assert_eq!(pings(&driven), 1);
    driven.feed(Input::Terminal(Err(CallError::Unreachable)));
    assert_eq!((driven.screen(), driven.till.view().reachable), ("amount", false));
    driven.feed(Input::Elapsed(Timer::Watch));
    assert_eq!(pings(&driven), 2);
    assert!(matches!(driven.effects.last(), Some(Effect::Wait(Timer::Watch, _))));
    driven.feed(Input::Terminal(Ok(terminal())));
    assert!(driven.till.view().reachable);
}

#[test]
fn a_silent_stream_and_a_browser_without_network_are_told_at_once() {
    let mut driven = Driven::scanning();
    driven.feed(Input::Stream(Stream::Open)).feed(Input::Offline);
    assert_eq!((driven.screen(), driven.till.view().reachable), ("scan", false));
    driven.feed(Input::Elapsed(Timer::Watch));
    assert_eq!(pings(&driven), 2, "the first was the start's own");
    driven.feed(Input::Stream(Stream::Open));
    assert!(driven.till.view().reachable, "a stream that opens is an answer");
}

#[test]
fn a_page_that_nobody_looks_at_asks_nothing() {
    let mut driven = Driven::ready();
    driven.effects.clear();
    driven
        .feed(Input::Stream(Stream::Open))
        .feed(Input::Stream(Stream::Closed))
        .feed(Input::Elapsed(Timer::Watch));
    assert_eq!(pings(&driven), 0);
}

#[test]
fn what_was_missed_while_the_stream_was_lost_is_asked_for() {
    let mut driven = Driven::ready();
    driven.feed(Input::Stream(Stream::Open)).feed(Input::Stream(Stream::Lost));
    driven.effects.clear();
    driven.feed(Input::Stream(Stream::Open));
    assert!(matches!(driven.effects.as_slice(), [Effect::Call(Call::List(Listing::Unsettled(None)))]));
    driven.list(&[any_payment()]);
    assert_eq!(driven.badge(), Some((ParkReason::InDoubt, 1)));
}

#[test]
fn an_unanswered_payment_is_cancelled_in_the_background() {
    let mut driven = Driven::scanning();
    driven.scan(CODE).feed(Input::Elapsed(Timer::Deadline));
    assert!(driven.till.view().may_park);
    let (id, _) = driven.puts().pop().unwrap();
    driven.press(&[Press::Park]);
    assert_eq!((driven.screen(), driven.badge()), ("amount", Some((ParkReason::InDoubt, 1))));
    assert_eq!(driven.reports(), [Outcome::InDoubt(None)]);
    for _ in 0..2 {
        driven.feed(Input::CallFailed(id.clone(), CallError::Unreachable)).feed(Input::Elapsed(Timer::Watch));
    }
    assert_eq!(driven.cancels(), [CancelledBy::Till; 3]);
    let mut again = Driven::start(driven.saved(), None);
    again.begin(&[], None);
    assert_eq!(again.cancels(), [CancelledBy::Till], "after a reload as well");
    let ended = driven.payment(PaymentState::Cancelled);
    driven.feed(Input::Payment(ended.into())).feed(Input::Elapsed(Timer::Watch));
    assert_eq!((driven.badge(), driven.cancels().len()), (None, 3));
}

#[test]
fn an_unconfirmed_cancel_continues_in_the_background() {
    let mut driven = Driven::waiting(PaymentState::Pending);
    assert!(!driven.till.view().may_park);
    driven.press(&[Press::Cancel]).feed(Input::Offline);
    assert!(driven.till.view().may_park);
    driven.press(&[Press::Park]).feed(Input::Elapsed(Timer::Watch));
    assert_eq!(driven.cancels(), [CancelledBy::Cashier; 2]);
    let wanted = CancelRequest { by: CancelledBy::Cashier, at: Timestamp(0) };
    let heard =
        Payment { cancel_request: Some(wanted), version: 3, ..driven.payment(PaymentState::Cancelling) };
    driven.feed(Input::Payment(heard.into())).feed(Input::Elapsed(Timer::Watch));
    assert_eq!((driven.cancels().len(), driven.badge()), (2, Some((ParkReason::InDoubt, 1))));
}

#[test]
fn an_unanswered_read_lets_the_next_sale_begin() {
    let mut driven = Driven::start(stored(true), None);
    driven.begin(&[], None);
    assert_eq!((driven.screen(), driven.till.view().may_park), ("resuming", false));
    driven.feed(Input::CallFailed(PaymentId::parse("pay-1").unwrap(), CallError::Unreachable));
    assert!(driven.till.view().may_park);
    driven.press(&[Press::Park]);
    assert_eq!((driven.screen(), driven.badge()), ("amount", Some((ParkReason::InDoubt, 1))));
}

#[test]
fn wrongly_captured_money_is_shown_while_the_state_is_open() {
    for attention in [ReviewReason::Mismatch, ReviewReason::UnexpectedStatus, ReviewReason::DuplicateCharge] {
        let mut driven = Driven::waiting(PaymentState::Pending);
        driven.effects.retain(|effect| matches!(effect, Effect::Call(Call::Put(..))));
        let wrong = Payment { review: Some(attention), version: 4, ..driven.payment(PaymentState::Pending) };
        driven.feed(Input::Payment(wrong.clone().into())).feed(Input::Payment(wrong.into()));
        assert_eq!(
            (driven.screen(), driven.sounds()),
            ("supervisor", vec![Sound::Attention]),
            "{attention:?}"
        );
        driven.press(&[Press::NextSale]);
        assert_eq!((driven.screen(), driven.badge()), ("amount", Some((ParkReason::Supervisor, 1))));
    }
}
