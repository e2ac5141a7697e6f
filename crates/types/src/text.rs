//! A text of a person or a program: a reference, a reason, a name. All its characters are visible, it has one
//! line, and it holds no card number.

mod card;

use std::str::FromStr;

pub use card::holds_card_number;

use crate::payer_code::is_format;

/// The longest text that the proxy accepts, in characters.
pub const TEXT_CHARACTERS_MAX: usize = 255;

/// A checked text: 1 to 255 characters, not only blanks, without control, format and separator characters
/// (Cc, Cf, Zl, Zp), and without a card number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Text(String);

/// Why a text is refused. The error never repeats the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAText {
    /// No visible character.
    #[error("must not be empty or blank")]
    Blank,
    /// Too many characters.
    #[error("must have at most {TEXT_CHARACTERS_MAX} characters")]
    TooLong,
    /// An invisible character, or one that breaks a line.
    #[error("must have no control characters, line ends or invisible characters")]
    Invisible,
    /// A card number. It must never be stored.
    #[error("must not hold a card's number (13 to 19 digits); use the order's own number")]
    CardNumber,
}

impl Text {
    /// Checks a text.
    pub fn parse(text: &str) -> Result<Self, NotAText> {
        check(text).map(|()| Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, to be stored.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl FromStr for Text {
    type Err = NotAText;

    fn from_str(text: &str) -> Result<Self, NotAText> {
        Self::parse(text)
    }
}

/// Whether `Text` accepts it, without a copy.
pub fn check(text: &str) -> Result<(), NotAText> {
    if text.chars().all(is_blank) {
        return Err(NotAText::Blank);
    }
    if text.chars().nth(TEXT_CHARACTERS_MAX).is_some() {
        return Err(NotAText::TooLong);
    }
    if hides_something(text) {
        return Err(NotAText::Invisible);
    }
    if holds_card_number(text) { Err(NotAText::CardNumber) } else { Ok(()) }
}

/// Letters and signs of some scripts are invisible too.
fn is_blank(sign: char) -> bool {
    sign.is_whitespace() || matches!(sign, '\u{115f}' | '\u{1160}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}')
}

/// Whether a joiner hides something. Between two characters beyond ASCII a joiner is allowed: it belongs to
/// an emoji of several characters, or to a word of Persian or Hindi.
fn hides_something(text: &str) -> bool {
    let (mut before, mut joins) = (' ', false);
    for sign in text.chars() {
        let is_joiner = matches!(sign, '\u{200c}' | '\u{200d}');
        let is_hidden = sign.is_control() || matches!(sign, '\u{2028}' | '\u{2029}') || is_format(sign);
        if joins && !is_joined(sign) || is_hidden && !(is_joiner && is_joined(before)) {
            return true;
        }
        (before, joins) = (sign, is_joiner);
    }
    joins
}

fn is_joined(sign: char) -> bool {
    !sign.is_ascii() && !sign.is_whitespace() && !is_format(sign)
}

#[cfg(test)]
mod tests;
