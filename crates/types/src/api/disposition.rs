//! What becomes of a success, and why a human must look (P13, P16).

use serde::{Deserialize, Serialize};

use super::Approval;

/// What becomes of a success (P16).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Disposition {
    /// It came after an end was wanted: somebody must say.
    Undecided,
    /// The merchant keeps the money: this alone is *paid*.
    Kept,
    /// The money is to be given back; nothing is sent before two reads agree.
    ToReturn,
    /// A refund is under way.
    Returning,
    /// The money was given back.
    Returned,
    /// A human must look.
    Attention,
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
    Keep,
    /// The goods are not handed over: the money goes back.
    Return,
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
            Self::Return | Self::SettledOtherwise | Self::CustomerGone => true,
            Self::Keep | Self::CallSupervisor => false,
        }
    }
}

/// Why a human must look at a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Attention {
    /// The charge's amount, currency, mode or metadata are not ours (P12).
    Mismatch,
    /// Omise says that it does not know the charge. It is looked for, and over as soon as it is read again (P1).
    ChargeMissing,
    /// The charge has a status that no rule knows, or was reversed (P13).
    StrangeStatus,
    /// A second charge carries this payment's id (P12).
    ExtraCharge,
    /// Omise refused five times to end it (P11).
    EndRefused,
    /// It was paid after it had ended unpaid (P15).
    PaidLate,
    /// Nobody said in time what becomes of a late success (P16).
    Unanswered,
    /// The money went back by itself (P13).
    GivenBack,
    /// Another payment of the same sale is kept (P2).
    PaidTwice,
    /// Money that was to go back by itself did not (P19).
    ReturnFailed,
    /// The cashier called a supervisor.
    Supervisor,
}
