//! Slots for requests to the provider, dealt in turn: by account, and within it by terminal, so that no till waits behind
//! another's queue. One terminal never has all slots.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::fair_share::{RoundRobin, Tenant};

/// A bounded number of requests in flight.
#[derive(Debug)]
pub(super) struct Slots(Mutex<SlotState>);

/// One of them; given back when it is dropped.
#[derive(Debug)]
pub(super) struct Slot {
    slots: Arc<Slots>,
    tenant: Tenant,
}

#[derive(Debug)]
struct SlotState {
    free: usize,
    of_terminal_max: usize,
    held: HashMap<Tenant, usize>,
    waiting: HashMap<Tenant, VecDeque<oneshot::Sender<Slot>>>,
    order: RoundRobin,
}

impl Slots {
    pub(super) fn new(count: usize) -> Arc<Self> {
        let of_terminal_max = count.saturating_sub(1).max(1);
        let (held, waiting, order) = (HashMap::new(), HashMap::new(), RoundRobin::default());
        Arc::new(Self(Mutex::new(SlotState { free: count, of_terminal_max, held, waiting, order })))
    }

    /// A slot, if one is free for this tenant now. Nobody is overtaken: who waits could not have it.
    pub(super) fn try_take(self: &Arc<Self>, tenant: Tenant) -> Option<Slot> {
        self.state().take(&tenant).then(|| Slot { slots: self.clone(), tenant })
    }

    /// A slot, when it is this tenant's turn.
    pub(super) async fn take(self: &Arc<Self>, tenant: Tenant) -> Option<Slot> {
        let turn = {
            let mut state = self.state();
            if state.take(&tenant) {
                return Some(Slot { slots: self.clone(), tenant });
            }
            state.wait(tenant)
        };
        turn.await.ok()
    }

    fn give_back(self: &Arc<Self>, tenant: &Tenant) {
        self.state().free_of(tenant);
        loop {
            let next = self.state().next();
            let Some((tenant, turn)) = next else { return };
            // One that was given up in this very moment comes back by being dropped, outside the lock.
            drop(turn.send(Slot { slots: self.clone(), tenant }));
        }
    }

    fn state(&self) -> MutexGuard<'_, SlotState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let slots = self.slots.clone();
        slots.give_back(&self.tenant);
    }
}

impl SlotState {
    fn may_take(&self, tenant: &Tenant) -> bool {
        0 < self.free && self.held.get(tenant).copied().unwrap_or(0) < self.of_terminal_max
    }

    fn take(&mut self, tenant: &Tenant) -> bool {
        let may = self.may_take(tenant);
        if may {
            self.free -= 1;
            *self.held.entry(tenant.clone()).or_default() += 1;
        }
        may
    }

    fn free_of(&mut self, tenant: &Tenant) {
        self.free += 1;
        if let Some(held) = self.held.get_mut(tenant) {
            *held -= 1;
            if *held == 0 {
                self.held.remove(tenant);
            }
        }
    }

    fn wait(&mut self, tenant: Tenant) -> oneshot::Receiver<Slot> {
        let (turn, waiting) = oneshot::channel();
        self.order.join(&tenant);
        self.waiting.entry(tenant).or_default().push_back(turn);
        waiting
    }

    /// Gives the next tenant its slot, and sends its terminal and its account to the end of the order.
    fn next(&mut self) -> Option<(Tenant, oneshot::Sender<Slot>)> {
        self.forget_gone();
        let may_take = self.waiting.keys().filter(|tenant| self.may_take(tenant));
        let tenant = may_take.min_by_key(|tenant| self.order.rank(tenant))?.clone();
        let turn = self.waiting.get_mut(&tenant)?.pop_front()?;
        self.order.note_turn(&tenant);
        self.take(&tenant);
        Some((tenant, turn))
    }

    /// Forgets the requests that were given up, and the tenants without any.
    fn forget_gone(&mut self) {
        self.waiting.retain(|_, turns| {
            turns.retain(|turn| !turn.is_closed());
            !turns.is_empty()
        });
        let Self { waiting, order, .. } = self;
        order.forget_idle(|tenant| waiting.contains_key(tenant));
    }
}

#[cfg(test)]
#[path = "slots/tests.rs"]
mod tests;
