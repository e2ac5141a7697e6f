//! What becomes of a success, and why a human must look (P13, P16).

use serde::{Deserialize, Serialize};

use super::Approval;

/// What becomes of a success (P16).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Disposition {
    /// It came after an end was wanted: somebody must say.
    AwaitingDecision,
    /// The merchant keeps the money: this alone is *paid*.
    Accepted,
    /// The money is to be given back; nothing is sent before two reads agree.
    RefundDue,
    /// A refund is under way.
    Refunding,
    /// The money was given back.
    Refunded,
    /// A human must look.
    InReview,
}

/// `POST /v1/payments/{id}/disposition`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Decide {
    /// What is to become of a success that came after an end was wanted.
    pub decision: Decision,
    /// A supervisor's approval, where the payment already waits for a human.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approval>,
    /// Another supervisor's, where the store's limits want two for money that is given back (`second_approval_needed`).
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
    /// The goods are not handed over: the money goes back.
    Refund,
    /// The customer paid in another way meanwhile: the money goes back.
    SettledOtherwise,
    /// The customer left without the goods: the money goes back.
    CustomerGone,
    /// A supervisor must settle it: the goods are not handed over, and the money is still taken.
    CallSupervisor,
}

impl Decision {
    /// Whether the money is to go back.
    pub fn gives_back(self) -> bool {
        match self {
            Self::Refund | Self::SettledOtherwise | Self::CustomerGone => true,
            Self::Accept | Self::CallSupervisor => false,
        }
    }
}
