//! The queue of one process, in memory: every operation on one payment costs O(log n) of the payments.

mod state;

use std::sync::{Mutex, MutexGuard, PoisonError};

use scantill_types::{PaymentId, Timestamp};

use super::entry::{LeaseTerm, QueueEntry, Term};
use super::{Lease, PollPlan, PollResult, Released};
use crate::fair_share::Tenant;
use state::QueueState;

/// Maximum concurrent polls of finished payments, so that active payments are not delayed.
pub(super) const FINISHED_POLLS_MAX: usize = 4;
/// Maximum concurrent polls for one terminal: a part of the places is always left to the others.
pub(super) const POLLS_OF_TERMINAL_MAX: usize = 8;

/// The queue of one process.
#[derive(Debug, Default)]
pub struct LocalPollQueue {
    state: Mutex<QueueState>,
}

impl LocalPollQueue {
    /// Plans a poll after a commit.
    pub fn plan(&self, id: &PaymentId, plan: PollPlan) {
        let state = &mut *self.lock();
        let before = state.take(id);
        let entry = QueueEntry::new(plan, before.as_ref());
        if entry.due_at.is_some() || entry.lease.is_some() {
            state.put(id.clone(), entry);
        }
    }

    /// Leases due payments.
    pub fn lease(&self, now: Timestamp, lease_ms: u64, limit: usize) -> Vec<Lease> {
        let state = &mut *self.lock();
        state.advance(now);
        state.forget_idle_tenants();
        let mut leases = Vec::new();
        while leases.len() < limit {
            let Some(id) = state.next_id() else { break };
            let Some(lease) = state.lease(id, now.plus_ms(lease_ms)) else { break };
            leases.push(lease);
        }
        leases
    }

    /// Whether a lease was not released, and nobody has leased the payment after it.
    pub fn holds(&self, lease: &Lease) -> bool {
        self.lock().holds(lease)
    }

    /// Releases a lease.
    pub fn release(&self, lease: &Lease, polled: PollResult, now: Timestamp) -> Released {
        let state = &mut *self.lock();
        if !state.holds(lease) {
            return Released::Kept;
        }
        let Some(mut entry) = state.take(&lease.id) else { return Released::Kept };
        entry.lease = None;
        let is_overtaken = polled.version.is_some_and(|version| version < entry.version);
        let next = if is_overtaken { entry.due_at } else { polled.due_at };
        let was_planned = entry.due_at.is_some();
        entry.due_at = if entry.is_expedited { Some(now) } else { next };
        entry.is_expedited = false;
        if entry.due_at.is_none() {
            return if was_planned { Released::Forgotten } else { Released::Kept };
        }
        state.put(lease.id.clone(), entry);
        Released::Kept
    }

    /// Makes a payment due now; one that is leased is due again as soon as its lease is released.
    pub fn expedite(&self, id: &PaymentId, tenant: Tenant, now: Timestamp) {
        let state = &mut *self.lock();
        let unknown = PollPlan { due_at: Some(now), version: 0, is_finished: false, tenant };
        let mut entry = state.take(id).unwrap_or_else(|| QueueEntry::new(unknown, None));
        entry.is_expedited = entry.lease.is_some();
        entry.due_at = Some(now);
        state.put(id.clone(), entry);
    }

    /// Puts off the overdue polls of finished payments.
    pub fn stagger_overdue(&self, now: Timestamp, pace_ms: u64) -> usize {
        let state = &mut *self.lock();
        let overdue = state.overdue_finished(now);
        for (place, id) in (0..).zip(&overdue) {
            if let Some(mut entry) = state.take(id) {
                entry.due_at = Some(now.plus_ms(pace_ms * place));
                state.put(id.clone(), entry);
            }
        }
        overdue.len()
    }

    /// Moves all due times, and the ends of all leases.
    pub fn shift_due_times(&self, ms: i64) {
        let moved = |at: Timestamp| Timestamp(at.0.saturating_add(ms));
        let state = &mut *self.lock();
        for id in state.ids() {
            let Some(mut entry) = state.take(&id) else { continue };
            entry.due_at = entry.due_at.map(moved);
            entry.lease = entry.lease.map(|lease| LeaseTerm { until: moved(lease.until), ..lease });
            state.put(id, entry);
        }
    }

    /// When the next payment can be leased. A release makes room for the next payment of its terminal, or for the next
    /// finished one, so that nobody waits for that by the clock.
    pub fn next_due(&self, now: Timestamp) -> Option<Timestamp> {
        let state = &mut *self.lock();
        state.advance(now);
        state.next_due()
    }

    fn lock(&self) -> MutexGuard<'_, QueueState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl LeaseTerm {
    fn is_running(&self) -> bool {
        self.term == Term::Running
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;

#[cfg(test)]
#[path = "properties.rs"]
mod properties;
