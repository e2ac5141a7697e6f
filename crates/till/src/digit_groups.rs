//! A code typed by hand, in groups of four, with the caret at the same digit as before.

use scantill_types::payer_code::plain;

/// Digits in a group.
const GROUP: usize = 4;

/// A field's text and its caret, counted in characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupedText {
    pub text: String,
    pub caret: usize,
}

/// Groups digits. Any other text stays as it was typed, so that its refusal can be shown.
pub fn grouped(text: &str, caret: usize) -> GroupedText {
    let digits: Vec<char> = text.chars().filter_map(plain).collect();
    if !digits.iter().all(char::is_ascii_digit) {
        return GroupedText { text: text.trim_start().to_owned(), caret };
    }
    let before = text.chars().take(caret).filter_map(plain).count();
    let groups: Vec<String> = digits.chunks(GROUP).map(|group| group.iter().collect()).collect();
    GroupedText { text: groups.join(" "), caret: before + before.saturating_sub(1) / GROUP }
}

/// How many digits a text has.
pub fn digits(text: &str) -> usize {
    text.chars().filter_map(plain).filter(char::is_ascii_digit).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, caret: usize, expected: &str, expected_caret: usize) {
        assert_eq!(
            grouped(text, caret),
            GroupedText { text: expected.to_owned(), caret: expected_caret },
            "{text:?}"
        );
    }

    #[test]
    fn digits_stand_in_groups_of_four() {
        check("2876", 4, "2876", 4);
        check("28763", 5, "2876 3", 6);
        check("28763443825664394", 17, "2876 3443 8256 6439 4", 21);
        check("", 0, "", 0);
    }

    #[test]
    fn what_is_pasted_is_cleaned() {
        check("2876-3443 8256\t6439\n4\u{a0}", 22, "2876 3443 8256 6439 4", 21);
        check("\u{202d}2876344382566439\u{ad}4\u{202c}", 20, "2876 3443 8256 6439 4", 21);
        check("๒๘๗๖๓๔๔๓", 8, "2876 3443", 9);
    }

    #[test]
    fn the_caret_stays_behind_the_digit_that_was_typed() {
        check("2896 3443", 3, "2896 3443", 3);
        check("28976 3443", 4, "2897 6344 3", 4);
        check("2876 93443", 6, "2876 9344 3", 6);
    }

    #[test]
    fn what_is_no_code_stays_as_it_is() {
        check("https://qr.alipay.com/a b", 5, "https://qr.alipay.com/a b", 5);
        check("28a6", 4, "28a6", 4);
    }

    #[test]
    fn digits_alone_are_counted() {
        assert_eq!(digits("2876 3443 8"), 9);
    }
}
