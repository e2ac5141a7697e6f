//! Looks up the charge of a payment in doubt. A charge that is found is evidence. A charge that is not found proves something
//! only after two complete lists, far enough apart and long enough after the POST (P14).

mod lists;
mod progress;

use std::sync::Arc;

use scantill_payment::{Input, ListVerdict, State};
use scantill_types::Timestamp;

use super::Shared;
use super::charge_reads::ChargeReads;
use super::provider_reads::{Contact, ProviderReads};
use super::transition::Transitions;
use crate::account::Account;
use crate::clock::Clock;
use crate::poll_queue::Lease;
use crate::storage::{Storage, StorageError, StoredPayment};
use lists::LookupResult;
pub(super) use progress::{ListTime, LookupKey, Lookups};

/// The provider tells its time in whole seconds.
const DATE_MS: u64 = 1_000;

/// Looks up charges in the lists of their account.
#[derive(Debug)]
pub(super) struct ChargeLookup {
    storage: Arc<dyn Storage>,
    clock: Arc<dyn Clock>,
    provider: Arc<ProviderReads>,
    lookups: Arc<Lookups>,
    transitions: Arc<Transitions>,
    charge_reads: Arc<ChargeReads>,
}

impl ChargeLookup {
    pub(super) fn new(
        shared: &Shared,
        provider: Arc<ProviderReads>,
        lookups: Arc<Lookups>,
        transitions: Arc<Transitions>,
        charge_reads: Arc<ChargeReads>,
    ) -> Self {
        let Shared { storage, clock, .. } = shared.clone();
        Self { storage, clock, provider, lookups, transitions, charge_reads }
    }

    /// Searches the lists once.
    pub(super) async fn lookup_charge(
        &self,
        lease: Option<&Lease>,
        account: &Account,
        stored: &StoredPayment,
    ) -> Result<Contact, StorageError> {
        let began = ListTime::now(self.clock.as_ref(), account);
        match self.search_lists(account, stored).await? {
            LookupResult::Unreached => return Ok(Contact::Unreached),
            LookupResult::Found(charges) => {
                for charge in charges {
                    self.charge_reads.read(lease, account, stored, &charge).await?;
                }
                self.restart_proof(lease, stored).await?;
                self.lookups.end(&LookupKey::Charge(stored.id().clone()));
            }
            LookupResult::Incomplete => {
                tracing::warn!(payment = %stored.id(), "the list of charges is not whole");
            }
            LookupResult::Nothing => self.conclude_empty_list(lease, account, stored, began).await?,
        }
        Ok(Contact::Reached)
    }

    async fn conclude_empty_list(
        &self,
        lease: Option<&Lease>,
        account: &Account,
        stored: &StoredPayment,
        began: ListTime,
    ) -> Result<(), StorageError> {
        if !stored.is_open() {
            // A finished payment is only read once more: there is nothing to prove.
            return Ok(());
        }
        let key = LookupKey::Charge(stored.id().clone());
        match self.lookups.note_empty_list(&key, began, first_list(stored)) {
            ListVerdict::TooEarly => {}
            ListVerdict::First => {
                if let Some(read_at) = read_by(account) {
                    self.transitions
                        .apply(lease, stored, "first_empty_list", Input::Listed(Some(read_at)))
                        .await?;
                }
            }
            ListVerdict::Proved if self.is_named_elsewhere(account, stored).await? => {}
            ListVerdict::Proved => {
                self.transitions.apply(lease, stored, "proved_absent", Input::ConfirmedAbsent).await?;
                self.lookups.end(&key);
            }
        }
        Ok(())
    }

    /// A list holds a charge of the payment, even if the charge itself cannot be read.
    async fn restart_proof(&self, lease: Option<&Lease>, stored: &StoredPayment) -> Result<(), StorageError> {
        if first_list(stored).is_some() {
            self.transitions.apply(lease, stored, "listed_after_all", Input::Listed(None)).await?;
        }
        Ok(())
    }

    /// Whether anything else names a charge: a webhook that no read could confirm, or the source.
    async fn is_named_elsewhere(
        &self,
        account: &Account,
        stored: &StoredPayment,
    ) -> Result<bool, StorageError> {
        if self.storage.is_named_by_a_webhook(stored.id().clone()).await? {
            tracing::error!(payment = %stored.id(), "a webhook names a charge that no list holds");
            return Ok(true);
        }
        Ok(self.source_has_charge(account, stored).await)
    }

    /// A source whose charge has a status forbids *absent*; so does one that cannot be read (P9).
    async fn source_has_charge(&self, account: &Account, stored: &StoredPayment) -> bool {
        let Some(source) = &stored.attempt.source else { return false };
        match self.provider.ask(account, stored, account.client().source(source)).await {
            Ok(source) if source.charge_status.is_none() => false,
            Ok(_) => {
                tracing::error!(payment = %stored.id(), "the source names a charge that no list holds");
                true
            }
            Err(error) => {
                tracing::warn!(payment = %stored.id(), ?error, "the source could not be read");
                true
            }
        }
    }
}

/// By when a list that just came was read, on the provider's clock.
pub(super) fn read_by(account: &Account) -> Option<Timestamp> {
    Some(account.clock.now()?.latest.plus_ms(DATE_MS))
}

fn first_list(stored: &StoredPayment) -> Option<Timestamp> {
    match &stored.attempt.state {
        State::Unknown(unknown) => unknown.first_list,
        _ => None,
    }
}
