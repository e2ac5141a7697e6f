//! Wanting the end of a payment: one forced read, then expire, then read again (P11). It may end as paid.

use super::{Attempt, Cancelling, Effect, Order, Pending, Sending, State};
use crate::api::{EndWanted, Ender};
use crate::{Timestamp, Timing};

/// After this many refusals the charge is left pending, for a human to see.
const EXPIRES_REFUSED_MAX: u32 = 5;

impl Cancelling {
    pub(super) fn begun(since: Timestamp, read_next: bool, order: &Order) -> Self {
        let expire_not_before = order.end_not_before;
        let read_not_before = since;
        Self { since, read_next, read_not_before, expire_not_before, expires_begun: 0, expires_refused: 0 }
    }

    /// A read said that it is still pending: expire it, and after an expire that changed nothing only after a pause.
    pub(super) fn still_pending(self, at: Timestamp, timing: &Timing) -> Self {
        let again = if self.read_after_expire() {
            at.plus_ms(timing.expire_again_ms)
        } else {
            self.expire_not_before
        };
        Self { read_next: false, expire_not_before: again, ..self }
    }

    /// Whether what is read now was read after an expire.
    pub(super) fn read_after_expire(&self) -> bool {
        0 < self.expires_begun && self.read_next
    }

    pub(super) fn is_hopeless(&self) -> bool {
        EXPIRES_REFUSED_MAX <= self.expires_refused
    }
}

impl State {
    /// A read that settled nothing is not repeated at once.
    pub(super) fn read_later(self, at: Timestamp, timing: &Timing) -> Self {
        match self {
            Self::Cancelling(cancelling) => {
                let read_not_before = at.plus_ms(timing.expire_again_ms);
                Self::Cancelling(Cancelling { read_not_before, ..cancelling })
            }
            state => state,
        }
    }
}

impl Attempt {
    pub(super) fn end_wanted(mut self, at: Timestamp, by: Ender) -> (Self, Vec<Effect>) {
        let state = match self.state.clone() {
            State::Sending(Sending { permitted: false }) => State::Cancelled,
            State::Pending(Pending { since, .. }) => {
                State::Cancelling(Cancelling::begun(since, true, &self.order))
            }
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
        let expires_begun = cancelling.expires_begun.saturating_add(1);
        self.state = State::Cancelling(Cancelling { expires_begun, read_next: true, ..cancelling });
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
