//! Money in minor units: integers only. Each currency has its own number of minor digits.

use serde::{Deserialize, Deserializer, Serialize};

/// A currency of the in-store sources, by its ISO 4217 code.
///
/// The yen represents the currencies without minor digits, so that no rule can assume two of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "UPPERCASE")]
pub enum Currency {
    /// Thai baht, 100 satang.
    Thb,
    /// Singapore dollar.
    Sgd,
    /// Malaysian ringgit.
    Myr,
    /// Japanese yen, without minor units.
    Jpy,
}

impl Currency {
    /// Reads an ISO code in either case; `None` for a currency that no source accepts.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Thb, Self::Sgd, Self::Myr, Self::Jpy]
            .into_iter()
            .find(|currency| currency.code().eq_ignore_ascii_case(code))
    }

    /// The ISO 4217 code in capitals.
    pub fn code(self) -> &'static str {
        match self {
            Self::Thb => "THB",
            Self::Sgd => "SGD",
            Self::Myr => "MYR",
            Self::Jpy => "JPY",
        }
    }

    /// The sign that a cashier writes before the amount.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Thb => "฿",
            Self::Sgd => "S$",
            Self::Myr => "RM",
            Self::Jpy => "¥",
        }
    }

    /// The number of digits after the decimal point.
    pub fn minor_digits(self) -> u32 {
        match self {
            Self::Thb | Self::Sgd | Self::Myr => 2,
            Self::Jpy => 0,
        }
    }
}

/// Reads a code in either case: Omise writes `thb`.
impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        Self::from_code(&code).ok_or_else(|| serde::de::Error::custom("unknown currency"))
    }
}

/// An amount of money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Money {
    /// Minor units: 2225 is ฿22.25.
    pub minor: i64,
    /// The currency of the minor units.
    pub currency: Currency,
}

/// The parts of an amount for display: `฿`, `2,225`, `.00`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Painted {
    /// The currency's sign.
    pub sign: &'static str,
    /// Whole units in groups of three.
    pub whole: String,
    /// The decimal point and the minor digits; empty if the currency has none.
    pub fraction: String,
}

impl Money {
    /// Makes an amount of `minor` units.
    pub fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Splits the amount into its parts for display.
    pub fn painted(self) -> Painted {
        let digits = self.currency.minor_digits();
        let unit = 10_u64.pow(digits);
        let minor = self.minor.unsigned_abs();
        let fraction = match digits {
            0 => String::new(),
            _ => format!(".{:0width$}", minor % unit, width = digits as usize),
        };
        let minus = if self.minor < 0 { "-" } else { "" };
        let whole = format!("{minus}{}", grouped(minor / unit));
        Painted { sign: self.currency.sign(), whole, fraction }
    }
}

impl std::fmt::Display for Money {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Painted { sign, whole, fraction } = self.painted();
        write!(formatter, "{sign}{whole}{fraction}")
    }
}

fn grouped(whole: u64) -> String {
    let digits = whole.to_string();
    let mut painted = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            painted.push(',');
        }
        painted.push(digit);
    }
    painted
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(minor: i64, currency: Currency, expected: &str) {
        assert_eq!(Money::new(minor, currency).to_string(), expected);
    }

    #[test]
    fn amounts_are_painted_with_the_digits_of_their_currency() {
        check(2225, Currency::Thb, "฿22.25");
        check(5, Currency::Thb, "฿0.05");
        check(15_000_000, Currency::Thb, "฿150,000.00");
        check(1_234, Currency::Jpy, "¥1,234");
        check(-2225, Currency::Thb, "฿-22.25");
        check(i64::MIN, Currency::Jpy, "¥-9,223,372,036,854,775,808");
    }

    #[test]
    fn a_code_is_read_in_either_case() {
        assert_eq!(Currency::from_code("thb"), Some(Currency::Thb));
        assert_eq!(Currency::from_code("EUR"), None);
        let read = |code: &str| serde_json::from_str::<Currency>(&format!("\"{code}\"")).ok();
        let known = [Currency::Thb, Currency::Sgd, Currency::Myr].map(Some);
        assert_eq!(["thb", "Sgd", "MYR"].map(read), known);
        assert_eq!((read("EUR"), read("")), (None, None));
        assert_eq!(serde_json::to_string(&Currency::Thb).ok().as_deref(), Some("\"THB\""));
    }

    proptest! {
        #[test]
        fn painting_loses_no_digit(minor in any::<i64>()) {
            let painted = Money::new(minor, Currency::Thb).painted();
            let digits: String = format!("{}{}", painted.whole, painted.fraction)
                .chars().filter(char::is_ascii_digit).collect();
            prop_assert_eq!(digits.parse::<u64>().unwrap(), minor.unsigned_abs());
        }
    }
}
