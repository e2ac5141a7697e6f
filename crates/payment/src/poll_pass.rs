//! One round of looking after a payment. Whoever looks at one thing of it looks at all that waits for a look, so that what
//! never shows anything new takes nobody's turn.

use super::{PaymentAttempt, ScheduledTask, Task};
use scantill_types::{Timestamp, Timing};

/// Steps that one round may take; a cancel takes three.
const STEPS_MAX: usize = 8;

/// What waits for a look in this round, and what was done in it.
#[derive(Debug, Default)]
pub struct PollPass {
    waiting: Option<Vec<Task>>,
    done: Vec<Task>,
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
    ) -> Option<Task> {
        if STEPS_MAX <= self.done.len() {
            return None;
        }
        let scheduled_tasks = attempt.scheduled_tasks(changed_at.unwrap_or(now), timing);
        let early = || scheduled_tasks.iter().filter_map(|due| attempt.allowed_early(due, now, timing));
        let waiting = self.waiting.get_or_insert_with(|| early().collect());
        let is_new = |task: &Task| !self.done.contains(task);
        let mut wanted = scheduled_tasks.iter().filter(|due| due.at <= now).map(|due| due.task.clone());
        let task = wanted.find(|task| changed_at.is_some() || is_new(task));
        let task = task.or_else(|| early().find(|task| waiting.contains(task) && is_new(task)));
        let task = task.or_else(|| self.last_look(attempt))?;
        self.done.push(task.clone());
        Some(task)
    }

    /// The last look of a watch comes when nothing is planned any more, or after a stop that outlived the watch.
    fn last_look(&self, attempt: &PaymentAttempt) -> Option<Task> {
        attempt.watched().filter(|_| self.done.is_empty()).map(|_| attempt.look())
    }
}

impl PaymentAttempt {
    /// What may be done before it is due: a look, because somebody asked for it or because another look is due. An end
    /// never comes before WeChat allows it.
    fn allowed_early(&self, due: &ScheduledTask, now: Timestamp, timing: &Timing) -> Option<Task> {
        match due.task {
            Task::Read
            | Task::LookupCharge
            | Task::ReadDuplicate(_)
            | Task::LookupRefund(_)
            | Task::SendRefund(_) => Some(due.task.clone()),
            Task::Expire => (self.order.end_not_before <= now).then_some(Task::Expire),
            Task::RequestCancel if self.deadline(timing) <= now => Some(Task::RequestCancel),
            Task::RequestCancel => Some(self.look()),
            Task::StopAwaitingAnswer | Task::EndDecisionTime | Task::StopAwaitingRefund(_) => None,
        }
    }
}
