//! What captured money asks for.

use super::{Action, ScheduledAction, paced_from};
use crate::{Disposition, PaymentAttempt, RefundAttempt, RefundState};
use scantill_types::{Timestamp, Timing};

impl PaymentAttempt {
    pub(super) fn of_disposition(&self, now: Timestamp, timing: &Timing) -> Option<ScheduledAction> {
        match self.disposition.as_ref()? {
            Disposition::AwaitingDecision(undecided) => Some(ScheduledAction {
                at: undecided.since.plus_ms(timing.decide_ms).max(now),
                action: Action::EndDecisionTime,
            }),
            // A refund that is under way must be over before it can be said what is still there.
            Disposition::RefundDue(_) if self.has_refund_in_flight() => None,
            Disposition::RefundDue(wish) => {
                let first = wish.read_at.map_or(wish.since, |first| first.plus_ms(timing.return_apart_ms));
                Some(ScheduledAction { at: paced_from(first, now, timing), action: self.look_at_money() })
            }
            Disposition::Accepted
            | Disposition::Refunding(_)
            | Disposition::Refunded
            | Disposition::InReview => self.facts_behind(now, timing),
        }
    }

    fn has_refund_in_flight(&self) -> bool {
        self.money().is_some_and(|charge| self.refunds.in_flight(&charge.id).is_some())
    }

    /// A refund that is known, ours or another's, but does not show in the charge as last read: the next approver must
    /// see it.
    fn facts_behind(&self, now: Timestamp, timing: &Timing) -> Option<ScheduledAction> {
        let facts = self.money()?;
        let done = |refund: &RefundAttempt| match &refund.state {
            RefundState::Done(done) if refund.order.charge == facts.id => Some(done.at),
            _ => None,
        };
        let last = self.refunds.ours.iter().filter_map(done).max().unwrap_or(self.order.created_at);
        let is_behind = !facts.voided && facts.refunded_amount < self.refunds.gone_of(&facts.id);
        let pause_ms = if last == now { 0 } else { timing.read_pause_ms(now.since_ms(last)) };
        is_behind.then(|| ScheduledAction { at: now.plus_ms(pause_ms), action: self.look_at_money() })
    }

    fn look_at_money(&self) -> Action {
        self.charges.promoted().map_or(Action::Read, |duplicate| Action::ReadDuplicate(duplicate.id.clone()))
    }
}
