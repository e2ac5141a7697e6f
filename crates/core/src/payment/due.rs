//! What the driver must do next for a payment, and when. It follows from the state alone, so a restart loses nothing.

use super::{Attempt, State};
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
}

impl Attempt {
    /// The next task after something happened at `now`; none for a payment that is on its way or over.
    pub fn due(&self, now: Timestamp, timing: &Timing) -> Option<Due> {
        let paced = |since: Timestamp| now.plus_ms(timing.read_pause_ms(now.since_ms(since)));
        match &self.state {
            State::Unknown(unknown) => {
                let task = if self.charge.is_some() { Task::Read } else { Task::Find };
                Some(Due { at: paced(unknown.since), task })
            }
            State::Pending(pending) => Some(Due { at: paced(pending.since), task: Task::Read }),
            State::Cancelling(cancelling) if cancelling.read_next => Some(Due { at: now, task: Task::Read }),
            State::Cancelling(cancelling) => {
                Some(Due { at: cancelling.expire_not_before.max(now), task: Task::Expire })
            }
            State::Sending(_) | State::Successful | State::Failed(_) | State::Expired | State::Cancelled => {
                None
            }
        }
    }
}
