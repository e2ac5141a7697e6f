//! What humans do beside the machine: let a sale go on (P14), close what cannot be decided (P18).

use super::{CancelRequested, Disposition, PaymentAttempt, Remark, State};
use scantill_types::Timestamp;
use scantill_types::api::{CancelledBy, PaymentOutcome, RefundOutcome, ReviewReason};
use serde::{Deserialize, Serialize};

/// A supervisor lets the sale go on although the payment is in doubt (P14).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Released {
    /// Who.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// What two people found of a payment that no machine can decide (P18).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManualResolution {
    /// Whether money was taken.
    pub finding: PaymentOutcome,
    /// Who found it.
    pub by: String,
    /// The second person.
    pub second: String,
    /// How they know.
    pub proof: String,
    /// When.
    pub at: Timestamp,
}

/// What two people found of a refund that no machine can settle (P19).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefundResolution {
    /// Whether it happened.
    pub finding: RefundOutcome,
    /// Who found it.
    pub by: String,
    /// The second person.
    pub second: String,
    /// How they know.
    pub proof: String,
    /// When.
    pub at: Timestamp,
}

impl PaymentAttempt {
    /// The sale goes on although this payment is in doubt. Its end is wanted, and if money is found it goes back.
    pub(super) fn freed(mut self, by: String, at: Timestamp) -> (Self, Vec<Remark>) {
        if !self.may_be_released() {
            return self.ignored();
        }
        self.released = Some(Released { by, at });
        self.note_request(at, CancelRequested::by(CancelledBy::Supervisor));
        (self, Vec::new())
    }

    /// Whether it is in doubt and still holds its sale.
    pub fn may_be_released(&self) -> bool {
        matches!(self.state, State::Unknown(_)) && self.blocks_sale()
    }

    pub(super) fn resolved_manually(mut self, closed: ManualResolution) -> (Self, Vec<Remark>) {
        if !self.may_be_resolved() {
            return self.ignored();
        }
        self.resolution = Some(closed);
        self.reviews.remove(ReviewReason::ChargeMissing);
        (self, Vec::new())
    }

    /// Whether humans closed it, and nobody decided about it since: no rule gives its money back behind their backs.
    pub(super) fn is_resolved_for_good(&self) -> bool {
        self.resolution.is_some() && self.payment_state().is_final()
    }

    /// Whether a human may say how it ended: it is open, or money of it waits for a human.
    pub fn may_be_resolved(&self) -> bool {
        let waits = !matches!(self.disposition, None | Some(Disposition::Accepted | Disposition::Refunded));
        self.resolution.is_none() && (!self.payment_state().is_final() || waits)
    }
}
