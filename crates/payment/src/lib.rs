//! The payment's machine: what may be believed of an attempt, and what must be done about it.
//!
//! Three things stand apart and are never folded into one: the *state* of the attempt, the *facts* of its charge as
//! last read, and the *disposition* of a success. Only evidence moves a state. The machine does nothing itself: the
//! driver commits what `step` gives back, then performs the effects, then feeds the answers in.

#![warn(missing_docs)]

mod absence;
mod attention;
pub mod backoff;
mod disposition;
mod due;
mod ending;
mod evidence;
mod extra;
mod human;
#[cfg(test)]
mod property_cases;
mod refund;
mod round;
mod sending;
mod state;
pub mod webhook_health;

#[cfg(test)]
mod tests;

pub use absence::{Listed, Search};
pub use disposition::{Disposition, ReturnReason, Returning, ToReturn, Undecided};
pub use due::{Due, Task};
pub use ending::CancelRequest;
pub use evidence::{ChargeStatus, Evidence, Order};
pub use extra::{Extra, Standing};
pub use refund::{
    Approver, RefundAttempt, RefundDone, RefundInput, RefundOrder, RefundRefusal, RefundRefused,
    RefundSending, RefundState, RefundUnknown, RefundWatch, Refunds, SeenRefund,
};
pub use round::Round;
pub use state::{Attempt, Cancelling, Doubt, Failed, Pending, Sending, State, Unknown};

use scantill_types::api::{Attention, ClosedByHand, Decision, RefundClosed};
use scantill_types::{ChargeId, RefundId, SourceId, Timestamp, Timing};

/// Something that the driver learned or was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// The POST is about to begin, this long after the PUT was taken on (P5).
    Permit {
        /// By a clock that only runs forward.
        waited_ms: u64,
    },
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
    AnswerLost(Doubt),
    /// The answer to the POST is overdue by far: whoever waited for it is gone.
    AnswerOverdue,
    /// The proxy starts, and the payment was open when it stopped.
    Restarted,
    /// A charge was read from the API (P12).
    Seen(Evidence),
    /// The provider does not know the charge that is bound (P1: never evidence alone).
    BoundMissing,
    /// A complete list, the first that counts, holds no charge of this payment: when it was read, on the provider's
    /// clock. None if a list holds one after all, so that the proof begins anew (P14).
    Listed(Option<Timestamp>),
    /// Two complete lists, far enough apart, hold no charge of this payment (P14).
    ProvedAbsent,
    /// Somebody wants the end (P11).
    EndWanted(CancelRequest),
    /// Nobody ended it in time, and the provider was read after the deadline: the proxy wants the end (P11).
    DeadlinePassed {
        /// When that was, on the provider's clock, at the earliest; none while that was not heard.
        provider_time: Option<Timestamp>,
    },
    /// `POST /charges/{id}/expire` is about to be sent.
    ExpireBegins,
    /// Omise refused to expire it.
    ExpireRefused,
    /// Somebody decided about a late success (P16).
    Decided(Decision),
    /// A supervisor decided about it, also when it already waits for a human.
    DecidedBySupervisor(Decision),
    /// Nobody decided about it in time.
    Unanswered,
    /// The sale keeps another payment (P2).
    OtherPaymentKept,
    /// A supervisor approved a refund (P19).
    RefundAsked(RefundOrder),
    /// Something was learned of a refund.
    Refund(RefundId, RefundInput),
    /// Humans closed a refund that no machine can settle (P19).
    RefundClosed(RefundId, RefundClosed),
    /// A supervisor lets the sale go on (P14).
    Freed {
        /// Who.
        by: String,
    },
    /// Humans closed it (P18).
    Closed(ClosedByHand),
    /// A human saw it, and nothing was left to decide.
    Acknowledged,
}

/// What the driver must do once the new state is committed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// End a second charge of the same payment (P12).
    ExpireExtra(ChargeId),
    /// Somebody must look.
    Alarm(Alarm),
    /// The input belongs to no edge from here: counted, never a panic.
    Ignored,
}

/// Why somebody must look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alarm {
    /// The charge is not what was ordered.
    Mismatch,
    /// The provider does not know the charge.
    ChargeMissing,
    /// A status that no rule knows.
    StrangeStatus,
    /// A second charge carries this payment's id.
    ExtraCharge,
    /// Omise refuses to end it.
    EndRefused,
    /// Paid after it had ended unpaid.
    PaidLate,
    /// The money went back by itself.
    GivenBack,
    /// Nobody decided about a late success in time.
    Unanswered,
    /// The sale keeps another payment.
    PaidTwice,
    /// Money that was to go back did not.
    ReturnFailed,
    /// A refund that was refused, or proved absent, happened all the same.
    RefundedAfterAll,
    /// Evidence contradicts what humans had found.
    ReopenedByEvidence,
}

impl Attempt {
    /// Takes one input at the time `at`.
    #[must_use]
    pub fn step(self, at: Timestamp, timing: &Timing, input: Input) -> (Self, Vec<Effect>) {
        let was_open = !self.word().is_final();
        let (attempt, effects) = self.apply(at, timing, input);
        let attempt = attempt.led(at);
        let attempt = if was_open { attempt.calmed() } else { attempt };
        let watched_since = if was_open && attempt.ends_watched() { Some(at) } else { attempt.watched_since };
        (Self { watched_since, ..attempt }, effects)
    }

    /// What only an open payment called a human for is over with its end.
    fn calmed(mut self) -> Self {
        let is_settled = matches!(self.disposition, None | Some(Disposition::Kept)) && self.word().is_final();
        let of_the_open = [Attention::EndRefused, Attention::StrangeStatus];
        self.attention = self.attention.filter(|reason| !is_settled || !of_the_open.contains(reason));
        self
    }

    fn apply(self, at: Timestamp, timing: &Timing, input: Input) -> (Self, Vec<Effect>) {
        match input {
            Input::Permit { waited_ms } => self.permit(timing, waited_ms),
            Input::SourceCreated(source) => self.source_created(source),
            Input::NotSent => self.not_sent(),
            Input::Refused { code } => self.refused(code),
            Input::SourceLost => self.source_lost(),
            Input::AnswerLost(doubt) => self.answer_lost(at, doubt),
            Input::AnswerOverdue => self.restarted(at),
            Input::Restarted => self.restarted_whole(at),
            Input::Seen(evidence) => self.seen(at, timing, evidence),
            Input::BoundMissing => self.bound_missing(),
            Input::Listed(first) => self.listed(first),
            Input::ProvedAbsent => self.proved_absent(),
            Input::EndWanted(request) => self.end_wanted(at, request),
            Input::DeadlinePassed { provider_time } => self.deadline_passed(at, provider_time),
            Input::ExpireBegins => self.expire_begins(),
            Input::ExpireRefused => self.expire_refused(),
            Input::Decided(_) if !self.is_undecided() => self.ignored(),
            Input::Decided(decision) | Input::DecidedBySupervisor(decision) => self.decided(at, decision),
            Input::Unanswered => self.unanswered(at, timing),
            Input::OtherPaymentKept => self.other_payment_kept(at),
            Input::RefundAsked(order) => self.refund_asked(order),
            Input::Refund(refund, input) => self.refund_step(at, &refund, input),
            Input::RefundClosed(refund, closed) => self.refund_closed(&refund, closed),
            Input::Freed { by } => self.freed(by, at),
            Input::Closed(closed) => self.closed_by_hand(closed),
            Input::Acknowledged => self.acknowledged(),
        }
    }

    fn ignored(self) -> (Self, Vec<Effect>) {
        (self, vec![Effect::Ignored])
    }
}
