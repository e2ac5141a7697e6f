//! Whose payments are looked at next: accounts take turns, and within an account its terminals, so that a terminal with
//! many open payments delays nobody else's.

use std::collections::{HashMap, VecDeque};

use scantill_types::{PaymentId, Timestamp};

use super::Tenant;

/// Looks for one terminal that may be under way at once: a part of the places is always left to the others.
pub(super) const OF_TENANT_MAX: usize = 8;

/// Leases in force, by tenant.
pub(super) type Held<'a> = HashMap<&'a Tenant, usize>;

/// A payment whose time has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct DuePayment<'a> {
    pub(super) is_only_watched: bool,
    pub(super) due_at: Timestamp,
    pub(super) id: &'a PaymentId,
    pub(super) tenant: &'a Tenant,
}

/// When each account and each tenant had its last turn, by the count of all turns. Who is not known had none of late.
#[derive(Debug, Default)]
pub(super) struct PollTurns {
    count: u64,
    of_account: HashMap<String, u64>,
    of_tenant: HashMap<Tenant, u64>,
}

impl PollTurns {
    /// Picks at most `limit` of what is due. What is only watched comes after all else, and `watched_room` bounds it.
    pub(super) fn deal<'a>(
        &mut self,
        mut due: Vec<DuePayment<'a>>,
        mut held: Held<'a>,
        limit: usize,
        mut watched_room: usize,
    ) -> Vec<&'a PaymentId> {
        due.sort();
        let mut waiting: HashMap<&Tenant, VecDeque<DuePayment<'a>>> = HashMap::new();
        for one in due {
            waiting.entry(one.tenant).or_default().push_back(one);
        }
        self.forget_idle(|tenant| waiting.contains_key(tenant) || held.contains_key(tenant));
        let mut dealt = Vec::new();
        while dealt.len() < limit {
            waiting.retain(|tenant, queue| {
                let has_room = |next: &DuePayment<'_>| !next.is_only_watched || 0 < watched_room;
                has_place(&held, tenant) && queue.front().is_some_and(has_room)
            });
            let first = waiting.values().filter_map(VecDeque::front).min_by_key(|next| self.order(next));
            let Some(first) = first.copied() else { break };
            waiting.entry(first.tenant).or_default().pop_front();
            watched_room -= usize::from(first.is_only_watched);
            *held.entry(first.tenant).or_default() += 1;
            self.note_turn(first.tenant);
            dealt.push(first.id);
        }
        dealt
    }

    /// Least is next.
    fn order<'a>(&self, next: &DuePayment<'a>) -> (bool, u64, u64, DuePayment<'a>) {
        let of_account = self.of_account.get(&next.tenant.account).copied().unwrap_or(0);
        let of_tenant = self.of_tenant.get(next.tenant).copied().unwrap_or(0);
        (next.is_only_watched, of_account, of_tenant, *next)
    }

    fn note_turn(&mut self, tenant: &Tenant) {
        self.count += 1;
        self.of_account.insert(tenant.account.clone(), self.count);
        self.of_tenant.insert(tenant.clone(), self.count);
    }

    /// As many are known as have work.
    fn forget_idle(&mut self, has_work: impl Fn(&Tenant) -> bool) {
        self.of_tenant.retain(|tenant, _| has_work(tenant));
        let Self { of_account, of_tenant, .. } = self;
        of_account.retain(|account, _| of_tenant.keys().any(|tenant| tenant.account == *account));
    }
}

/// Whether one more may be looked at for this tenant.
pub(super) fn has_place(held: &Held<'_>, tenant: &Tenant) -> bool {
    held.get(tenant).copied().unwrap_or(0) < OF_TENANT_MAX
}

#[cfg(test)]
#[path = "turns/tests.rs"]
mod tests;
