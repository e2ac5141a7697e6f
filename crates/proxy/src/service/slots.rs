//! Slots for requests to the provider, dealt in turn: by account, and within it by terminal, so that no till waits behind
//! another's queue. One slot is never one terminal's, whatever that sends.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use scantill_types::{StoreId, TerminalId};
use tokio::sync::oneshot;

use crate::storage::Tenant;

/// What a tenant is within its account.
type Terminal = Option<(StoreId, TerminalId)>;

/// A bounded number of requests in flight.
#[derive(Debug)]
pub(super) struct Slots(Mutex<State>);

/// One of them; given back when it is dropped.
#[derive(Debug)]
pub(super) struct Slot {
    slots: Arc<Slots>,
    tenant: Tenant,
}

#[derive(Debug)]
struct State {
    free: usize,
    of_terminal_max: usize,
    held: HashMap<Tenant, usize>,
    waiting: Turns<String, Turns<Terminal, VecDeque<oneshot::Sender<Slot>>>>,
}

/// Who waits, the next one first.
type Turns<K, V> = VecDeque<(K, V)>;

impl Slots {
    pub(super) fn new(count: usize) -> Arc<Self> {
        let of_terminal_max = count.saturating_sub(1).max(1);
        let (held, waiting) = (HashMap::new(), Turns::new());
        Arc::new(Self(Mutex::new(State { free: count, of_terminal_max, held, waiting })))
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

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let slots = self.slots.clone();
        slots.give_back(&self.tenant);
    }
}

impl State {
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
        let terminals = entry(&mut self.waiting, tenant.account);
        entry(terminals, tenant.terminal).push_back(turn);
        waiting
    }

    /// Gives the next one its slot, and sends its terminal and its account to the end of their queues.
    fn next(&mut self) -> Option<(Tenant, oneshot::Sender<Slot>)> {
        self.forget_gone();
        for at in 0..self.waiting.len() {
            let (account, terminals) = &self.waiting[at];
            let tenant =
                |terminal: &Terminal| Tenant { account: account.clone(), terminal: terminal.clone() };
            let found = terminals.iter().position(|(terminal, _)| self.may_take(&tenant(terminal)));
            let Some(inner) = found else { continue };
            let tenant = tenant(&terminals[inner].0);
            let (account, mut terminals) = self.waiting.remove(at)?;
            let (terminal, mut turns) = terminals.remove(inner)?;
            let turn = turns.pop_front();
            terminals.push_back((terminal, turns));
            self.waiting.push_back((account, terminals));
            self.take(&tenant);
            return turn.map(|turn| (tenant, turn));
        }
        None
    }

    /// Who gave up waits no more.
    fn forget_gone(&mut self) {
        self.waiting.retain_mut(|(_, terminals)| {
            terminals.retain_mut(|(_, turns)| {
                turns.retain(|turn| !turn.is_closed());
                !turns.is_empty()
            });
            !terminals.is_empty()
        });
    }
}

fn entry<K: PartialEq, V: Default>(turns: &mut Turns<K, V>, key: K) -> &mut V {
    let at = turns.iter().position(|(known, _)| *known == key).unwrap_or_else(|| {
        turns.push_back((key, V::default()));
        turns.len() - 1
    });
    &mut turns[at].1
}

#[cfg(test)]
#[path = "slots/tests.rs"]
mod tests;
