//! Texts that a merchant gives a payment: a reference, a description, metadata.

/// The longest text that the proxy takes, in characters.
pub const TEXT_CHARACTERS_MAX: usize = 255;

/// Whether the proxy takes the text: not empty, not too long, without control characters.
pub fn is_text(text: &str) -> bool {
    (1..=TEXT_CHARACTERS_MAX).contains(&text.chars().count()) && !text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_one_to_255_characters_and_no_controls() {
        assert!(is_text("inv-1") && is_text("ใบแจ้งหนี้ 1") && is_text(&"ก".repeat(255)));
        assert!(!is_text("") && !is_text(&"a".repeat(256)));
        assert!(!is_text("inv\n1") && !is_text("inv\u{7f}") && !is_text("\u{85}"));
    }
}
