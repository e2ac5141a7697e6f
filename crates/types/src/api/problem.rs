//! Errors as RFC 9457 problem details with a stable code that callers branch on.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::PaymentId;

/// An error of the proxy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// A URL that describes the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// The HTTP status.
    pub status: u16,
    /// The stable code.
    pub code: ProblemCode,
    /// One English sentence for a developer: what is wrong, and what to do.
    pub detail: String,
    /// Another payment that blocks this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_id: Option<PaymentId>,
    /// The proxy has recorded that the payment of this request was never created and never will be. The till
    /// may then drop its id (P8).
    #[serde(default)]
    pub never_created: bool,
    /// With `rate_limited`: nothing was begun, and the caller may repeat the request after so many seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_s: Option<u64>,
}

/// The stable codes of problems.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(rename_all = "snake_case"))]
#[allow(missing_docs, reason = "docs/api.md describes each code")]
pub enum ProblemCode {
    Unauthenticated,
    PairingRefused,
    OriginRefused,
    InvalidJson,
    InvalidRequest,
    BodyTooLarge,
    UnsupportedMediaType,
    AmountTooSmall,
    AmountTooLarge,
    CurrencyNotTaken,
    InvalidCode,
    CodeStale,
    CodeUsed,
    SaleOpen,
    SalePaid,
    SaleChanged,
    ReferenceSeen,
    PaymentConflict,
    PaymentEnded,
    PaymentNotFound,
    NothingToDecide,
    NotInDoubt,
    ChargeInDoubt,
    NotRefundable,
    RefundUnderWay,
    RefundChanged,
    RefundConflict,
    ApprovalRefused,
    ApprovalLocked,
    SecondApprovalNeeded,
    ProviderUnreachable,
    StorageUnavailable,
    Busy,
    RateLimited,
    NotFound,
    MethodNotAllowed,
    WebhookRefused,
    Internal,
    /// A code of a newer proxy that this reader does not know.
    Unlisted,
}

const WORDS: [(&str, ProblemCode); 38] = [
    ("unauthenticated", ProblemCode::Unauthenticated),
    ("pairing_refused", ProblemCode::PairingRefused),
    ("origin_refused", ProblemCode::OriginRefused),
    ("invalid_json", ProblemCode::InvalidJson),
    ("invalid_request", ProblemCode::InvalidRequest),
    ("body_too_large", ProblemCode::BodyTooLarge),
    ("unsupported_media_type", ProblemCode::UnsupportedMediaType),
    ("amount_too_small", ProblemCode::AmountTooSmall),
    ("amount_too_large", ProblemCode::AmountTooLarge),
    ("currency_not_taken", ProblemCode::CurrencyNotTaken),
    ("invalid_code", ProblemCode::InvalidCode),
    ("code_stale", ProblemCode::CodeStale),
    ("code_used", ProblemCode::CodeUsed),
    ("sale_open", ProblemCode::SaleOpen),
    ("sale_paid", ProblemCode::SalePaid),
    ("sale_changed", ProblemCode::SaleChanged),
    ("reference_seen", ProblemCode::ReferenceSeen),
    ("payment_conflict", ProblemCode::PaymentConflict),
    ("payment_ended", ProblemCode::PaymentEnded),
    ("payment_not_found", ProblemCode::PaymentNotFound),
    ("nothing_to_decide", ProblemCode::NothingToDecide),
    ("not_in_doubt", ProblemCode::NotInDoubt),
    ("charge_in_doubt", ProblemCode::ChargeInDoubt),
    ("not_refundable", ProblemCode::NotRefundable),
    ("refund_under_way", ProblemCode::RefundUnderWay),
    ("refund_changed", ProblemCode::RefundChanged),
    ("refund_conflict", ProblemCode::RefundConflict),
    ("approval_refused", ProblemCode::ApprovalRefused),
    ("approval_locked", ProblemCode::ApprovalLocked),
    ("second_approval_needed", ProblemCode::SecondApprovalNeeded),
    ("provider_unreachable", ProblemCode::ProviderUnreachable),
    ("storage_unavailable", ProblemCode::StorageUnavailable),
    ("busy", ProblemCode::Busy),
    ("rate_limited", ProblemCode::RateLimited),
    ("not_found", ProblemCode::NotFound),
    ("method_not_allowed", ProblemCode::MethodNotAllowed),
    ("webhook_refused", ProblemCode::WebhookRefused),
    ("internal", ProblemCode::Internal),
];

impl ProblemCode {
    /// Reads a code.
    pub fn parse(word: &str) -> Self {
        WORDS.iter().find(|(known, _)| *known == word).map_or(Self::Unlisted, |(_, code)| *code)
    }

    /// The code as the API writes it.
    pub fn as_str(self) -> &'static str {
        WORDS.iter().find(|(_, code)| *code == self).map_or("unlisted", |(word, _)| word)
    }
}

impl Serialize for ProblemCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for ProblemCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|word| Self::parse(&word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_read_back_as_written() {
        for (word, code) in WORDS {
            assert_eq!((ProblemCode::parse(word), code.as_str()), (code, word));
        }
        assert_eq!(ProblemCode::parse("a_code_of_a_newer_proxy"), ProblemCode::Unlisted);
    }
}
