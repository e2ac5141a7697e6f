//! Refunds, and the request for one (P19, P20).

use serde::{Deserialize, Serialize};

use super::{Approval, RefundResolution};
use crate::{Currency, RefundId, Timestamp};

/// `PUT /v1/payments/{id}/refunds/{refund_id}`. The proxy refuses the same id with another request; it does
/// not compare the approvals.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateRefund {
    /// Minor units.
    pub amount: i64,
    /// The payment's currency.
    pub currency: Currency,
    /// The minor units that were already refunded, as the approver saw them. If they have changed, the
    /// approval is void.
    pub refunded_before: i64,
    /// Refund only as a void before settlement, or not at all (P20).
    #[serde(default)]
    pub void: bool,
    /// The reason, for the records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The supervisor's approval.
    pub approval: Approval,
    /// Another supervisor's approval, if the store's limits require two (`second_approval_needed`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_approval: Option<Approval>,
}

/// A refund.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Refund {
    /// The proxy's id; `null` for a refund that was made elsewhere.
    pub id: Option<RefundId>,
    /// Omise's id, once it is known.
    #[serde(default)]
    pub provider_id: Option<String>,
    /// Minor units.
    pub amount: i64,
    /// The state of the refund.
    pub state: RefundState,
    /// Why it was refused: Omise's code, or `not_sent`, `approval_void`.
    #[serde(default)]
    pub refusal: Option<String>,
    /// Voided before settlement, so that the payer may never have seen a charge.
    #[serde(default)]
    pub voided: bool,
    /// The supervisor who approved it; `null` for an automatic refund, or one that was made elsewhere.
    #[serde(default)]
    pub approved_by: Option<String>,
    /// The reason, for the records.
    #[serde(default)]
    pub reason: Option<String>,
    /// When it was requested; `null` for one that was made elsewhere.
    #[serde(default)]
    pub created_at: Option<Timestamp>,
    /// The manual resolution, if no machine could settle it.
    #[serde(default)]
    pub resolution: Option<RefundResolution>,
}

/// The state of a refund (P19). Only evidence settles `unknown`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RefundState {
    /// Requested. The charge is read before anything is sent.
    Approved,
    /// Being sent to Omise.
    Sending,
    /// In doubt: it may have happened.
    Unknown,
    /// Omise has refunded the money.
    Done,
    /// Omise or the proxy refused it; `refusal` says why.
    Refused,
    /// It did not happen: complete lists confirmed it absent.
    Absent,
}

impl RefundState {
    /// Whether the state is final.
    pub fn is_final(self) -> bool {
        match self {
            Self::Approved | Self::Sending | Self::Unknown => false,
            Self::Done | Self::Refused | Self::Absent => true,
        }
    }
}
