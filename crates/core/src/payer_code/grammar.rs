//! The shapes of codes: payers', payees' and products'.

use super::Wallet;

/// What a scanner's AIM identifier says of the label. Makers differ, so an unknown one says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Symbology {
    /// EAN, UPC, GS1-128 and other labels that are never a payer's.
    Product,
    /// Everything else.
    Silent,
}

/// Cuts off an AIM identifier: `]`, a letter, and one character more.
pub(super) fn split_aim(text: &str) -> (Symbology, &str) {
    let Some((aim, rest)) = text.split_at_checked(3).filter(|(aim, _)| aim.starts_with(']')) else {
        return (Symbology::Silent, text);
    };
    let product = aim == "]C1" || ["]E", "]I", "]A", "]F"].iter().any(|family| aim.starts_with(family));
    (if product { Symbology::Product } else { Symbology::Silent }, rest)
}

/// Whether the code asks to be paid: a web address of a wallet, or an EMV merchant QR.
pub(super) fn is_payee_code(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let address = ["http:", "https:", "alipays:", "alipay:", "weixin:", "wxp:"];
    address.iter().any(|scheme| lower.starts_with(scheme)) || text.starts_with("000201")
}

/// Whether the digits are an EAN-8, UPC-A, EAN-13 or GTIN-14 with a right check digit.
pub(super) fn is_product_code(digits: &str) -> bool {
    let weighted = |(index, byte): (usize, u8)| u32::from(byte - b'0') * if index % 2 == 1 { 3 } else { 1 };
    let sum: u32 = digits.bytes().rev().enumerate().map(weighted).sum();
    matches!(digits.len(), 8 | 12 | 13 | 14) && sum.is_multiple_of(10)
}

/// The wallet family that shows such a code (R1 to R4), by its longest prefix; `None` for an unknown shape.
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
    }
}
