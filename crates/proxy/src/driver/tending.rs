//! Looking after open payments: reading, looking for, and ending their charges, each when it is due.

use std::time::Duration;

use scantill_omise::ReadError;
use scantill_payment::{Input, PollPass, Task};
use scantill_types::api::PaymentState;
use scantill_types::{ChargeId, Timestamp};
use tokio::sync::OwnedSemaphorePermit;

use super::finding::Sought;
use super::reading::NoAnswer;
use super::{Driver, Inner};
use crate::account::Account;
use crate::crash_point::{self, CrashPoint};
use crate::store::{Claim, Record, StoreError, Tended};

/// Far longer than tending takes: a lease runs out on those alone that stopped, or were stopped.
const LEASE_MS: u64 = 300_000;
/// The loop looks at the clock at least this often, whatever is planned.
const ROUND_MS_MAX: u64 = 60_000;

/// The last step of a round.
#[derive(Clone, Copy)]
struct Step {
    /// The provider could be asked.
    reached: bool,
    /// The payment's version before it.
    before: u64,
}

/// What a read of the bound charge came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reading {
    /// It was read, or is over.
    Seen,
    /// The provider does not know it.
    Missing,
    /// The provider could not be asked.
    Unreached,
}

impl Step {
    /// A step that changed nothing would be the next one too.
    fn changed_at(self, record: &Record) -> Option<Timestamp> {
        (self.reached && self.before != record.version).then_some(record.updated_at)
    }
}

impl Driver {
    /// Runs until the shutdown.
    pub async fn tend(&self) {
        while !self.inner.shutdown.is_cancelled() {
            let pause = self.tend_due().await.unwrap_or_else(|error| {
                tracing::error!(%error, "what is due cannot be claimed");
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
    async fn tend_due(&self) -> Result<Duration, StoreError> {
        let Inner { store, clock, tending, .. } = &*self.inner;
        let room = tending.available_permits();
        for claim in store.claim_due(self.inner.owner.clone(), clock.now(), LEASE_MS, room).await? {
            let Ok(place) = tending.clone().try_acquire_owned() else { break };
            let driver = self.under(&claim);
            self.inner.tasks.spawn(async move { driver.tend_claim(claim, place).await });
        }
        if tending.available_permits() == 0 {
            // Whoever gives a place back wakes this loop.
            return Ok(Duration::from_millis(ROUND_MS_MAX));
        }
        let now = clock.now();
        let pause_ms = store.next_due(now).await?.map_or(ROUND_MS_MAX, |due_at| due_at.since_ms(now));
        Ok(Duration::from_millis(pause_ms.clamp(1, ROUND_MS_MAX)))
    }

    /// Reads the provider once for this payment, whatever its state, and gives back what that showed. Whoever asks while
    /// another one waits for a read that has not begun yet shares it.
    pub async fn refresh(&self, record: &Record) -> Result<Record, StoreError> {
        let asked_ms = self.inner.clock.monotonic_ms();
        let reader = self.reader(record.id());
        let mut began_ms = reader.lock().await;
        let is_read = began_ms.is_some_and(|began_ms| asked_ms <= began_ms);
        if let Some(account) = self.account(record).filter(|_| !is_read) {
            *began_ms = Some(self.inner.clock.monotonic_ms());
            match record.attempt.money().map(|charge| charge.id.clone()) {
                Some(charge) => self.read(&account, record, &charge).await?,
                None => self.find(&account, record).await?,
            };
        }
        Ok(self.inner.store.payment(record.id().clone()).await?.unwrap_or_else(|| record.clone()))
    }

    async fn tend_claim(&self, claim: Claim, place: OwnedSemaphorePermit) {
        let reader = self.reader(&claim.id);
        let _reading = reader.lock().await;
        let tended = match self.tend_payment(&claim).await {
            Ok(tended) => tended,
            Err(error) => {
                tracing::error!(payment = %claim.id, %error, "a payment could not be tended");
                let due_at = self.inner.clock.now().plus_ms(self.inner.timing.read_every_ms);
                Tended { version: u64::MAX, due_at: Some(due_at) }
            }
        };
        if let Err(error) = self.inner.store.release(claim, tended, self.inner.clock.now()).await {
            tracing::error!(%error, "a claim could not be given back; its lease will run out");
        }
        drop(place);
        self.inner.wake.notify_one();
    }

    /// Does what is due, without a gap where the rules want none, and says when the next thing is.
    async fn tend_payment(&self, claim: &Claim) -> Result<Tended, StoreError> {
        let (mut pass, mut step) = (PollPass::default(), None);
        loop {
            let over = Tended { version: u64::MAX, due_at: None };
            let Some(record) = self.inner.store.payment(claim.id.clone()).await? else { return Ok(over) };
            let Some(account) = self.account(&record) else { return Ok(over) };
            let changed_at = step.and_then(|step: Step| step.changed_at(&record));
            let now = self.inner.clock.now();
            let timing = self.timing_of(&account, &record.attempt);
            let is_stopping = step.is_some() && self.inner.shutdown.is_cancelled();
            let task = pass.next(&record.attempt, now, changed_at, &timing).filter(|_| !is_stopping);
            let Some(task) = task else {
                return Ok(self.plan(&account, &record, step, changed_at));
            };
            let reached = self.perform_task(&account, &record, task).await?;
            step = Some(Step { reached, before: record.version });
        }
    }

    /// When the payment is tended again after this round.
    fn plan(
        &self,
        account: &Account,
        record: &Record,
        step: Option<Step>,
        changed_at: Option<Timestamp>,
    ) -> Tended {
        let (now, timing) = (self.inner.clock.now(), self.timing_of(account, &record.attempt));
        // What a change wants at once is wanted since the change.
        let next = record.attempt.due(changed_at.unwrap_or(now), &timing).map(|next| next.at);
        let list = self.next_list_at(record.id()).filter(|_| is_in_doubt(record));
        let next = next.map(|next| list.map_or(next, |list| next.min(list)));
        // The last look of a watch that reached nobody was none.
        let is_unreached = step.is_some_and(|step| !step.reached);
        let again = record.attempt.watched().filter(|_| is_unreached);
        let next = next.or_else(|| again.map(|_| now.plus_ms(timing.read_rare_every_ms)));
        let pause_ms = match (step, changed_at) {
            (Some(_), None) => self.pause_ms(account),
            (Some(_), Some(_)) | (None, _) => 0,
        };
        let due_at = next.map(|next| next.max(now.plus_ms(pause_ms)));
        Tended { version: record.version, due_at }
    }

    /// An unreachable provider is not asked again at once, whatever is due; a busy one not before its pause is over.
    fn pause_ms(&self, account: &Account) -> u64 {
        self.inner.timing.read_every_ms.max(self.held_off_ms(account))
    }

    /// `false` if the provider could not be asked.
    async fn perform_task(&self, account: &Account, record: &Record, task: Task) -> Result<bool, StoreError> {
        let bound = record.attempt.charge.as_ref().map(|charge| charge.id.clone());
        match (task, bound) {
            (Task::Read, Some(charge)) => {
                Ok(self.read_in_turn(account, record, &charge).await? == Reading::Seen)
            }
            (Task::Expire, Some(charge)) => self.expire(account, record, &charge).await,
            (Task::LookupCharge | Task::Read | Task::Expire, _) => self.find(account, record).await,
            (Task::ReadDuplicate(charge), _) => self.read(account, record, &charge).await,
            (Task::SendRefund(refund), _) => self.send_refund(account, record, &refund).await,
            (Task::LookupRefund(refund), _) => self.find_refund(account, record, &refund).await,
            (Task::StopAwaitingRefund(refund), _) => {
                self.give_up_refund(record.id(), &refund).await?;
                Ok(true)
            }
            (Task::StopAwaitingAnswer, _) => {
                self.begin_search(Sought::Charge(record.id().clone()));
                self.apply(record.id(), "answer_overdue", Input::AnswerOverdue).await?;
                Ok(true)
            }
            (Task::RequestCancel, bound) => self.end_late(account, record, bound).await,
            (Task::EndDecisionTime, _) => {
                self.apply(record.id(), "decision_overdue", Input::DecisionOverdue).await?;
                Ok(true)
            }
        }
    }

    /// The deadline may have passed while the provider could not be read: what the customer paid meanwhile was paid in
    /// time, so that the end is wanted only after one look (P11).
    async fn end_late(
        &self,
        account: &Account,
        record: &Record,
        bound: Option<ChargeId>,
    ) -> Result<bool, StoreError> {
        let is_read = match bound {
            Some(charge) => self.read_in_turn(account, record, &charge).await? != Reading::Unreached,
            None => self.find(account, record).await?,
        };
        if is_read {
            let input = Input::DeadlinePassed { provider_time: self.provider_time(record) };
            self.apply(record.id(), "deadline", input).await?;
        }
        Ok(is_read)
    }

    /// A read that finds the end of a payment before any webhook told of it says that webhooks do not come.
    async fn read_in_turn(
        &self,
        account: &Account,
        record: &Record,
        charge: &ChargeId,
    ) -> Result<Reading, StoreError> {
        let waits_for_a_webhook = record.attempt.payment_state() == PaymentState::Pending;
        let charge = match self.read_charge(account, record, charge).await {
            Ok(charge) => charge,
            Err(NoAnswer::Failed(ReadError::NotFound)) => {
                let is_over = self.look_elsewhere(account, record).await?;
                return Ok(if is_over { Reading::Seen } else { Reading::Missing });
            }
            Err(_) => return Ok(Reading::Unreached),
        };
        let record = self.see(record.id(), "read", charge).await?;
        if waits_for_a_webhook && !record.is_open() {
            account.webhook_health().missed();
        }
        Ok(Reading::Seen)
    }

    /// The provider does not know the charge that is bound: perhaps the answer that named it was wrong, and another
    /// carries the payment.
    async fn look_elsewhere(&self, account: &Account, record: &Record) -> Result<bool, StoreError> {
        if !record.is_open() {
            return Ok(true);
        }
        self.apply(record.id(), "bound_missing", Input::BoundMissing).await?;
        self.find(account, record).await?;
        Ok(false)
    }

    async fn expire(
        &self,
        account: &Account,
        record: &Record,
        charge: &ChargeId,
    ) -> Result<bool, StoreError> {
        self.apply(record.id(), "expire_begins", Input::ExpireBegins).await?;
        let answer = self.asked_to_expire(account, record, charge).await;
        crash_point::reach(CrashPoint::ExpireUnstored);
        if let Err(error) = &answer {
            tracing::warn!(payment = %record.id(), %error, "the charge was not seen to be expired");
        }
        // Only the read that follows says how it stands, whatever was answered.
        let charge = match self.read_charge(account, record, charge).await {
            Ok(charge) => charge,
            Err(NoAnswer::Failed(ReadError::NotFound)) => return self.look_elsewhere(account, record).await,
            Err(_) => return Ok(false),
        };
        // A key that is good for a read is not what was refused.
        if answer.is_err_and(|error| is_refusal(&error)) {
            self.apply(record.id(), "expire_refused", Input::ExpireRefused).await?;
        }
        self.see(record.id(), "read", charge).await?;
        Ok(true)
    }

    /// An expire is not held off: whoever waits for the end of a payment waits at the till.
    async fn asked_to_expire(
        &self,
        account: &Account,
        record: &Record,
        charge: &ChargeId,
    ) -> Result<(), ReadError> {
        let Some(_slot) = self.inner.reads.take(record.into()).await else {
            return Err(ReadError::Unreachable);
        };
        account.client().expire(charge).await
    }

    pub(super) fn expire_extra(&self, record: &Record, charge: ChargeId) {
        let (driver, record) = (self.unclaimed(), record.clone());
        let wait = record.attempt.order.end_not_before.since_ms(self.inner.clock.now());
        self.inner.tasks.spawn(async move {
            tokio::time::sleep(Duration::from_millis(wait)).await;
            let Some(account) = driver.account(&record) else { return };
            if let Err(error) = driver.asked_to_expire(&account, &record, &charge).await {
                tracing::error!(payment = %record.id(), %error, "a second charge could not be expired");
            }
        });
    }
}

fn is_in_doubt(record: &Record) -> bool {
    record.attempt.payment_state() == PaymentState::Unknown
}

/// Omise answered, and would not end the charge.
fn is_refusal(error: &ReadError) -> bool {
    match error {
        ReadError::Refused { .. } | ReadError::Unauthorized { .. } | ReadError::NotFound => true,
        ReadError::Unreachable | ReadError::Busy { .. } | ReadError::Malformed => false,
    }
}
