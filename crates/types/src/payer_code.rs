//! The grammar of payer codes: decides what a scan is before anything is sent.
//!
//! A payer code has no check digit, so only its length and prefix can be checked. Each refusal has its own
//! reason, because each mistake calls for another sentence to the cashier.

use serde::{Deserialize, Serialize};

mod characters;
mod grammar;

pub use characters::{is_format, plain};
pub use grammar::{Kind, kind_of, masked, wallet_of};

/// In every mode a payer code has at least this many digits.
pub const PAYER_CODE_DIGITS_MIN: usize = 10;
/// The shortest code of today's wallets.
pub const PAYER_CODE_LIVE_DIGITS_MIN: usize = 16;
/// The longest code of today's wallets. 25 to 32 digits are two codes run together.
pub const PAYER_CODE_DIGITS_MAX: usize = 24;
/// Test mode accepts up to this many digits.
pub const TEST_CODE_DIGITS_MAX: usize = 32;
/// The prefix of the sandbox's codes that force an outcome. A real code never begins so.
pub const MAGIC_PREFIX: &str = "28999";
/// Replaces lost characters of a scan. A text that contains it is never a code, whatever the rest looks like.
pub const LOST: char = '\u{fffd}';
/// The code on Omise's page *Alipay (In-store)*, which fits no scheme's grammar.
pub const MISSION_SAMPLE: &str = "1234567890";

/// Whether money moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Play money.
    Test,
    /// Real money.
    Live,
}

/// The kind of Omise source that the account charges. It is configuration, never a guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SourceType {
    /// `barcode_alipay`; Omise announced its end for 2024-10-01.
    BarcodeAlipay,
    /// The successor of `barcode_alipay` for Alipay and the Alipay+ wallets.
    AlipayplusUpm,
    /// WeChat Pay.
    WechatPayUpm,
}

impl SourceType {
    /// The source type's name in Omise's API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BarcodeAlipay => "barcode_alipay",
            Self::AlipayplusUpm => "alipayplus_upm",
            Self::WechatPayUpm => "wechat_pay_upm",
        }
    }

    /// The wallet family whose codes this source type accepts.
    pub fn wallet(self) -> Wallet {
        match self {
            Self::BarcodeAlipay | Self::AlipayplusUpm => Wallet::Alipay,
            Self::WechatPayUpm => Wallet::WeChat,
        }
    }
}

/// A family of wallets, recognised by the digits of its codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wallet {
    /// Alipay and the wallets of Alipay+: their codes look alike.
    Alipay,
    /// WeChat Pay.
    WeChat,
    /// The wallet of `UnionPay`. No source type of ours accepts it.
    UnionPay,
}

/// The digits that a payer showed. They are a bearer credential for a minute, so `Debug` and `Display` mask
/// them.
#[derive(Clone, PartialEq, Eq)]
pub struct PayerCode(String);

impl PayerCode {
    /// All digits, for the one request that spends them.
    pub fn expose_digits(&self) -> &str {
        &self.0
    }

    /// The first two and the last four digits.
    pub fn masked(&self) -> String {
        masked(&self.0)
    }

    /// Whether the code may be used again: the simulator reads an outcome from its digits, or Omise's
    /// documentation prints it.
    pub fn may_recur(&self) -> bool {
        self.0 == MISSION_SAMPLE || self.0.starts_with(MAGIC_PREFIX)
    }
}

impl std::fmt::Debug for PayerCode {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "PayerCode({})", self.masked())
    }
}

/// A code that may be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The digits of the code.
    pub code: PayerCode,
    /// The code fits no scheme's grammar. Only test mode accepts it.
    pub outside_grammar: bool,
}

/// Why a scan is not sent. Each reason has its own sentence on the till.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum CodeRefusal {
    /// The text is empty.
    #[error("no code was read")]
    Empty,
    /// A code for paying somebody: a merchant's or a friend's.
    #[error("this code receives money; ask the customer for their payment code")]
    PayeeCode,
    /// The barcode of a product.
    #[error("this is a product's barcode")]
    ProductCode,
    /// Something other than digits.
    #[error("a payment code has digits only")]
    NotDigits,
    /// A part of it was lost during the scan.
    #[error("the code was read in pieces; scan once more")]
    Torn,
    /// Too few digits.
    #[error("the code is too short")]
    TooShort,
    /// More digits than any code has.
    #[error("the code is too long")]
    TooLong,
    /// Two scans that ran together.
    #[error("two codes ran together; scan once more")]
    Doubled,
    /// A code of a wallet that this account does not accept.
    #[error("the code is of another wallet")]
    OtherWallet,
    /// Digits that no wallet shows.
    #[error("no wallet shows such a code")]
    UnknownShape,
    /// The number of a payment card.
    #[error("this is a card's number, which must not be typed here")]
    CardNumber,
}

/// Reads the text of a scanner, a camera or a hand.
///
/// Removes blanks, hyphens and the characters that a scanner adds, and evaluates a known AIM prefix (`]C0`).
pub fn read(text: &str, source_type: SourceType, mode: Mode) -> Result<Accepted, CodeRefusal> {
    let label = grammar::Label::of(text);
    let digits = match label.kind() {
        Kind::Payee => return Err(CodeRefusal::PayeeCode),
        Kind::Product => return Err(CodeRefusal::ProductCode),
        Kind::Empty => return Err(CodeRefusal::Empty),
        Kind::Other if text.contains(LOST) => return Err(CodeRefusal::Torn),
        Kind::Other => return Err(CodeRefusal::NotDigits),
        Kind::Payer(_) | Kind::Digits => label.digits,
    };
    judge(digits, source_type.wallet(), mode)
}

fn judge(digits: String, wanted: Wallet, mode: Mode) -> Result<Accepted, CodeRefusal> {
    let longest = match mode {
        Mode::Live => PAYER_CODE_DIGITS_MAX,
        Mode::Test => TEST_CODE_DIGITS_MAX,
    };
    if digits.len() < PAYER_CODE_DIGITS_MIN {
        return Err(CodeRefusal::TooShort);
    }
    if grammar::is_doubled(&digits, mode) {
        return Err(CodeRefusal::Doubled);
    }
    if longest < digits.len() {
        return Err(CodeRefusal::TooLong);
    }
    match (wallet_of(&digits), mode) {
        (Some(wallet), _) if wallet == wanted => {
            Ok(Accepted { code: PayerCode(digits), outside_grammar: false })
        }
        // A code of a wallet is never refused as a card: the ranges 25 and 30 begin as some card numbers do.
        (None | Some(Wallet::UnionPay), Mode::Test) | (None, Mode::Live)
            if crate::text::holds_card_number(&digits) =>
        {
            Err(CodeRefusal::CardNumber)
        }
        (_, Mode::Test) => Ok(Accepted { code: PayerCode(digits), outside_grammar: true }),
        (Some(_), Mode::Live) => Err(CodeRefusal::OtherWallet),
        (None, Mode::Live) if digits.len() < PAYER_CODE_LIVE_DIGITS_MIN => Err(CodeRefusal::TooShort),
        (None, Mode::Live) => Err(CodeRefusal::UnknownShape),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn refused(text: &str, expected: CodeRefusal) {
        for mode in [Mode::Live, Mode::Test] {
            assert_eq!(read(text, SourceType::BarcodeAlipay, mode), Err(expected), "{text} {mode:?}");
        }
    }

    fn live(text: &str, source_type: SourceType) -> Result<bool, CodeRefusal> {
        read(text, source_type, Mode::Live).map(|accepted| accepted.outside_grammar)
    }

    #[test]
    fn the_schemes_samples_are_taken_in_live_mode() {
        for code in
            ["28763443825664394", "289431869362714645", "2897991359827699709", "251001020123456789012345"]
        {
            assert_eq!(live(code, SourceType::AlipayplusUpm), Ok(false), "{code}");
        }
        assert_eq!(live("134567890123456789", SourceType::WechatPayUpm), Ok(false));
    }

    #[test]
    fn each_wrong_thing_has_its_own_refusal() {
        refused("", CodeRefusal::Empty);
        refused("https://qr.alipay.com/fkx0123", CodeRefusal::PayeeCode);
        refused("00020101021230", CodeRefusal::PayeeCode);
        refused("\u{200e}https://qr.alipay.com/fkx0123", CodeRefusal::PayeeCode);
        refused("๐๐๐๒๐๑๐๑๐๒๑๒๓๐", CodeRefusal::PayeeCode);
        refused("4006381333931", CodeRefusal::ProductCode);
        refused("]E04006381333930", CodeRefusal::ProductCode);
        refused("28763443825664a94", CodeRefusal::NotDigits);
        refused("\u{fffd}8763443825664394", CodeRefusal::Torn);
        refused(&LOST.to_string(), CodeRefusal::Torn);
        refused("123456789", CodeRefusal::TooShort);
        refused(&"2".repeat(33), CodeRefusal::TooLong);
    }

    #[test]
    fn a_card_number_is_refused_and_no_wallets_code_is_one() {
        for card in ["4111111111111111", "5555 5555 5555 4444", "378282246310005", "2223003122003222"] {
            refused(card, CodeRefusal::CardNumber);
        }
        let union_pay = "6205500000000000004";
        let test = read(union_pay, SourceType::BarcodeAlipay, Mode::Test);
        assert_eq!(test, Err(CodeRefusal::CardNumber));
        assert_eq!(live(union_pay, SourceType::BarcodeAlipay), Err(CodeRefusal::OtherWallet));
        // Codes of Alipay in the ranges of Mastercard and Diners that pass Luhn's check by chance.
        for code in ["2500000000000001", "2720990000000007", "3000000000000004"] {
            assert!(crate::text::holds_card_number(code), "{code}");
            assert_eq!(live(code, SourceType::AlipayplusUpm), Ok(false), "{code}");
            assert!(read(code, SourceType::WechatPayUpm, Mode::Test).is_ok(), "{code}");
        }
    }

    #[test]
    fn live_mode_refuses_what_test_mode_takes_with_a_warning() {
        let sample = read(MISSION_SAMPLE, SourceType::BarcodeAlipay, Mode::Test).unwrap();
        assert!(sample.outside_grammar);
        assert_eq!(live(MISSION_SAMPLE, SourceType::BarcodeAlipay), Err(CodeRefusal::TooShort));
        assert_eq!(live("134567890123456789", SourceType::BarcodeAlipay), Err(CodeRefusal::OtherWallet));
        assert_eq!(live("6212345678901234567", SourceType::BarcodeAlipay), Err(CodeRefusal::OtherWallet));
        assert_eq!(live("9912345678901234", SourceType::BarcodeAlipay), Err(CodeRefusal::UnknownShape));
        assert_eq!(live(&"29".repeat(15)[..29], SourceType::BarcodeAlipay), Err(CodeRefusal::TooLong));
    }

    #[test]
    fn blanks_are_cut_out_and_a_known_aim_prefix_helps() {
        let code = read("]C0 2876 3443 8256 6439 4", SourceType::BarcodeAlipay, Mode::Live).unwrap().code;
        assert_eq!(code.expose_digits(), "28763443825664394");
    }

    #[test]
    fn two_scans_that_ran_together_are_refused() {
        let code = "28763443825664394";
        refused(&code.repeat(2).as_str()[..34], CodeRefusal::Doubled);
        refused(&"2876344382566439".repeat(2), CodeRefusal::Doubled);
        assert_eq!(
            live("2876344382566439428943186936271464", SourceType::AlipayplusUpm),
            Err(CodeRefusal::Doubled)
        );
        assert_eq!(live(&"9".repeat(25), SourceType::AlipayplusUpm), Err(CodeRefusal::TooLong));
    }

    #[test]
    fn signs_around_a_code_and_an_unknown_aim_do_no_harm() {
        for text in [
            "*28763443825664394*",
            "]Xg28763443825664394",
            "\u{2}28763443825664394\u{3}\r\n",
            "$C028763443825664394",
            "]c028763443825664394",
            "２８763443825664394",
            "\u{202d}28763443825664394\u{202c}",
            "\u{200e}28763443825664394",
            "\u{feff}]C028763443825664394",
            "2876\u{ad}3443\u{2060}8256\u{2212}6439\u{2014}4",
            "๒๘๗๖๓๔๔๓๘๒๕๖๖๔๓๙๔",
            "٢٨٧٦٣٤٤٣٨٢٥٦٦٤٣٩٤",
        ] {
            let code = read(text, SourceType::AlipayplusUpm, Mode::Live).map(|accepted| accepted.code);
            assert_eq!(code.as_ref().map(PayerCode::expose_digits), Ok("28763443825664394"), "{text:?}");
        }
        refused("SN28763443825664394", CodeRefusal::NotDigits);
        refused("]e0012345678901231428", CodeRefusal::ProductCode);
    }

    #[test]
    fn only_what_the_sandbox_reads_may_recur() {
        let may_recur = |text: &str| {
            let code = read(text, SourceType::BarcodeAlipay, Mode::Test).unwrap().code;
            code.may_recur()
        };
        assert!(may_recur(MISSION_SAMPLE) && may_recur("28999001234567890"));
        assert!(!may_recur("28763443825664394"));
    }

    #[test]
    fn a_source_has_the_word_of_omises_api() {
        for (source, word) in [
            (SourceType::BarcodeAlipay, "barcode_alipay"),
            (SourceType::AlipayplusUpm, "alipayplus_upm"),
            (SourceType::WechatPayUpm, "wechat_pay_upm"),
        ] {
            assert_eq!((source.as_str(), serde_json::to_value(source).unwrap()), (word, word.into()));
        }
    }

    #[test]
    fn a_code_never_shows_its_middle() {
        let code = read("28763443825664394", SourceType::BarcodeAlipay, Mode::Live).unwrap().code;
        assert_eq!(format!("{code:?}"), "PayerCode(28 ····· 4394)");
    }

    proptest! {
        #[test]
        fn no_text_panics_and_only_digits_pass(text in "\\PC{0,50}") {
            for mode in [Mode::Live, Mode::Test] {
                if let Ok(accepted) = read(&text, SourceType::BarcodeAlipay, mode) {
                    prop_assert!(accepted.code.expose_digits().bytes().all(|byte| byte.is_ascii_digit()));
                }
            }
        }

        #[test]
        fn every_alipay_shape_passes_in_live_mode(prefix in 25..=30_u32, tail in "[0-9]{14,22}") {
            let code = format!("{prefix}{tail}");
            prop_assert_eq!(live(&code, SourceType::BarcodeAlipay), Ok(false));
        }
    }
}
