//! Wanting the end of a payment: one forced read, then expire, then read again (P11). It may end as paid. What is
//! repeated is repeated ever more slowly, and changes nothing while it shows nothing new.

use super::{Attempt, Cancelling, Due, Effect, Pending, Sending, State, Task};
use crate::api::{EndWanted, Ender};
use crate::{Timestamp, Timing};

/// After this many refusals the charge is left pending, for a human to see.
const EXPIRES_REFUSED_MAX: u32 = 5;

impl Cancelling {
    pub(super) fn begun(since: Timestamp, read_next: bool) -> Self {
        Self { since, read_next, expire_begun: false, expires_refused: 0 }
    }

    /// A read said that it is still pending: expire it.
    pub(super) fn still_pending(self) -> Self {
        Self { read_next: false, ..self }
    }

    pub(super) fn due(&self, now: Timestamp, timing: &Timing, end_not_before: Timestamp) -> Due {
        let again = now.plus_ms(timing.again_pause_ms(now.since_ms(self.since)));
        let (at, task) = match () {
            () if self.read_next && now == self.since => (now, Task::Read),
            () if self.read_next => (again, Task::Read),
            () if self.expire_begun => (again.max(end_not_before), Task::Expire),
            () => (end_not_before.max(now), Task::Expire),
        };
        Due { at, task }
    }

    pub(super) fn is_hopeless(&self) -> bool {
        EXPIRES_REFUSED_MAX <= self.expires_refused
    }
}

impl Attempt {
    pub(super) fn end_wanted(mut self, at: Timestamp, by: Ender) -> (Self, Vec<Effect>) {
        let state = match self.state.clone() {
            State::Sending(Sending { permitted: false }) => State::Cancelled,
            State::Pending(Pending { .. }) => State::Cancelling(Cancelling::begun(at, true)),
            state @ (State::Sending(_) | State::Unknown(_)) => state,
            State::Cancelling(_)
            | State::Successful
            | State::Failed(_)
            | State::Expired
            | State::Cancelled => {
                return self.ignored();
            }
        };
        self.state = state;
        self.end_wanted = self.end_wanted.or(Some(EndWanted { by, at }));
        (self, Vec::new())
    }

    pub(super) fn expire_begins(mut self) -> (Self, Vec<Effect>) {
        let State::Cancelling(cancelling) = self.state else {
            return self.ignored();
        };
        // One that changed nothing is repeated without a trace: only the first must be known after a restart.
        let read_next = cancelling.read_next || !cancelling.expire_begun;
        self.state = State::Cancelling(Cancelling { expire_begun: true, read_next, ..cancelling });
        (self, Vec::new())
    }

    pub(super) fn expire_refused(mut self) -> (Self, Vec<Effect>) {
        let State::Cancelling(cancelling) = self.state else {
            return self.ignored();
        };
        let expires_refused = cancelling.expires_refused.saturating_add(1);
        self.state = State::Cancelling(Cancelling { expires_refused, ..cancelling });
        (self, Vec::new())
    }
}
