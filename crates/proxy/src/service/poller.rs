//! The poller: leases the payments that are due, and performs the actions of each until nothing is due.

mod actions;

use std::sync::Arc;
use std::time::Duration;

use scantill_payment::PollPass;
use scantill_types::api::PaymentState;
use scantill_types::{Timestamp, Timing};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::Shared;
use super::accounts::Accounts;
use super::charge_lookup::Lookups;
use super::provider_reads::{Contact, ProviderReads, READS_MAX};
use crate::account::Account;
use crate::clock::Clock;
use crate::poll_queue::{Lease, PollResult};
use crate::storage::{Storage, StorageError, StoredPayment};
pub(super) use actions::PollActions;

/// Maximum payments that are polled at once: each waits for its turn to read, and no lease may run out in that queue while
/// a provider hangs.
const POLLS_MAX: usize = 4 * READS_MAX;

/// Far longer than a poll takes: a lease runs out only if its poller stopped, or was stopped.
const LEASE_MS: u64 = 300_000;
/// The loop wakes at least this often, even if nothing is due.
const PAUSE_MS_MAX: u64 = 60_000;

/// The last step of a pass.
#[derive(Clone, Copy)]
struct PassStep {
    contact: Contact,
    /// The payment's version before it.
    before: u64,
}

impl PassStep {
    /// When the step changed the payment; `None` if it did not: the same step would be next again.
    fn changed_at(self, stored: &StoredPayment) -> Option<Timestamp> {
        (self.contact == Contact::Reached && self.before != stored.version).then_some(stored.updated_at)
    }
}

/// Polls the payments that are due.
#[derive(Debug)]
pub(super) struct Poller {
    storage: Arc<dyn Storage>,
    clock: Arc<dyn Clock>,
    timing: Timing,
    accounts: Arc<Accounts>,
    provider: Arc<ProviderReads>,
    lookups: Arc<Lookups>,
    poll_actions: PollActions,
    slots: Arc<Semaphore>,
    wake: Arc<Notify>,
    tasks: TaskTracker,
    shutdown: CancellationToken,
}

impl Poller {
    pub(super) fn new(
        shared: &Shared,
        provider: Arc<ProviderReads>,
        lookups: Arc<Lookups>,
        poll_actions: PollActions,
    ) -> Self {
        let Shared { storage, clock, timing, accounts, wake, tasks, shutdown } = shared.clone();
        let slots = Arc::new(Semaphore::new(POLLS_MAX));
        Self {
            storage,
            clock,
            timing,
            accounts,
            provider,
            lookups,
            poll_actions,
            slots,
            wake,
            tasks,
            shutdown,
        }
    }

    /// Runs until the shutdown.
    pub(super) async fn poll(self: &Arc<Self>) {
        while !self.shutdown.is_cancelled() {
            let pause = self.poll_due().await.unwrap_or_else(|error| {
                tracing::error!(%error, "due payments cannot be leased");
                Duration::from_millis(self.timing.read_every_ms)
            });
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = self.wake.notified() => {}
                () = self.shutdown.cancelled() => {}
            }
        }
    }

    /// Begins the polls that are due, and returns how long nothing more will be due.
    async fn poll_due(self: &Arc<Self>) -> Result<Duration, StorageError> {
        let Self { storage, clock, slots, .. } = &**self;
        let room = slots.available_permits();
        for lease in storage.lease_due(clock.now(), LEASE_MS, room).await? {
            let Ok(slot) = slots.clone().try_acquire_owned() else { break };
            let poller = self.clone();
            self.tasks.spawn(async move { poller.poll_leased(lease, slot).await });
        }
        if slots.available_permits() == 0 {
            // The end of a poll wakes this loop.
            return Ok(Duration::from_millis(PAUSE_MS_MAX));
        }
        let now = clock.now();
        let pause_ms = storage.next_due(now).await?.map_or(PAUSE_MS_MAX, |due_at| due_at.since_ms(now));
        Ok(Duration::from_millis(pause_ms.clamp(1, PAUSE_MS_MAX)))
    }

    async fn poll_leased(&self, lease: Lease, slot: OwnedSemaphorePermit) {
        let reader = self.provider.reader(&lease.id);
        let _reading = reader.lock().await;
        let polled = match self.poll_payment(&lease).await {
            Ok(polled) => polled,
            Err(error) => {
                tracing::error!(payment = %lease.id, %error, "a payment could not be polled");
                let due_at = self.clock.now().plus_ms(self.timing.read_every_ms);
                PollResult { version: None, due_at: Some(due_at) }
            }
        };
        if let Err(error) = self.storage.release(lease, polled, self.clock.now()).await {
            tracing::error!(%error, "a lease could not be given back; its lease will run out");
        }
        drop(slot);
        self.wake.notify_one();
    }

    /// Performs the actions that are due, without a gap where the rules want none, and returns when the next one is.
    async fn poll_payment(&self, lease: &Lease) -> Result<PollResult, StorageError> {
        let (mut pass, mut step) = (PollPass::default(), None);
        loop {
            let over = PollResult { version: None, due_at: None };
            let Some(stored) = self.storage.payment(lease.id.clone()).await? else { return Ok(over) };
            let Some(account) = self.accounts.of(&stored) else { return Ok(over) };
            let changed_at = step.and_then(|step: PassStep| step.changed_at(&stored));
            let now = self.clock.now();
            let timing = self.accounts.timing_of(&account, &stored.attempt);
            let is_stopping = step.is_some() && self.shutdown.is_cancelled();
            let action = pass.next(&stored.attempt, now, changed_at, &timing).filter(|_| !is_stopping);
            let Some(action) = action else {
                return Ok(self.next_poll(&account, &stored, step, changed_at));
            };
            let contact = self.poll_actions.perform(lease, &account, &stored, action).await?;
            step = Some(PassStep { contact, before: stored.version });
        }
    }

    /// When the payment is polled again after this pass.
    fn next_poll(
        &self,
        account: &Account,
        stored: &StoredPayment,
        step: Option<PassStep>,
        changed_at: Option<Timestamp>,
    ) -> PollResult {
        let (now, timing) = (self.clock.now(), self.accounts.timing_of(account, &stored.attempt));
        // An action that a change makes due at once is due since that change.
        let next = stored.attempt.due(changed_at.unwrap_or(now), &timing).map(|next| next.at);
        let list = self.lookups.next_list_at(stored.id()).filter(|_| is_in_doubt(stored));
        let next = next.map(|next| list.map_or(next, |list| next.min(list)));
        // The last poll of a finished payment does not count if the provider could not be reached.
        let is_unreached = step.is_some_and(|step| step.contact == Contact::Unreached);
        let again = stored.attempt.watched().filter(|_| is_unreached);
        let next = next.or_else(|| again.map(|_| now.plus_ms(timing.read_rare_every_ms)));
        let pause_ms = match (step, changed_at) {
            (Some(_), None) => self.pause_ms(account),
            (Some(_), Some(_)) | (None, _) => 0,
        };
        let due_at = next.map(|next| next.max(now.plus_ms(pause_ms)));
        PollResult { version: Some(stored.version), due_at }
    }

    /// An unreachable provider is not asked again at once; a busy one not before its pause is over.
    fn pause_ms(&self, account: &Account) -> u64 {
        self.timing.read_every_ms.max(self.provider.held_off_ms(account))
    }
}

fn is_in_doubt(stored: &StoredPayment) -> bool {
    stored.attempt.payment_state() == PaymentState::Unknown
}
