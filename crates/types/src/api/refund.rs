//! Money given back, as everyone sees it, and how it is asked for (P19, P20).

use serde::{Deserialize, Serialize};

use super::{Approval, RefundResolution};
use crate::{Currency, RefundId, Timestamp};

/// `PUT /v1/payments/{id}/refunds/{refund_id}`. The same id with another wish is refused; the approvals are not compared.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateRefund {
    /// Minor units.
    pub amount: i64,
    /// The payment's currency.
    pub currency: Currency,
    /// What had gone back before, in minor units, as the approver saw it. If it has changed, the approval is void.
    pub refunded_before: i64,
    /// Only as a void, before settlement, or not at all (P20).
    #[serde(default)]
    pub void: bool,
    /// Why, for the books.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The supervisor's approval.
    pub approval: Approval,
    /// Another supervisor's, where the store's limits want two (`second_approval_needed`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_approval: Option<Approval>,
}

/// Money given back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Refund {
    /// Ours; none for one that was made elsewhere.
    pub id: Option<RefundId>,
    /// Omise's, once it is known.
    #[serde(default)]
    pub provider_id: Option<String>,
    /// Minor units.
    pub amount: i64,
    /// How far it got.
    pub state: RefundState,
    /// Why it was refused: Omise's code, or `not_sent`, `approval_void`.
    #[serde(default)]
    pub refusal: Option<String>,
    /// Taken back before settlement, so that the payer may never have seen a charge.
    #[serde(default)]
    pub voided: bool,
    /// The supervisor who approved it; none where it was begun by a rule, or elsewhere.
    #[serde(default)]
    pub approved_by: Option<String>,
    /// Why.
    #[serde(default)]
    pub reason: Option<String>,
    /// When it was asked for; none for one that was made elsewhere.
    #[serde(default)]
    pub created_at: Option<Timestamp>,
    /// Humans closed it, since no machine could settle it.
    #[serde(default)]
    pub resolution: Option<RefundResolution>,
}

/// How far a refund got (P19). `unknown` is settled by evidence alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RefundState {
    /// Asked for; the charge is read before anything is sent.
    Approved,
    /// On its way to Omise.
    Sending,
    /// It may have happened.
    Unknown,
    /// It happened.
    Done,
    /// It did not happen, and why.
    Refused,
    /// It did not happen, as complete lists proved.
    Absent,
}

impl RefundState {
    /// Whether nothing more comes of it.
    pub fn is_final(self) -> bool {
        match self {
            Self::Approved | Self::Sending | Self::Unknown => false,
            Self::Done | Self::Refused | Self::Absent => true,
        }
    }
}
