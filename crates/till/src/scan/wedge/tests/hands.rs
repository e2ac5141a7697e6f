//! The keys of hands are left alone.

use super::*;

#[test]
fn a_hand_on_no_field_scans_nothing_and_presses_what_it_means() {
    let mut bench = Bench::new();
    bench.key(5_000, Key::Suffix(Suffix::Enter), Target::Button);
    assert!(!bench.held);
    bench.scan_on(400, "1234567890", Suffix::Enter, Target::Nowhere);
    bench.scan_on(160, "0812345678", Suffix::Enter, Target::Nowhere);
    assert!(bench.scans.is_empty());
}

#[test]
fn typing_in_a_field_types() {
    for gap_ms in [60, 90, 150, 220, 400] {
        let mut bench = Bench::new();
        bench.scan_on(gap_ms, "0812345678", Suffix::Enter, Target::Field);
        bench.wait(2_000);
        assert_eq!((bench.scans.len(), bench.field.as_str()), (0, "0812345678"), "{gap_ms}");
        assert!(!bench.held, "{gap_ms}: the Enter is the field's");
    }
}

#[test]
fn a_false_start_gives_the_keys_back() {
    let mut bench = Bench::new();
    bench.type_on(30, "08123", Target::Field);
    assert_eq!(bench.field, "08", "digits as fast as these are held");
    bench.wait(400);
    assert_eq!(bench.field, "08123");
    bench.type_on(30, "456", Target::Field);
    bench.type_on(240, "7890", Target::Field);
    assert_eq!(bench.field, "081234567890", "given back before the next goes in");
}

#[test]
fn a_word_in_a_field_is_never_held() {
    let mut bench = Bench::new();
    bench.type_on(20, "asd", Target::Field);
    assert_eq!(bench.field, "asd");
}

#[test]
fn what_a_program_types_into_a_field_stays_there() {
    for text in ["correcthorse", "Kind regards, Somchai", "081-234-5678", "]half a word", "invoice 2026-11"] {
        for gap_ms in [1, 12, 44] {
            let mut bench = Bench::new();
            bench.scan_on(gap_ms, text, Suffix::Tab, Target::Field);
            bench.wait(2_000);
            assert_eq!((bench.scans.len(), bench.field.as_str()), (0, text), "{gap_ms}");
        }
    }
    for text in ["28763443825664394", "]C028763443825664394", "4006381333931", "123456"] {
        let mut bench = Bench::new();
        bench.scan_on(12, text, Suffix::Enter, Target::Field);
        assert_eq!((bench.scans.as_slice(), bench.field.as_str()), ([text.to_owned()].as_slice(), ""));
    }
}

#[test]
fn a_code_typed_with_pauses_is_sent_by_the_hands_key() {
    let mut bench = Bench::new();
    bench.type_on(110, "2876344382566439", Target::Field);
    bench.wait(1_000);
    assert_eq!((bench.scans.len(), bench.field.as_str()), (0, "2876344382566439"));
}

#[test]
fn a_hand_on_the_keypad_keeps_its_amount() {
    for gap_ms in [60, 130, 200] {
        let mut bench = Bench::new();
        bench.type_on(gap_ms, "150000", Target::Keypad);
        bench.wait(1_000);
        assert_eq!((bench.scans.len(), bench.field.as_str()), (0, "150000"), "{gap_ms}");
    }
}

#[test]
fn the_tail_of_a_torn_scan_presses_nothing() {
    let mut bench = Bench::new();
    bench.type_on(20, "287", Target::Keypad);
    bench.key(20, Key::Suffix(Suffix::Enter), Target::Keypad);
    assert!(bench.held);
}

#[test]
fn a_key_that_repeats_goes_no_further_behind_a_scan() {
    let mut bench = Bench::new();
    assert!(!bench.wedge.repeats(bench.at_ms));
    bench.scan_on(10, CODE, Suffix::Enter, Target::Nowhere);
    assert!(bench.wedge.repeats(bench.at_ms + 100));
    assert!(!bench.wedge.repeats(bench.at_ms + 1_000));
}
