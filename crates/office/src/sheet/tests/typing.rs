//! The PIN, and the keys of hands and scanners.

use scantill_types::api::ProblemCode;
use serde_json::json;

use super::*;
use crate::sheet::keys::{Around, KeyPress, KeyRouter, Stroke};

const WRONG: Trouble = Trouble::Refused(ProblemCode::ApprovalRefused);

fn at_pin() -> Sheet {
    let mut sheet = sheet(&called());
    press(&mut sheet, Press::Choose(Action::Accept));
    sheet
}

fn typed(sheet: &Sheet) -> usize {
    match &sheet.step {
        Step::Approving(approving) => approving.pin.len(),
        step => panic!("{step:?}"),
    }
}

#[test]
fn a_wrong_pin_is_told_and_forgotten_and_another_may_follow() {
    let mut sheet = at_pin();
    approve(&mut sheet);
    assert_eq!(typed(&sheet), 0, "it left with the call");
    assert!(asked(&answer(&mut sheet, Question::Order, problem(403, "approval_refused"))).is_empty());
    assert_eq!(notice(&sheet), Some(Notice::Trouble(WRONG)));
    assert_eq!(approve(&mut sheet).1["decision"], "accept");
}

#[test]
fn a_locked_store_is_told_apart_from_a_wrong_pin() {
    let mut sheet = at_pin();
    approve(&mut sheet);
    answer(&mut sheet, Question::Order, problem(429, "approval_locked"));
    assert_eq!(notice(&sheet), Some(Notice::Trouble(Trouble::Refused(ProblemCode::ApprovalLocked))));
}

#[test]
fn a_pin_that_is_too_short_is_not_sent() {
    let mut sheet = at_pin();
    press(&mut sheet, Press::Digit(1));
    assert!(press(&mut sheet, Press::Next).is_empty());
    assert_eq!((notice(&sheet), typed(&sheet)), (Some(Notice::TooShort), 0));
}

#[test]
fn while_a_call_is_under_way_nothing_is_typed_or_sent_twice() {
    let mut sheet = at_pin();
    approve(&mut sheet);
    for one in [Press::Digit(1), Press::Next, Press::Back] {
        assert!(press(&mut sheet, one).is_empty());
    }
    assert_eq!((typed(&sheet), sheet.step.name()), (0, "approving"));
}

#[test]
fn a_lost_answer_is_searched_in_the_payment() {
    let mut sheet = at_pin();
    approve(&mut sheet);
    assert_eq!(asked(&answer(&mut sheet, Question::Order, None)), ["GET /v1/payments/p-1"]);
    assert_eq!(notice(&sheet), Some(Notice::Trouble(Trouble::NoAnswer)));
    let kept = with(called(), json!({ "version": 6, "disposition": "accepted", "review": null }));
    answer(&mut sheet, Question::Payment, reply(200, &kept));
    assert_eq!(sheet.step.name(), "done");
}

#[test]
fn without_any_connection_the_order_stays_and_may_be_sent_again() {
    let mut sheet = at_pin();
    let first = approve(&mut sheet);
    answer(&mut sheet, Question::Order, None);
    answer(&mut sheet, Question::Payment, None);
    assert_eq!(notice(&sheet), Some(Notice::Trouble(Trouble::NoAnswer)));
    assert_eq!(approve(&mut sheet), first);
    answer(&mut sheet, Question::Order, problem(409, "nothing_to_decide"));
    let kept = with(called(), json!({ "version": 6, "disposition": "accepted", "review": null }));
    answer(&mut sheet, Question::Payment, reply(200, &kept));
    assert_eq!(sheet.step.name(), "done", "the first call had arrived");
}

#[test]
fn a_minute_without_a_key_forgets_the_pin_and_says_so() {
    let mut sheet = at_pin();
    assert!(matches!(press(&mut sheet, Press::Digit(2))[..], [Effect::Wait(Timer::Idle, 60_000)]));
    sheet.step(&MOMENT, Input::Elapsed(Timer::Idle));
    assert_eq!((notice(&sheet), typed(&sheet)), (Some(Notice::Forgotten), 0));
}

#[test]
fn closing_forgets_the_pin() {
    let mut sheet = at_pin();
    press(&mut sheet, Press::Digit(2));
    assert!(matches!(press(&mut sheet, Press::Close)[..], [Effect::Close]));
    assert_eq!(typed(&sheet), 0);
}

#[test]
fn nothing_of_a_pin_is_painted() {
    let mut sheet = at_pin();
    for digit in [2, 5, 8, 0] {
        press(&mut sheet, Press::Digit(digit));
    }
    let painted = format!("{sheet:?} {:?} {:?}", Press::Digit(9), press(&mut sheet, Press::Next));
    assert!(
        !painted.contains("2580") && !painted.contains("50, 53") && !painted.contains("Digit"),
        "{painted}"
    );
}

const PAD: Around = Around { takes_digits: true, on_button: false };
const BUTTON: Around = Around { takes_digits: false, on_button: true };

/// The strokes for a text that is typed with these gaps, with Enter at its end.
fn strokes(text: &str, gap_ms: u64, around: Around) -> (Vec<Stroke>, bool) {
    let mut router = KeyRouter::default();
    let mut at_ms = 1_000;
    let mut strokes = Vec::new();
    for key in text.chars().map(String::from) {
        at_ms += gap_ms;
        strokes.extend(router.key(at_ms, &KeyPress { key: &key, ..KeyPress::default() }, around).strokes);
    }
    at_ms += gap_ms;
    let enter = router.key(at_ms, &KeyPress { key: "Enter", code: "Enter", ..KeyPress::default() }, around);
    strokes.extend(enter.strokes);
    (strokes, enter.swallow)
}

#[test]
fn a_hand_types_a_pin_and_sends_it_by_enter() {
    let digits = [2, 5, 8, 0].map(Stroke::Digit);
    let (strokes, swallowed) = strokes("2580", 150, PAD);
    assert_eq!((&strokes[..4], strokes.last(), swallowed), (&digits[..], Some(&Stroke::Next), true));
}

#[test]
fn a_scan_becomes_no_pin_and_presses_nothing() {
    for gap_ms in [1, 12, 30, 60, 100] {
        let (strokes, swallowed) = strokes("28763443825664394", gap_ms, PAD);
        assert_eq!(strokes.last(), Some(&Stroke::Scanned), "{gap_ms} ms");
        assert!(swallowed);
        let mut sheet = at_pin();
        for stroke in strokes {
            sheet.step(
                &MOMENT,
                match stroke {
                    Stroke::Digit(digit) => Input::Press(Press::Digit(digit)),
                    Stroke::Scanned => Input::Scanned,
                    Stroke::Next | Stroke::Delete => panic!("{stroke:?}"),
                },
            );
        }
        assert_eq!((typed(&sheet), notice(&sheet)), (0, Some(Notice::Scanned)), "{gap_ms} ms");
    }
}

#[test]
fn a_scans_enter_presses_no_button_and_a_hands_does() {
    assert!(strokes("28763443825664394", 12, BUTTON).1);
    assert!(!strokes("", 12, BUTTON).1);
}
