//! Which tenant is next: accounts take turns, and within an account its terminals.

use std::collections::HashMap;

use super::Tenant;

/// When each account and each tenant had its last turn, by the count of all turns. A tenant that joins waits behind the
/// tenants that wait already.
#[derive(Debug, Default)]
pub(crate) struct RoundRobin {
    count: u64,
    of_account: HashMap<String, u64>,
    of_tenant: HashMap<Tenant, u64>,
}

/// The place of a tenant in the order; the least is next.
pub(crate) type Rank = (u64, u64);

impl RoundRobin {
    /// A tenant has work. One that is known already keeps its place.
    pub(crate) fn join(&mut self, tenant: &Tenant) {
        self.count += 1;
        self.of_account.entry(tenant.account.clone()).or_insert(self.count);
        self.of_tenant.entry(tenant.clone()).or_insert(self.count);
    }

    /// A tenant had its turn: it and its account go to the end.
    pub(crate) fn note_turn(&mut self, tenant: &Tenant) {
        self.count += 1;
        self.of_account.insert(tenant.account.clone(), self.count);
        self.of_tenant.insert(tenant.clone(), self.count);
    }

    /// The place of a tenant that has joined.
    pub(crate) fn rank(&self, tenant: &Tenant) -> Rank {
        let of_account = self.of_account.get(&tenant.account).copied().unwrap_or(self.count);
        (of_account, self.of_tenant.get(tenant).copied().unwrap_or(self.count))
    }

    /// Forgets the tenants without work, so that as many are known as have some.
    pub(crate) fn forget_idle(&mut self, has_work: impl Fn(&Tenant) -> bool) {
        self.of_tenant.retain(|tenant, _| has_work(tenant));
        let Self { of_account, of_tenant, .. } = self;
        of_account.retain(|account, _| of_tenant.keys().any(|tenant| tenant.account == *account));
    }

    #[cfg(test)]
    pub(crate) fn sizes(&self) -> (usize, usize) {
        (self.of_tenant.len(), self.of_account.len())
    }
}
