//! Facts of a proxy that answers `rate_limited`: nothing was begun, the till waits as long as the answer
//! says, and shows no failure.

use super::*;

fn limited(seconds: u64) -> CallError {
    let CallError::Refused(refused) = problem(ProblemCode::RateLimited, false) else { panic!() };
    CallError::Refused(Problem { status: 429, payment_id: None, retry_after_s: Some(seconds), ..refused })
}

impl Driven {
    fn last_wait_ms(&self, wanted: Timer) -> Option<u64> {
        self.effects.iter().rev().find_map(|effect| match effect {
            Effect::Wait(timer, wait_ms) if *timer == wanted => Some(*wait_ms),
            _ => None,
        })
    }
}

#[test]
fn a_rate_limited_put_is_sent_again_with_its_age() {
    let mut driven = Driven::scanning();
    driven.scan(CODE);
    let (id, first) = driven.puts().pop().unwrap();
    driven.effects.clear();
    driven.feed(Input::CallFailed(id.clone(), limited(7)));
    assert_eq!((driven.screen(), driven.last_wait_ms(Timer::Again)), ("sending", Some(7_000)));
    assert_eq!((driven.puts().len(), driven.cancels().len()), (0, 0));
    driven.now_ms += 7_000;
    driven.feed(Input::Elapsed(Timer::Again));
    let (again, body) = driven.puts().pop().unwrap();
    assert_eq!(again, id);
    assert!(first.scanned_ago_ms + 7_000 <= body.scanned_ago_ms, "{}", body.scanned_ago_ms);
}

#[test]
fn a_put_that_stays_limited_becomes_a_cancel_that_waits_too() {
    let mut driven = Driven::scanning();
    driven.scan(CODE);
    let (id, _) = driven.puts().pop().unwrap();
    driven.feed(Input::CallFailed(id.clone(), limited(1))).feed(Input::Elapsed(Timer::Deadline));
    assert_eq!(driven.cancels().len(), 1);
    let sounds = driven.sounds();
    driven.feed(Input::CallFailed(id.clone(), limited(9)));
    assert_eq!((driven.last_wait_ms(Timer::Again), driven.cancels().len()), (Some(9_000), 1));
    driven.feed(Input::Elapsed(Timer::Again));
    assert_eq!((driven.cancels().len(), driven.sounds()), (2, sounds));
    assert!(!["refused", "failed", "cancelled"].contains(&driven.screen()), "{}", driven.screen());
}

#[test]
fn a_shorter_wait_than_the_tills_own_changes_nothing() {
    let mut driven = Driven::scanning();
    driven.scan(CODE);
    let (id, _) = driven.puts().pop().unwrap();
    driven.feed(Input::CallFailed(id, limited(0)));
    assert_eq!(driven.last_wait_ms(Timer::Again), Some(TillTiming::default().call_again_ms));
}

#[test]
fn a_payment_in_hand_is_asked_for_again_as_late_as_told() {
    let mut driven = Driven::waiting(PaymentState::Pending);
    let id = driven.payment(PaymentState::Pending).id;
    driven.effects.clear();
    driven.feed(Input::CallFailed(id.clone(), limited(1)));
    driven.feed(Input::CallFailed(PaymentId::parse("another").unwrap(), limited(20)));
    assert_eq!(driven.last_wait_ms(Timer::Poll), None);
    driven.feed(Input::CallFailed(id, limited(30)));
    assert_eq!((driven.screen(), driven.last_wait_ms(Timer::Poll)), ("pending", Some(30_000)));
    assert_eq!(driven.last_wait_ms(Timer::Watch), Some(30_000));
}

#[test]
fn a_payment_after_a_reload_is_not_taken_for_missing() {
    for acknowledged in [true, false] {
        let mut driven = Driven::start(stored(acknowledged), None);
        driven.begin(&[], None);
        driven.effects.clear();
        driven.feed(Input::CallFailed(PaymentId::parse("pay-1").unwrap(), limited(4)));
        assert_eq!((driven.screen(), driven.last_wait_ms(Timer::Again)), ("resuming", Some(4_000)));
        assert_eq!(driven.cancels().len(), 0);
    }
}

#[test]
fn a_till_that_starts_waits_for_its_lists() {
    let mut driven = Driven::start(Stored::default(), None);
    driven.feed(Input::Terminal(Ok(terminal())));
    driven.feed(Input::ListFailed(Listing::Unsettled(None), limited(3)));
    assert_eq!(driven.last_wait_ms(Timer::Again), Some(3_000));
    assert_ne!(driven.screen(), "amount");
}
