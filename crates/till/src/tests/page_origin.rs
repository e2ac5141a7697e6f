//! A page that the proxy does not list.

use super::*;

fn refused() -> Input {
    Input::Terminal(Err(CallError::OriginRefused))
}

fn is_told(driven: &Driven) -> bool {
    let view = driven.till.view();
    let wanted = Screen::Pair { busy: true, problem: Some(CallError::OriginRefused), revoked: false };
    view.reachable && view.screen == wanted
}

fn is_call(effect: &Effect, pairs: bool) -> bool {
    match effect {
        Effect::Call(Call::Terminal) => !pairs,
        Effect::Call(Call::Pair(None)) => pairs,
        _ => false,
    }
}

#[test]
fn a_new_till_on_an_unlisted_page_says_so() {
    let mut driven = Driven::start(Stored::default(), None);
    driven.feed(Input::Terminal(Err(CallError::Unauthenticated))).feed(refused());
    for _ in 0..3 {
        assert!(is_told(&driven));
        driven.effects.clear();
        driven.feed(Input::Elapsed(Timer::Again));
        assert!(driven.effects.iter().all(|effect| is_call(effect, false)) && driven.effects.len() == 1);
        driven.feed(Input::Terminal(Err(CallError::Unauthenticated)));
        assert!(driven.effects.last().is_some_and(|effect| is_call(effect, true)));
        assert!(is_told(&driven));
        driven.feed(refused());
    }
    driven.feed(Input::Elapsed(Timer::Again)).begin(&[], None);
    assert_eq!(driven.screen(), "amount");
}

#[test]
fn a_till_with_a_token_keeps_it_when_its_page_returns() {
    let mut driven = Driven::start(Stored::default(), None);
    driven.feed(refused());
    assert!(is_told(&driven));
    driven.feed(Input::Elapsed(Timer::Again)).begin(&[], None);
    assert_eq!(driven.screen(), "amount");
    assert!(!driven.effects.iter().any(|effect| is_call(effect, true)));
}
