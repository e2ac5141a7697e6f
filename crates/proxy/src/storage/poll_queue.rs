//! When each open payment must be looked at, and who is looking. It is rebuilt from the storage at start.

mod turns;

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use scantill_types::{PaymentId, Timestamp};

use super::Tenant;
use turns::{DuePayment, Held, PollTurns, has_place};

/// Looks at what is over that may be under way at once: they leave room for whoever pays now.
const FINISHED_POLLS_MAX: usize = 4;

/// Names one run of one process among all that work on the same storage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner(pub String);

/// A payment leased to one reader: nobody else reads its charge meanwhile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The payment.
    pub id: PaymentId,
    /// Grows with each lease of any payment. What is said under an older one than the payment's last has no effect.
    pub fence: u64,
}

/// What a reader found when it gave its lease back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PollResult {
    /// The version on which it decided. A commit that came later knows better when the payment is due.
    /// `u64::MAX` where nothing could be decided: then what is said here holds.
    pub version: u64,
    /// When the payment is due again; none if it is over.
    pub due_at: Option<Timestamp>,
}

/// What a commit plans for its payment.
#[derive(Clone, Debug)]
pub(super) struct PollPlan {
    /// None if nothing more is due.
    pub(super) due_at: Option<Timestamp>,
    pub(super) version: u64,
    pub(super) is_only_watched: bool,
    /// Whose payment it is.
    pub(super) tenant: Tenant,
}

#[derive(Clone, Debug)]
struct QueueEntry {
    due_at: Option<Timestamp>,
    /// The version that was planned last.
    version: u64,
    /// It ended unpaid, and is looked at in case money came after all: that may wait for everything else.
    is_only_watched: bool,
    /// Whose payment it is.
    tenant: Tenant,
    lease: Option<LeaseTerm>,
    /// Somebody wanted a look while it was leased.
    again: bool,
}

#[derive(Clone, Copy, Debug)]
struct LeaseTerm {
    fence: u64,
    until: Timestamp,
}

/// One process serves the storage, so that leases need not outlive it.
#[derive(Debug, Default)]
pub(super) struct PollQueue {
    planned: Mutex<QueueState>,
}

#[derive(Debug, Default)]
struct QueueState {
    entries: HashMap<PaymentId, QueueEntry>,
    turns: PollTurns,
    fence: u64,
}

impl QueueEntry {
    /// When it may be leased: a lease that ran out protects nobody.
    fn leasable_at(&self) -> Option<Timestamp> {
        Some(self.due_at?.max(self.lease.map_or(Timestamp(i64::MIN), |lease| lease.until)))
    }

    fn is_leased(&self, now: Timestamp) -> bool {
        self.lease.is_some_and(|lease| now < lease.until)
    }
}

impl PollQueue {
    /// Plans a look after a commit.
    pub(super) fn plan(&self, id: &PaymentId, plan: PollPlan) {
        let PollPlan { due_at, version, is_only_watched, tenant } = plan;
        let entries = &mut self.lock().entries;
        let known = entries.get(id);
        let lease = known.and_then(|entry| entry.lease);
        let again = known.is_some_and(|entry| entry.again);
        if due_at.is_none() && lease.is_none() {
            entries.remove(id);
            return;
        }
        entries.insert(id.clone(), QueueEntry { due_at, version, is_only_watched, tenant, lease, again });
    }

    pub(super) fn lease(&self, now: Timestamp, lease_ms: u64, limit: usize) -> Vec<Lease> {
        let planned = &mut *self.lock();
        let watched_room = planned.watched_room(now);
        let QueueState { entries, turns, fence } = planned;
        let is_due = |entry: &QueueEntry| entry.leasable_at().is_some_and(|at| at <= now);
        let due = entries.iter().filter(|(_, entry)| is_due(entry)).map(|(id, entry)| {
            let QueueEntry { is_only_watched, tenant, .. } = entry;
            DuePayment { is_only_watched: *is_only_watched, due_at: entry.due_at.unwrap_or(now), id, tenant }
        });
        let dealt = turns.deal(due.collect(), held(entries, now), limit, watched_room);
        let dealt: Vec<PaymentId> = dealt.into_iter().cloned().collect();
        let lease_one = |id: PaymentId| {
            let entry = entries.get_mut(&id)?;
            *fence += 1;
            entry.lease = Some(LeaseTerm { fence: *fence, until: now.plus_ms(lease_ms) });
            Some(Lease { id, fence: *fence })
        };
        dealt.into_iter().filter_map(lease_one).collect()
    }

    /// Whether nobody has leased the payment after this lease, and it was not given back.
    pub(super) fn holds(&self, lease: &Lease) -> bool {
        self.lock().holds(lease)
    }

    /// `true` if nothing more is due although the last commit planned something.
    pub(super) fn release(&self, lease: &Lease, polled: PollResult, now: Timestamp) -> bool {
        let planned = &mut *self.lock();
        if !planned.holds(lease) {
            return false;
        }
        let Some(entry) = planned.entries.get_mut(&lease.id) else { return false };
        let next = if polled.version < entry.version { entry.due_at } else { polled.due_at };
        let due_at = if entry.again { Some(now) } else { next };
        if due_at.is_some() {
            (entry.due_at, entry.lease, entry.again) = (due_at, None, false);
            return false;
        }
        let was_planned = entry.due_at.is_some();
        planned.entries.remove(&lease.id);
        was_planned
    }

    /// Makes a payment due now; one that is leased is due again as soon as it is given back.
    pub(super) fn expedite(&self, id: &PaymentId, tenant: Tenant, now: Timestamp) {
        let entries = &mut self.lock().entries;
        let (version, is_only_watched, lease, again) = (0, false, None, false);
        let entry = entries.entry(id.clone()).or_insert(QueueEntry {
            due_at: Some(now),
            version,
            is_only_watched,
            tenant,
            lease,
            again,
        });
        entry.again = entry.lease.is_some();
        entry.due_at = Some(now);
    }

    pub(super) fn stagger_overdue(&self, now: Timestamp, pace_ms: u64) -> usize {
        let entries = &mut self.lock().entries;
        let is_overdue =
            |entry: &QueueEntry| entry.is_only_watched && entry.due_at.is_some_and(|at| at <= now);
        let mut overdue: Vec<(Option<Timestamp>, PaymentId)> = entries
            .iter()
            .filter(|(_, entry)| is_overdue(entry))
            .map(|(id, entry)| (entry.due_at, id.clone()))
            .collect();
        overdue.sort();
        for (place, (_, id)) in (0..).zip(&overdue) {
            if let Some(entry) = entries.get_mut(id) {
                entry.due_at = Some(now.plus_ms(pace_ms * place));
            }
        }
        overdue.len()
    }

    /// What is planned stays as far off as it was.
    pub(super) fn shift_due_times(&self, ms: i64) {
        let moved = |at: Timestamp| Timestamp(at.0.saturating_add(ms));
        for entry in self.lock().entries.values_mut() {
            entry.due_at = entry.due_at.map(moved);
            entry.lease = entry.lease.map(|lease| LeaseTerm { until: moved(lease.until), ..lease });
        }
    }

    /// Whoever gives back a look makes room for the next of its terminal, or of what is over, so that nobody need wait for
    /// that by the clock.
    pub(super) fn next_due(&self, now: Timestamp) -> Option<Timestamp> {
        let planned = self.lock();
        let has_room = 0 < planned.watched_room(now);
        let held = held(&planned.entries, now);
        let may_be_next = |entry: &&QueueEntry| {
            (has_room || !entry.is_only_watched) && (entry.is_leased(now) || has_place(&held, &entry.tenant))
        };
        planned.entries.values().filter(may_be_next).filter_map(QueueEntry::leasable_at).min()
    }

    fn lock(&self) -> MutexGuard<'_, QueueState> {
        self.planned.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl QueueState {
    fn watched_room(&self, now: Timestamp) -> usize {
        let leased = self.entries.values().filter(|entry| entry.is_leased(now) && entry.is_only_watched);
        FINISHED_POLLS_MAX.saturating_sub(leased.count())
    }

    fn holds(&self, lease: &Lease) -> bool {
        let in_force = self.entries.get(&lease.id).and_then(|entry| entry.lease);
        in_force.is_some_and(|in_force| in_force.fence == lease.fence)
    }
}

/// The leases in force.
fn held(entries: &HashMap<PaymentId, QueueEntry>, now: Timestamp) -> Held<'_> {
    let mut held = Held::new();
    for entry in entries.values().filter(|entry| entry.is_leased(now)) {
        *held.entry(&entry.tenant).or_default() += 1;
    }
    held
}
