//! Looking after open payments: reading, looking for, and ending their charges, each when it is due.

use std::time::Duration;

use scantill_omise::ReadError;
use scantill_payment::{Input, PollPass, Task};
use scantill_types::api::PaymentState;
use scantill_types::{ChargeId, Timestamp};
use tokio::sync::OwnedSemaphorePermit;

use super::charge_lookup::LookupKey;
use super::provider_reads::NoAnswer;
use super::{Inner, PaymentService};
use crate::account::Account;
use crate::failpoint::{self, Failpoint};
use crate::storage::{Lease, PollResult, StorageError, StoredPayment};

/// Far longer than polling takes: a lease runs out on those alone that stopped, or were stopped.
const LEASE_MS: u64 = 300_000;
/// The loop looks at the clock at least this often, whatever is planned.
const PAUSE_MS_MAX: u64 = 60_000;

/// The last step of a round.
#[derive(Clone, Copy)]
struct PassStep {
    /// The provider could be asked.
    reached: bool,
    /// The payment's version before it.
    before: u64,
}

/// What a read of the bound charge came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ReadResult {
    /// It was read, or is over.
    Seen,
    /// The provider does not know it.
    Missing,
    /// The provider could not be asked.
    Unreached,
}

impl PassStep {
    /// A step that changed nothing would be the next one too.
    fn changed_at(self, stored: &StoredPayment) -> Option<Timestamp> {
        (self.reached && self.before != stored.version).then_some(stored.updated_at)
    }
}

impl PaymentService {
    /// Runs until the shutdown.
    pub async fn poll(&self) {
        while !self.inner.shutdown.is_cancelled() {
            let pause = self.poll_due().await.unwrap_or_else(|error| {
                tracing::error!(%error, "what is due cannot be leased");
                Duration::from_millis(self.inner.timing.read_every_ms)
            });
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = self.inner.wake.notified() => {}
                () = self.inner.shutdown.cancelled() => {}
            }
        }
    }

    /// Begins what is due, and says how long nothing more is.
    async fn poll_due(&self) -> Result<Duration, StorageError> {
        let Inner { storage, clock, polls, .. } = &*self.inner;
        let room = polls.available_permits();
        for lease in storage.lease_due(self.inner.owner.clone(), clock.now(), LEASE_MS, room).await? {
            let Ok(place) = polls.clone().try_acquire_owned() else { break };
            let service = self.under(&lease);
            self.inner.tasks.spawn(async move { service.poll_leased(lease, place).await });
        }
        if polls.available_permits() == 0 {
            // Whoever gives a place back wakes this loop.
            return Ok(Duration::from_millis(PAUSE_MS_MAX));
        }
        let now = clock.now();
        let pause_ms = storage.next_due(now).await?.map_or(PAUSE_MS_MAX, |due_at| due_at.since_ms(now));
        Ok(Duration::from_millis(pause_ms.clamp(1, PAUSE_MS_MAX)))
    }

    /// Reads the provider once for this payment, whatever its state, and gives back what that showed. Whoever asks while
    /// another one waits for a read that has not begun yet shares it.
    pub async fn refresh(&self, stored: &StoredPayment) -> Result<StoredPayment, StorageError> {
        let requested_ms = self.inner.clock.monotonic_ms();
        let reader = self.reader(stored.id());
        let mut began_ms = reader.lock().await;
        let is_read = began_ms.is_some_and(|began_ms| requested_ms <= began_ms);
        if let Some(account) = self.account(stored).filter(|_| !is_read) {
            *began_ms = Some(self.inner.clock.monotonic_ms());
            match stored.attempt.money().map(|charge| charge.id.clone()) {
                Some(charge) => self.read(&account, stored, &charge).await?,
                None => self.lookup_charge(&account, stored).await?,
            };
        }
        Ok(self.inner.storage.payment(stored.id().clone()).await?.unwrap_or_else(|| stored.clone()))
    }

    async fn poll_leased(&self, lease: Lease, place: OwnedSemaphorePermit) {
        let reader = self.reader(&lease.id);
        let _reading = reader.lock().await;
        let polled = match self.poll_payment(&lease).await {
            Ok(polled) => polled,
            Err(error) => {
                tracing::error!(payment = %lease.id, %error, "a payment could not be polled");
                let due_at = self.inner.clock.now().plus_ms(self.inner.timing.read_every_ms);
                PollResult { version: u64::MAX, due_at: Some(due_at) }
            }
        };
        if let Err(error) = self.inner.storage.release(lease, polled, self.inner.clock.now()).await {
            tracing::error!(%error, "a lease could not be given back; its lease will run out");
        }
        drop(place);
        self.inner.wake.notify_one();
    }

    /// Does what is due, without a gap where the rules want none, and says when the next thing is.
    async fn poll_payment(&self, lease: &Lease) -> Result<PollResult, StorageError> {
        let (mut pass, mut step) = (PollPass::default(), None);
        loop {
            let over = PollResult { version: u64::MAX, due_at: None };
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
            let reached = self.perform_task(&account, &stored, task).await?;
            step = Some(PassStep { reached, before: stored.version });
        }
    }

    /// When the payment is polled again after this round.
    fn next_poll(
        &self,
        account: &Account,
        stored: &StoredPayment,
        step: Option<PassStep>,
        changed_at: Option<Timestamp>,
    ) -> PollResult {
        let (now, timing) = (self.inner.clock.now(), self.timing_of(account, &stored.attempt));
        // What a change wants at once is wanted since the change.
        let next = stored.attempt.due(changed_at.unwrap_or(now), &timing).map(|next| next.at);
        let list = self.next_list_at(stored.id()).filter(|_| is_in_doubt(stored));
        let next = next.map(|next| list.map_or(next, |list| next.min(list)));
        // The last look of a watch that reached nobody was none.
        let is_unreached = step.is_some_and(|step| !step.reached);
        let again = stored.attempt.watched().filter(|_| is_unreached);
        let next = next.or_else(|| again.map(|_| now.plus_ms(timing.read_rare_every_ms)));
        let pause_ms = match (step, changed_at) {
            (Some(_), None) => self.pause_ms(account),
            (Some(_), Some(_)) | (None, _) => 0,
        };
        let due_at = next.map(|next| next.max(now.plus_ms(pause_ms)));
        PollResult { version: stored.version, due_at }
    }

    /// An unreachable provider is not asked again at once, whatever is due; a busy one not before its pause is over.
    fn pause_ms(&self, account: &Account) -> u64 {
        self.inner.timing.read_every_ms.max(self.held_off_ms(account))
    }

    /// `false` if the provider could not be asked.
    async fn perform_task(
        &self,
        account: &Account,
        stored: &StoredPayment,
        task: Task,
    ) -> Result<bool, StorageError> {
        let bound = stored.attempt.charges.bound.as_ref().map(|charge| charge.id.clone());
        match (task, bound) {
            (Task::Read, Some(charge)) => {
                Ok(self.read_bound_charge(account, stored, &charge).await? == ReadResult::Seen)
            }
            (Task::Expire, Some(charge)) => self.expire(account, stored, &charge).await,
            (Task::LookupCharge | Task::Read | Task::Expire, _) => self.lookup_charge(account, stored).await,
            (Task::ReadDuplicate(charge), _) => self.read(account, stored, &charge).await,
            (Task::SendRefund(refund), _) => self.send_refund(account, stored, &refund).await,
            (Task::LookupRefund(refund), _) => self.lookup_refund(account, stored, &refund).await,
            (Task::StopAwaitingRefund(refund), _) => {
                self.stop_awaiting_refund(stored.id(), &refund).await?;
                Ok(true)
            }
            (Task::StopAwaitingAnswer, _) => {
                self.begin_lookup(LookupKey::Charge(stored.id().clone()));
                self.apply(stored.id(), "answer_overdue", Input::AnswerOverdue).await?;
                Ok(true)
            }
            (Task::RequestCancel, bound) => self.request_late_cancel(account, stored, bound).await,
            (Task::EndDecisionTime, _) => {
                self.apply(stored.id(), "decision_overdue", Input::DecisionOverdue).await?;
                Ok(true)
            }
        }
    }

    /// The deadline may have passed while the provider could not be read: what the customer paid meanwhile was paid in
    /// time, so that the end is wanted only after one look (P11).
    async fn request_late_cancel(
        &self,
        account: &Account,
        stored: &StoredPayment,
        bound: Option<ChargeId>,
    ) -> Result<bool, StorageError> {
        let is_read = match bound {
            Some(charge) => self.read_bound_charge(account, stored, &charge).await? != ReadResult::Unreached,
            None => self.lookup_charge(account, stored).await?,
        };
        if is_read {
            let input = Input::DeadlinePassed { provider_time: self.provider_time(stored) };
            self.apply(stored.id(), "deadline", input).await?;
        }
        Ok(is_read)
    }

    /// A read that finds the end of a payment before any webhook told of it says that webhooks do not come.
    async fn read_bound_charge(
        &self,
        account: &Account,
        stored: &StoredPayment,
        charge: &ChargeId,
    ) -> Result<ReadResult, StorageError> {
        let waits_for_a_webhook = stored.attempt.payment_state() == PaymentState::Pending;
        let charge = match self.read_charge(account, stored, charge).await {
            Ok(charge) => charge,
            Err(NoAnswer::Failed(ReadError::NotFound)) => {
                let is_over = self.lookup_other_charge(account, stored).await?;
                return Ok(if is_over { ReadResult::Seen } else { ReadResult::Missing });
            }
            Err(_) => return Ok(ReadResult::Unreached),
        };
        let stored = self.apply_charge(stored.id(), "read", charge).await?;
        if waits_for_a_webhook && !stored.is_open() {
            account.webhook_health().missed();
        }
        Ok(ReadResult::Seen)
    }

    /// The provider does not know the charge that is bound: perhaps the answer that named it was wrong, and another
    /// carries the payment.
    async fn lookup_other_charge(
        &self,
        account: &Account,
        stored: &StoredPayment,
    ) -> Result<bool, StorageError> {
        if !stored.is_open() {
            return Ok(true);
        }
        self.apply(stored.id(), "bound_missing", Input::BoundMissing).await?;
        self.lookup_charge(account, stored).await?;
        Ok(false)
    }

    async fn expire(
        &self,
        account: &Account,
        stored: &StoredPayment,
        charge: &ChargeId,
    ) -> Result<bool, StorageError> {
        self.apply(stored.id(), "expire_begins", Input::ExpireBegins).await?;
        let answer = self.request_expire(account, stored, charge).await;
        failpoint::reach(Failpoint::ExpireUnstored);
        if let Err(error) = &answer {
            tracing::warn!(payment = %stored.id(), %error, "the charge was not seen to be expired");
        }
        // Only the read that follows says how it stands, whatever was answered.
        let charge = match self.read_charge(account, stored, charge).await {
            Ok(charge) => charge,
            Err(NoAnswer::Failed(ReadError::NotFound)) => {
                return self.lookup_other_charge(account, stored).await;
            }
            Err(_) => return Ok(false),
        };
        // A key that is good for a read is not what was refused.
        if answer.is_err_and(|error| is_refusal(&error)) {
            self.apply(stored.id(), "expire_refused", Input::ExpireRefused).await?;
        }
        self.apply_charge(stored.id(), "read", charge).await?;
        Ok(true)
    }

    /// An expire is not held off: whoever waits for the end of a payment waits at the till.
    async fn request_expire(
        &self,
        account: &Account,
        stored: &StoredPayment,
        charge: &ChargeId,
    ) -> Result<(), ReadError> {
        let Some(_slot) = self.inner.reads.take(stored.into()).await else {
            return Err(ReadError::Unreachable);
        };
        account.client().expire(charge).await
    }

    pub(super) fn expire_duplicate(&self, stored: &StoredPayment, charge: ChargeId) {
        let (service, stored) = (self.without_lease(), stored.clone());
        let wait = stored.attempt.order.end_not_before.since_ms(self.inner.clock.now());
        self.inner.tasks.spawn(async move {
            tokio::time::sleep(Duration::from_millis(wait)).await;
            let Some(account) = service.account(&stored) else { return };
            if let Err(error) = service.request_expire(&account, &stored, &charge).await {
                tracing::error!(payment = %stored.id(), %error, "a second charge could not be expired");
            }
        });
    }
}

fn is_in_doubt(stored: &StoredPayment) -> bool {
    stored.attempt.payment_state() == PaymentState::Unknown
}

/// Omise answered, and would not end the charge.
fn is_refusal(error: &ReadError) -> bool {
    match error {
        ReadError::Refused { .. } | ReadError::Unauthorized { .. } | ReadError::NotFound => true,
        ReadError::Unreachable | ReadError::Busy { .. } | ReadError::Malformed => false,
    }
}
