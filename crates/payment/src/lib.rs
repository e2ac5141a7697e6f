//! The payment's machine: what may be believed of an attempt, and what must be done about it.
//!
//! Three things stand apart and are never folded into one: the *state* of the attempt, the *facts* of its charge as
//! last read, and the *disposition* of a success. Only evidence moves a state. The machine does nothing itself: the
//! service commits what `step` gives back, performs the actions that `next_actions` lists, and feeds the answers in.
//!
//! The machine's structs are its own: the proxy converts them where it shows a payment, and stores them as versioned JSON.
//! Only plain words of the field, which both sides name alike, are shared with the API: the enums `PaymentState`,
//! `FailureCode`, `ReviewReason`, `CancelledBy`, `Decision`, `PaymentOutcome`, `RefundOutcome`, `AutomaticAction` and
//! `OperatorAction`, and the names of dispositions and of the states of refunds.

#![warn(missing_docs)]

mod absence;
pub mod backoff;
mod cancel;
mod charges;
mod disposition;
mod duplicate;
mod evidence;
mod next_actions;
mod poll_pass;
mod refund;
mod resolution;
mod review;
mod reviews;
mod sending;
mod state;
mod stored;
pub mod webhook_health;

#[cfg(test)]
mod tests;

pub use absence::{AbsenceProof, ListVerdict};
pub use cancel::{CancelRequest, CancelRequested};
pub use charges::{ChargeFacts, Charges, DuplicateCharge, DuplicateExpire, DuplicateState};
pub use disposition::{AwaitingDecision, Disposition, RefundDue, RefundReason, Refunding};
pub use evidence::{ChargeSnapshot, ChargeStatus, Order};
pub use next_actions::{Action, ScheduledAction};
pub use poll_pass::PollPass;
pub use refund::{
    Approver, RefundAttempt, RefundDone, RefundInput, RefundOrder, RefundRefusal, RefundRefused,
    RefundSending, RefundSnapshot, RefundState, RefundUnknown, RefundWatch, Refunds,
};
pub use resolution::{ManualResolution, RefundResolution, Released};
pub use review::ReviewCase;
pub use reviews::Reviews;
pub use state::{Cancelling, Failed, PaymentAttempt, Pending, Sending, State, Unknown, UnknownReason};
pub use stored::StoredAttemptError;

use scantill_types::api::{Decision, ReviewReason};
use scantill_types::{ChargeId, RefundId, SourceId, Timestamp, Timing};

/// Something that the service learned or was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// The POST is about to begin, this long after the PUT was taken on (P5).
    Permit {
        /// By a clock that only runs forward.
        waited_ms: u64,
    },
    /// No slot for the POST was free in time: it is never begun (P5).
    NoSlotInTime,
    /// `POST /sources` was answered (P9).
    SourceCreated(SourceId),
    /// The connection failed before the first byte (P6).
    NotSent,
    /// Omise's own error object with a listed code (P7).
    Refused {
        /// The code.
        code: String,
    },
    /// The answer to `POST /sources` was lost: without a committed source no charge exists (P9).
    SourceLost,
    /// The answer to `POST /charges` was lost, cut, garbled or a server's error.
    AnswerLost(UnknownReason),
    /// The answer to the POST is overdue by far: whoever waited for it is gone.
    AnswerOverdue,
    /// The proxy starts, and the payment was open when it stopped.
    Restarted,
    /// A charge was read from the API (P12).
    ChargeRead(ChargeSnapshot),
    /// The provider does not know the charge that is bound (P1: never evidence alone).
    BoundMissing,
    /// A complete list, the first that counts, holds no charge of this payment: when it was read, on the provider's
    /// clock. None if a list holds one after all, so that the proof begins anew (P14).
    Listed(Option<Timestamp>),
    /// Two complete lists, far enough apart, hold no charge of this payment (P14).
    ConfirmedAbsent,
    /// Somebody wants the end (P11).
    CancelRequested(CancelRequested),
    /// Nobody ended it in time, and the provider was read after the deadline: the proxy wants the end (P11).
    DeadlinePassed {
        /// When that was, on the provider's clock, at the earliest; none while that was not heard.
        provider_time: Option<Timestamp>,
    },
    /// `POST /charges/{id}/expire` is about to be sent.
    ExpireBegins,
    /// `POST /charges/{id}/expire` is about to be sent for a duplicate charge (P12).
    DuplicateExpireBegins(ChargeId),
    /// Omise refused to expire it.
    ExpireRefused,
    /// Somebody decided about a late success (P16).
    Decided(Decision),
    /// A supervisor decided about it, also when it already waits for a human.
    DecidedBySupervisor(Decision),
    /// Nobody decided about it in time.
    DecisionOverdue,
    /// The sale keeps another payment (P2).
    OtherPaymentAccepted,
    /// A supervisor approved a refund (P19).
    RefundAsked(RefundOrder),
    /// Something was learned of a refund.
    Refund(RefundId, RefundInput),
    /// Humans closed a refund that no machine can settle (P19).
    RefundResolved(RefundId, RefundResolution),
    /// A supervisor lets the sale go on (P14).
    Released {
        /// Who.
        by: String,
    },
    /// Humans closed it (P18).
    Resolved(ManualResolution),
    /// A human saw it, and nothing was left to decide.
    Acknowledged(ReviewReason),
}

/// What the log should say of an input. What the service does is said by [`PaymentAttempt::next_actions`] alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remark {
    /// What was believed until now was wrong.
    Contradicted(Contradiction),
    /// The input belongs to no edge from here: counted, never a panic.
    Ignored,
}

/// A belief that evidence contradicts. It is worth a line in the log; a person is called only if a review is added too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contradiction {
    /// A refund that was refused, or proved absent, happened all the same.
    RefundedAfterAll,
    /// Evidence contradicts what humans had found.
    ReopenedByEvidence,
    /// A duplicate was found or changed while the review of a duplicate was open.
    DuplicateAgain,
}

impl PaymentAttempt {
    /// Takes one input at the time `at`. Beside the attempt comes what the log should say of it.
    #[must_use]
    pub fn step(self, at: Timestamp, timing: &Timing, input: Input) -> (Self, Vec<Remark>) {
        let was_open = !self.payment_state().is_final();
        let (attempt, remarks) = self.apply(at, timing, input);
        let attempt = attempt.promote_duplicate(at);
        let attempt = if was_open { attempt.without_transient_reviews() } else { attempt };
        let watched_since = if was_open && attempt.ends_watched() { Some(at) } else { attempt.watched_since };
        (Self { watched_since, ..attempt }, remarks)
    }

    /// What only an open payment called a human for is over with its end.
    fn without_transient_reviews(mut self) -> Self {
        let is_settled =
            matches!(self.disposition, None | Some(Disposition::Accepted)) && self.payment_state().is_final();
        let of_the_open = [ReviewReason::CancelRefused, ReviewReason::UnexpectedStatus];
        self.reviews.retain(|reason| !is_settled || !of_the_open.contains(&reason));
        self
    }

    fn apply(self, at: Timestamp, timing: &Timing, input: Input) -> (Self, Vec<Remark>) {
        match input {
            Input::Permit { waited_ms } => self.permit(timing, waited_ms),
            Input::NoSlotInTime => self.never_begun(),
            Input::SourceCreated(source) => self.source_created(source),
            Input::NotSent => self.not_sent(),
            Input::Refused { code } => self.refused(code),
            Input::SourceLost => self.source_lost(),
            Input::AnswerLost(doubt) => self.answer_lost(at, doubt),
            Input::AnswerOverdue => self.restarted(at),
            Input::Restarted => self.restarted_whole(at),
            Input::ChargeRead(evidence) => self.seen(at, timing, &evidence),
            Input::BoundMissing => self.bound_missing(),
            Input::Listed(first) => self.listed(first),
            Input::ConfirmedAbsent => self.confirmed_absent(),
            Input::CancelRequested(request) => self.cancel_request(at, request),
            Input::DeadlinePassed { provider_time } => self.deadline_passed(at, provider_time),
            Input::ExpireBegins => self.expire_begins(),
            Input::DuplicateExpireBegins(charge) => self.duplicate_expire_begins(&charge),
            Input::ExpireRefused => self.expire_refused(),
            Input::Decided(_) if !self.awaits_decision() => self.ignored(),
            Input::Decided(decision) | Input::DecidedBySupervisor(decision) => self.decided(at, decision),
            Input::DecisionOverdue => self.unanswered(at, timing),
            Input::OtherPaymentAccepted => self.other_payment_accepted(at),
            Input::RefundAsked(order) => self.refund_asked(order),
            Input::Refund(refund, input) => self.refund_step(at, &refund, input),
            Input::RefundResolved(refund, closed) => self.refund_closed(&refund, closed),
            Input::Released { by } => self.freed(by, at),
            Input::Resolved(closed) => self.resolved_manually(closed),
            Input::Acknowledged(reason) => self.acknowledged(reason),
        }
    }

    fn ignored(self) -> (Self, Vec<Remark>) {
        (self, vec![Remark::Ignored])
    }
}
