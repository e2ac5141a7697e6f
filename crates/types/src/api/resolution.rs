//! Decisions of people about payments in doubt: recorded beside the state, and superseded by evidence (P14,
//! P18).

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// The manual resolution of a payment that no machine can decide (P18). It is recorded beside the state and
/// does not replace it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ManualResolution {
    /// What the two people found.
    pub finding: PaymentOutcome,
    /// Who resolved it.
    pub by: String,
    /// Who confirmed it.
    pub second: String,
    /// What they saw: a line of a statement, the number of a ticket.
    pub proof: String,
    /// When it was recorded.
    pub at: Timestamp,
}

/// The manual resolution of a refund that no machine can settle (P19). It is recorded beside the refund's
/// state and does not replace it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RefundResolution {
    /// What the two people found.
    pub finding: RefundOutcome,
    /// Who resolved it.
    pub by: String,
    /// Who confirmed it.
    pub second: String,
    /// What they saw: a line of a statement, the number of a ticket.
    pub proof: String,
    /// When it was recorded.
    pub at: Timestamp,
}

/// What two people found about a refund in doubt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RefundOutcome {
    /// The money was refunded.
    Done,
    /// The money was not refunded.
    Absent,
}

/// What two people found about a payment that no machine can decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PaymentOutcome {
    /// The money arrived.
    Paid,
    /// No money arrived.
    Unpaid,
}

/// A supervisor let the sale go on while a payment of it was in doubt (P14). If that payment captured money,
/// it is refunded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Released {
    /// The supervisor.
    pub by: String,
    /// When.
    pub at: Timestamp,
}
