//! Unfinished digits: what follows is their tail, or the next word of a hand.

use super::*;

/// Types digits on the keypad, and a whole scan half a second later. Gives the number of scans and of torn
/// ones.
fn amount_then_scan(amount: &str, gap_ms: u64, scan_gap_ms: u64) -> (usize, u32) {
    let mut bench = Bench::new();
    bench.type_on(gap_ms, amount, Target::Keypad);
    bench.wait(500);
    bench.scan_on(scan_gap_ms, CODE, Suffix::Enter, Target::Keypad);
    (bench.scans.len(), bench.torn)
}

#[test]
fn a_hand_is_recognised_by_its_slower_keys() {
    assert_eq!(amount_then_scan("2225", 80, 29), (1, 0));
    assert_eq!(amount_then_scan("2225", 80, 30), (0, 1), "not slow enough beside this scanner");
    assert_eq!(amount_then_scan("222", 80, 12), (1, 0));
    assert_eq!(amount_then_scan("22", 80, 12), (0, 1), "two digits have one gap, which tells nothing");
    assert_eq!(amount_then_scan("22", 140, 12), (0, 1));
    assert_eq!(amount_then_scan("22", 141, 12), (1, 0), "no scanner is as slow as this");
}

#[test]
fn an_amount_that_is_typed_in_two_goes_ends_by_enter() {
    for (first, second, held) in [("25", "000", false), ("25", "00000", false), ("25", "000000", true)] {
        let mut bench = Bench::new();
        bench.type_on(80, first, Target::Keypad);
        bench.wait(900);
        bench.scan_on(80, second, Suffix::Enter, Target::Keypad);
        assert_eq!((bench.held, bench.torn), (held, 0), "{first} {second}");
    }
}

#[test]
fn one_digit_and_a_late_enter_are_a_hands() {
    let mut bench = Bench::new();
    bench.type_on(12, "5", Target::Nowhere);
    bench.wait(600);
    bench.key(0, Key::Suffix(Suffix::Enter), Target::Nowhere);
    assert_eq!((bench.torn, bench.held), (0, false));
    bench.type_on(12, "28", Target::Nowhere);
    bench.wait(600);
    bench.key(0, Key::Suffix(Suffix::Enter), Target::Nowhere);
    assert_eq!((bench.torn, bench.held), (1, true), "two are a scanner's");
}

#[test]
fn a_suffix_decides_about_a_tail_too_short_for_a_scan() {
    for (end, torn) in [(Some(Suffix::Enter), 1), (None, 0)] {
        let mut bench = Bench::new();
        bench.type_on(12, "2876", Target::Nowhere);
        bench.wait(400);
        bench.type_on(12, "764", Target::Nowhere);
        match end {
            Some(end) => bench.key(12, Key::Suffix(end), Target::Nowhere),
            None => bench.wait(3_000),
        }
        assert_eq!((bench.scans.len(), bench.torn), (0, torn), "{end:?}");
    }
}

#[test]
fn a_torn_scan_on_the_keypad_is_told_at_any_next_key() {
    let mut bench = Bench::new();
    bench.type_on(12, CODE, Target::Keypad);
    bench.wait(750);
    bench.type_on(0, "4", Target::Keypad);
    bench.wait(3_000);
    assert_eq!((bench.scans.len(), bench.torn), (0, 1));
}
