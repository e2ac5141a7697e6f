//! The shapes of payers', payees' and products' codes.

use super::characters::{is_separator, plain};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Mode, PAYER_CODE_DIGITS_MAX, PAYER_CODE_DIGITS_MIN, Wallet};

/// The kind of a text, judged by its shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Only blanks and separators.
    Empty,
    /// A code that a wallet shows for paying.
    Payer(Wallet),
    /// A code that asks to be paid.
    Payee,
    /// The barcode of a product.
    Product,
    /// Digits of no known shape.
    Digits,
    /// Anything else.
    Other,
}

const KINDS: [(Kind, &str); 8] = [
    (Kind::Empty, "empty"),
    (Kind::Payer(Wallet::Alipay), "alipay"),
    (Kind::Payer(Wallet::WeChat), "wechat"),
    (Kind::Payer(Wallet::UnionPay), "unionpay"),
    (Kind::Payee, "payee"),
    (Kind::Product, "product"),
    (Kind::Digits, "digits"),
    (Kind::Other, "other"),
];

impl Serialize for Kind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|word| Self::parse(&word).unwrap_or(Self::Other))
    }
}

impl Kind {
    /// The name of the kind in a trace.
    pub fn as_str(self) -> &'static str {
        KINDS.iter().find(|(kind, _)| *kind == self).map_or("other", |(_, word)| word)
    }

    /// The inverse of `as_str`.
    pub fn parse(word: &str) -> Option<Self> {
        KINDS.iter().find(|(_, known)| *known == word).map(|(kind, _)| *kind)
    }
}

/// Judges the kind of a text by its shape.
pub fn kind_of(text: &str) -> Kind {
    Label::of(text).kind()
}

/// The first two and the last four characters: the only part of a code that may be shown.
pub fn masked(text: &str) -> String {
    let count = text.chars().count();
    let head: String = text.chars().take(2).collect();
    let tail: String = text.chars().skip(count.saturating_sub(4).max(2)).collect();
    format!("{head} ····· {tail}")
}

/// A label: the symbology that its scanner reports, and its text.
pub(super) struct Label<'a> {
    symbology: Symbology,
    text: &'a str,
    /// The text without blanks and separators.
    pub(super) digits: String,
}

impl<'a> Label<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let (symbology, text) = split_aim(text.trim_matches(is_separator));
        let kept: String = text.chars().filter_map(plain).collect();
        let digits = kept.trim_matches(|sign: char| sign.is_ascii_punctuation()).to_owned();
        Self { symbology, text, digits }
    }

    pub(super) fn kind(&self) -> Kind {
        if is_payee_code(self.text) || self.digits.starts_with(EMV_MERCHANT) {
            return Kind::Payee;
        }
        if self.digits.is_empty() {
            return Kind::Empty;
        }
        if self.symbology == Symbology::Product {
            return Kind::Product;
        }
        if !self.digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Kind::Other;
        }
        if is_product_code(&self.digits) {
            return Kind::Product;
        }
        wallet_of(&self.digits).map_or(Kind::Digits, Kind::Payer)
    }
}

/// The symbology by a scanner's AIM identifier. Makers differ, so an unknown identifier says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Symbology {
    /// EAN, UPC, GS1-128 and other labels that are never a payer's.
    Product,
    /// Everything else.
    Silent,
}

/// Splits off an AIM identifier: `]`, a letter, and one more character. On a foreign keyboard layout the
/// bracket arrives as another character, and with Caps Lock the letter in the other case.
fn split_aim(text: &str) -> (Symbology, &str) {
    let Some((aim, rest)) = text.split_at_checked(3).filter(|(aim, _)| is_aim(aim)) else {
        return (Symbology::Silent, text);
    };
    let aim = aim.to_ascii_uppercase();
    let product = aim == "]C1" || ["]E", "]I", "]A", "]F"].iter().any(|family| aim.starts_with(family));
    (if product { Symbology::Product } else { Symbology::Silent }, rest)
}

fn is_aim(text: &str) -> bool {
    let mut signs = text.chars();
    let (bracket, letter, modifier) = (signs.next(), signs.next(), signs.next());
    bracket.is_some_and(|sign| sign.is_ascii_punctuation())
        && letter.is_some_and(|sign| sign.is_ascii_alphabetic())
        && modifier.is_some_and(|sign| sign.is_ascii_alphanumeric())
}

/// How an EMV merchant QR begins.
const EMV_MERCHANT: &str = "000201";

/// Whether the code asks for a payment: it is the web address of a wallet.
fn is_payee_code(text: &str) -> bool {
    let begins =
        |scheme: &&str| text.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme));
    ["http:", "https:", "alipays:", "alipay:", "weixin:", "wxp:"].iter().any(begins)
}

/// Whether the digits are an EAN-8, UPC-A, EAN-13 or GTIN-14 with a right check digit.
fn is_product_code(digits: &str) -> bool {
    let weighted = |(index, byte): (usize, u8)| u32::from(byte - b'0') * if index % 2 == 1 { 3 } else { 1 };
    let sum: u32 = digits.bytes().rev().enumerate().map(weighted).sum();
    matches!(digits.len(), 8 | 12 | 13 | 14) && sum.is_multiple_of(10)
}

/// Whether two scans ran together: the same code twice, or in live mode two codes that are each valid.
pub(super) fn is_doubled(digits: &str, mode: Mode) -> bool {
    let (head, tail) = digits.split_at(digits.len() / 2);
    if head == tail && PAYER_CODE_DIGITS_MIN <= head.len() {
        return true;
    }
    let two_codes = |at: usize| wallet_of(&digits[..at]).is_some() && wallet_of(&digits[at..]).is_some();
    mode == Mode::Live && PAYER_CODE_DIGITS_MAX < digits.len() && (1..digits.len()).any(two_codes)
}

/// The wallet family of a code, by its longest prefix; `None` for an unknown shape.
pub fn wallet_of(digits: &str) -> Option<Wallet> {
    let prefix: u32 = digits.get(..2)?.parse().ok()?;
    match (prefix, digits.len()) {
        (25..=30, 16..=24) => Some(Wallet::Alipay),
        (10..=15, 18) => Some(Wallet::WeChat),
        (16, 18) if digits.starts_with("160") => Some(Wallet::WeChat),
        (62, 19) => Some(Wallet::UnionPay),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_prefix_decides_the_wallet() {
        assert_eq!(wallet_of("160123456789012345"), Some(Wallet::WeChat));
        assert_eq!(wallet_of("161123456789012345"), None);
        assert_eq!(wallet_of("30345678901234567"), Some(Wallet::Alipay));
        assert_eq!(wallet_of("311234567890123456"), None);
    }

    #[test]
    fn a_wrong_check_digit_is_no_product() {
        assert!(is_product_code("4006381333931"));
        assert!(!is_product_code("4006381333932"));
        assert!(is_product_code("036000291452"));
    }

    #[test]
    fn an_unknown_aim_says_nothing() {
        assert_eq!(split_aim("]Xg28"), (Symbology::Silent, "28"));
        assert_eq!(split_aim("]E0400"), (Symbology::Product, "400"));
        assert_eq!(split_aim("28"), (Symbology::Silent, "28"));
        assert_eq!(split_aim("]c12"), (Symbology::Product, "2"));
    }

    #[test]
    fn two_codes_of_different_lengths_are_doubled_in_live_mode_alone() {
        let two = "28763443825664394289431869362714645";
        assert!(is_doubled(two, Mode::Live) && !is_doubled(two, Mode::Test));
        assert!(is_doubled("12345678901234567890", Mode::Test) && !is_doubled("28762876", Mode::Test));
        assert!(!is_doubled("251001020123456789012345", Mode::Live));
    }

    #[test]
    fn a_mask_shows_six_characters_at_most() {
        assert_eq!(masked("28763443825664394"), "28 ····· 4394");
        assert_eq!(masked("2876"), "28 ····· 76");
        assert_eq!(masked("2"), "2 ····· ");
    }
}
