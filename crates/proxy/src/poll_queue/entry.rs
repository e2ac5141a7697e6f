//! One payment in the queue.

use scantill_types::Timestamp;

use super::PollPlan;
use crate::fair_share::Tenant;

/// The place of an entry in the order of its tenant: active payments first, then the longest due.
pub(super) type ReadyKey = (bool, Timestamp);

#[derive(Clone, Debug)]
pub(super) struct QueueEntry {
    pub(super) due_at: Option<Timestamp>,
    /// The version that was planned last.
    pub(super) version: u64,
    pub(super) is_finished: bool,
    pub(super) tenant: Tenant,
    pub(super) lease: Option<LeaseTerm>,
    /// The payment was expedited while it was leased.
    pub(super) is_expedited: bool,
    /// Where the indexes have it.
    pub(super) index: Index,
}

/// In which index an entry is, and under which key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Index {
    /// Nothing is due.
    None,
    /// It can be leased from this time on.
    Waiting(Timestamp),
    /// It can be leased now.
    Ready(ReadyKey),
}

#[derive(Clone, Copy, Debug)]
pub(super) struct LeaseTerm {
    pub(super) fence: u64,
    pub(super) until: Timestamp,
    /// Whether it took one of the places of finished payments.
    pub(super) is_of_finished: bool,
    pub(super) term: Term,
}

/// Whether a lease still takes a place. One that ran out stays in force until another lease is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Term {
    Running,
    RanOut,
}

impl QueueEntry {
    pub(super) fn new(plan: PollPlan, before: Option<&Self>) -> Self {
        let PollPlan { due_at, version, is_finished, tenant } = plan;
        let lease = before.and_then(|before| before.lease);
        let is_expedited = before.is_some_and(|before| before.is_expedited);
        Self { due_at, version, is_finished, tenant, lease, is_expedited, index: Index::None }
    }

    /// When it may be leased: a lease that ran out protects nobody.
    pub(super) fn leasable_at(&self) -> Option<Timestamp> {
        Some(self.due_at?.max(self.lease.map_or(Timestamp(i64::MIN), |lease| lease.until)))
    }

    pub(super) fn ready_key(&self) -> ReadyKey {
        (self.is_finished, self.due_at.unwrap_or(Timestamp(i64::MIN)))
    }
}
