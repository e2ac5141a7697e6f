//! Reads the provider for a payment because somebody asks.

use std::sync::Arc;

use super::Shared;
use super::accounts::Accounts;
use super::charge_lookup::ChargeLookup;
use super::charge_reads::ChargeReads;
use super::provider_reads::ProviderReads;
use crate::clock::Clock;
use crate::storage::{Storage, StorageError, StoredPayment};

/// Reads payments now, whatever is planned for them.
#[derive(Debug)]
pub(super) struct Refresher {
    storage: Arc<dyn Storage>,
    clock: Arc<dyn Clock>,
    accounts: Arc<Accounts>,
    provider: Arc<ProviderReads>,
    charge_reads: Arc<ChargeReads>,
    charge_lookup: Arc<ChargeLookup>,
}

impl Refresher {
    pub(super) fn new(
        shared: &Shared,
        provider: Arc<ProviderReads>,
        charge_reads: Arc<ChargeReads>,
        charge_lookup: Arc<ChargeLookup>,
    ) -> Self {
        let Shared { storage, clock, accounts, .. } = shared.clone();
        Self { storage, clock, accounts, provider, charge_reads, charge_lookup }
    }

    /// Reads the provider once for this payment, in any state, and returns the payment after it. Callers that come while
    /// another caller waits for a read that has not begun yet share that read.
    pub(super) async fn refresh(&self, stored: &StoredPayment) -> Result<StoredPayment, StorageError> {
        let requested_ms = self.clock.monotonic_ms();
        let reader = self.provider.reader(stored.id());
        let mut began_ms = reader.lock().await;
        let is_read = began_ms.is_some_and(|began_ms| requested_ms <= began_ms);
        if let Some(account) = self.accounts.of(stored).filter(|_| !is_read) {
            *began_ms = Some(self.clock.monotonic_ms());
            match stored.attempt.money().map(|charge| charge.id.clone()) {
                Some(charge) => self.charge_reads.read(None, &account, stored, &charge).await?,
                None => self.charge_lookup.lookup_charge(None, &account, stored).await?,
            };
        }
        Ok(self.storage.payment(stored.id().clone()).await?.unwrap_or_else(|| stored.clone()))
    }
}
