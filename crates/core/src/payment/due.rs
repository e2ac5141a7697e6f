//! What the driver must do next for a payment, and when. It follows from the state alone, so a restart loses nothing.

use super::{Attempt, State};
use crate::api::FailureCode;
use crate::{Timestamp, Timing};

/// A task with its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// Not before this.
    pub at: Timestamp,
    /// What to do.
    pub task: Task,
}

/// What the driver does for an open payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// Read the charge.
    Read,
    /// Look for a charge with this payment's id.
    Find,
    /// Ask Omise to end the charge.
    Expire,
    /// Nobody ended it in time: want the end (P11).
    WantEnd,
    /// The answer to the POST should have come long ago: look for the charge.
    GiveUpAnswer,
}

impl Attempt {
    /// The next task after something happened at `now`; none for a payment that is over for good.
    pub fn due(&self, now: Timestamp, timing: &Timing) -> Option<Due> {
        let paced = |since: Timestamp| now.plus_ms(timing.read_pause_ms(now.since_ms(since)));
        match &self.state {
            State::Unknown(unknown) => {
                Some(self.or_deadline(Due { at: paced(unknown.since), task: self.look() }, now, timing))
            }
            State::Pending(pending) => {
                Some(self.or_deadline(Due { at: paced(pending.since), task: Task::Read }, now, timing))
            }
            State::Cancelling(cancelling) if cancelling.read_next => {
                Some(Due { at: cancelling.read_not_before.max(now), task: Task::Read })
            }
            State::Cancelling(cancelling) => {
                Some(Due { at: cancelling.expire_not_before.max(now), task: Task::Expire })
            }
            State::Failed(_) | State::Expired | State::Cancelled => self.watch(now, timing),
            State::Sending(_) => Some(self.overdue(timing)),
            State::Successful => None,
        }
    }

    /// How this payment's charge is looked at: by its id where that is known.
    pub fn look(&self) -> Task {
        if self.charge.is_some() { Task::Read } else { Task::Find }
    }

    /// Both POSTs of the two-step way have been given up by then, so that nobody can be waiting any more.
    fn overdue(&self, timing: &Timing) -> Due {
        let wait_ms = timing.permit_ms + 2 * timing.money_answer_ms + timing.read_answer_ms;
        Due { at: self.order.created_at.plus_ms(wait_ms), task: Task::GiveUpAnswer }
    }

    /// An abandoned tablet must not leave a charge open for days.
    fn or_deadline(&self, due: Due, now: Timestamp, timing: &Timing) -> Due {
        let order = &self.order;
        let deadline = order.created_at.plus_ms(timing.proxy_deadline_ms).max(order.end_not_before);
        if self.end_wanted.is_none() && deadline <= due.at {
            return Due { at: deadline.max(now), task: Task::WantEnd };
        }
        due
    }

    /// *Unpaid* is final for the state, not for the watch (P15).
    fn watch(&self, now: Timestamp, timing: &Timing) -> Option<Due> {
        let since = self.watched_since.filter(|_| self.disposition.is_none())?;
        let expires_at = self.charge.as_ref().and_then(|charge| charge.expires_at).unwrap_or(since);
        let until = expires_at.max(since).plus_ms(timing.watch_beyond_ms);
        let ms = |at: Timestamp| u64::try_from(at.0).unwrap_or(0);
        let at = Timestamp(i64::try_from(timing.watch_next_ms(ms(since), ms(now))).unwrap_or(i64::MAX));
        (at <= until).then(|| Due { at, task: self.look() })
    }

    /// Whether this end is an unpaid one of which money may still come: a charge exists, or once may have.
    pub(super) fn ends_watched(&self) -> bool {
        match &self.state {
            State::Failed(failed) => self.charge.is_some() || failed.code == FailureCode::NotCreated,
            State::Expired | State::Cancelled => self.charge.is_some(),
            State::Sending(_)
            | State::Unknown(_)
            | State::Pending(_)
            | State::Cancelling(_)
            | State::Successful => false,
        }
    }
}
