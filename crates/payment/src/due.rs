//! What the driver must do next for a payment, and when. It follows from the state alone, so a restart loses nothing.

use super::{
    Approver, Disposition, DuplicateCharge, DuplicateState, PaymentAttempt, RefundAttempt, RefundState,
    RefundWatch, State,
};
use scantill_types::api::FailureCode;
use scantill_types::{ChargeId, RefundId, Timestamp, Timing};

/// A task with its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduledTask {
    /// Not before this.
    pub at: Timestamp,
    /// What to do.
    pub task: Task,
}

/// What the driver does for an open payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Task {
    /// Read the charge.
    Read,
    /// Look for a charge with this payment's id.
    LookupCharge,
    /// Ask Omise to end the charge.
    Expire,
    /// Nobody ended it in time: look once more, and want the end if that changed nothing (P11).
    RequestCancel,
    /// The answer to the POST should have come long ago: look for the charge.
    StopAwaitingAnswer,
    /// Nobody decided about a late success in time (P16).
    EndDecisionTime,
    /// Read a further charge that was paid.
    ReadDuplicate(ChargeId),
    /// Read the charge, and then send this refund.
    SendRefund(RefundId),
    /// Look for this refund, whose answer was lost.
    LookupRefund(RefundId),
    /// This refund was not begun, or not answered, in time.
    StopAwaitingRefund(RefundId),
}

impl PaymentAttempt {
    /// The next task after something happened at `now`; none for a payment that is over for good.
    pub fn due(&self, now: Timestamp, timing: &Timing) -> Option<ScheduledTask> {
        self.scheduled_tasks(now, timing).into_iter().next()
    }

    /// All that is to be done after something happened at `now`, the next first.
    pub(super) fn scheduled_tasks(&self, now: Timestamp, timing: &Timing) -> Vec<ScheduledTask> {
        let tasks = match &self.resolution {
            None => [self.of_state(now, timing), self.of_disposition(now, timing)],
            // What humans closed is not worked on any more, but watched as an unpaid end is (P15, P18).
            Some(closed) if self.is_resolved_for_good() => [self.watch(closed.at, now, timing), None],
            Some(closed) => [self.watch(closed.at, now, timing), self.of_disposition(now, timing)],
        };
        let refunds = self.refunds.ours.iter().filter(|refund| !self.is_held_back(refund));
        let refunds = refunds.filter_map(|refund| refund.due(now, timing));
        let over = self.refunds.ours.iter().filter_map(|refund| {
            Some(ScheduledTask {
                at: refund.watched_at(now, timing)?,
                task: self.look_at(&refund.order.charge),
            })
        });
        let duplicates = self.of_extras(now, timing);
        let mut scheduled_tasks: Vec<ScheduledTask> =
            tasks.into_iter().flatten().chain(refunds).chain(over).chain(duplicates).collect();
        scheduled_tasks.sort_by_key(|due| due.at);
        scheduled_tasks
    }

    fn of_state(&self, now: Timestamp, timing: &Timing) -> Option<ScheduledTask> {
        let paced = |since: Timestamp| now.plus_ms(timing.read_pause_ms(now.since_ms(since)));
        match &self.state {
            State::Unknown(unknown) => Some(self.or_deadline(
                ScheduledTask { at: paced(unknown.since), task: self.look() },
                now,
                timing,
            )),
            State::Pending(pending) => Some(self.or_deadline(
                ScheduledTask { at: paced(pending.since), task: Task::Read },
                now,
                timing,
            )),
            State::Cancelling(cancelling) => Some(cancelling.due(now, timing, self.order.end_not_before)),
            State::Failed(_) | State::Expired | State::Cancelled => self.watch(self.watched()?, now, timing),
            State::Sending(_) => Some(self.overdue(timing)),
            State::Successful => None,
        }
    }

    fn of_disposition(&self, now: Timestamp, timing: &Timing) -> Option<ScheduledTask> {
        match self.disposition.as_ref()? {
            Disposition::AwaitingDecision(undecided) => Some(ScheduledTask {
                at: undecided.since.plus_ms(timing.decide_ms).max(now),
                task: Task::EndDecisionTime,
            }),
            // A refund that is under way must be over before it can be said what is still there.
            Disposition::RefundDue(_) if self.has_refund_in_flight() => None,
            Disposition::RefundDue(wish) => {
                let first = wish.read_at.map_or(wish.since, |first| first.plus_ms(timing.return_apart_ms));
                Some(ScheduledTask { at: paced_from(first, now, timing), task: self.look_at_money() })
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
    fn facts_behind(&self, now: Timestamp, timing: &Timing) -> Option<ScheduledTask> {
        let facts = self.money()?;
        let done = |refund: &RefundAttempt| match &refund.state {
            RefundState::Done(done) if refund.order.charge == facts.id => Some(done.at),
            _ => None,
        };
        let last = self.refunds.ours.iter().filter_map(done).max().unwrap_or(self.order.created_at);
        let is_behind = !facts.voided && facts.refunded_amount < self.refunds.gone_of(&facts.id);
        let pause_ms = if last == now { 0 } else { timing.read_pause_ms(now.since_ms(last)) };
        is_behind.then(|| ScheduledTask { at: now.plus_ms(pause_ms), task: self.look_at_money() })
    }

    fn look_at_money(&self) -> Task {
        self.charges.promoted().map_or(Task::Read, |duplicate| Task::ReadDuplicate(duplicate.id.clone()))
    }

    fn of_extras(&self, now: Timestamp, timing: &Timing) -> impl Iterator<Item = ScheduledTask> {
        let is_decided = self.disposition.is_some();
        let age_ms = now.since_ms(self.order.created_at);
        let at = move |duplicate: &DuplicateCharge| match duplicate.standing {
            // Until it is over it may still be paid, whatever became of its expire.
            DuplicateState::Unpaid => Some(now.plus_ms(timing.read_pause_ms(age_ms))),
            DuplicateState::Paid(first) if is_decided => {
                Some(paced_from(first.plus_ms(timing.return_apart_ms), now, timing))
            }
            DuplicateState::Paid(_)
            | DuplicateState::EndedUnpaid
            | DuplicateState::Primary
            | DuplicateState::Refunding
            | DuplicateState::Refunded
            | DuplicateState::RefundFailed => None,
        };
        let due = move |duplicate: &DuplicateCharge| {
            Some(ScheduledTask { at: at(duplicate)?, task: Task::ReadDuplicate(duplicate.id.clone()) })
        };
        self.charges.duplicates.iter().filter_map(due)
    }

    /// How one of this payment's charges is looked at.
    fn look_at(&self, charge: &ChargeId) -> Task {
        if self.charges.is_bound(charge) { Task::Read } else { Task::ReadDuplicate(charge.clone()) }
    }

    /// How this payment's charge is looked at: by its id where that is known.
    pub fn look(&self) -> Task {
        if self.charges.bound.is_some() { Task::Read } else { Task::LookupCharge }
    }

    /// Both POSTs of the two-step way have been given up by then, so that nobody can be waiting any more.
    fn overdue(&self, timing: &Timing) -> ScheduledTask {
        let wait_ms = timing.permit_ms + 2 * timing.money_answer_ms + timing.read_answer_ms;
        ScheduledTask { at: self.order.created_at.plus_ms(wait_ms), task: Task::StopAwaitingAnswer }
    }

    /// An abandoned tablet must not leave a charge open for days.
    fn or_deadline(&self, due: ScheduledTask, now: Timestamp, timing: &Timing) -> ScheduledTask {
        let deadline = self.deadline(timing);
        if self.cancel_request.is_none() && deadline <= due.at {
            // It takes a look: while the provider cannot be read, that is tried ever more slowly.
            return ScheduledTask { at: paced_from(deadline, now, timing), task: Task::RequestCancel };
        }
        due
    }

    /// The proxy wants the end of a payment after this.
    pub(super) fn deadline(&self, timing: &Timing) -> Timestamp {
        self.order.created_at.plus_ms(timing.proxy_deadline_ms).max(self.order.end_not_before)
    }

    /// Since when it is only watched, if it is: what humans closed, and an unpaid end that nothing was decided about.
    pub fn watched(&self) -> Option<Timestamp> {
        let is_unpaid = matches!(self.state, State::Failed(_) | State::Expired | State::Cancelled);
        let is_open_to_news = is_unpaid && (self.disposition.is_none() || self.charges.promoted().is_some());
        let of_humans = self.resolution.as_ref().map(|closed| closed.at);
        of_humans.or_else(|| self.watched_since.filter(|_| is_open_to_news))
    }

    /// *Unpaid* is final for the state, not for the watch (P15).
    fn watch(&self, since: Timestamp, now: Timestamp, timing: &Timing) -> Option<ScheduledTask> {
        let expires_at = self.charges.bound.as_ref().and_then(|charge| charge.expires_at).unwrap_or(since);
        let until = expires_at.max(since).plus_ms(timing.watch_beyond_ms);
        let at = next_watch(since, now, timing);
        (at <= until).then(|| ScheduledTask { at, task: self.look() })
    }

    /// Whether this end is an unpaid one of which money may still come: a charge exists, or once may have.
    pub(super) fn ends_watched(&self) -> bool {
        match &self.state {
            // A refusal may be the answer to a copy of the request that somebody on the way made.
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
fn next_watch(since: Timestamp, now: Timestamp, timing: &Timing) -> Timestamp {
    let ms = |at: Timestamp| u64::try_from(at.0).unwrap_or(0);
    Timestamp(i64::try_from(timing.watch_next_ms(ms(since), ms(now))).unwrap_or(i64::MAX))
}

/// What is to be done first at `first`, and if that did not help ever more slowly.
fn paced_from(first: Timestamp, now: Timestamp, timing: &Timing) -> Timestamp {
    if now <= first { first } else { now.plus_ms(timing.again_pause_ms(now.since_ms(first))) }
}

impl RefundAttempt {
    fn due(&self, now: Timestamp, timing: &Timing) -> Option<ScheduledTask> {
        let id = self.order.id.clone();
        if self.is_over() {
            return None;
        }
        match &self.state {
            RefundState::Approved if self.is_too_late(now, timing) => {
                Some(ScheduledTask { at: now, task: Task::StopAwaitingRefund(id) })
            }
            RefundState::Approved if self.order.approver != Approver::Rule => {
                Some(ScheduledTask { at: now, task: Task::SendRefund(id) })
            }
            RefundState::Approved => Some(ScheduledTask {
                at: paced_from(self.order.created_at, now, timing),
                task: Task::SendRefund(id),
            }),
            RefundState::Sending(sending) => {
                let wait_ms = timing.money_answer_ms + timing.read_answer_ms;
                Some(ScheduledTask {
                    at: sending.since.plus_ms(wait_ms).max(now),
                    task: Task::StopAwaitingRefund(id),
                })
            }
            RefundState::Unknown(unknown) => {
                let pause_ms = timing.read_pause_ms(now.since_ms(unknown.since));
                Some(ScheduledTask { at: now.plus_ms(pause_ms), task: Task::LookupRefund(id) })
            }
            RefundState::Done(_) | RefundState::Refused(_) | RefundState::Absent => None,
        }
    }

    /// When the charge of a refund that did not happen, as far as is known, is looked at: at once after a refusal, and
    /// then as after an unpaid end (P15, P19).
    fn watched_at(&self, now: Timestamp, timing: &Timing) -> Option<Timestamp> {
        let RefundWatch { since, looked } = self.watch?;
        if !looked {
            return Some(paced_from(since, now, timing));
        }
        let at = next_watch(since, now, timing);
        (at <= since.plus_ms(timing.watch_beyond_ms)).then_some(at)
    }

    /// Nobody gives back behind the back of a human who has long found another way.
    fn is_too_late(&self, now: Timestamp, timing: &Timing) -> bool {
        self.order.approver != Approver::Rule && timing.decide_ms < now.since_ms(self.order.created_at)
    }
}
