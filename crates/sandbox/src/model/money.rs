//! Currencies and the kinds of source, with the amounts that each may carry.

use serde::{Deserialize, Serialize};

/// The currencies in which in-store wallets are paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Currency {
    #[serde(rename = "THB")]
    Thb,
    #[serde(rename = "SGD")]
    Sgd,
    #[serde(rename = "MYR")]
    Myr,
}

impl Currency {
    pub(crate) const ALL: [Self; 3] = [Self::Thb, Self::Sgd, Self::Myr];

    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Thb => "THB",
            Self::Sgd => "SGD",
            Self::Myr => "MYR",
        }
    }

    /// Requests can use lower or upper case.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|currency| currency.code().eq_ignore_ascii_case(text.trim()))
    }
}

/// The in-store types in which the cashier scans the payer.
pub(crate) use crate::model::switches::SourceTypeName as SourceType;

/// The least and the greatest amount of a source, in minor units, both allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    pub(crate) min: i64,
    pub(crate) max: i64,
}

impl SourceType {
    pub(crate) const ALL: [Self; 3] = [Self::BarcodeAlipay, Self::AlipayplusUpm, Self::WechatPayUpm];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::BarcodeAlipay => "barcode_alipay",
            Self::AlipayplusUpm => "alipayplus_upm",
            Self::WechatPayUpm => "wechat_pay_upm",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == text.trim())
    }

    /// `None` if this type does not support that currency.
    pub(crate) const fn limits(self, currency: Currency) -> Option<Limits> {
        match (self, currency) {
            (_, Currency::Thb) => Some(Limits { min: 2_000, max: 15_000_000 }),
            (Self::AlipayplusUpm, Currency::Sgd) => Some(Limits { min: 100, max: 2_000_000 }),
            (Self::AlipayplusUpm, Currency::Myr) => Some(Limits { min: 100, max: 3_000_000 }),
            (Self::BarcodeAlipay | Self::WechatPayUpm, Currency::Sgd | Currency::Myr) => None,
        }
    }

    pub(crate) fn currencies(self) -> Vec<Currency> {
        Currency::ALL.into_iter().filter(|currency| self.limits(*currency).is_some()).collect()
    }

    /// Only `barcode_alipay` names the store and the terminal.
    pub(crate) const fn names_a_store(self) -> bool {
        matches!(self, Self::BarcodeAlipay)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_alipay_plus_is_paid_outside_thailand() {
        assert_eq!(SourceType::BarcodeAlipay.currencies(), [Currency::Thb]);
        assert_eq!(SourceType::WechatPayUpm.currencies(), [Currency::Thb]);
        assert_eq!(SourceType::AlipayplusUpm.currencies(), Currency::ALL);
    }

    #[test]
    fn names_are_read_back() {
        assert!(SourceType::ALL.into_iter().all(|kind| SourceType::parse(kind.name()) == Some(kind)));
        assert_eq!(Currency::parse("thb"), Some(Currency::Thb));
        assert_eq!(Currency::parse("jpy"), None);
    }
}
