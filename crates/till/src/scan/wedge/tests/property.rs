//! No scan is lost, and no typing becomes a scan.

use super::*;

/// Gaps of a scanner: any mean up to 100 ms, with single pauses up to 200 ms.
fn scanner_gaps() -> impl Strategy<Value = Vec<u64>> {
    (1..=100_u64).prop_flat_map(|mean_ms| {
        let gap = prop_oneof![9 => mean_ms / 2..=mean_ms + mean_ms / 4, 1 => mean_ms..=200_u64];
        prop::collection::vec(gap, 33)
    })
}

fn end() -> impl Strategy<Value = Option<Vec<Suffix>>> {
    prop_oneof![
        Just(Some(vec![Suffix::Enter])),
        Just(Some(vec![Suffix::Tab])),
        Just(Some(vec![Suffix::LineFeed])),
        Just(Some(vec![Suffix::Enter, Suffix::LineFeed])),
        Just(None),
    ]
}

fn target() -> impl Strategy<Value = Target> {
    prop_oneof![Just(Target::Nowhere), Just(Target::Button), Just(Target::Keypad)]
}

fn payer_code() -> impl Strategy<Value = String> {
    prop_oneof![
        (25..=30_u32, "[0-9]{14,22}").prop_map(|(head, tail)| format!("{head}{tail}")),
        (10..=15_u32, "[0-9]{16}").prop_map(|(head, tail)| format!("{head}{tail}")),
    ]
}

proptest! {
    #[test]
    fn no_scan_is_lost(
        codes in prop::collection::vec(payer_code(), 1..4),
        gaps_ms in scanner_gaps(),
        prefix in prop_oneof![Just(""), Just("]C0"), Just("]Q1"), Just("]Xg"), Just("*")],
        end in end(),
        target in target(),
    ) {
        let mut bench = Bench::new();
        for code in &codes {
            for (sign, gap_ms) in prefix.chars().chain(code.chars()).zip(&gaps_ms) {
                bench.key(*gap_ms, Key::Character(Character::of(sign)), target);
            }
            end.iter().flatten().for_each(|end| bench.key(gaps_ms[5], Key::Suffix(*end), target));
            bench.wait(if end.is_some() { 600 } else { 1_600 });
        }
        let expected: Vec<String> = codes.iter().map(|code| format!("{prefix}{code}")).collect();
        prop_assert_eq!(&bench.scans, &expected);
        if target == Target::Keypad {
            prop_assert_eq!(&bench.field, "", "the amount is as it was");
        }
    }

    #[test]
    fn no_typing_is_taken_for_a_scan(
        keys in prop::collection::vec((prop_oneof![3 => any_digit(), 1 => any_letter()], 150..=600_u64), 1..60),
        target in prop_oneof![Just(Target::Nowhere), Just(Target::Button), Just(Target::Keypad), Just(Target::Field)],
    ) {
        let mut bench = Bench::new();
        for (sign, gap_ms) in &keys {
            bench.key(*gap_ms, Key::Character(Character::of(*sign)), target);
        }
        bench.key(150, Key::Suffix(Suffix::Enter), target);
        prop_assert!(bench.scans.is_empty());
        if matches!(target, Target::Field | Target::Keypad) {
            let typed: String = keys.iter().map(|(sign, _)| *sign).collect();
            prop_assert_eq!(bench.field, typed, "every key went where it was typed");
        }
    }

    #[test]
    fn a_number_pad_types_into_a_field_and_on_the_keypad(
        bursts in prop::collection::vec((prop::collection::vec((any_digit(), 60..=120_u64), 4..10), any::<bool>()), 1..4),
        on_keypad in any::<bool>(),
    ) {
        let (mut bench, mut typed) = (Bench::new(), String::new());
        let target = if on_keypad { Target::Keypad } else { Target::Field };
        for (keys, by_key) in &bursts {
            bench.at_ms += 600;
            // On the keypad, eight digits with a right check digit are a product's label: the keypad has no
            // other use for them.
            let keys = if on_keypad && keys.len() == 8 { &keys[..7] } else { keys };
            for (sign, gap_ms) in keys {
                bench.key(*gap_ms, Key::Character(Character::of(*sign)), target);
                typed.push(*sign);
            }
            if *by_key {
                bench.key(90, Key::Suffix(Suffix::Enter), target);
            }
        }
        bench.wait(2_000);
        prop_assert!(bench.scans.is_empty());
        prop_assert_eq!(bench.field, typed);
    }

    #[test]
    fn letters_that_roll_over_are_a_hands(
        bursts in prop::collection::vec(prop::collection::vec((any_letter(), 25..=45_u64), 2..6), 1..5),
        target in prop_oneof![Just(Target::Nowhere), Just(Target::Button), Just(Target::Keypad), Just(Target::Field)],
    ) {
        let (mut bench, mut typed) = (Bench::new(), String::new());
        for keys in &bursts {
            bench.at_ms += 600;
            for (sign, gap_ms) in keys {
                bench.key(*gap_ms, Key::Character(Character::of(*sign)), target);
                typed.push(*sign);
            }
        }
        bench.key(200, Key::Suffix(Suffix::Enter), target);
        prop_assert!(bench.scans.is_empty());
        if matches!(target, Target::Field | Target::Keypad) {
            prop_assert_eq!(bench.field, typed);
        }
    }

    #[test]
    fn a_field_loses_no_key_at_any_speed(keys in prop::collection::vec((any_digit(), 1..=400_u64), 1..60)) {
        let mut bench = Bench::new();
        for (sign, gap_ms) in &keys {
            bench.key(*gap_ms, Key::Character(Character::of(*sign)), Target::Field);
        }
        bench.wait(2_000);
        let typed: String = keys.iter().map(|(sign, _)| *sign).collect();
        if bench.scans.is_empty() && bench.torn == 0 {
            prop_assert_eq!(bench.field, typed);
        }
    }

    #[test]
    fn a_scan_between_typed_keys_is_heard_and_the_keys_are_typed(
        before in "[a-z0-9]{0,8}", code in payer_code(), gap_ms in 1..=40_u64, after in "[a-z0-9]{0,8}",
    ) {
        let mut bench = Bench::new();
        bench.type_on(190, &before, Target::Field);
        // A single digit just before a scan may be its head.
        bench.at_ms += if before.len() == 1 { 1_600 } else { 400 };
        bench.scan_on(gap_ms, &code, Suffix::Enter, Target::Field);
        bench.at_ms += 400;
        bench.type_on(190, &after, Target::Field);
        bench.wait(2_000);
        prop_assert_eq!(&bench.scans, &[code]);
        prop_assert_eq!(bench.field, before + &after);
    }

    #[test]
    fn no_keys_panic(
        keys in prop::collection::vec((any::<char>(), prop::option::of(any_digit()), 0..4_u8, 0..600_u64), 0..200),
        backwards in any::<bool>(),
    ) {
        let mut wedge = Wedge::default();
        let mut at_ms = 50_000_u64;
        for (typed, place, way, gap_ms) in keys {
            at_ms = if backwards { at_ms.saturating_sub(gap_ms) } else { at_ms + gap_ms };
            match way {
                0 => drop(wedge.key(at_ms, Key::Character(Character { typed, place }), Target::Field)),
                1 => drop(wedge.key(at_ms, Key::Suffix(Suffix::Tab), Target::Nowhere)),
                2 => drop(wedge.written(at_ms, &typed.to_string().repeat(3))),
                _ => drop(wedge.spelt(at_ms, Target::Nowhere)),
            }
            let _ = wedge.silence(at_ms);
        }
    }

    #[test]
    fn no_trace_panics(text in "(scantill-trace-1 )?(alipay |other )?(scan )?[0-9#aCRTABLF ]{0,80}") {
        if let Ok(trace) = Trace::parse(&text) {
            let _ = trace.replay(Limits::default(), Target::Field);
            prop_assert_eq!(Trace::parse(&trace.to_string()), Ok(trace));
        }
    }
}

fn any_digit() -> impl Strategy<Value = char> {
    prop::char::range('0', '9')
}

fn any_letter() -> impl Strategy<Value = char> {
    prop::char::range('a', 'z')
}
