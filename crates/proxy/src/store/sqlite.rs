//! The books in SQLite: one writer thread with group commit, one reader thread, write-ahead log, every commit synced.

mod accounts;
mod approvals;
mod audit;
mod devices;
mod error;
mod folder;
mod pairing;
mod payments;
#[cfg(test)]
mod plans;
mod schema;
mod terminals;
mod webhooks;
mod worker;

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use rusqlite::{Connection, OpenFlags};
use scantill_types::{ChargeId, DeviceId, PaymentId, StoreId, Timestamp};
use tokio::sync::{broadcast, watch};

use super::listeners::Listeners;
use super::schedule::Schedule;
use super::{
    ApprovalAsked, Begun, Cause, Claim, Committed, Created, Device, Draft, Filter, Identity, Missed,
    NewDevice, NewPairingCode, NewTerminal, Owner, Record, Redeemed, Revoke, Store, StoreError, Supervisor,
    Tended, TerminalEntry, Transition, Webhook,
};
use crate::audit::{Asked, Checked};
use crate::clock::Entropy;
use crate::provider_clock::ProviderTime;
use crate::secrets::{CodeDigest, hex};
pub use audit::check_audit;
use devices::{Endings, Stamp};
use folder::database_path;
pub(super) use folder::make_folder;
use payments::{holder, lookups};
use worker::{Announced, Worker};

/// A key for hashing payer codes lives this long.
const CODE_KEY_LIFE_MS: i64 = 24 * 60 * 60 * 1_000;

/// The books in one SQLite file.
#[derive(Debug)]
pub struct SqliteStore {
    writer: Worker,
    reader: Worker,
    schedule: Arc<Schedule>,
    listeners: Arc<Listeners>,
    endings: Arc<Endings>,
    installation: String,
    epoch: String,
}

impl SqliteStore {
    /// Opens the books in a folder, and makes them if there are none.
    pub fn open(folder: &Path, entropy: &dyn Entropy) -> Result<Self, StoreError> {
        Self::open_watched(folder, entropy, &|_| {})
    }

    /// The same, and shows each connection before it is used.
    fn open_watched(
        folder: &Path,
        entropy: &dyn Entropy,
        watch: &dyn Fn(&mut Connection),
    ) -> Result<Self, StoreError> {
        make_folder(folder).map_err(|error| StoreError::unusable(folder, &error))?;
        let path = database_path(folder);
        let mut connection = Connection::open(&path)?;
        schema::prepare(&mut connection, &[random_name(entropy)?, random_name(entropy)?])?;
        let installation = schema::name(&connection, "installation")?;
        let epoch = schema::name(&connection, "epoch")?;
        let schedule = Arc::new(Schedule::default());
        for (id, plan) in payments::due(&connection)? {
            schedule.plan(&id, plan);
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut reading = Connection::open_with_flags(&path, flags)?;
        watch(&mut connection);
        watch(&mut reading);
        let (listeners, endings) = (Arc::<Listeners>::default(), Arc::<Endings>::default());
        let announced =
            Announced { listeners: listeners.clone(), schedule: schedule.clone(), endings: endings.clone() };
        let writer = Worker::start("books-writer", connection, Some(announced))?;
        let reader = Worker::start("books-reader", reading, None)?;
        Ok(Self { writer, reader, schedule, listeners, endings, installation, epoch })
    }
}

fn random_name(entropy: &dyn Entropy) -> Result<String, StoreError> {
    let mut bytes = [0; 8];
    entropy.fill(&mut bytes).map_err(|error| StoreError::Unavailable(error.to_string()))?;
    Ok(hex(&bytes))
}

#[async_trait]
impl Store for SqliteStore {
    fn installation(&self) -> &str {
        &self.installation
    }

    fn epoch(&self) -> &str {
        &self.epoch
    }

    fn changes(&self, device: &Device) -> broadcast::Receiver<Arc<Record>> {
        self.listeners.listen(device)
    }

    async fn identity(&self, account: String, fingerprint: String) -> Result<Option<Identity>, StoreError> {
        self.reader.read(move |connection| terminals::identity(connection, &account, &fingerprint)).await
    }

    async fn remember(
        &self,
        account: String,
        fingerprint: String,
        identity: Identity,
    ) -> Result<bool, StoreError> {
        self.writer
            .write(move |write| terminals::remember(write.connection, &account, &fingerprint, &identity))
            .await
    }

    async fn add_terminal(&self, terminal: NewTerminal, code: NewPairingCode) -> Result<(), StoreError> {
        self.writer.write(move |write| pairing::add(write.connection, &terminal, &code)).await
    }

    async fn redeem(
        &self,
        code: CodeDigest,
        device: NewDevice,
        accounts: Vec<String>,
        now: Timestamp,
    ) -> Result<Redeemed, StoreError> {
        let public_part = code.public_part.clone();
        if !self.reader.read(move |connection| pairing::knows(connection, &public_part)).await? {
            return Ok(Redeemed::Wrong);
        }
        let (endings, stamp) = (self.endings.clone(), Stamp::here(now));
        self.writer
            .write(move |write| {
                pairing::redeem(write.connection, &code, &device, &accounts, &endings, &stamp)
            })
            .await
    }

    async fn open_pair(
        &self,
        account: String,
        device: NewDevice,
        now: Timestamp,
    ) -> Result<Device, StoreError> {
        let stamp = Stamp::here(now);
        self.writer.write(move |write| pairing::open_pair(write.connection, &account, &device, &stamp)).await
    }

    async fn device(&self, token_digest: String) -> Result<Option<Device>, StoreError> {
        self.reader.read(move |connection| devices::device(connection, &token_digest)).await
    }

    async fn note_seen(&self, token_digest: String, at: Timestamp) -> Result<(), StoreError> {
        self.writer.write(move |write| devices::note_seen(write.connection, &token_digest, at)).await
    }

    async fn terminals(&self) -> Result<Vec<TerminalEntry>, StoreError> {
        self.reader.read(devices::terminals).await
    }

    async fn revoke(&self, revoke: Revoke, now: Timestamp) -> Result<usize, StoreError> {
        let (endings, stamp) = (self.endings.clone(), Stamp::here(now));
        self.writer.write(move |write| devices::revoke(write.connection, &revoke, &endings, &stamp)).await
    }

    fn endings(&self) -> watch::Receiver<u64> {
        self.endings.subscribe()
    }

    async fn code_keys(&self, now: Timestamp, fresh: [u8; 32]) -> Result<Vec<(i64, Vec<u8>)>, StoreError> {
        let keys = self.reader.read(move |connection| terminals::code_keys(connection, now)).await?;
        if keys.first().is_some_and(|(made_at, _)| now.0 - made_at < CODE_KEY_LIFE_MS / 2) {
            return Ok(keys);
        }
        self.writer.write(move |write| terminals::renew_code_keys(write.connection, now, &fresh)).await
    }

    async fn create(&self, draft: Draft) -> Result<Created, StoreError> {
        let asked = Asked::here();
        self.writer.write(move |write| payments::create(write, &draft, &asked)).await
    }

    async fn record_never_arrived(&self, draft: Draft) -> Result<Record, StoreError> {
        let asked = Asked::here();
        self.writer.write(move |write| payments::record_never_arrived(write, &draft, &asked)).await
    }

    async fn payment(&self, id: PaymentId) -> Result<Option<Record>, StoreError> {
        self.reader.read(move |connection| payments::one(connection, &id)).await
    }

    async fn payments(&self, filter: Filter) -> Result<Vec<Record>, StoreError> {
        self.reader.read(move |connection| payments::page(connection, &filter)).await
    }

    async fn count_unsettled(&self) -> Result<u64, StoreError> {
        self.reader.read(lookups::count_unsettled).await
    }

    async fn newest(&self) -> Result<Option<Timestamp>, StoreError> {
        self.reader.read(lookups::newest).await
    }

    async fn check(&self) -> Result<u64, StoreError> {
        // Whoever asks costs the disk nothing while it takes what is written anyway.
        if self.writer.has_failed() {
            self.writer.write(|write| schema::touch(write.connection)).await?;
        }
        self.reader.read(payments::count_open).await
    }

    async fn unsettled_payments(&self) -> Result<Vec<Record>, StoreError> {
        self.reader.read(lookups::unsettled).await
    }

    async fn accounts_in_use(&self, refundable_since: Timestamp) -> Result<Vec<String>, StoreError> {
        self.reader.read(move |connection| lookups::accounts_in_use(connection, refundable_since)).await
    }

    async fn payment_of_charge(
        &self,
        account: String,
        charge: ChargeId,
    ) -> Result<Option<Record>, StoreError> {
        self.reader.read(move |connection| lookups::of_charge(connection, &account, &charge)).await
    }

    async fn payments_of_reference(&self, reference: String, limit: u32) -> Result<Vec<Record>, StoreError> {
        self.reader.read(move |connection| lookups::of_reference(connection, &reference, limit)).await
    }

    async fn payments_in_review(
        &self,
        of_store: Option<(String, StoreId)>,
        limit: u32,
    ) -> Result<Vec<Record>, StoreError> {
        self.reader.read(move |connection| lookups::in_review(connection, of_store.as_ref(), limit)).await
    }

    async fn reconciled(&self, account: String) -> Result<Option<Timestamp>, StoreError> {
        self.reader.read(move |connection| accounts::reconciled(connection, &account)).await
    }

    async fn note_reconciled(&self, account: String, until: ProviderTime) -> Result<(), StoreError> {
        self.writer.write(move |write| accounts::note_reconciled(write.connection, &account, until)).await
    }

    async fn add_supervisor(&self, supervisor: Supervisor, now: Timestamp) -> Result<(), StoreError> {
        self.writer.write(move |write| accounts::add_supervisor(write.connection, &supervisor, now)).await
    }

    async fn supervisors(&self, account: String, store: StoreId) -> Result<Vec<Supervisor>, StoreError> {
        self.reader.read(move |connection| accounts::supervisors(connection, &account, &store)).await
    }

    async fn begin_approval(&self, asked: ApprovalAsked, now: Timestamp) -> Result<Begun, StoreError> {
        self.writer.write(move |write| approvals::begin(write.connection, &asked, now)).await
    }

    async fn end_approval(
        &self,
        asked: ApprovalAsked,
        supervisor: Option<Supervisor>,
        is_right: bool,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let person = supervisor;
        self.writer
            .write(move |write| approvals::end(write.connection, &asked, person.as_ref(), is_right, now))
            .await
    }

    async fn refunded_since(
        &self,
        account: String,
        store: StoreId,
        at: Timestamp,
        payment: PaymentId,
    ) -> Result<i64, StoreError> {
        self.reader
            .read(move |connection| approvals::refunded_since(connection, &account, &store, at, &payment))
            .await
    }

    async fn check_audit(&self) -> Result<Checked, StoreError> {
        self.reader.read(audit::check_end).await
    }

    async fn missed(&self, device: Device, cursor: Option<i64>) -> Result<Missed, StoreError> {
        self.reader.read(move |connection| payments::missed(connection, &device, cursor)).await
    }

    async fn commit(
        &self,
        id: PaymentId,
        expected_version: u64,
        transition: Transition,
    ) -> Result<Committed, StoreError> {
        let schedule = self.schedule.clone();
        self.writer
            .write(move |write| match &transition.under {
                Some(claim) if !schedule.holds(claim) => Ok(Committed::Superseded),
                _ => payments::commit(write, &id, expected_version, &transition),
            })
            .await
    }

    async fn take_over(
        &self,
        id: PaymentId,
        holder: DeviceId,
        at: Timestamp,
    ) -> Result<Option<Record>, StoreError> {
        let cause = Cause::by(holder::TAKEN_OVER, holder.to_string());
        self.writer.write(move |write| holder::take_over(write, &id, &holder, at, &cause)).await
    }

    async fn keep_webhook(&self, webhook: Webhook, key: String) -> Result<bool, StoreError> {
        self.writer.write(move |write| webhooks::keep(write.connection, &webhook, &key)).await
    }

    async fn unfollowed_webhooks(&self, account: String, limit: u32) -> Result<Vec<Webhook>, StoreError> {
        self.reader.read(move |connection| webhooks::unfollowed(connection, &account, limit)).await
    }

    async fn is_named_by_a_webhook(&self, payment: PaymentId) -> Result<bool, StoreError> {
        self.reader.read(move |connection| webhooks::names(connection, &payment)).await
    }

    async fn webhooks_followed(&self, webhooks: Vec<Webhook>) -> Result<(), StoreError> {
        self.writer.write(move |write| webhooks::followed(write.connection, &webhooks)).await
    }

    /// One process holds the books, so that nobody else's leases need to be known here.
    async fn claim_due(
        &self,
        _owner: Owner,
        now: Timestamp,
        lease_ms: u64,
        limit: usize,
    ) -> Result<Vec<Claim>, StoreError> {
        Ok(self.schedule.claim(now, lease_ms, limit))
    }

    async fn release(&self, claim: Claim, tended: Tended, now: Timestamp) -> Result<(), StoreError> {
        if !self.schedule.release(&claim, tended, now) {
            return Ok(());
        }
        // Else every payment that was ever watched would be due again at each start.
        self.writer
            .write(move |write| payments::forget_due(write.connection, &claim.id, tended.version))
            .await
    }

    async fn hasten(&self, payment: &Record, now: Timestamp) -> Result<(), StoreError> {
        self.schedule.hasten(payment.id(), payment.into(), now);
        Ok(())
    }

    async fn spread_overdue(&self, now: Timestamp, pace_ms: u64) -> Result<usize, StoreError> {
        Ok(self.schedule.spread_overdue(now, pace_ms))
    }

    async fn clock_was_set(&self, ms: i64) -> Result<(), StoreError> {
        self.schedule.clock_was_set(ms);
        let sql = "UPDATE payments SET due_at = due_at + ?1 WHERE due_at IS NOT NULL";
        self.writer.write(move |write| Ok(write.connection.execute(sql, [ms]).map(|_| ())?)).await
    }

    async fn next_due(&self, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.schedule.next_due(now))
    }
}

#[cfg(test)]
mod tests;
