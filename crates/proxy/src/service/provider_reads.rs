//! Reads of the provider: few at once and dealt in turn, none while it says that it is busy, and one reader for each
//! charge.

use std::future::Future;

use scantill_omise::{Charge, ReadError};
use scantill_payment::Input;
use scantill_types::{ChargeId, PaymentId};

use super::PaymentService;
use super::evidence::evidence;
use crate::account::Account;
use crate::failpoint::{self, Failpoint};
use crate::storage::{StorageError, StoredPayment, Tenant};

/// Why the provider was not read.
#[derive(Debug)]
pub(super) enum NoAnswer {
    /// It had said that it is busy: nobody asks before the pause is over.
    HeldOff,
    /// It was asked, and did not answer with the object.
    Failed(ReadError),
}

impl PaymentService {
    /// Asks for a tenant, under the limits of the account. Each answer teaches how fast it may be asked.
    pub(super) async fn ask_provider<T>(
        &self,
        account: &Account,
        tenant: impl Into<Tenant>,
        call: impl Future<Output = Result<T, ReadError>> + Send,
    ) -> Result<T, NoAnswer> {
        let Some(_slot) = self.inner.reads.take(tenant.into()).await else { return Err(NoAnswer::HeldOff) };
        if 0 < self.held_off_ms(account) {
            return Err(NoAnswer::HeldOff);
        }
        let answer = call.await;
        self.learn_pace(account, answer.as_ref().err());
        answer.map_err(NoAnswer::Failed)
    }

    /// How long the account is not asked any more because it said that it is busy.
    pub(super) fn held_off_ms(&self, account: &Account) -> u64 {
        account.backoff().remaining_ms(self.inner.clock.monotonic_ms())
    }

    /// Reads a charge, without taking anything from it yet.
    pub(super) async fn read_charge(
        &self,
        account: &Account,
        stored: &StoredPayment,
        charge: &ChargeId,
    ) -> Result<Charge, NoAnswer> {
        let answer = self.ask_provider(account, stored, account.client().charge(charge)).await;
        if let Err(NoAnswer::Failed(error)) = &answer {
            tracing::warn!(payment = %stored.id(), %error, "a charge could not be read");
        }
        answer
    }

    /// Reads a charge and takes it as evidence. `false` if the provider could not be asked.
    pub(super) async fn read(
        &self,
        account: &Account,
        stored: &StoredPayment,
        charge: &ChargeId,
    ) -> Result<bool, StorageError> {
        let Ok(charge) = self.read_charge(account, stored, charge).await else { return Ok(false) };
        self.apply_charge(stored.id(), "read", charge).await?;
        Ok(true)
    }

    /// Takes a charge that was read as evidence.
    pub(super) async fn apply_charge(
        &self,
        payment: &PaymentId,
        cause: &'static str,
        charge: Charge,
    ) -> Result<StoredPayment, StorageError> {
        failpoint::reach(Failpoint::ReadUnstored);
        self.apply(payment, cause, Input::ChargeRead(evidence(charge))).await
    }

    fn learn_pace(&self, account: &Account, error: Option<&ReadError>) {
        match error {
            Some(ReadError::Busy { status, retry_after_s }) => {
                let now_ms = self.inner.clock.monotonic_ms();
                let retry_after_ms = retry_after_s.map(|seconds| seconds.saturating_mul(1_000));
                let jitter = self.jitter();
                let pause_ms = account.backoff().failed(now_ms, retry_after_ms, jitter, &self.inner.timing);
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
        let _ = self.inner.entropy.fill(&mut byte);
        byte[0]
    }
}
