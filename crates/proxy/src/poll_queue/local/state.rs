//! The entries of the queue, and the indexes by which they are found.

use std::collections::{BTreeSet, HashMap};

use scantill_types::{PaymentId, Timestamp};

use super::super::Lease;
use super::super::entry::{Index, LeaseTerm, QueueEntry, ReadyKey, Term};
use super::{FINISHED_POLLS_MAX, POLLS_OF_TERMINAL_MAX};
use crate::fair_share::{RoundRobin, Tenant};

#[derive(Debug, Default)]
pub(super) struct QueueState {
    entries: HashMap<PaymentId, QueueEntry>,
    /// Entries that can be leased later, by when.
    waiting: BTreeSet<(Timestamp, PaymentId)>,
    /// Entries that can be leased now, by tenant.
    ready: HashMap<Tenant, BTreeSet<(ReadyKey, PaymentId)>>,
    /// The leases that run, by their end.
    leases: BTreeSet<(Timestamp, PaymentId)>,
    leases_of: HashMap<Tenant, usize>,
    leases_of_finished: usize,
    pub(super) order: RoundRobin,
    fence: u64,
}

impl QueueState {
    /// Takes an entry out of all indexes, to change it. [`put`](Self::put) brings it back.
    pub(super) fn take(&mut self, id: &PaymentId) -> Option<QueueEntry> {
        let entry = self.entries.remove(id)?;
        match entry.index {
            Index::None => {}
            Index::Waiting(at) => {
                self.waiting.remove(&(at, id.clone()));
            }
            Index::Ready(key) => self.remove_ready(&entry.tenant, &(key, id.clone())),
        }
        if let Some(lease) = entry.lease.filter(LeaseTerm::is_running) {
            self.leases.remove(&(lease.until, id.clone()));
            self.count_lease(&entry.tenant, lease, -1);
        }
        Some(entry)
    }

    pub(super) fn put(&mut self, id: PaymentId, mut entry: QueueEntry) {
        entry.index = entry.leasable_at().map_or(Index::None, Index::Waiting);
        if let Index::Waiting(at) = entry.index {
            self.waiting.insert((at, id.clone()));
        }
        if let Some(lease) = entry.lease.filter(LeaseTerm::is_running) {
            self.leases.insert((lease.until, id.clone()));
            self.count_lease(&entry.tenant, lease, 1);
        }
        self.entries.insert(id, entry);
    }

    /// Moves what became due, and frees the places of leases that ran out.
    pub(super) fn advance(&mut self, now: Timestamp) {
        while let Some(id) = pop_until(&mut self.leases, now) {
            let Some(entry) = self.entries.get_mut(&id) else { continue };
            let Some(lease) = &mut entry.lease else { continue };
            lease.term = Term::RanOut;
            let (tenant, lease) = (entry.tenant.clone(), *lease);
            self.count_lease(&tenant, lease, -1);
        }
        while let Some(id) = pop_until(&mut self.waiting, now) {
            let Some(entry) = self.entries.get_mut(&id) else { continue };
            let key = entry.ready_key();
            entry.index = Index::Ready(key);
            self.order.join(&entry.tenant);
            self.ready.entry(entry.tenant.clone()).or_default().insert((key, id));
        }
    }

    /// Forgets the turns of tenants that have neither a due payment nor a lease.
    pub(super) fn forget_idle_tenants(&mut self) {
        let Self { ready, leases_of, order, .. } = self;
        order.forget_idle(|tenant| ready.contains_key(tenant) || leases_of.contains_key(tenant));
    }

    /// The payment whose turn it is, if there is room for one.
    pub(super) fn next_id(&self) -> Option<PaymentId> {
        let first = self.servable().min_by_key(|(tenant, (key, id))| {
            let (is_finished, due_at) = *key;
            (is_finished, self.order.rank(tenant), due_at, id)
        });
        first.map(|(_, (_, id))| id.clone())
    }

    /// Leases a payment, in the turn of its tenant.
    pub(super) fn lease(&mut self, id: PaymentId, until: Timestamp) -> Option<Lease> {
        let mut entry = self.take(&id)?;
        self.fence += 1;
        let (fence, is_of_finished) = (self.fence, entry.is_finished);
        entry.lease = Some(LeaseTerm { fence, until, is_of_finished, term: Term::Running });
        self.order.note_turn(&entry.tenant);
        self.put(id.clone(), entry);
        Some(Lease { id, fence })
    }

    pub(super) fn holds(&self, lease: &Lease) -> bool {
        let in_force = self.entries.get(&lease.id).and_then(|entry| entry.lease);
        in_force.is_some_and(|in_force| in_force.fence == lease.fence)
    }

    pub(super) fn overdue_finished(&self, now: Timestamp) -> Vec<PaymentId> {
        let is_overdue = |entry: &QueueEntry| entry.is_finished && entry.due_at.is_some_and(|at| at <= now);
        let overdue = self.entries.iter().filter(|(_, entry)| is_overdue(entry));
        let mut overdue: Vec<_> = overdue.map(|(id, entry)| (entry.due_at, id.clone())).collect();
        overdue.sort();
        overdue.into_iter().map(|(_, id)| id).collect()
    }

    pub(super) fn ids(&self) -> Vec<PaymentId> {
        self.entries.keys().cloned().collect()
    }

    pub(super) fn next_due(&self) -> Option<Timestamp> {
        let ready = self.servable().map(|(_, ((_, due_at), _))| *due_at);
        ready.chain(self.waiting.first().map(|(at, _)| *at)).min()
    }

    /// The first ready entry of each tenant that has room for it.
    fn servable(&self) -> impl Iterator<Item = (&Tenant, &(ReadyKey, PaymentId))> {
        let has_room = |tenant: &Tenant, is_finished: bool| {
            let is_below = self.leases_of.get(tenant).copied().unwrap_or(0) < POLLS_OF_TERMINAL_MAX;
            is_below && (!is_finished || self.leases_of_finished < FINISHED_POLLS_MAX)
        };
        let first = self.ready.iter().filter_map(|(tenant, entries)| Some((tenant, entries.first()?)));
        first.filter(move |(tenant, ((is_finished, _), _))| has_room(tenant, *is_finished))
    }

    fn remove_ready(&mut self, tenant: &Tenant, key: &(ReadyKey, PaymentId)) {
        if let Some(entries) = self.ready.get_mut(tenant) {
            entries.remove(key);
            if entries.is_empty() {
                self.ready.remove(tenant);
            }
        }
    }

    fn count_lease(&mut self, tenant: &Tenant, lease: LeaseTerm, change: isize) {
        let count = self.leases_of.entry(tenant.clone()).or_default();
        *count = count.saturating_add_signed(change);
        if *count == 0 {
            self.leases_of.remove(tenant);
        }
        if lease.is_of_finished {
            self.leases_of_finished = self.leases_of_finished.saturating_add_signed(change);
        }
    }
}

/// Takes the first out whose time has come.
fn pop_until(index: &mut BTreeSet<(Timestamp, PaymentId)>, now: Timestamp) -> Option<PaymentId> {
    let is_due = index.first().is_some_and(|(at, _)| *at <= now);
    if is_due { index.pop_first().map(|(_, id)| id) } else { None }
}
