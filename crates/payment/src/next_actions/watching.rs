//! When a finished payment is read again, in case it is paid after all (P15).

use super::ScheduledAction;
use crate::{PaymentAttempt, State};
use scantill_types::api::FailureCode;
use scantill_types::{Timestamp, Timing};

impl PaymentAttempt {
    /// Since when it is only watched, if it is: what humans closed, and an unpaid end that nothing was decided about.
    pub fn watched(&self) -> Option<Timestamp> {
        let is_unpaid = matches!(self.state, State::Failed(_) | State::Expired | State::Cancelled);
        let is_open_to_news = is_unpaid && (self.disposition.is_none() || self.charges.promoted().is_some());
        let of_humans = self.resolution.as_ref().map(|closed| closed.at);
        of_humans.or_else(|| self.watched_since.filter(|_| is_open_to_news))
    }

    /// *Unpaid* is final for the state, not for the watch (P15).
    pub(super) fn watch(&self, since: Timestamp, now: Timestamp, timing: &Timing) -> Option<ScheduledAction> {
        let expires_at = self.charges.bound.as_ref().and_then(|charge| charge.expires_at).unwrap_or(since);
        let until = expires_at.max(since).plus_ms(timing.watch_beyond_ms);
        let at = next_watch(since, now, timing);
        (at <= until).then(|| ScheduledAction { at, action: self.look() })
    }

    /// Whether this end is an unpaid one of which money may still come: a charge exists, or once may have.
    pub(crate) fn ends_watched(&self) -> bool {
        match &self.state {
            // A refusal may answer a second copy of the request, which a network device made.
            State::Failed(failed) => {
                let may_be_found = [FailureCode::Refused, FailureCode::NotCreated];
                self.charges.bound.is_some() || may_be_found.contains(&failed.code)
            }
            State::Expired | State::Cancelled => self.charges.bound.is_some(),
            State::Sending(_)
            | State::Unknown(_)
            | State::Pending(_)
            | State::Cancelling(_)
            | State::Successful => false,
        }
    }
}

/// When what ended without money at `since` is looked at again after `now` (P15).
pub(super) fn next_watch(since: Timestamp, now: Timestamp, timing: &Timing) -> Timestamp {
    let ms = |at: Timestamp| u64::try_from(at.0).unwrap_or(0);
    Timestamp(i64::try_from(timing.watch_next_ms(ms(since), ms(now))).unwrap_or(i64::MAX))
}
