//! What becomes of captured money, and why a payment needs review (P13, P16).

use serde::{Deserialize, Serialize};

use super::Approval;

/// What becomes of captured money (P16).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Disposition {
    /// The payment was paid after somebody cancelled it: the cashier must decide.
    AwaitingDecision,
    /// The merchant keeps the money. Only this means *paid*.
    Accepted,
    /// The money must be refunded. The refund is sent after two reads agree.
    RefundDue,
    /// A refund is in progress.
    Refunding,
    /// The money was refunded.
    Refunded,
    /// The payment needs review.
    InReview,
}

/// `POST /v1/payments/{id}/disposition`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Decide {
    /// The decision about a late success.
    pub decision: Decision,
    /// A supervisor's approval, required if the payment already needs review.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approval>,
    /// Another supervisor's approval, if the store's limits require two for a refund
    /// (`second_approval_needed`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_approval: Option<Approval>,
}

/// What a cashier may decide about a late success.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// The goods are handed over.
    Accept,
    /// The goods are not handed over: the money is refunded.
    Refund,
    /// The customer paid in another way meanwhile: the money is refunded.
    SettledOtherwise,
    /// The customer left without the goods: the money is refunded.
    CustomerGone,
    /// A supervisor must decide: the goods are not handed over, and the money is not refunded yet.
    CallSupervisor,
}

impl Decision {
    /// Whether the money must be refunded.
    pub fn gives_back(self) -> bool {
        match self {
            Self::Refund | Self::SettledOtherwise | Self::CustomerGone => true,
            Self::Accept | Self::CallSupervisor => false,
        }
    }
}
