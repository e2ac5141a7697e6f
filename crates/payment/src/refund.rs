//! Giving back: a refund's own states (P19). Like a charge it is sent at most once, and only evidence settles a doubt.

mod asking;
mod ended;
mod settling;
mod sums;

pub use asking::RefundRefusal;

use serde::{Deserialize, Serialize};

use super::{RefundResolution, UnknownReason};
use scantill_types::api::{RefundOutcome, RefundState as Word};
use scantill_types::{ChargeId, RefundId, Timestamp};

/// All that was given back of a payment's charges, and all that is to be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refunds {
    /// Those that we were asked for, the oldest first.
    pub ours: Vec<RefundAttempt>,
    /// Those that a charge lists and that nobody asked us for: made in the provider's dashboard.
    pub elsewhere: Vec<RefundSnapshot>,
    /// What had gone back elsewhere of the payment's charge when a human last kept it, in minor units.
    pub acknowledged: i64,
}

/// One wish to give money back, whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefundAttempt {
    /// What was asked for.
    pub order: RefundOrder,
    /// How far it got.
    pub state: RefundState,
    /// What humans found of it, where no machine could settle it.
    #[serde(deserialize_with = "Option::deserialize")]
    pub resolution: Option<RefundResolution>,
    /// It did not happen, as far as is known, and is watched in case it did.
    #[serde(deserialize_with = "Option::deserialize")]
    pub watch: Option<RefundWatch>,
}

/// The watch of a refund that was refused, or found absent: a copy of its POST may have been carried out (P19).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefundWatch {
    /// Since when.
    pub since: Timestamp,
    /// Its charge was read since then.
    pub looked: bool,
}

/// What was asked for, and what the approver saw.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefundOrder {
    /// Ours, in the refund's metadata.
    pub id: RefundId,
    /// The charge that it is taken from.
    pub charge: ChargeId,
    /// Minor units.
    pub amount: i64,
    /// What had gone back before, as the approver saw it, in minor units.
    pub refunded_before: i64,
    /// Only as a void (P20).
    pub void: bool,
    /// Why, for the books.
    #[serde(deserialize_with = "Option::deserialize")]
    pub reason: Option<String>,
    /// Who approved it.
    pub approver: Approver,
    /// When it was asked for.
    pub created_at: Timestamp,
}

/// Who approved a refund.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Approver {
    /// A supervisor, by PIN.
    Supervisor(String),
    /// The rule for money that must not stay (P16).
    Rule,
}

/// The states of a refund exclude each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundState {
    /// Asked for; the charge is read before anything is sent.
    Approved,
    /// The POST may have begun.
    Sending(RefundSending),
    /// It may have happened.
    Unknown(RefundUnknown),
    /// It happened.
    Done(RefundDone),
    /// It did not happen.
    Refused(RefundRefused),
    /// It did not happen, as complete lists proved.
    Absent,
}

/// On its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefundSending {
    /// Since when.
    pub since: Timestamp,
}

/// In doubt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefundUnknown {
    /// Since when.
    pub since: Timestamp,
    /// What went wrong.
    pub doubt: UnknownReason,
    /// When the first whole list without it was read, on the provider's clock, at the latest (P14).
    #[serde(deserialize_with = "Option::deserialize")]
    pub first_list: Option<Timestamp>,
}

/// Given back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefundDone {
    /// Omise's id.
    pub id: String,
    /// Taken back before settlement.
    pub voided: bool,
    /// Since when we know.
    pub at: Timestamp,
}

/// Not given back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefundRefused {
    /// Omise's code, or our own word.
    pub code: String,
}

/// A refund as the provider shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefundSnapshot {
    /// Omise's id.
    pub id: String,
    /// The charge that it was taken from.
    pub charge: ChargeId,
    /// Minor units.
    pub amount: i64,
    /// Taken back before settlement.
    pub voided: bool,
    /// Our id, from the metadata.
    #[serde(deserialize_with = "Option::deserialize")]
    pub refund: Option<String>,
    /// Our payment's id, from the metadata.
    #[serde(deserialize_with = "Option::deserialize")]
    pub payment: Option<String>,
}

/// What the driver learned of a refund.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefundInput {
    /// The charge was read just before sending, and the POST is about to begin: what had gone back by then, in minor
    /// units, and whether the charge may still be given back.
    Begins {
        /// Minor units that went back.
        refunded_amount: i64,
        /// Paid, and no dispute stands.
        is_paid: bool,
    },
    /// Omise showed the refund.
    Answered(RefundSnapshot),
    /// The connection failed before the first byte.
    NotSent,
    /// Omise's own error object with a listed code.
    Refused {
        /// The code.
        code: String,
    },
    /// The answer was lost.
    AnswerLost(UnknownReason),
    /// The answer is overdue by far.
    AnswerOverdue,
    /// The proxy starts, and the refund was open when it stopped.
    Restarted,
    /// A complete list that agrees with the charge, the first that counts, holds nothing of it: when it was read, on the
    /// provider's clock.
    Listed(Timestamp),
    /// Complete lists that agree with the charge, far enough apart, hold nothing of it.
    ConfirmedAbsent,
}

impl RefundAttempt {
    /// The word for the state.
    pub fn api_state(&self) -> Word {
        match self.state {
            RefundState::Approved => Word::Approved,
            RefundState::Sending(_) => Word::Sending,
            RefundState::Unknown(_) => Word::Unknown,
            RefundState::Done(_) => Word::Done,
            RefundState::Refused(_) => Word::Refused,
            RefundState::Absent => Word::Absent,
        }
    }

    /// Whether nothing more comes of it.
    pub fn is_over(&self) -> bool {
        self.counts_as().is_final()
    }

    /// The state that it counts as: what humans found, or what is known.
    pub fn counts_as(&self) -> Word {
        match self.resolution.as_ref().map(|closed| closed.finding) {
            Some(RefundOutcome::Done) => Word::Done,
            Some(RefundOutcome::Absent) => Word::Absent,
            None => self.api_state(),
        }
    }
}
