//! Reads the provider's lists of charges around the time at which a payment was created.

use std::collections::HashSet;

use scantill_omise::{Charge, ListWindow};
use scantill_types::{ChargeId, Timestamp};

use super::super::evidence::metadata;
use super::ChargeLookup;
use crate::account::Account;
use crate::provider_clock::ProviderTime;
use crate::storage::{StorageError, StoredPayment};

/// The window of the search begins this long before the payment was created, on the provider's clock.
const WINDOW_BEFORE_MS: u64 = 15 * 60 * 1_000;
/// The window ends this long after it: no POST takes so long to become a charge.
const WINDOW_AFTER_MS: u64 = 24 * 60 * 60 * 1_000;
/// A creation time that is less precise than this was taken from the reconciliations before and after it.
const IMPRECISE_MS: u64 = 60 * 60 * 1_000;
const PAGE: u64 = 100;
/// Maximum pages of one search. A longer list is not complete, and proves nothing.
const PAGES_MAX: u64 = 50;

/// What one search of the account's lists showed.
pub(super) enum LookupResult {
    /// The provider could not be asked.
    Unreached,
    /// These charges carry the payment's id.
    Found(Vec<ChargeId>),
    /// The complete list was read, and no charge carries the payment's id.
    Nothing,
    /// No charge was seen, but the list was not complete.
    Incomplete,
}

impl ChargeLookup {
    /// When the payment was created, on the provider's clock; `None` while that time was never known. Without it no
    /// reconciliation can have run, so that such a payment was created after the last one.
    async fn creation(
        &self,
        account: &Account,
        stored: &StoredPayment,
    ) -> Result<Option<ProviderTime>, StorageError> {
        if stored.provider_time.is_some() {
            return Ok(stored.provider_time);
        }
        let last_pass = self.storage.reconciled(account.name.clone()).await?;
        // Read after it: a reconciliation that ends in between gives the payment its time.
        let told = self.storage.payment(stored.id().clone()).await?.and_then(|stored| stored.provider_time);
        let bounds = |now: ProviderTime| ProviderTime { earliest: last_pass.unwrap_or_default(), ..now };
        Ok(told.or_else(|| account.clock.now().map(bounds)))
    }

    pub(super) async fn search_lists(
        &self,
        account: &Account,
        stored: &StoredPayment,
    ) -> Result<LookupResult, StorageError> {
        let creation = self.creation(account, stored).await?;
        if creation.is_some_and(is_imprecise) {
            // All that time may hold more charges than one search can read: first search where the charge most likely is.
            let near = self.read_lists(account, stored, window(account, stored, None), false).await;
            let is_too_early = self.lookups.next_list_at(stored.id()).is_some_and(|at| self.clock.now() < at);
            if is_too_early || !matches!(near, LookupResult::Nothing | LookupResult::Incomplete) {
                return Ok(near);
            }
        }
        let window = window(account, stored, creation);
        Ok(self.read_lists(account, stored, window, covers_creation(account, creation)).await)
    }

    /// Reads all pages. A list that may not cover the payment's creation proves nothing.
    async fn read_lists(
        &self,
        account: &Account,
        stored: &StoredPayment,
        (from, to): (Timestamp, Option<Timestamp>),
        covers_creation: bool,
    ) -> LookupResult {
        let mut seen: HashSet<ChargeId> = HashSet::new();
        let mut found = Vec::new();
        let mut is_whole = true;
        for page in 0..PAGES_MAX {
            let window = ListWindow { from, to, offset: page * PAGE, limit: PAGE };
            let list = match self.provider.ask(account, stored, account.client().charges(window)).await {
                Ok(list) => list,
                Err(error) => {
                    tracing::warn!(payment = %stored.id(), ?error, "the list of charges could not be read");
                    return LookupResult::Unreached;
                }
            };
            is_whole &= list.unreadable == 0;
            let carrying = list.charges.iter().filter(|charge| carries(charge, stored));
            found.extend(carrying.map(|charge| charge.id.clone()));
            seen.extend(list.charges.into_iter().map(|charge| charge.id));
            if list.total <= (page + 1) * PAGE {
                // Pages shift while charges are made, so they are counted by their ids.
                is_whole &= seen.len() as u64 == list.total;
                return conclude(found, is_whole && covers_creation);
            }
        }
        conclude(found, false)
    }
}

/// Where the charge must lie, if there is one. A list without an end would never be read whole in a busy shop.
fn window(
    account: &Account,
    stored: &StoredPayment,
    creation: Option<ProviderTime>,
) -> (Timestamp, Option<Timestamp>) {
    let Some(creation) = creation else {
        return (stored.attempt.order.created_at.minus_ms(WINDOW_BEFORE_MS), None);
    };
    let to = creation.latest.plus_ms(WINDOW_AFTER_MS);
    let is_over = account.clock.now().is_some_and(|now| to < now.earliest);
    (creation.earliest.minus_ms(WINDOW_BEFORE_MS).max(Timestamp::default()), is_over.then_some(to))
}

/// The time of the intent is known by the looks before and after it alone.
fn is_imprecise(creation: ProviderTime) -> bool {
    IMPRECISE_MS < creation.latest.since_ms(creation.earliest)
}

/// Without the provider's own time, or with one that lies in the future, the window may lie beside the intent.
fn covers_creation(account: &Account, creation: Option<ProviderTime>) -> bool {
    creation.zip(account.clock.now()).is_some_and(|(creation, now)| creation.earliest <= now.earliest)
}

fn conclude(found: Vec<ChargeId>, is_whole: bool) -> LookupResult {
    match (found.is_empty(), is_whole) {
        (false, _) => LookupResult::Found(found),
        (true, true) => LookupResult::Nothing,
        (true, false) => LookupResult::Incomplete,
    }
}

/// By our payment's id, or by the source that was committed before the charge (P9). What differs otherwise is for the
/// evidence to say; a charge of another installation carries neither (P4).
fn carries(charge: &Charge, stored: &StoredPayment) -> bool {
    let order = &stored.attempt.order;
    let by_payment = charge.metadata_text(metadata::PAYMENT) == Some(order.payment.as_str());
    let by_source = stored.attempt.source.is_some() && charge.source == stored.attempt.source;
    by_payment || by_source
}
