//! Which texts are taken.

use proptest::prelude::*;

use super::*;

#[test]
fn texts_of_every_script_pass() {
    for text in [
        "inv-1",
        "ใบแจ้งหนี้ 1",
        "发票 2026-11-29 第3号",
        "فاتورة ١٢",
        "می‌خواهم",
        "👩‍👩‍👧 ❤️ 🇹🇭",
        "O'Brien <ops> & \"sons\"",
        &"ก".repeat(255),
    ] {
        assert_eq!(Text::parse(text).as_ref().map(Text::as_str), Ok(text));
    }
}

#[test]
fn what_shows_nothing_is_blank() {
    for text in ["", " ", "\t", "\u{a0}\u{3000}", "\u{3164}", "\u{2800} ", "\u{2028}"] {
        assert_eq!(Text::parse(text), Err(NotAText::Blank), "{text:?}");
    }
}

#[test]
fn what_hides_turns_or_breaks_a_line_is_refused() {
    for text in [
        "inv\n1",
        "inv\u{7f}",
        "\u{85}x",
        "\u{1b}[31mred",
        "a\u{202e}b",
        "a\u{2028}b",
        "a\u{2029}b",
        "\u{200b}",
        "\u{feff}x",
        "a\u{ad}b",
        "a\u{2066}b",
        "\u{e0041}x",
        "a\u{200d}b",
        "a\u{200c}",
        "\u{200d}👩",
        "👩\u{200d}",
        "👩\u{200d}\u{200d}👩",
        "👩\u{200d} 👩",
    ] {
        assert_eq!(Text::parse(text), Err(NotAText::Invisible), "{text:?}");
    }
}

#[test]
fn long_texts_and_cards_are_refused() {
    assert_eq!(Text::parse(&"a".repeat(256)), Err(NotAText::TooLong));
    assert_eq!(Text::parse("paid with 4111 1111-1111 1111"), Err(NotAText::CardNumber));
}

#[test]
fn no_refusal_repeats_the_text() {
    for text in ["4111111111111111", "a\u{202e}b"] {
        let said = Text::parse(text).unwrap_err().to_string();
        assert!(!said.contains("4111") && !said.contains('\u{202e}'), "{said}");
    }
}

/// The refused categories, by the standard's own tables.
#[test]
fn no_control_format_or_separator_character_passes_between_letters() {
    use regex_syntax::hir::{Class, HirKind};
    let parsed = regex_syntax::parse(r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]").unwrap().into_kind();
    let HirKind::Class(Class::Unicode(class)) = parsed else { panic!("no class") };
    let is_hidden = |sign| class.iter().any(|range| (range.start()..=range.end()).contains(&sign));
    for sign in '\0'..=char::MAX {
        assert_eq!(Text::parse(&format!("a{sign}b")).is_err(), is_hidden(sign), "{sign:?}");
    }
}

proptest! {
    #[test]
    fn no_text_panics(text in any::<String>()) {
        let _ = Text::parse(&text);
    }
}
