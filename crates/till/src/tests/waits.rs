//! Facts of times: each wait is the terminal's own, and a call without an answer is repeated.

use super::*;

const TIMING: TillTiming = TillTiming {
    till_deadline_ms: 45_000,
    poll_beside_stream_ms: 9_000,
    poll_alone_ms: 2_500,
    call_again_ms: 700,
    put_answer_ms: 12_000,
};

/// A till whose terminal has its own times, with the payment that its storage knows.
fn patient(kept: Stored) -> Driven {
    let mut driven = Driven::start(kept, None);
    driven.feed(Input::Terminal(Ok(Terminal { timing: TIMING, ..terminal() }))).list(&[]);
    driven.feed(Input::Listed(Listing::Newest, Vec::new(), None));
    driven
}

impl Driven {
    /// How long each timer waits, by the effects of the last inputs.
    fn waits_ms(&self, wanted: Timer) -> Vec<u64> {
        let wait = |effect: &Effect| match effect {
            Effect::Wait(timer, wait_ms) if *timer == wanted => Some(*wait_ms),
            _ => None,
        };
        self.effects.iter().filter_map(wait).collect()
    }

    fn forget(&mut self) -> &mut Self {
        self.effects.clear();
        self
    }

    fn ends_with_a_call(&self, is_wanted: fn(&Call) -> bool) -> bool {
        matches!(self.effects.last(), Some(Effect::Call(call)) if is_wanted(call))
    }
}

#[test]
fn polls_are_rarer_while_the_stream_brings_changes() {
    let mut driven = patient(Stored::default());
    driven.press(&[Press::Digit(5), Press::DoubleZero, Press::DoubleZero, Press::Charge]).scan(CODE);
    assert_eq!(driven.waits_ms(Timer::Deadline), [12_000]);
    let pending = driven.payment(PaymentState::Pending);
    driven.forget().feed(Input::Payment(pending.into()));
    assert_eq!((driven.waits_ms(Timer::Poll), driven.waits_ms(Timer::Deadline)), (vec![2_500], vec![45_000]));
    for (stream, wait_ms) in [(Stream::Open, 9_000), (Stream::Lost, 2_500), (Stream::Closed, 2_500)] {
        driven.feed(Input::Stream(stream)).forget().feed(Input::Elapsed(Timer::Poll));
        assert_eq!(driven.waits_ms(Timer::Poll), [wait_ms], "{stream:?}");
    }
    assert_eq!(driven.forget().feed(Input::Elapsed(Timer::Watch)).waits_ms(Timer::Watch), [2_500]);
}

#[test]
fn the_seconds_run_down_to_the_deadline() {
    let mut driven = Driven::waiting(PaymentState::Pending);
    let left = |driven: &Driven| match driven.till.view().screen {
        Screen::Pending { seconds_left, seconds, .. } => (seconds_left, seconds),
        _ => panic!("{}", driven.screen()),
    };
    assert_eq!(left(&driven), (60, 60));
    driven.now_ms += 10_000;
    driven.forget().feed(Input::Elapsed(Timer::Second));
    assert_eq!((left(&driven), driven.waits_ms(Timer::Second)), ((50, 60), vec![1_000]));
    driven.now_ms += 60_000;
    assert_eq!(left(driven.feed(Input::Elapsed(Timer::Second))), (0, 60));
}

#[test]
fn a_press_polls_the_payment_at_once() {
    let mut driven = Driven::waiting(PaymentState::Unknown);
    driven.forget().press(&[Press::AskNow]);
    assert!(driven.ends_with_a_call(|call| matches!(call, Call::Read(_))) && driven.effects.len() == 1);
}

#[test]
fn an_unanswered_put_or_cancel_is_repeated_after_a_pause() {
    let mut driven = patient(Stored::default());
    driven.press(&[Press::Digit(5), Press::DoubleZero, Press::DoubleZero, Press::Charge]).scan(CODE);
    let (id, _) = driven.puts().pop().unwrap();
    driven.forget().feed(Input::CallFailed(id.clone(), CallError::Unreachable));
    assert_eq!((driven.screen(), driven.waits_ms(Timer::Again)), ("sending", vec![700]));
    driven.feed(Input::Elapsed(Timer::Deadline)).forget();
    driven.feed(Input::CallFailed(id, CallError::Unreachable));
    assert_eq!(driven.waits_ms(Timer::Again), [700]);
    driven.feed(Input::Elapsed(Timer::Again));
    assert!(driven.ends_with_a_call(|call| matches!(call, Call::Cancel(..))));
}

#[test]
fn an_unanswered_read_is_repeated_after_a_pause() {
    let mut driven = patient(stored(true));
    driven.forget().feed(Input::CallFailed(PaymentId::parse("pay-1").unwrap(), CallError::Unreachable));
    assert_eq!((driven.screen(), driven.waits_ms(Timer::Again)), ("resuming", vec![700]));
}

#[test]
fn the_payments_of_a_sale_are_listed_again_after_a_pause() {
    let sale_id = SaleId::parse("sale-9").unwrap();
    let opening =
        CheckoutRequest { sale_id: Some(sale_id.clone()), amount: 2_225, currency: None, reference: None };
    let mut driven = Driven::start(Stored::default(), Some(opening));
    driven.begin(&[], None).forget();
    driven.feed(Input::ListFailed(Listing::Sale(sale_id), CallError::Unreachable));
    assert_eq!(driven.waits_ms(Timer::Again).len(), 1);
    driven.feed(Input::Elapsed(Timer::Again));
    assert!(driven.ends_with_a_call(|call| matches!(call, Call::List(Listing::Sale(_)))));
}

#[test]
fn a_start_without_an_answer_is_tried_again_after_a_pause() {
    for failed in [
        Input::Terminal(Err(CallError::Unreachable)),
        Input::ListFailed(Listing::Unsettled(None), CallError::Unreachable),
        Input::ListFailed(Listing::Newest, CallError::Unreachable),
    ] {
        let mut driven = Driven::start(Stored::default(), None);
        driven.forget().feed(failed);
        assert_eq!((driven.screen(), driven.waits_ms(Timer::Again).len()), ("starting", 1));
    }
}

#[test]
fn a_till_that_has_not_started_watches_nothing() {
    let mut driven = Driven::start(Stored::default(), None);
    driven.forget().feed(Input::Elapsed(Timer::Watch));
    driven.feed(Input::Stream(Stream::Lost)).feed(Input::Stream(Stream::Open));
    assert!(driven.effects.is_empty(), "{:?}", driven.effects);
}

#[test]
fn money_that_comes_into_doubt_calls_once() {
    let mut driven = Driven::waiting(PaymentState::Pending);
    driven.forget();
    for version in 3..6 {
        let id = driven.till.view().screen.payment().unwrap().id.clone();
        let unknown = Payment { id, state: PaymentState::Unknown, version, ..any_payment() };
        driven.feed(Input::Payment(unknown.into()));
    }
    assert_eq!((driven.screen(), driven.sounds()), ("unknown", vec![Sound::Attention]));
}
