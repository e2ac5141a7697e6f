//! The states of an attempt, each a struct with what matters in it alone.

use serde::{Deserialize, Serialize};

use super::{CancelRequest, Charges, Disposition, ManualResolution, Order, Refunds, Released, Reviews};
use scantill_types::api::{FailureCode, PaymentOutcome, PaymentState};
use scantill_types::{SourceId, Timestamp};

/// One attempt to take money, whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentAttempt {
    /// What was ordered: every charge is held against it.
    pub order: Order,
    /// The state.
    pub state: State,
    /// The source, once committed; a second key for looking up (P9).
    pub source: Option<SourceId>,
    /// The charges that carry this payment's id.
    pub charges: Charges,
    /// Somebody wants the end: a fact that any open state may carry (P11).
    pub cancel_request: Option<CancelRequest>,
    /// When that was, on the provider's clock, at the earliest: who had paid by then had paid in time (P11).
    pub cancel_provider_time: Option<Timestamp>,
    /// What becomes of a success (P16).
    pub disposition: Option<Disposition>,
    /// What was given back, and what is to be.
    pub refunds: Refunds,
    /// A supervisor let the sale go on while this was in doubt (P14).
    pub released: Option<Released>,
    /// Humans closed it (P18).
    pub resolution: Option<ManualResolution>,
    /// Why a person must look. What follows from the other fields alone is not repeated here.
    pub reviews: Reviews,
    /// Since when an unpaid end is watched, in case money comes after all (P15).
    pub watched_since: Option<Timestamp>,
}

/// The states exclude each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum State {
    /// On its way to Omise.
    Sending(Sending),
    /// Money in doubt: it may have arrived.
    Unknown(Unknown),
    /// The charge exists and waits for the payer.
    Pending(Pending),
    /// The end is being asked for.
    Cancelling(Cancelling),
    /// Paid.
    Successful,
    /// Not paid, and why.
    Failed(Failed),
    /// Not paid: Omise stopped waiting.
    Expired,
    /// Not paid: ended on demand.
    Cancelled,
}

/// On its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sending {
    /// The POST may have begun (P5).
    pub permitted: bool,
}

/// Money in doubt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unknown {
    /// Since when.
    pub since: Timestamp,
    /// What went wrong.
    pub doubt: UnknownReason,
    /// When the first complete list without its charge was read, on the provider's clock, at the latest (P14).
    #[serde(deserialize_with = "Option::deserialize")]
    pub first_list: Option<Timestamp>,
}

/// Why it is not known what became of a POST.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnknownReason {
    /// No answer, or half of one.
    AnswerLost,
    /// An answer that is not Omise's object.
    AnswerMalformed,
    /// A server's error, or an error that is not a listed refusal.
    ServerError,
    /// The proxy stopped before the answer was stored.
    Restarted,
    /// The answer was about something else than what was ordered.
    Mismatch,
}

/// Waiting for the payer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pending {
    /// Since when.
    pub since: Timestamp,
    /// Omise refused to end it (P11).
    pub end_refused: bool,
}

/// The end is asked for: read, expire, read again, with no gap.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cancelling {
    /// Since when.
    pub since: Timestamp,
    /// The next thing to do is a read.
    pub read_next: bool,
    /// An expire was begun.
    pub expire_begun: bool,
    /// How many of them were refused.
    pub expires_refused: u32,
}

/// Not paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Failed {
    /// Why.
    pub code: FailureCode,
    /// The code of Omise's refusal.
    #[serde(deserialize_with = "Option::deserialize")]
    pub refusal: Option<String>,
}

impl PaymentAttempt {
    /// An attempt that was just taken on.
    pub fn new(order: Order) -> Self {
        Self {
            order,
            state: State::Sending(Sending { permitted: false }),
            source: None,
            charges: Charges::default(),
            cancel_request: None,
            cancel_provider_time: None,
            disposition: None,
            refunds: Refunds::default(),
            released: None,
            resolution: None,
            reviews: Reviews::default(),
            watched_since: None,
        }
    }

    /// An attempt whose PUT never arrived: recorded, so that a late PUT is refused (P8).
    pub fn never_arrived(order: Order, cancel_request: CancelRequest) -> Self {
        Self { state: State::Cancelled, cancel_request: Some(cancel_request), ..Self::new(order) }
    }

    /// Whether the sale must not be attempted again: the attempt is open, or a success stands.
    pub fn holds_sale(&self) -> bool {
        let stands =
            self.disposition.as_ref().is_some_and(|disposition| *disposition != Disposition::Refunded);
        match &self.resolution {
            Some(closed) => closed.finding == PaymentOutcome::Paid || stands,
            None => self.blocks_sale() || stands,
        }
    }

    /// Whether the attempt is open and nobody let the sale go on.
    pub fn blocks_sale(&self) -> bool {
        !self.state.payment_state().is_final() && self.released.is_none() && self.resolution.is_none()
    }

    /// The word for the state.
    pub fn payment_state(&self) -> PaymentState {
        self.state.payment_state()
    }
}

impl State {
    /// The word for the state.
    pub fn payment_state(&self) -> PaymentState {
        match self {
            Self::Sending(_) => PaymentState::Sending,
            Self::Unknown(_) => PaymentState::Unknown,
            Self::Pending(_) => PaymentState::Pending,
            Self::Cancelling(_) => PaymentState::Cancelling,
            Self::Successful => PaymentState::Successful,
            Self::Failed(_) => PaymentState::Failed,
            Self::Expired => PaymentState::Expired,
            Self::Cancelled => PaymentState::Cancelled,
        }
    }

    pub(super) fn unknown(since: Timestamp, doubt: UnknownReason) -> Self {
        Self::Unknown(Unknown { since, doubt, first_list: None })
    }

    pub(super) fn failed(code: FailureCode) -> Self {
        Self::Failed(Failed { code, refusal: None })
    }
}
