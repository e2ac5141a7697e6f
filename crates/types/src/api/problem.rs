//! Errors as RFC 9457 problem details with a stable code that callers branch on.

use serde::{Deserialize, Serialize};

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
    /// A code of a newer proxy that this reader does not know.
    #[serde(other)]
    Unlisted,
}
