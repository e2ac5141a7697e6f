//! The poller: leases the payments that are due, and performs the tasks of each until nothing is due.

mod tasks;

use std::time::Duration;

use scantill_payment::PollPass;
use scantill_types::Timestamp;
use scantill_types::api::PaymentState;
use tokio::sync::OwnedSemaphorePermit;

use super::provider_reads::Contact;
use super::{Inner, PaymentService};
use crate::account::Account;
use crate::poll_queue::{Lease, PollResult};
use crate::storage::{StorageError, StoredPayment};

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

impl PaymentService {
    /// Runs until the shutdown.
    pub async fn poll(&self) {
        while !self.inner.shutdown.is_cancelled() {
            let pause = self.poll_due().await.unwrap_or_else(|error| {
                tracing::error!(%error, "due payments cannot be leased");
                Duration::from_millis(self.inner.timing.read_every_ms)
            });
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = self.inner.wake.notified() => {}
                () = self.inner.shutdown.cancelled() => {}
            }
        }
    }

    /// Begins the polls that are due, and returns how long nothing more will be due.
    async fn poll_due(&self) -> Result<Duration, StorageError> {
        let Inner { storage, clock, poll_slots, .. } = &*self.inner;
        let room = poll_slots.available_permits();
        for lease in storage.lease_due(clock.now(), LEASE_MS, room).await? {
            let Ok(place) = poll_slots.clone().try_acquire_owned() else { break };
            let service = self.clone();
            self.inner.tasks.spawn(async move { service.poll_leased(lease, place).await });
        }
        if poll_slots.available_permits() == 0 {
            // The end of a poll wakes this loop.
            return Ok(Duration::from_millis(PAUSE_MS_MAX));
        }
        let now = clock.now();
        let pause_ms = storage.next_due(now).await?.map_or(PAUSE_MS_MAX, |due_at| due_at.since_ms(now));
        Ok(Duration::from_millis(pause_ms.clamp(1, PAUSE_MS_MAX)))
    }

    /// Reads the provider once for this payment, in any state, and returns the payment after it. Callers that come while
    /// another caller waits for a read that has not begun yet share that read.
    pub async fn refresh(&self, stored: &StoredPayment) -> Result<StoredPayment, StorageError> {
        let requested_ms = self.inner.clock.monotonic_ms();
        let reader = self.inner.provider.reader(stored.id());
        let mut began_ms = reader.lock().await;
        let is_read = began_ms.is_some_and(|began_ms| requested_ms <= began_ms);
        if let Some(account) = self.account(stored).filter(|_| !is_read) {
            *began_ms = Some(self.inner.clock.monotonic_ms());
            match stored.attempt.money().map(|charge| charge.id.clone()) {
                Some(charge) => self.read(None, &account, stored, &charge).await?,
                None => self.lookup_charge(None, &account, stored).await?,
            };
        }
        Ok(self.inner.storage.payment(stored.id().clone()).await?.unwrap_or_else(|| stored.clone()))
    }

    async fn poll_leased(&self, lease: Lease, place: OwnedSemaphorePermit) {
        let reader = self.inner.provider.reader(&lease.id);
        let _reading = reader.lock().await;
        let polled = match self.poll_payment(&lease).await {
            Ok(polled) => polled,
            Err(error) => {
                tracing::error!(payment = %lease.id, %error, "a payment could not be polled");
                let due_at = self.inner.clock.now().plus_ms(self.inner.timing.read_every_ms);
                PollResult { version: None, due_at: Some(due_at) }
            }
        };
        if let Err(error) = self.inner.storage.release(lease, polled, self.inner.clock.now()).await {
            tracing::error!(%error, "a lease could not be given back; its lease will run out");
        }
        drop(place);
        self.inner.wake.notify_one();
    }

    /// Performs the tasks that are due, without a gap where the rules want none, and returns when the next one is.
    async fn poll_payment(&self, lease: &Lease) -> Result<PollResult, StorageError> {
        let (mut pass, mut step) = (PollPass::default(), None);
        loop {
            let over = PollResult { version: None, due_at: None };
            let Some(stored) = self.inner.storage.payment(lease.id.clone()).await? else { return Ok(over) };
            let Some(account) = self.account(&stored) else { return Ok(over) };
            let changed_at = step.and_then(|step: PassStep| step.changed_at(&stored));
            let now = self.inner.clock.now();
            let timing = self.timing_of(&account, &stored.attempt);
            let is_stopping = step.is_some() && self.inner.shutdown.is_cancelled();
            let task = pass.next(&stored.attempt, now, changed_at, &timing).filter(|_| !is_stopping);
            let Some(task) = task else {
                return Ok(self.next_poll(&account, &stored, step, changed_at));
            };
            let contact = self.perform_task(lease, &account, &stored, task).await?;
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
        let (now, timing) = (self.inner.clock.now(), self.timing_of(account, &stored.attempt));
        // A task that a change makes due at once is due since that change.
        let next = stored.attempt.due(changed_at.unwrap_or(now), &timing).map(|next| next.at);
        let list = self.inner.lookups.next_list_at(stored.id()).filter(|_| is_in_doubt(stored));
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
        self.inner.timing.read_every_ms.max(self.inner.provider.held_off_ms(account))
    }
}

fn is_in_doubt(stored: &StoredPayment) -> bool {
    stored.attempt.payment_state() == PaymentState::Unknown
}
