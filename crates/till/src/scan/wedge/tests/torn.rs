//! A scan that a busy machine tears is reported as torn: no piece of it passes for a code.

use super::*;

#[test]
fn the_tail_of_a_scan_is_no_code() {
    for (pause_ms, place) in [(300, 1), (322, 1), (322, 7), (700, 3), (1_400, 4)] {
        for target in [Target::Nowhere, Target::Button, Target::Field] {
            let mut bench = Bench::new();
            bench.type_on(12, &CODE[..place], target);
            bench.wait(pause_ms - 12);
            bench.scan_on(12, &CODE[place..], Suffix::Enter, target);
            assert_eq!((bench.scans.len(), bench.torn), (0, 1), "{pause_ms} ms after {place} on {target:?}");
            assert!(bench.held, "its suffix presses nothing");
            bench.key(300, Key::Suffix(Suffix::LineFeed), target);
            assert!(bench.held, "nor does a second one");
        }
    }
}

#[test]
fn a_head_that_looks_like_a_code_is_no_code_either() {
    let code = "251001020123456789012345";
    for place in [10, 16, 18, 23] {
        let mut bench = Bench::new();
        bench.type_on(12, &code[..place], Target::Nowhere);
        bench.wait(322);
        bench.scan_on(12, &code[place..], Suffix::Enter, Target::Nowhere);
        bench.wait(2_000);
        assert_eq!((bench.scans.len(), bench.torn), (0, 1), "{place}");
    }
}

#[test]
fn keys_that_spoil_a_scan_without_a_suffix_are_told_as_torn() {
    for target in [Target::Nowhere, Target::Field] {
        let mut bench = Bench::new();
        bench.type_on(12, CODE, target);
        bench.wait(500);
        bench.type_on(12, "4", target);
        bench.wait(3_000);
        assert_eq!((bench.scans.len(), bench.torn), (0, 1), "{target:?}");
    }
}

#[test]
fn the_next_scan_is_whole_again() {
    let mut bench = Bench::new();
    bench.type_on(12, "28", Target::Nowhere);
    bench.wait(400);
    bench.scan_on(12, &CODE[2..], Suffix::Enter, Target::Nowhere);
    bench.wait(400);
    bench.scan_on(12, CODE, Suffix::Enter, Target::Nowhere);
    assert_eq!((bench.scans.as_slice(), bench.torn), ([CODE.to_owned()].as_slice(), 1));
    // Swallowed keys stay relevant only for a moment.
    bench.wait(3_000);
    bench.type_on(12, "287", Target::Nowhere);
    bench.wait(1_600);
    bench.scan_on(12, CODE, Suffix::Enter, Target::Nowhere);
    assert_eq!((bench.scans.len(), bench.torn), (2, 1));
}

#[test]
fn a_suffix_that_comes_late_ends_its_scan_and_presses_nothing() {
    let mut bench = Bench::new();
    bench.type_on(12, CODE, Target::Button);
    bench.wait(322);
    bench.key(0, Key::Suffix(Suffix::Enter), Target::Button);
    assert_eq!((bench.scans.as_slice(), bench.torn, bench.held), ([CODE.to_owned()].as_slice(), 0, true));
    bench.wait(3_000);
    bench.type_on(12, "1234", Target::Button);
    bench.wait(322);
    bench.key(0, Key::Suffix(Suffix::Enter), Target::Button);
    assert_eq!((bench.scans.len(), bench.torn, bench.held), (1, 1, true), "too short, and late");
}

#[test]
fn a_scanner_without_a_suffix_may_read_a_label_twice() {
    let mut bench = Bench::new();
    bench.type_on(12, CODE, Target::Nowhere);
    bench.at_ms += 600;
    bench.type_on(12, CODE, Target::Nowhere);
    bench.wait(1_000);
    assert_eq!((bench.scans.as_slice(), bench.torn), ([CODE.to_owned()].as_slice(), 0));
}

#[test]
fn an_amount_that_was_typed_just_before_tears_no_scan() {
    for (gap_ms, amount) in [(80, "2225"), (150, "15"), (350, "2225"), (113, "25000")] {
        let mut bench = Bench::new();
        bench.type_on(gap_ms, amount, Target::Keypad);
        bench.wait(500);
        bench.scan_on(12, CODE, Suffix::Enter, Target::Keypad);
        assert_eq!((bench.scans.as_slice(), bench.torn), ([CODE.to_owned()].as_slice(), 0), "{amount}");
        assert_eq!(bench.field, amount);
    }
    let mut bench = Bench::new();
    bench.type_on(12, "2", Target::Keypad);
    bench.wait(322);
    bench.scan_on(12, &CODE[1..], Suffix::Enter, Target::Keypad);
    assert_eq!((bench.scans.len(), bench.torn), (0, 1));
}

#[test]
fn a_practised_hand_ends_its_amount_by_enter() {
    for gap_ms in [60, 70, 93, 113, 119, 200] {
        for amount in ["5", "2500", "25000", "150000"] {
            let mut bench = Bench::new();
            bench.scan_on(gap_ms, amount, Suffix::Enter, Target::Keypad);
            assert_eq!((bench.held, bench.field.as_str()), (false, amount), "{gap_ms}");
        }
    }
    // A slow scanner's tail is as fast, but it has more digits than an amount.
    let mut bench = Bench::new();
    bench.type_on(80, "28763443", Target::Keypad);
    bench.wait(900);
    bench.scan_on(80, "439", Suffix::Enter, Target::Keypad);
    assert!(bench.held);
}

#[test]
fn the_enter_of_an_input_method_that_writes_elsewhere_presses_nothing() {
    let mut bench = Bench::new();
    bench.wedge.stir(bench.at_ms);
    bench.key(15, Key::Suffix(Suffix::Enter), Target::Button);
    assert!(bench.held);
    bench.key(1_000, Key::Suffix(Suffix::Enter), Target::Button);
    assert!(!bench.held);
}

proptest! {
    #[test]
    fn no_piece_of_a_torn_scan_is_a_code(
        code in "(2[5-9]|30)[0-9]{14,22}",
        tears in prop::collection::vec((1..24_usize, 281..=1_480_u64), 1..3),
        gap_ms in 1..=20_u64,
        on_button in any::<bool>(),
    ) {
        let mut bench = Bench::new();
        let target = if on_button { Target::Button } else { Target::Nowhere };
        for (place, sign) in code.chars().enumerate() {
            let tear = tears.iter().find(|(at, _)| place == *at);
            if let Some((_, pause_ms)) = tear {
                bench.wait(*pause_ms);
            }
            bench.key(if tear.is_some() { 0 } else { gap_ms }, Key::Character(Character::of(sign)), target);
        }
        bench.key(gap_ms, Key::Suffix(Suffix::Enter), target);
        bench.wait(3_000);
        let was_torn = tears.iter().any(|(at, _)| *at < code.len());
        // A burst that waited longer than for a suffix may have been sent. Nothing after it may be.
        let sent: Vec<&String> = bench.scans.iter().collect();
        if was_torn {
            let waited = tears.iter().any(|(at, pause_ms)| *at < code.len() && 800 <= *pause_ms && 6 <= *at);
            prop_assert!(sent.len() <= usize::from(waited), "{sent:?}");
            prop_assert!(sent.iter().all(|text| code.starts_with(text.as_str())), "{sent:?}");
        } else {
            prop_assert_eq!(sent, [&code]);
        }
    }
}
