//! One round of looking after a payment. Whoever looks at one thing of it looks at all that waits for a look, so that what
//! never shows anything new takes nobody's turn.

use super::{Action, PaymentAttempt, ScheduledAction};
use scantill_types::{Timestamp, Timing};

/// Steps that one round may take; a cancel takes three.
const STEPS_MAX: usize = 8;

/// What waits for a look in this round, and what was done in it.
#[derive(Debug, Default)]
pub struct PollPass {
    waiting: Option<Vec<Action>>,
    done: Vec<Action>,
}

impl PollPass {
    /// The next thing to do at `now`; none when the round is over. `changed_at` is when the step before changed the
    /// payment, if it did: what a change wants at once is wanted since then.
    pub fn next(
        &mut self,
        attempt: &PaymentAttempt,
        now: Timestamp,
        changed_at: Option<Timestamp>,
        timing: &Timing,
    ) -> Option<Action> {
        if STEPS_MAX <= self.done.len() {
            return None;
        }
        let next_actions = attempt.next_actions(changed_at.unwrap_or(now), timing);
        let early = || next_actions.iter().filter_map(|due| attempt.allowed_early(due, now, timing));
        let waiting = self.waiting.get_or_insert_with(|| early().collect());
        let is_new = |action: &Action| !self.done.contains(action);
        let mut wanted = next_actions.iter().filter(|due| due.at <= now).map(|due| due.action.clone());
        let action = wanted.find(|action| changed_at.is_some() || is_new(action));
        let action = action.or_else(|| early().find(|action| waiting.contains(action) && is_new(action)));
        let action = action.or_else(|| self.last_look(attempt))?;
        self.done.push(action.clone());
        Some(action)
    }

    /// The last look of a watch comes when nothing is planned any more, or after a stop that outlived the watch.
    fn last_look(&self, attempt: &PaymentAttempt) -> Option<Action> {
        attempt.watched().filter(|_| self.done.is_empty()).map(|_| attempt.look())
    }
}

impl PaymentAttempt {
    /// What may be done before it is due: a look, because somebody asked for it or because another look is due. An end
    /// never comes before WeChat allows it.
    fn allowed_early(&self, due: &ScheduledAction, now: Timestamp, timing: &Timing) -> Option<Action> {
        match due.action {
            Action::Read
            | Action::LookupCharge
            | Action::ReadDuplicate(_)
            | Action::LookupRefund(_)
            | Action::SendRefund(_) => Some(due.action.clone()),
            Action::Expire | Action::ExpireDuplicate(_) => {
                (self.order.end_not_before <= now).then(|| due.action.clone())
            }
            Action::RequestCancel if self.deadline(timing) <= now => Some(Action::RequestCancel),
            Action::RequestCancel => Some(self.look()),
            Action::StopAwaitingAnswer | Action::EndDecisionTime | Action::StopAwaitingRefund(_) => None,
        }
    }
}
