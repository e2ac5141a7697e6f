//! A supervisor's approval.

use serde::{Deserialize, Serialize};

use super::ReviewReason;

/// A supervisor's PIN on its way to the proxy. It is never shown or stored, and not compared with an earlier
/// request's.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Pin(String);

impl Pin {
    /// Wraps a PIN as it was typed.
    pub fn new(digits: impl Into<String>) -> Self {
        Self(digits.into())
    }

    /// The digits, to be checked.
    pub fn expose_digits(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Pin {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Pin(…)")
    }
}

/// The approval of a supervisor.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// The supervisor's name, as in `GET /v1/supervisors`.
    pub supervisor: String,
    /// The supervisor's PIN.
    pub pin: Pin,
}

/// `GET /v1/supervisors`: the supervisors of the caller's store.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SupervisorList {
    /// Their names.
    pub supervisors: Vec<String>,
}

/// `POST /v1/payments/{id}/release`: the sale goes on although this payment is in doubt (P14).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReleaseSale {
    /// The supervisor's approval.
    pub approval: Approval,
}

/// `POST /v1/payments/{id}/acknowledge`: a supervisor has seen the payment, and nothing is left to decide.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AcknowledgeReview {
    /// The supervisor's approval.
    pub approval: Approval,
    /// The reason that the supervisor saw; left out, the first one of the payment. Other reasons stay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<ReviewReason>,
}
