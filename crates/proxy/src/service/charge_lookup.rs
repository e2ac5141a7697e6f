//! Looking for the charge of a payment in doubt. Finding it is evidence; not finding it proves something only after two
//! complete lists, far enough apart and long enough after the POST (P14).

use std::collections::{HashMap, HashSet};
use std::sync::{MutexGuard, PoisonError};

use scantill_omise::{Charge, ListWindow};
use scantill_payment::{AbsenceProof, Input, ListVerdict, RefundAttempt, State};
use scantill_types::{ChargeId, PaymentId, RefundId, Timestamp};

use super::PaymentService;
use super::evidence::metadata;
use crate::account::Account;
use crate::clock::Clock;
use crate::provider_clock::ProviderTime;
use crate::storage::{StorageError, StoredPayment};

/// A charge is looked for from this long before its intent, on the provider's clock.
const WINDOW_BEFORE_MS: u64 = 15 * 60 * 1_000;
/// And until this long after it: no POST takes so long to become a charge.
const WINDOW_AFTER_MS: u64 = 24 * 60 * 60 * 1_000;
/// A time that is known less well than this was learned from the looks before and after it.
const IMPRECISE_MS: u64 = 60 * 60 * 1_000;
const PAGE: u64 = 100;
/// Pages read in one look. A list that is longer is not complete, and proves nothing.
const PAGES_MAX: u64 = 50;

/// Something whose answer was lost.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum LookupKey {
    /// The charge of a payment.
    Charge(PaymentId),
    /// A refund of a payment.
    Refund(PaymentId, RefundId),
}

/// When a list was begun, on both clocks.
#[derive(Clone, Copy, Debug)]
pub(super) struct ListTime {
    monotonic_ms: u64,
    /// None while the provider's clock was not heard.
    provider: Option<ProviderTime>,
}

impl ListTime {
    pub(super) fn now(clock: &dyn Clock, account: &Account) -> Self {
        Self { monotonic_ms: clock.monotonic_ms(), provider: account.clock.now() }
    }
}

/// What one look through the account's list showed.
enum LookupResult {
    /// The provider could not be asked.
    Unreached,
    /// These charges carry the payment.
    Found(Vec<ChargeId>),
    /// The whole list was read, and none carries the payment.
    Nothing,
    /// None was seen, but the list was not whole.
    Incomplete,
}

impl PaymentService {
    /// Looks once. `false` if the provider could not be asked.
    pub(super) async fn lookup_charge(
        &self,
        account: &Account,
        stored: &StoredPayment,
    ) -> Result<bool, StorageError> {
        let began = ListTime::now(self.inner.clock.as_ref(), account);
        match self.search_lists(account, stored).await? {
            LookupResult::Unreached => return Ok(false),
            LookupResult::Found(charges) => {
                for charge in charges {
                    self.read(account, stored, &charge).await?;
                }
                self.restart_proof(stored).await?;
                self.end_lookup(&LookupKey::Charge(stored.id().clone()));
            }
            LookupResult::Incomplete => {
                tracing::warn!(payment = %stored.id(), "the list of charges is not whole");
            }
            LookupResult::Nothing => self.conclude_empty_list(account, stored, began).await?,
        }
        Ok(true)
    }

    fn lookups(&self) -> MutexGuard<'_, HashMap<LookupKey, AbsenceProof>> {
        self.inner.lookups.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A POST is over, as far as the connection is concerned: from here on what it made may be missed.
    pub(super) fn begin_lookup(&self, key: LookupKey) {
        let search = AbsenceProof::new(self.inner.clock.monotonic_ms());
        self.lookups().insert(key, search);
    }

    /// A whole list held nothing of it: what that is worth. `first_list` is what an earlier run has proved.
    pub(super) fn note_empty_list(
        &self,
        key: &LookupKey,
        began: ListTime,
        first_list: Option<Timestamp>,
    ) -> ListVerdict {
        let mut lookups = self.lookups();
        let earlier_ms = first_list.zip(began.provider).map(|(first, began)| began.earliest.since_ms(first));
        // After a restart nothing is known of the POST but that it cannot be under way any more.
        let search = lookups.entry(key.clone()).or_insert_with(|| match earlier_ms {
            Some(earlier_ms) => AbsenceProof::resumed(began.monotonic_ms, earlier_ms),
            None => AbsenceProof::new(began.monotonic_ms),
        });
        search.found_nothing(began.monotonic_ms, &self.inner.timing)
    }

    pub(super) fn end_lookup(&self, key: &LookupKey) {
        self.lookups().remove(key);
    }

    /// What is settled, however that was learned, is not sought any more.
    pub(super) fn forget_finished_lookups(&self, stored: &StoredPayment) {
        let is_over = |refund: &RefundId| {
            let refunds = stored.attempt.refunds.ours.iter();
            refunds.filter(|ours| ours.order.id == *refund).all(RefundAttempt::is_over)
        };
        let mut lookups = self.lookups();
        lookups.retain(|key, _| match key {
            LookupKey::Charge(id) => id != stored.id() || stored.is_open(),
            LookupKey::Refund(id, refund) => id != stored.id() || !is_over(refund),
        });
    }

    /// When the next list through which a payment's charge is sought can prove something, if that is still to come.
    pub(super) fn next_list_at(&self, id: &PaymentId) -> Option<Timestamp> {
        let lookups = self.lookups();
        let next_ms = lookups.get(&LookupKey::Charge(id.clone()))?.next_list_ms(&self.inner.timing);
        let wait_ms = next_ms.checked_sub(self.inner.clock.monotonic_ms())?;
        Some(self.inner.clock.now().plus_ms(wait_ms))
    }

    async fn conclude_empty_list(
        &self,
        account: &Account,
        stored: &StoredPayment,
        began: ListTime,
    ) -> Result<(), StorageError> {
        if !stored.is_open() {
            // It is only watched: there is nothing to prove.
            return Ok(());
        }
        let key = LookupKey::Charge(stored.id().clone());
        match self.note_empty_list(&key, began, first_list(stored)) {
            ListVerdict::TooEarly => {}
            ListVerdict::First => {
                if let Some(read_at) = read_by(account) {
                    self.apply(stored.id(), "first_empty_list", Input::Listed(Some(read_at))).await?;
                }
            }
            ListVerdict::Proved if self.is_named_elsewhere(account, stored).await? => {}
            ListVerdict::Proved => {
                self.apply(stored.id(), "proved_absent", Input::ConfirmedAbsent).await?;
                self.end_lookup(&key);
            }
        }
        Ok(())
    }

    /// A list holds a charge of it, even if that cannot be read.
    async fn restart_proof(&self, stored: &StoredPayment) -> Result<(), StorageError> {
        if first_list(stored).is_some() {
            self.apply(stored.id(), "listed_after_all", Input::Listed(None)).await?;
        }
        Ok(())
    }

    /// Whether anything else says that there is a charge: a webhook that nobody could follow, or the source.
    async fn is_named_elsewhere(
        &self,
        account: &Account,
        stored: &StoredPayment,
    ) -> Result<bool, StorageError> {
        if self.inner.storage.is_named_by_a_webhook(stored.id().clone()).await? {
            tracing::error!(payment = %stored.id(), "a webhook names a charge that no list holds");
            return Ok(true);
        }
        Ok(self.source_has_charge(account, stored).await)
    }

    /// A source whose charge has a status forbids *absent*; so does one that cannot be read (P9).
    async fn source_has_charge(&self, account: &Account, stored: &StoredPayment) -> bool {
        let Some(source) = &stored.attempt.source else { return false };
        match self.ask_provider(account, stored, account.client().source(source)).await {
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

    /// When the payment was taken on, on the provider's clock; none while that was never heard. Before it was heard
    /// nothing can have been looked through, so that a payment of that time came after the last look.
    async fn creation(
        &self,
        account: &Account,
        stored: &StoredPayment,
    ) -> Result<Option<ProviderTime>, StorageError> {
        if stored.provider_time.is_some() {
            return Ok(stored.provider_time);
        }
        let last_pass = self.inner.storage.reconciled(account.name.clone()).await?;
        // Read after it: a look that is noted in between gives the payment its time.
        let told = self.reread(stored.id()).await?.and_then(|stored| stored.provider_time);
        let bounds = |now: ProviderTime| ProviderTime { earliest: last_pass.unwrap_or_default(), ..now };
        Ok(told.or_else(|| account.clock.now().map(bounds)))
    }

    async fn search_lists(
        &self,
        account: &Account,
        stored: &StoredPayment,
    ) -> Result<LookupResult, StorageError> {
        let creation = self.creation(account, stored).await?;
        if creation.is_some_and(is_imprecise) {
            // All that time may hold more charges than can be looked through: first where it most likely is.
            let near = self.read_lists(account, stored, window(account, stored, None), false).await;
            let is_too_early = self.next_list_at(stored.id()).is_some_and(|at| self.inner.clock.now() < at);
            if is_too_early || !matches!(near, LookupResult::Nothing | LookupResult::Incomplete) {
                return Ok(near);
            }
        }
        let window = window(account, stored, creation);
        Ok(self.read_lists(account, stored, window, covers_creation(account, creation)).await)
    }

    /// Looks through all pages. Nothing is proved by a list that may lie beside the intent.
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
            let list = match self.ask_provider(account, stored, account.client().charges(window)).await {
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

/// The provider tells its time in whole seconds.
const DATE_MS: u64 = 1_000;

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
