//! One round of looking after a payment. Whoever looks at one thing of it looks at all that waits for a look, so that what
//! never shows anything new takes nobody's turn.

use super::{Attempt, Due, Task};
use scantill_types::{Timestamp, Timing};

/// Steps that one round may take; a cancel takes three.
const STEPS_MAX: usize = 8;

/// What waits for a look in this round, and what was done in it.
#[derive(Debug, Default)]
pub struct Round {
    waiting: Option<Vec<Task>>,
    done: Vec<Task>,
}

impl Round {
    /// The next thing to do at `now`; none when the round is over. `changed_at` is when the step before changed the
    /// payment, if it did: what a change wants at once is wanted since then.
    pub fn next(
        &mut self,
        attempt: &Attempt,
        now: Timestamp,
        changed_at: Option<Timestamp>,
        timing: &Timing,
    ) -> Option<Task> {
        if STEPS_MAX <= self.done.len() {
            return None;
        }
        let agenda = attempt.agenda(changed_at.unwrap_or(now), timing);
        let early = || agenda.iter().filter_map(|due| attempt.early(due, now, timing));
        let waiting = self.waiting.get_or_insert_with(|| early().collect());
        let is_new = |task: &Task| !self.done.contains(task);
        let mut wanted = agenda.iter().filter(|due| due.at <= now).map(|due| due.task.clone());
        let task = wanted.find(|task| changed_at.is_some() || is_new(task));
        let task = task.or_else(|| early().find(|task| waiting.contains(task) && is_new(task)));
        let task = task.or_else(|| self.last_look(attempt))?;
        self.done.push(task.clone());
        Some(task)
    }

    /// The last look of a watch comes when nothing is planned any more, or after a stop that outlived the watch.
    fn last_look(&self, attempt: &Attempt) -> Option<Task> {
        attempt.watched().filter(|_| self.done.is_empty()).map(|_| attempt.look())
    }
}

impl Attempt {
    /// What may be done before it is due: a look, because somebody asked for it or because another look is due. An end
    /// never comes before WeChat allows it.
    fn early(&self, due: &Due, now: Timestamp, timing: &Timing) -> Option<Task> {
        match due.task {
            Task::Read | Task::Find | Task::ReadExtra(_) | Task::FindRefund(_) | Task::SendRefund(_) => {
                Some(due.task.clone())
            }
            Task::Expire => (self.order.end_not_before <= now).then_some(Task::Expire),
            Task::WantEnd if self.deadline(timing) <= now => Some(Task::WantEnd),
            Task::WantEnd => Some(self.look()),
            Task::GiveUpAnswer | Task::GiveUpAsking | Task::GiveUpRefund(_) => None,
        }
    }
}
