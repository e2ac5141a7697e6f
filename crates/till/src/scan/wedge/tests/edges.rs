//! The detector's limits: one millisecond or one key less changes the result.

use super::*;

/// What a burst of fast keys on nothing gives back to the page when silence ends it.
fn given_back(gap_ms: u64, text: &str) -> Vec<WedgeOutcome> {
    let mut wedge = Wedge::default();
    let mut outcomes = Vec::new();
    for (place, sign) in (1..).zip(text.chars()) {
        outcomes.extend(
            wedge.key(1_000 + place * gap_ms, Key::Character(Character::of(sign)), Target::Nowhere).outcomes,
        );
    }
    outcomes.extend(wedge.silence(9_000));
    outcomes.retain(|outcome| !matches!(outcome, WedgeOutcome::Diagnostics(_)));
    outcomes
}

#[test]
fn keys_on_nothing_are_a_hands_at_a_hands_pace() {
    assert_eq!(given_back(10, "281"), [], "a short label's");
    assert_eq!(given_back(10, "2"), [WedgeOutcome::ReplayText("2".into())]);
    assert_eq!(given_back(120, "28"), [WedgeOutcome::ReplayText("28".into())]);
    assert_eq!(
        given_back(200, "28"),
        [WedgeOutcome::ReplayText("2".into())],
        "the second one went on at once"
    );
    let mut wedge = Wedge::default();
    wedge.key(1_000, Key::Character(Character::of('2')), Target::Nowhere);
    let verdict = wedge.key(1_200, Key::Character(Character::of('8')), Target::Nowhere);
    assert_eq!(
        (verdict.hold, verdict.outcomes),
        (false, vec![WedgeOutcome::ReplayText("2".into())]),
        "and behind the first"
    );
}

#[test]
fn a_first_sign_that_was_let_through_is_not_given_back() {
    let mut wedge = Wedge::default();
    assert!(wedge.key(1_000, Key::Character(Character::of('2')), Target::Nowhere).hold);
    wedge.let_pass();
    assert_eq!(wedge.silence(9_000), []);
}

#[test]
fn first_digits_reach_a_field_and_a_hands_are_held_once() {
    let mut bench = Bench::new();
    bench.type_on(10, "28", Target::Field);
    assert_eq!(bench.field, "28");
    bench.type_on(10, "76", Target::Field);
    assert_eq!(bench.field, "28");
    bench.type_on(270, "34567", Target::Field);
    assert_eq!(bench.field, "287634567", "given back, and the next ones are typed");
}

#[test]
fn a_pause_within_a_scan_may_last_up_to_the_limit() {
    for (pause_ms, scans, torn) in [(280, 1, 0), (281, 0, 1)] {
        let mut bench = Bench::new();
        bench.type_on(10, &CODE[..8], Target::Nowhere);
        bench.at_ms += pause_ms - 10;
        bench.scan_on(10, &CODE[8..], Suffix::Enter, Target::Nowhere);
        assert_eq!((bench.scans.len(), bench.torn), (scans, torn), "{pause_ms}");
    }
}

#[test]
fn an_enter_too_fast_for_a_hand_is_no_decision() {
    for (gap_ms, held) in [(119, true), (120, false)] {
        let mut bench = Bench::new();
        bench.type_on(200, "12", Target::Nowhere);
        bench.key(gap_ms, Key::Suffix(Suffix::Enter), Target::Nowhere);
        assert_eq!(bench.held, held, "{gap_ms}");
        let mut bench = Bench::new();
        bench.wedge.stir(bench.at_ms);
        bench.key(gap_ms, Key::Suffix(Suffix::Enter), Target::Button);
        assert_eq!(bench.held, held, "{gap_ms} after an input method");
    }
}

#[test]
fn a_second_suffix_may_come_half_a_second_late() {
    for (gap_ms, held) in [(500, true), (501, false)] {
        let mut bench = Bench::new();
        bench.scan_on(10, CODE, Suffix::Enter, Target::Nowhere);
        assert!(bench.wedge.is_engaged(bench.at_ms + 500) && !bench.wedge.is_engaged(bench.at_ms + 501));
        bench.key(gap_ms, Key::Suffix(Suffix::Enter), Target::Nowhere);
        assert_eq!(bench.held, held, "{gap_ms}");
    }
}

#[test]
fn a_burst_in_hand_engages_the_keyboard_until_its_pause_is_over() {
    let mut bench = Bench::new();
    assert!(!bench.wedge.is_engaged(bench.at_ms));
    bench.type_on(10, "28", Target::Nowhere);
    assert!(bench.wedge.is_engaged(bench.at_ms + 280) && !bench.wedge.is_engaged(bench.at_ms + 281));
}

#[test]
fn digits_stand_unfinished_for_a_moment_and_letters_do_not() {
    for (text, is_head) in [("28", true), ("ab", false)] {
        let mut bench = Bench::new();
        assert!(!bench.wedge.is_behind_a_head(bench.at_ms));
        bench.type_on(10, text, Target::Nowhere);
        let last_at_ms = bench.at_ms;
        bench.wait(400);
        assert_eq!(bench.wedge.is_behind_a_head(last_at_ms + 1_500), is_head, "{text}");
        assert!(!bench.wedge.is_behind_a_head(last_at_ms + 1_501), "{text}");
        bench.scan_on(10, CODE, Suffix::Enter, Target::Nowhere);
        assert_eq!((bench.scans.len(), bench.torn), if is_head { (0, 1) } else { (1, 0) }, "{text}");
    }
}

#[test]
fn other_limits_hold_from_the_next_burst_on() {
    let mut bench = Bench::new();
    bench.wedge.limit(Limits::with_mean_gap_ms(200));
    bench.scan_on(180, CODE, Suffix::Enter, Target::Nowhere);
    assert_eq!(bench.scans, [CODE]);
}

#[test]
fn scans_are_collected_up_to_a_bound_and_short_bursts_untold() {
    let mut bench = Bench::new();
    bench.scan_on(1, &"7".repeat(600), Suffix::Enter, Target::Nowhere);
    assert_eq!(bench.scans[0].len(), 512);
    for (text, traces) in [("281", 1), ("2812", 2)] {
        bench.wait(5_000);
        bench.type_on(10, text, Target::Nowhere);
        bench.wait(5_000);
        assert_eq!(bench.traces.len(), traces, "{text}");
    }
}

#[test]
fn many_fast_digits_are_a_label_and_few_are_an_amount() {
    for (digits, scans) in [("99123456789", 1), ("991234567", 0)] {
        let mut bench = Bench::new();
        bench.scan_on(90, digits, Suffix::Enter, Target::Keypad);
        assert_eq!(bench.scans.len(), scans, "{digits}");
    }
}

#[test]
fn an_input_method_may_correct_what_it_has_written() {
    let mut bench = Bench::new();
    for value in ["28763443825664399", "287634438256643", CODE] {
        bench.at_ms += 20;
        let outcomes = bench.wedge.written(bench.at_ms, value);
        bench.take(outcomes);
    }
    bench.wait(1_000);
    assert_eq!(bench.scans, [CODE]);
    bench.wedge.emptied();
    bench.at_ms += 5_000;
    let outcomes = bench.wedge.written(bench.at_ms, CODE);
    bench.take(outcomes);
    bench.wait(1_000);
    assert_eq!(bench.scans, [CODE; 2], "the field was emptied in between");
}

#[test]
fn a_code_that_is_spelt_ends_with_any_suffix_that_is_spelt() {
    let spell = |bench: &mut Bench, number: &str| {
        let held: Vec<bool> =
            number.chars().map(|digit| bench.wedge.spell(Character::of(digit), Target::Nowhere)).collect();
        bench.at_ms += 30;
        let verdict = bench.wedge.spelt(bench.at_ms, Target::Nowhere);
        bench.take(verdict.outcomes);
        !held.contains(&false)
    };
    for suffix in ["9", "10", "13"] {
        let mut bench = Bench::new();
        for digit in CODE.chars() {
            assert!(spell(&mut bench, &u32::from(digit).to_string()), "its digits are typed nowhere else");
        }
        spell(&mut bench, suffix);
        assert_eq!(bench.scans, [CODE], "{suffix}");
    }
    assert!(!Wedge::default().spell(Character::of('5'), Target::Field), "a field spells it for itself");
    let mut bench = Bench::new();
    spell(&mut bench, "00050");
    assert!(!bench.wedge.is_collecting(), "no number is as long as this");
}

#[test]
fn what_is_painted_names_its_kind_alone() {
    let outcomes = [WedgeOutcome::ReplayText("12".into()), WedgeOutcome::Torn(7), WedgeOutcome::RestoreField];
    assert_eq!(format!("{outcomes:?}"), "[ReplayText, Torn(7), RestoreField]");
    assert_eq!(format!("{:?} {:?}", KeyPress::default(), Character::of('2')), "KeyPress Character");
    assert!(format!("{:?}", Wedge::default()).starts_with("Wedge { limits: "));
}
