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

/// `POST /v1/payments/{id}/free`: the sale goes on although this payment is in doubt (P14).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct FreeSale {
    /// The supervisor's PIN.
    pub pin: Pin,
}

/// `POST /v1/payments/{id}/acknowledge`: a supervisor has seen it, and nothing of it is left to decide.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AcknowledgeReview {
    /// The supervisor's PIN.
    pub pin: Pin,
}
