//! Keys of scanners, on every keyboard and in every way of typing.

use super::*;
use crate::scan::keys::{KeyPress, Read, read};
use proptest::prelude::*;

mod edges;
mod hands;
mod heads;
mod property;
mod torn;

const CODE: &str = "28763443825664394";

/// A keyboard with a clock. `field` is the text that the keys which were let through would have typed.
#[derive(Default)]
struct Bench {
    wedge: Wedge,
    at_ms: u64,
    scans: Vec<String>,
    traces: Vec<Trace>,
    torn: u32,
    field: String,
    before: String,
    held: bool,
}

impl Bench {
    fn new() -> Self {
        Self { at_ms: 10_000, ..Self::default() }
    }

    fn key(&mut self, gap_ms: u64, key: Key, target: Target) {
        self.at_ms += gap_ms;
        let verdict = self.wedge.key(self.at_ms, key, target);
        self.held = verdict.hold;
        self.take(verdict.outcomes);
        if verdict.begins {
            self.before.clone_from(&self.field);
        }
        if let (false, Key::Character(sign)) = (verdict.hold, key) {
            self.field.push(sign.typed);
        }
    }

    fn type_on(&mut self, gap_ms: u64, text: &str, target: Target) {
        text.chars().for_each(|sign| self.key(gap_ms, Key::Character(Character::of(sign)), target));
    }

    fn scan_on(&mut self, gap_ms: u64, text: &str, end: Suffix, target: Target) {
        self.type_on(gap_ms, text, target);
        self.key(gap_ms, Key::Suffix(end), target);
    }

    fn browser_key(&mut self, gap_ms: u64, key: &str, code: &str) {
        if let Read::Key(key) = read(&KeyPress { key, code, ..KeyPress::default() }) {
            self.key(gap_ms, key, Target::Nowhere);
        }
    }

    fn shifted_key(&mut self, gap_ms: u64, key: &str, code: &str) {
        if let Read::Key(key) = read(&KeyPress { key, code, shift: true, ..KeyPress::default() }) {
            self.key(gap_ms, key, Target::Nowhere);
        }
    }

    fn wait(&mut self, wait_ms: u64) {
        self.at_ms += wait_ms;
        let outcomes = self.wedge.silence(self.at_ms);
        self.take(outcomes);
    }

    fn take(&mut self, outcomes: Vec<WedgeOutcome>) {
        for outcome in outcomes {
            match outcome {
                WedgeOutcome::Scan(scan) => self.scans.push(scan.text.expose().to_owned()),
                WedgeOutcome::ReplayText(held) => self.field.push_str(&held),
                WedgeOutcome::RestoreField => self.field.clone_from(&self.before),
                WedgeOutcome::Diagnostics(trace) => self.traces.push(trace),
                WedgeOutcome::Torn(_) => self.torn += 1,
            }
        }
    }
}

#[test]
fn a_scan_with_a_suffix_is_whole_at_once() {
    for end in [Suffix::Enter, Suffix::Tab, Suffix::LineFeed] {
        let mut bench = Bench::new();
        bench.scan_on(10, CODE, end, Target::Nowhere);
        assert_eq!(bench.scans, [CODE]);
        assert!(bench.held, "the suffix presses nothing");
        bench.key(2, Key::Suffix(Suffix::LineFeed), Target::Button);
        assert!(bench.held, "nor does a second one");
        bench.key(900, Key::Suffix(Suffix::Enter), Target::Button);
        assert!(!bench.held, "a hand's Enter is the button's own");
        assert_eq!(bench.scans.len(), 1);
    }
}

#[test]
fn a_scan_without_a_suffix_ends_by_silence_at_its_last_key() {
    let mut bench = Bench::new();
    bench.type_on(10, CODE, Target::Nowhere);
    assert_eq!(bench.wedge.due_at_ms(), Some(bench.at_ms + 290));
    bench.wait(300);
    assert!(bench.scans.is_empty(), "most scanners send a suffix: it may be late");
    assert_eq!(bench.wedge.due_at_ms(), Some(bench.at_ms + 510));
    bench.wait(510);
    assert_eq!(bench.scans, [CODE]);
    bench.wait(5_000);
    bench.type_on(10, CODE, Target::Nowhere);
    bench.wait(200);
    assert_eq!(bench.scans.len(), 1);
    bench.wait(100);
    assert_eq!(bench.scans, [CODE, CODE], "this one is known to send none");
}

#[test]
fn delayed_keys_are_told_apart_by_their_own_times() {
    let mut bench = Bench::new();
    bench.type_on(10, CODE, Target::Nowhere);
    // No timer has run: the second scan's first key shows the pause.
    bench.at_ms += 1_500;
    bench.scan_on(10, "289431869362714645", Suffix::Enter, Target::Nowhere);
    assert_eq!(bench.scans, [CODE, "289431869362714645"]);
}

#[test]
fn digits_of_a_french_keyboard_are_read_by_their_place() {
    let french = ["à", "&", "é", "\"", "'", "(", "-", "è", "_", "ç"];
    let mut bench = Bench::new();
    for digit in CODE.chars() {
        let place = digit.to_digit(10).unwrap();
        bench.browser_key(10, french[place as usize], &format!("Digit{digit}"));
    }
    bench.browser_key(10, "Enter", "Enter");
    assert_eq!(bench.scans, [CODE]);
}

#[test]
fn an_aim_prefix_is_read_by_place_without_latin_letters() {
    let thai = ["จ", "ๅ", "/", "-", "ภ", "ถ", "ุ", "ึ", "ค", "ต"];
    for (bracket, letter) in [("ล", "ฉ"), ("Dead", "C"), ("ъ", "С")] {
        let mut bench = Bench::new();
        bench.browser_key(10, bracket, "BracketRight");
        bench.shifted_key(10, letter, "KeyC");
        for digit in format!("0{CODE}").chars() {
            bench.browser_key(10, thai[digit.to_digit(10).unwrap() as usize], &format!("Digit{digit}"));
        }
        bench.browser_key(10, "Enter", "Enter");
        assert_eq!(bench.scans, [format!("]C0{CODE}")], "{bracket}{letter}");
    }
}

#[test]
fn a_slow_scanner_is_answered_for_any_text() {
    for text in ["PRODUCT-1", "123456789", "123456", "https://example.com"] {
        for target in [Target::Nowhere, Target::Button] {
            let mut bench = Bench::new();
            for (place, sign) in text.chars().enumerate() {
                bench.key(if place % 2 == 0 { 70 } else { 90 }, Key::Character(Character::of(sign)), target);
            }
            bench.key(80, Key::Suffix(Suffix::Enter), target);
            assert_eq!(bench.scans, [text]);
        }
    }
    let mut bench = Bench::new();
    for (place, sign) in "PRODUCT-1".chars().enumerate() {
        bench.key(
            if place % 3 == 0 { 60 } else { 120 },
            Key::Character(Character::of(sign)),
            Target::Nowhere,
        );
    }
    bench.key(80, Key::Suffix(Suffix::Enter), Target::Nowhere);
    assert!(bench.scans.is_empty(), "keys as uneven as these are a hand's");
}

#[test]
fn a_sign_beside_plainly_typed_digits_remains_a_sign() {
    let mut bench = Bench::new();
    bench.browser_key(10, "*", "Digit8");
    for digit in CODE.chars() {
        bench.browser_key(10, &digit.to_string(), &format!("Digit{digit}"));
    }
    bench.browser_key(10, "Enter", "Enter");
    assert_eq!(bench.scans, [format!("*{CODE}")]);
}

#[test]
fn the_number_pad_and_alt_with_its_numbers_spell_a_code() {
    let mut bench = Bench::new();
    for digit in CODE.chars() {
        bench.browser_key(10, "Home", &format!("Numpad{digit}"));
    }
    bench.browser_key(10, "Enter", "NumpadEnter");
    for digit in CODE.chars() {
        for spelt in format!("0{}", u32::from(digit)).chars() {
            bench.wedge.spell(Character::of(spelt), Target::Nowhere);
        }
        bench.at_ms += 30;
        let verdict = bench.wedge.spelt(bench.at_ms, Target::Nowhere);
        bench.take(verdict.outcomes);
    }
    for digit in "013".chars() {
        bench.wedge.spell(Character::of(digit), Target::Nowhere);
    }
    let verdict = bench.wedge.spelt(bench.at_ms + 20, Target::Nowhere);
    bench.take(verdict.outcomes);
    assert_eq!(bench.scans, [CODE, CODE]);
}

#[test]
fn an_input_method_may_write_a_scan_in_pieces_or_at_once() {
    for pieces in [1, 2, 5, CODE.len()] {
        let mut bench = Bench::new();
        for end in (0..=CODE.len()).step_by(CODE.len().div_ceil(pieces)).skip(1).chain([CODE.len()]) {
            bench.at_ms += 30;
            let outcomes = bench.wedge.written(bench.at_ms, &CODE[..end]);
            bench.take(outcomes);
        }
        bench.wait(1_000);
        assert_eq!(bench.scans, [CODE], "{pieces}");
    }
}

#[test]
fn an_input_method_may_rewrite_the_text_after_the_first_key() {
    let mut bench = Bench::new();
    bench.type_on(10, "2", Target::Nowhere);
    for value in ["8", "87", "8763", "87634438", "8763443825664394", "8763443825664394\n"] {
        bench.at_ms += 20;
        let outcomes = bench.wedge.written(bench.at_ms, value);
        bench.take(outcomes);
    }
    assert_eq!(bench.scans, [CODE]);
    // Not emptied yet: the new text is found by comparison with the old one.
    let value = "8763443825664394\n29\n";
    let outcomes = bench.wedge.written(bench.at_ms + 1_000, value);
    bench.take(outcomes);
    assert_eq!(bench.scans.len(), 1, "two signs are no scan");
}

#[test]
fn a_scan_into_a_field_leaves_the_field_as_it_was() {
    for gap_ms in [1, 10, 44] {
        let mut bench = Bench::new();
        bench.type_on(180, "rice", Target::Field);
        bench.at_ms += 1_000;
        bench.scan_on(gap_ms, CODE, Suffix::Enter, Target::Field);
        assert_eq!((bench.scans.as_slice(), bench.field.as_str()), ([CODE.to_owned()].as_slice(), "rice"));
        assert!(bench.held, "the suffix sends no form");
    }
}

#[test]
fn a_slow_scan_into_a_field_is_taken_back_out_of_it() {
    let mut bench = Bench::new();
    bench.scan_on(100, CODE, Suffix::Enter, Target::Field);
    assert_eq!((bench.scans.len(), bench.field.as_str()), (1, ""));
}

#[test]
fn a_trace_tells_no_digit_and_comes_to_the_same_again() {
    for (gap_ms, text, scans) in [(12, "]C028763443825664394", 1), (80, "4006381333931", 1), (150, CODE, 0)] {
        let mut bench = Bench::new();
        bench.scan_on(gap_ms, text, Suffix::Enter, Target::Nowhere);
        let told = bench.traces.pop().unwrap().to_string();
        let digits_but_gaps = told.split(' ').skip(3).all(|word| {
            word.trim_start_matches(|sign: char| sign.is_ascii_digit()).chars().all(|sign| !sign.is_numeric())
        });
        assert!(digits_but_gaps && !told.contains("2876"), "{told}");
        let trace = Trace::parse(&told).unwrap();
        let again = trace.replay(Limits::default(), Target::Nowhere);
        assert_eq!(
            again.iter().filter(|outcome| matches!(outcome, WedgeOutcome::Scan(_))).count(),
            scans,
            "{told}"
        );
        assert_eq!(trace.to_string(), told);
    }
}

#[test]
fn a_trace_covers_digits_and_letters_and_keeps_other_signs() {
    let mut bench = Bench::new();
    bench.scan_on(12, &format!("]C0*{CODE}#"), Suffix::Tab, Target::Nowhere);
    let told = bench.traces[0].to_string();
    let signs: String = told.split(' ').skip(3).filter_map(|word| word.chars().last()).collect();
    assert_eq!(signs, format!("]a#*{}aB", "#".repeat(17)), "TAB ends it: {told}");
    let again = bench.traces[0].replay(Limits::default(), Target::Nowhere);
    let texts = again.iter().filter_map(|outcome| match outcome {
        WedgeOutcome::Scan(scan) => Some(scan.text.expose()),
        _ => None,
    });
    assert_eq!(texts.collect::<Vec<_>>(), [format!("]a0*{}a", "0".repeat(17))]);
}

#[test]
fn a_bad_trace_tells_what_would_help() {
    // A scanner that was set to pause for 160 ms between two keys, as a shop's support would receive its
    // trace.
    let beats = " 160#".repeat(16);
    let told = format!("scantill-trace-1 alipay typing 0#{beats} 160CR");
    let trace = Trace::parse(&told).unwrap();
    assert_eq!((trace.mean_gap_ms(), trace.longest_gap_ms(), trace.signs()), (160, 160, 17));
    let is_scan = |limits| {
        let outcomes = trace.replay(limits, Target::Nowhere);
        outcomes.iter().any(|outcome| matches!(outcome, WedgeOutcome::Scan(_)))
    };
    assert!(!is_scan(Limits::default()));
    assert!(is_scan(Limits::with_mean_gap_ms(200)));
}

#[test]
fn what_a_hand_typed_is_not_painted() {
    let mut wedge = Wedge::default();
    "0812"
        .chars()
        .for_each(|sign| drop(wedge.key(1_000, Key::Character(Character::of(sign)), Target::Field)));
    let outcomes = wedge.silence(5_000);
    assert_eq!(outcomes.last(), Some(&WedgeOutcome::ReplayText("12".to_owned())));
    assert!(!format!("{outcomes:?}").contains("12"), "{outcomes:?}");
}

#[test]
fn what_is_no_trace_is_refused() {
    for text in [
        "",
        "hello",
        "scantill-trace-1",
        "scantill-trace-1 alipay",
        "scantill-trace-1 alipay scan 12",
        "scantill-trace-1 alipay scan 1##",
    ] {
        assert!(Trace::parse(text).is_err(), "{text}");
    }
}
