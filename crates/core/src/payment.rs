//! The payment's machine: what may be believed of an attempt, and what must be done about it.
//!
//! Three things stand apart and are never folded into one: the *state* of the attempt, the *facts* of its charge as
//! last read, and the *disposition* of a success. Only evidence moves a state. The machine does nothing itself: the
//! driver commits what `step` gives back, then performs the effects, then feeds the answers in.

mod absence;
mod due;
mod ending;
mod evidence;
mod sending;
mod state;

#[cfg(test)]
mod tests;

pub use absence::Search;
pub use due::{Due, Task};
pub use evidence::{ChargeStatus, Evidence, Order};
pub use state::{Attempt, Cancelling, Doubt, Failed, Pending, Sending, State, Unknown};

use crate::api::{Decision, Ender};
use crate::{ChargeId, SourceId, Timestamp, Timing};

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
    /// Two complete lists, far enough apart, hold no charge of this payment (P14).
    ProvedAbsent,
    /// Somebody wants the end (P11).
    EndWanted(Ender),
    /// `POST /charges/{id}/expire` is about to be sent.
    ExpireBegins,
    /// Omise refused to expire it.
    ExpireRefused,
    /// Somebody decided about a late success (P16).
    Decided(Decision),
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
}

impl Attempt {
    /// Takes one input at the time `at`.
    #[must_use]
    pub fn step(self, at: Timestamp, timing: &Timing, input: Input) -> (Self, Vec<Effect>) {
        let was_open = !self.word().is_final();
        let (attempt, effects) = self.apply(at, timing, input);
        let watched_since = if was_open && attempt.ends_watched() { Some(at) } else { attempt.watched_since };
        (Self { watched_since, ..attempt }, effects)
    }

    fn apply(self, at: Timestamp, timing: &Timing, input: Input) -> (Self, Vec<Effect>) {
        match input {
            Input::Permit { waited_ms } => self.permit(timing, waited_ms),
            Input::SourceCreated(source) => self.source_created(source),
            Input::NotSent => self.not_sent(),
            Input::Refused { code } => self.refused(code),
            Input::SourceLost => self.source_lost(),
            Input::AnswerLost(doubt) => self.answer_lost(at, doubt),
            Input::AnswerOverdue | Input::Restarted => self.restarted(at),
            Input::Seen(evidence) => self.seen(at, timing, evidence),
            Input::ProvedAbsent => self.proved_absent(),
            Input::EndWanted(by) => self.end_wanted(at, by),
            Input::ExpireBegins => self.expire_begins(),
            Input::ExpireRefused => self.expire_refused(),
            Input::Decided(decision) => self.decided(decision),
        }
    }

    fn ignored(self) -> (Self, Vec<Effect>) {
        (self, vec![Effect::Ignored])
    }
}
