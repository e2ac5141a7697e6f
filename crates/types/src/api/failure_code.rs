//! Why a payment took no money: Omise's codes, and three of our own for payments without a charge.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A failure code. An unlisted code is kept as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is the code of the same name; advice.rs tells what it means")]
pub enum FailureCode {
    InsufficientBalance,
    InsufficientFund,
    Timeout,
    PaymentExpired,
    PaymentRejected,
    PaymentCancelled,
    FailedProcessing,
    InvalidBarcode,
    FailedFraudCheck,
    InternalError,
    Undefined,
    AmountMismatch,
    ConfirmedAmountMismatch,
    InvalidAccount,
    InvalidAccountNumber,
    /// Our own: nothing was sent to Omise.
    NotSent,
    /// Our own: Omise refused the request with a listed error.
    Refused,
    /// Our own: the charge was searched for and is confirmed absent (P14).
    NotCreated,
    /// A code of Omise that is not listed here.
    Other(String),
}

const WORDS: [(&str, FailureCode); 18] = [
    ("insufficient_balance", FailureCode::InsufficientBalance),
    ("insufficient_fund", FailureCode::InsufficientFund),
    ("timeout", FailureCode::Timeout),
    ("payment_expired", FailureCode::PaymentExpired),
    ("payment_rejected", FailureCode::PaymentRejected),
    ("payment_cancelled", FailureCode::PaymentCancelled),
    ("failed_processing", FailureCode::FailedProcessing),
    ("invalid_barcode", FailureCode::InvalidBarcode),
    ("failed_fraud_check", FailureCode::FailedFraudCheck),
    ("internal_error", FailureCode::InternalError),
    ("undefined", FailureCode::Undefined),
    ("amount_mismatch", FailureCode::AmountMismatch),
    ("confirmed_amount_mismatch", FailureCode::ConfirmedAmountMismatch),
    ("invalid_account", FailureCode::InvalidAccount),
    ("invalid_account_number", FailureCode::InvalidAccountNumber),
    ("not_sent", FailureCode::NotSent),
    ("refused", FailureCode::Refused),
    ("not_created", FailureCode::NotCreated),
];

impl FailureCode {
    /// Reads a code. An unlisted code becomes `Other`.
    pub fn parse(word: &str) -> Self {
        let listed = WORDS.iter().find(|(known, _)| *known == word);
        listed.map_or_else(|| Self::Other(word.to_owned()), |(_, code)| code.clone())
    }

    /// Every listed code.
    #[cfg(test)]
    pub(super) fn listed() -> impl Iterator<Item = Self> {
        WORDS.into_iter().map(|(_, code)| code)
    }

    /// The code as the API writes it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Other(word) => word,
            _ => WORDS.iter().find(|(_, code)| code == self).map_or("undefined", |(word, _)| word),
        }
    }
}

impl Serialize for FailureCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for FailureCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|word| Self::parse(&word))
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for FailureCode {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::schema::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for FailureCode {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_read_back_as_written() {
        for (word, code) in WORDS {
            assert_eq!(FailureCode::parse(word), code);
            assert_eq!(code.as_str(), word);
        }
        assert_eq!(FailureCode::parse("wallet_under_review").as_str(), "wallet_under_review");
    }
}
