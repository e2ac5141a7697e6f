//! Facts of pairing: one call at a time, and a message only if a hand asked.

use super::*;

fn pairing() -> Driven {
    let mut driven = Driven::start(Stored::default(), None);
    driven.feed(Input::Terminal(Err(CallError::Unauthenticated)));
    driven
}

fn shown(driven: &Driven) -> (bool, Option<CallError>) {
    match driven.till.view().screen {
        Screen::Pair { busy, problem, .. } => (busy, problem),
        screen => panic!("{}", screen.name()),
    }
}

fn calls(driven: &Driven) -> usize {
    driven
        .effects
        .iter()
        .filter(|effect| matches!(effect, Effect::Call(Call::Pair(_) | Call::Terminal)))
        .count()
}

#[test]
fn a_refusal_is_told_only_after_a_hand_asked() {
    let refusal = problem(ProblemCode::PairingRefused, false);
    for (error, at_first) in [
        (refusal.clone(), None),
        (CallError::Unauthenticated, None),
        (CallError::Unreachable, Some(CallError::Unreachable)),
    ] {
        let mut driven = pairing();
        driven.effects.clear();
        driven.feed(Input::Terminal(Err(error.clone())));
        assert_eq!((shown(&driven), calls(&driven)), ((false, at_first), 0), "{error:?}");
        driven.press(&[Press::Pair("K7QF".into())]);
        assert_eq!(shown(&driven), (true, None));
        driven.feed(Input::Terminal(Err(error.clone())));
        assert_eq!(shown(&driven), (false, Some(error)));
    }
}

#[test]
fn a_second_press_while_pairing_is_under_way_sends_nothing() {
    let mut driven = pairing();
    driven.effects.clear();
    driven.press(&[Press::Pair("K7QF".into())]);
    assert_eq!(calls(&driven), 0, "it is being tried without a code");
    driven.feed(Input::Terminal(Err(problem(ProblemCode::PairingRefused, false))));
    driven.press(&[Press::Pair("K7QF".into()), Press::Pair("K7QF".into())]);
    assert_eq!(calls(&driven), 1);
}

#[test]
fn a_till_that_waits_for_a_code_asks_nothing_by_itself() {
    let mut driven = pairing();
    driven.feed(Input::Terminal(Err(problem(ProblemCode::PairingRefused, false))));
    driven.effects.clear();
    driven.feed(Input::Elapsed(Timer::Again));
    assert_eq!(calls(&driven), 0);
}

#[test]
fn a_page_that_is_not_listed_takes_no_code() {
    let mut driven = pairing();
    driven.feed(Input::Terminal(Err(problem(ProblemCode::PairingRefused, false))));
    driven.feed(Input::Terminal(Err(CallError::OriginRefused)));
    assert_eq!(shown(&driven), (true, Some(CallError::OriginRefused)));
}
