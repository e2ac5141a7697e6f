//! Looking for the charge of a payment in doubt. Finding it is evidence; not finding it proves something only after two
//! complete lists, far enough apart and long enough after the POST (P14).

use std::collections::{HashMap, HashSet};
use std::sync::{MutexGuard, PoisonError};

use scantill_omise::{Charge, ListWindow};
use scantill_payment::{AbsenceProof, Input, ListVerdict, RefundAttempt, State};
use scantill_types::{ChargeId, PaymentId, RefundId, Timestamp};

use super::Driver;
use super::evidence::metadata;
use crate::account::Account;
use crate::clock::Clock;
use crate::provider_clock::ProviderTime;
use crate::store::{Record, StoreError};

/// A charge is looked for from this long before its intent, on the provider's clock.
const LOOK_BACK_MS: u64 = 15 * 60 * 1_000;
/// And until this long after it: no POST takes so long to become a charge.
const LOOK_AHEAD_MS: u64 = 24 * 60 * 60 * 1_000;
/// A time that is known less well than this was learned from the looks before and after it.
const VAGUE_MS: u64 = 60 * 60 * 1_000;
const PAGE: u64 = 100;
/// Pages read in one look. A list that is longer is not complete, and proves nothing.
const PAGES_MAX: u64 = 50;

/// Something whose answer was lost.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Sought {
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
enum Look {
    /// The provider could not be asked.
    Unreached,
    /// These charges carry the payment.
    Found(Vec<ChargeId>),
    /// The whole list was read, and none carries the payment.
    Nothing,
    /// None was seen, but the list was not whole.
    Incomplete,
}

impl Driver {
    /// Looks once. `false` if the provider could not be asked.
    pub(super) async fn find(&self, account: &Account, record: &Record) -> Result<bool, StoreError> {
        let began = ListTime::now(self.inner.clock.as_ref(), account);
        match self.look(account, record).await? {
            Look::Unreached => return Ok(false),
            Look::Found(charges) => {
                for charge in charges {
                    self.read(account, record, &charge).await?;
                }
                self.begin_proof_anew(record).await?;
                self.end_search(&Sought::Charge(record.id().clone()));
            }
            Look::Incomplete => tracing::warn!(payment = %record.id(), "the list of charges is not whole"),
            Look::Nothing => self.found_nothing(account, record, began).await?,
        }
        Ok(true)
    }

    fn searches(&self) -> MutexGuard<'_, HashMap<Sought, AbsenceProof>> {
        self.inner.searches.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A POST is over, as far as the connection is concerned: from here on what it made may be missed.
    pub(super) fn begin_search(&self, sought: Sought) {
        let search = AbsenceProof::new(self.inner.clock.monotonic_ms());
        self.searches().insert(sought, search);
    }

    /// A whole list held nothing of it: what that is worth. `first_list` is what an earlier run has proved.
    pub(super) fn listed_nothing(
        &self,
        sought: &Sought,
        began: ListTime,
        first_list: Option<Timestamp>,
    ) -> ListVerdict {
        let mut searches = self.searches();
        let earlier_ms = first_list.zip(began.provider).map(|(first, began)| began.earliest.since_ms(first));
        // After a restart nothing is known of the POST but that it cannot be under way any more.
        let search = searches.entry(sought.clone()).or_insert_with(|| match earlier_ms {
            Some(earlier_ms) => AbsenceProof::resumed(began.monotonic_ms, earlier_ms),
            None => AbsenceProof::new(began.monotonic_ms),
        });
        search.found_nothing(began.monotonic_ms, &self.inner.timing)
    }

    pub(super) fn end_search(&self, sought: &Sought) {
        self.searches().remove(sought);
    }

    /// What is settled, however that was learned, is not sought any more.
    pub(super) fn forget_searches(&self, record: &Record) {
        let is_over = |refund: &RefundId| {
            let refunds = record.attempt.refunds.ours.iter();
            refunds.filter(|ours| ours.order.id == *refund).all(RefundAttempt::is_over)
        };
        let mut searches = self.searches();
        searches.retain(|sought, _| match sought {
            Sought::Charge(id) => id != record.id() || record.is_open(),
            Sought::Refund(id, refund) => id != record.id() || !is_over(refund),
        });
    }

    /// When the next list through which a payment's charge is sought can prove something, if that is still to come.
    pub(super) fn next_list_at(&self, id: &PaymentId) -> Option<Timestamp> {
        let searches = self.searches();
        let next_ms = searches.get(&Sought::Charge(id.clone()))?.next_list_ms(&self.inner.timing);
        let wait_ms = next_ms.checked_sub(self.inner.clock.monotonic_ms())?;
        Some(self.inner.clock.now().plus_ms(wait_ms))
    }

    async fn found_nothing(
        &self,
        account: &Account,
        record: &Record,
        began: ListTime,
    ) -> Result<(), StoreError> {
        if !record.is_open() {
            // It is only watched: there is nothing to prove.
            return Ok(());
        }
        let sought = Sought::Charge(record.id().clone());
        match self.listed_nothing(&sought, began, first_list(record)) {
            ListVerdict::TooEarly => {}
            ListVerdict::First => {
                if let Some(read_at) = read_by(account) {
                    self.apply(record.id(), "first_empty_list", Input::Listed(Some(read_at))).await?;
                }
            }
            ListVerdict::Proved if self.is_named(account, record).await? => {}
            ListVerdict::Proved => {
                self.apply(record.id(), "proved_absent", Input::ConfirmedAbsent).await?;
                self.end_search(&sought);
            }
        }
        Ok(())
    }

    /// A list holds a charge of it, even if that cannot be read.
    async fn begin_proof_anew(&self, record: &Record) -> Result<(), StoreError> {
        if first_list(record).is_some() {
            self.apply(record.id(), "listed_after_all", Input::Listed(None)).await?;
        }
        Ok(())
    }

    /// Whether anything else says that there is a charge: a webhook that nobody could follow, or the source.
    async fn is_named(&self, account: &Account, record: &Record) -> Result<bool, StoreError> {
        if self.inner.store.is_named_by_a_webhook(record.id().clone()).await? {
            tracing::error!(payment = %record.id(), "a webhook names a charge that no list holds");
            return Ok(true);
        }
        Ok(self.source_names_a_charge(account, record).await)
    }

    /// A source whose charge has a status forbids *absent*; so does one that cannot be read (P9).
    async fn source_names_a_charge(&self, account: &Account, record: &Record) -> bool {
        let Some(source) = &record.attempt.source else { return false };
        match self.asked(account, record, account.client().source(source)).await {
            Ok(source) if source.charge_status.is_none() => false,
            Ok(_) => {
                tracing::error!(payment = %record.id(), "the source names a charge that no list holds");
                true
            }
            Err(error) => {
                tracing::warn!(payment = %record.id(), ?error, "the source could not be read");
                true
            }
        }
    }

    /// When the payment was taken on, on the provider's clock; none while that was never heard. Before it was heard
    /// nothing can have been looked through, so that a payment of that time came after the last look.
    async fn intent(&self, account: &Account, record: &Record) -> Result<Option<ProviderTime>, StoreError> {
        if record.provider_time.is_some() {
            return Ok(record.provider_time);
        }
        let last_look = self.inner.store.reconciled(account.name.clone()).await?;
        // Read after it: a look that is noted in between gives the payment its time.
        let told = self.reread(record.id()).await?.and_then(|record| record.provider_time);
        let bounds = |now: ProviderTime| ProviderTime { earliest: last_look.unwrap_or_default(), ..now };
        Ok(told.or_else(|| account.clock.now().map(bounds)))
    }

    async fn look(&self, account: &Account, record: &Record) -> Result<Look, StoreError> {
        let intent = self.intent(account, record).await?;
        if intent.is_some_and(is_vague) {
            // All that time may hold more charges than can be looked through: first where it most likely is.
            let near = self.look_through(account, record, window(account, record, None), false).await;
            let is_too_early = self.next_list_at(record.id()).is_some_and(|at| self.inner.clock.now() < at);
            if is_too_early || !matches!(near, Look::Nothing | Look::Incomplete) {
                return Ok(near);
            }
        }
        let window = window(account, record, intent);
        Ok(self.look_through(account, record, window, is_around(account, intent)).await)
    }

    /// Looks through all pages. Nothing is proved by a list that may lie beside the intent.
    async fn look_through(
        &self,
        account: &Account,
        record: &Record,
        (from, to): (Timestamp, Option<Timestamp>),
        is_around_intent: bool,
    ) -> Look {
        let mut seen: HashSet<ChargeId> = HashSet::new();
        let mut found = Vec::new();
        let mut is_whole = true;
        for page in 0..PAGES_MAX {
            let window = ListWindow { from, to, offset: page * PAGE, limit: PAGE };
            let list = match self.asked(account, record, account.client().charges(window)).await {
                Ok(list) => list,
                Err(error) => {
                    tracing::warn!(payment = %record.id(), ?error, "the list of charges could not be read");
                    return Look::Unreached;
                }
            };
            is_whole &= list.unreadable == 0;
            let carrying = list.charges.iter().filter(|charge| carries(charge, record));
            found.extend(carrying.map(|charge| charge.id.clone()));
            seen.extend(list.charges.into_iter().map(|charge| charge.id));
            if list.total <= (page + 1) * PAGE {
                // Pages shift while charges are made, so they are counted by their ids.
                is_whole &= seen.len() as u64 == list.total;
                return conclude(found, is_whole && is_around_intent);
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

fn first_list(record: &Record) -> Option<Timestamp> {
    match &record.attempt.state {
        State::Unknown(unknown) => unknown.first_list,
        _ => None,
    }
}

/// Where the charge must lie, if there is one. A list without an end would never be read whole in a busy shop.
fn window(
    account: &Account,
    record: &Record,
    intent: Option<ProviderTime>,
) -> (Timestamp, Option<Timestamp>) {
    let Some(intent) = intent else {
        return (record.attempt.order.created_at.minus_ms(LOOK_BACK_MS), None);
    };
    let to = intent.latest.plus_ms(LOOK_AHEAD_MS);
    let is_over = account.clock.now().is_some_and(|now| to < now.earliest);
    (intent.earliest.minus_ms(LOOK_BACK_MS).max(Timestamp::default()), is_over.then_some(to))
}

/// The time of the intent is known by the looks before and after it alone.
fn is_vague(intent: ProviderTime) -> bool {
    VAGUE_MS < intent.latest.since_ms(intent.earliest)
}

/// Without the provider's own time, or with one that lies in the future, the window may lie beside the intent.
fn is_around(account: &Account, intent: Option<ProviderTime>) -> bool {
    intent.zip(account.clock.now()).is_some_and(|(intent, now)| intent.earliest <= now.earliest)
}

fn conclude(found: Vec<ChargeId>, is_whole: bool) -> Look {
    match (found.is_empty(), is_whole) {
        (false, _) => Look::Found(found),
        (true, true) => Look::Nothing,
        (true, false) => Look::Incomplete,
    }
}

/// By our payment's id, or by the source that was committed before the charge (P9). What differs otherwise is for the
/// evidence to say; a charge of another installation carries neither (P4).
fn carries(charge: &Charge, record: &Record) -> bool {
    let order = &record.attempt.order;
    let by_payment = charge.metadata_text(metadata::PAYMENT) == Some(order.payment.as_str());
    let by_source = record.attempt.source.is_some() && charge.source == record.attempt.source;
    by_payment || by_source
}
