//! What humans do beside the machine, on record and undone by evidence (P14, P18).

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// A human closed what could never be decided (P18). It stands beside the state, never in its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ManualResolution {
    /// What the humans found.
    pub finding: PaymentOutcome,
    /// Who closed it.
    pub by: String,
    /// Who confirmed it.
    pub second: String,
    /// What they saw: a statement's line, a ticket's number.
    pub proof: String,
    /// When.
    pub at: Timestamp,
}

/// Humans closed a refund that no machine could settle (P19). It stands beside the refund's state, never in its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RefundResolution {
    /// What the humans found.
    pub finding: RefundOutcome,
    /// Who closed it.
    pub by: String,
    /// Who confirmed it.
    pub second: String,
    /// What they saw: a statement's line, a ticket's number.
    pub proof: String,
    /// When.
    pub at: Timestamp,
}

/// What humans found about a refund in doubt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RefundOutcome {
    /// The money went back.
    Done,
    /// It did not.
    Absent,
}

/// What humans found about a payment that no machine can decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PaymentOutcome {
    /// The money arrived.
    Paid,
    /// No money arrived.
    Unpaid,
}

/// A supervisor let the sale go on while a payment of it was in doubt (P14): if money is found, it goes back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Released {
    /// The supervisor.
    pub by: String,
    /// When.
    pub at: Timestamp,
}
