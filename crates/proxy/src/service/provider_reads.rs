//! Reads of the provider: few at once and dealt in turn, none while it says that it is busy, and one reader for each
//! charge.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use scantill_omise::{Charge, ReadError};
use scantill_types::{ChargeId, PaymentId, Timing};

use super::slots::Slots;
use crate::account::Account;
use crate::clock::{Clock, Entropy};
use crate::fair_share::Tenant;
use crate::storage::StoredPayment;

/// Maximum reads at once. Omise asks for at most ten calls in parallel, and the account is asked who it is beside these.
pub(super) const READS_MAX: usize = 3;

/// Why the provider was not read.
#[derive(Debug)]
pub(super) enum NoAnswer {
    /// It had said that it is busy: nobody asks before the pause is over.
    HeldOff,
    /// It was asked, and did not answer with the object.
    Failed(ReadError),
}

/// Whether the provider could be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Contact {
    Reached,
    Unreached,
}

/// Serialises reads of one charge; holds when the last read began that somebody had asked for, on the monotonic clock.
pub(super) type ChargeReader = tokio::sync::Mutex<Option<u64>>;

/// Reads of the provider for all accounts.
#[derive(Debug)]
pub(super) struct ProviderReads {
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    timing: Timing,
    slots: Arc<Slots>,
    readers: Mutex<HashMap<PaymentId, Arc<ChargeReader>>>,
}

impl ProviderReads {
    pub(super) fn new(clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>, timing: Timing) -> Self {
        Self { clock, entropy, timing, slots: Slots::new(READS_MAX), readers: Mutex::default() }
    }

    /// The one reader of a payment's charge.
    pub(super) fn reader(&self, id: &PaymentId) -> Arc<ChargeReader> {
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        // Readers that nobody holds any more are dropped, so that the map stays as small as the work in hand.
        readers.retain(|_, reader| 1 < Arc::strong_count(reader));
        readers.entry(id.clone()).or_default().clone()
    }

    /// Asks for a tenant, under the limits of the account. Each answer teaches how fast it may be asked.
    pub(super) async fn ask<T>(
        &self,
        account: &Account,
        tenant: impl Into<Tenant>,
        call: impl Future<Output = Result<T, ReadError>> + Send,
    ) -> Result<T, NoAnswer> {
        let Some(_slot) = self.slots.take(tenant.into()).await else { return Err(NoAnswer::HeldOff) };
        if 0 < self.held_off_ms(account) {
            return Err(NoAnswer::HeldOff);
        }
        let answer = call.await;
        self.learn_pace(account, answer.as_ref().err());
        answer.map_err(NoAnswer::Failed)
    }

    /// How long the account is not asked any more because it said that it is busy.
    pub(super) fn held_off_ms(&self, account: &Account) -> u64 {
        account.backoff().remaining_ms(self.clock.monotonic_ms())
    }

    /// Reads a charge, without taking anything from it yet.
    pub(super) async fn read_charge(
        &self,
        account: &Account,
        stored: &StoredPayment,
        charge: &ChargeId,
    ) -> Result<Charge, NoAnswer> {
        let answer = self.ask(account, stored, account.client().charge(charge)).await;
        if let Err(NoAnswer::Failed(error)) = &answer {
            tracing::warn!(payment = %stored.id(), %error, "a charge could not be read");
        }
        answer
    }

    /// Asks to expire a charge. An expire is not held off: the end of a payment is awaited at the till.
    pub(super) async fn expire(
        &self,
        account: &Account,
        stored: &StoredPayment,
        charge: &ChargeId,
    ) -> Result<(), ReadError> {
        let Some(_slot) = self.slots.take(stored.into()).await else {
            return Err(ReadError::Unreachable);
        };
        account.client().expire(charge).await
    }

    fn learn_pace(&self, account: &Account, error: Option<&ReadError>) {
        match error {
            Some(ReadError::Busy { status, retry_after_s }) => {
                let now_ms = self.clock.monotonic_ms();
                let retry_after_ms = retry_after_s.map(|seconds| seconds.saturating_mul(1_000));
                let jitter = self.jitter();
                let pause_ms = account.backoff().failed(now_ms, retry_after_ms, jitter, &self.timing);
                tracing::warn!(account = account.name, status, pause_ms, "the provider is busy: reads wait");
            }
            Some(ReadError::Unauthorized { code }) => account.key_refused(code),
            Some(ReadError::Unreachable) => {}
            _ => account.backoff().succeeded(),
        }
    }

    /// Spreads the next tries; without randomness all of it.
    fn jitter(&self) -> u8 {
        let mut byte = [u8::MAX];
        // Without randomness the pause is merely as long as it may be.
        let _ = self.entropy.fill(&mut byte);
        byte[0]
    }
}
