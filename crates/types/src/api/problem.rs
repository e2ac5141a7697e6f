//! Errors as RFC 9457 problem details with a stable code that callers branch on.

use serde::{Deserialize, Serialize};

use crate::PaymentId;

/// An error of the proxy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// An address of the code's description.
    #[serde(rename = "type")]
    pub kind: String,
    /// The HTTP status.
    pub status: u16,
    /// The stable code.
    pub code: ProblemCode,
    /// One English sentence for a developer: what is wrong and what to do.
    pub detail: String,
    /// Another payment that stands in the way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_id: Option<PaymentId>,
    /// The proxy has recorded that the payment of this request was never created and never will be, so that a till
    /// may let its id go (P8).
    #[serde(default)]
    pub never_created: bool,
    /// With `rate_limited`: nothing was begun, and the same may be asked for again after so many seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_s: Option<u64>,
}

/// The stable codes of problems.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
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
    /// A code that a newer proxy knows and this reader does not.
    #[serde(other)]
    Unlisted,
}
