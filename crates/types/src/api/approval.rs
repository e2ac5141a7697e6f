//! A supervisor's approval.

use serde::{Deserialize, Serialize};

/// A supervisor's PIN on its way to the proxy. It is never shown, stored or compared with an earlier request's.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Pin(String);

impl Pin {
    /// A PIN as it was typed.
    pub fn new(digits: impl Into<String>) -> Self {
        Self(digits.into())
    }

    /// The digits, for checking them.
    pub fn expose_digits(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Pin {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Pin(…)")
    }
}

/// Who approves, and their PIN.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// The supervisor's name, as `GET /v1/supervisors` tells it.
    pub supervisor: String,
    /// Their PIN.
    pub pin: Pin,
}

/// `GET /v1/supervisors`: who may approve in the caller's store.
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

/// `POST /v1/payments/{id}/acknowledge`: a supervisor has seen it, and nothing of it is left to decide.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AcknowledgeReview {
    /// The supervisor's approval.
    pub approval: Approval,
}
