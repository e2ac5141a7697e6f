//! What the state of an attempt asks for.

use super::{Action, ScheduledAction, paced_from};
use crate::{PaymentAttempt, State};
use scantill_types::{Timestamp, Timing};

impl PaymentAttempt {
    pub(super) fn of_state(&self, now: Timestamp, timing: &Timing) -> Option<ScheduledAction> {
        let paced = |since: Timestamp| now.plus_ms(timing.read_pause_ms(now.since_ms(since)));
        match &self.state {
            State::Unknown(unknown) => Some(self.or_deadline(
                ScheduledAction { at: paced(unknown.since), action: self.look() },
                now,
                timing,
            )),
            State::Pending(pending) => Some(self.or_deadline(
                ScheduledAction { at: paced(pending.since), action: Action::Read },
                now,
                timing,
            )),
            State::Cancelling(cancelling) => Some(cancelling.due(now, timing, self.order.end_not_before)),
            State::Failed(_) | State::Expired | State::Cancelled => self.watch(self.watched()?, now, timing),
            State::Sending(_) => Some(self.overdue(timing)),
            State::Successful => None,
        }
    }

    /// By then both POSTs (source and charge) have reached their time limits, so that no task waits for an answer.
    fn overdue(&self, timing: &Timing) -> ScheduledAction {
        let wait_ms = timing.permit_ms + 2 * timing.money_answer_ms + timing.read_answer_ms;
        ScheduledAction { at: self.order.created_at.plus_ms(wait_ms), action: Action::StopAwaitingAnswer }
    }

    /// An abandoned tablet must not leave a charge open for days.
    fn or_deadline(&self, due: ScheduledAction, now: Timestamp, timing: &Timing) -> ScheduledAction {
        let deadline = self.deadline(timing);
        if self.cancel_request.is_none() && deadline <= due.at {
            // It takes a look: while the provider cannot be read, that is tried ever more slowly.
            return ScheduledAction { at: paced_from(deadline, now, timing), action: Action::RequestCancel };
        }
        due
    }

    /// The proxy wants the end of a payment after this.
    pub(crate) fn deadline(&self, timing: &Timing) -> Timestamp {
        self.order.created_at.plus_ms(timing.proxy_deadline_ms).max(self.order.end_not_before)
    }
}
