//! The storage in SQLite: one writer thread with group commit, one reader thread, write-ahead log, every commit synced.

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
use super::poll_queue::PollQueue;
use super::{
    ApprovalAsked, Begun, Cause, Committed, Created, Device, Identity, Lease, MissedChanges, NewDevice,
    NewPairingCode, NewPayment, NewTerminal, Owner, PaymentFilter, PollResult, Redeemed, Revoke, Storage,
    StorageError, StoredPayment, Supervisor, TerminalEntry, Transition, Webhook,
};
use crate::audit::{Asked, Checked};
use crate::clock::Entropy;
use crate::provider_clock::ProviderTime;
use crate::secrets::{CodeDigest, hex};
pub use audit::check_audit;
use devices::{Revocations, Stamp};
use folder::database_path;
pub(super) use folder::make_folder;
use payments::{holder, lookups};
use worker::{Announced, Worker};

/// A key for hashing payer codes lives this long.
const CODE_KEY_LIFE_MS: i64 = 24 * 60 * 60 * 1_000;

/// The storage in one SQLite file.
#[derive(Debug)]
pub struct SqliteStorage {
    writer: Worker,
    reader: Worker,
    poll_queue: Arc<PollQueue>,
    listeners: Arc<Listeners>,
    revocations: Arc<Revocations>,
    installation: String,
    epoch: String,
}

impl SqliteStorage {
    /// Opens the storage in a folder, and makes them if there are none.
    pub fn open(folder: &Path, entropy: &dyn Entropy) -> Result<Self, StorageError> {
        Self::open_watched(folder, entropy, &|_| {})
    }

    /// The same, and shows each connection before it is used.
    fn open_watched(
        folder: &Path,
        entropy: &dyn Entropy,
        watch: &dyn Fn(&mut Connection),
    ) -> Result<Self, StorageError> {
        make_folder(folder).map_err(|error| StorageError::unusable(folder, &error))?;
        let path = database_path(folder);
        let mut connection = Connection::open(&path)?;
        schema::prepare(&mut connection, &[random_name(entropy)?, random_name(entropy)?])?;
        let installation = schema::name(&connection, "installation")?;
        let epoch = schema::name(&connection, "epoch")?;
        let poll_queue = Arc::new(PollQueue::default());
        for (id, plan) in payments::due(&connection)? {
            poll_queue.plan(&id, plan);
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut reading = Connection::open_with_flags(&path, flags)?;
        watch(&mut connection);
        watch(&mut reading);
        let (listeners, revocations) = (Arc::<Listeners>::default(), Arc::<Revocations>::default());
        let announced = Announced {
            listeners: listeners.clone(),
            poll_queue: poll_queue.clone(),
            revocations: revocations.clone(),
        };
        let writer = Worker::start("storage-writer", connection, Some(announced))?;
        let reader = Worker::start("storage-reader", reading, None)?;
        Ok(Self { writer, reader, poll_queue, listeners, revocations, installation, epoch })
    }
}

fn random_name(entropy: &dyn Entropy) -> Result<String, StorageError> {
    let mut bytes = [0; 8];
    entropy.fill(&mut bytes).map_err(|error| StorageError::Unavailable(error.to_string()))?;
    Ok(hex(&bytes))
}

#[async_trait]
impl Storage for SqliteStorage {
    fn installation(&self) -> &str {
        &self.installation
    }

    fn epoch(&self) -> &str {
        &self.epoch
    }

    fn changes(&self, device: &Device) -> broadcast::Receiver<Arc<StoredPayment>> {
        self.listeners.listen(device)
    }

    async fn identity(&self, account: String, fingerprint: String) -> Result<Option<Identity>, StorageError> {
        self.reader.read(move |connection| terminals::identity(connection, &account, &fingerprint)).await
    }

    async fn store_identity(
        &self,
        account: String,
        fingerprint: String,
        identity: Identity,
    ) -> Result<bool, StorageError> {
        self.writer
            .write(move |write| {
                terminals::store_identity(write.connection, &account, &fingerprint, &identity)
            })
            .await
    }

    async fn add_terminal(&self, terminal: NewTerminal, code: NewPairingCode) -> Result<(), StorageError> {
        self.writer.write(move |write| pairing::add(write.connection, &terminal, &code)).await
    }

    async fn redeem(
        &self,
        code: CodeDigest,
        device: NewDevice,
        accounts: Vec<String>,
        now: Timestamp,
    ) -> Result<Redeemed, StorageError> {
        let public_part = code.public_part.clone();
        if !self.reader.read(move |connection| pairing::knows(connection, &public_part)).await? {
            return Ok(Redeemed::Wrong);
        }
        let (revocations, stamp) = (self.revocations.clone(), Stamp::here(now));
        self.writer
            .write(move |write| {
                pairing::redeem(write.connection, &code, &device, &accounts, &revocations, &stamp)
            })
            .await
    }

    async fn open_pair(
        &self,
        account: String,
        device: NewDevice,
        now: Timestamp,
    ) -> Result<Device, StorageError> {
        let stamp = Stamp::here(now);
        self.writer.write(move |write| pairing::open_pair(write.connection, &account, &device, &stamp)).await
    }

    async fn device(&self, token_digest: String) -> Result<Option<Device>, StorageError> {
        self.reader.read(move |connection| devices::device(connection, &token_digest)).await
    }

    async fn note_seen(&self, token_digest: String, at: Timestamp) -> Result<(), StorageError> {
        self.writer.write(move |write| devices::note_seen(write.connection, &token_digest, at)).await
    }

    async fn terminals(&self) -> Result<Vec<TerminalEntry>, StorageError> {
        self.reader.read(devices::terminals).await
    }

    async fn revoke(&self, revoke: Revoke, now: Timestamp) -> Result<usize, StorageError> {
        let (revocations, stamp) = (self.revocations.clone(), Stamp::here(now));
        self.writer.write(move |write| devices::revoke(write.connection, &revoke, &revocations, &stamp)).await
    }

    fn revocations(&self) -> watch::Receiver<u64> {
        self.revocations.subscribe()
    }

    async fn code_keys(&self, now: Timestamp, fresh: [u8; 32]) -> Result<Vec<(i64, Vec<u8>)>, StorageError> {
        let keys = self.reader.read(move |connection| terminals::code_keys(connection, now)).await?;
        if keys.first().is_some_and(|(made_at, _)| now.0 - made_at < CODE_KEY_LIFE_MS / 2) {
            return Ok(keys);
        }
        self.writer.write(move |write| terminals::renew_code_keys(write.connection, now, &fresh)).await
    }

    async fn create(&self, new_payment: NewPayment) -> Result<Created, StorageError> {
        let asked = Asked::here();
        self.writer.write(move |write| payments::create(write, &new_payment, &asked)).await
    }

    async fn record_never_arrived(&self, new_payment: NewPayment) -> Result<StoredPayment, StorageError> {
        let asked = Asked::here();
        self.writer.write(move |write| payments::record_never_arrived(write, &new_payment, &asked)).await
    }

    async fn payment(&self, id: PaymentId) -> Result<Option<StoredPayment>, StorageError> {
        self.reader.read(move |connection| payments::one(connection, &id)).await
    }

    async fn payments(&self, filter: PaymentFilter) -> Result<Vec<StoredPayment>, StorageError> {
        self.reader.read(move |connection| payments::page(connection, &filter)).await
    }

    async fn count_unsettled(&self) -> Result<u64, StorageError> {
        self.reader.read(lookups::count_unsettled).await
    }

    async fn newest(&self) -> Result<Option<Timestamp>, StorageError> {
        self.reader.read(lookups::newest).await
    }

    async fn check(&self) -> Result<u64, StorageError> {
        // Whoever asks costs the disk nothing while it takes what is written anyway.
        if self.writer.has_failed() {
            self.writer.write(|write| schema::touch(write.connection)).await?;
        }
        self.reader.read(payments::count_open).await
    }

    async fn unsettled_payments(&self) -> Result<Vec<StoredPayment>, StorageError> {
        self.reader.read(lookups::unsettled).await
    }

    async fn accounts_in_use(&self, refundable_since: Timestamp) -> Result<Vec<String>, StorageError> {
        self.reader.read(move |connection| lookups::accounts_in_use(connection, refundable_since)).await
    }

    async fn payment_of_charge(
        &self,
        account: String,
        charge: ChargeId,
    ) -> Result<Option<StoredPayment>, StorageError> {
        self.reader.read(move |connection| lookups::of_charge(connection, &account, &charge)).await
    }

    async fn payments_of_reference(
        &self,
        reference: String,
        limit: u32,
    ) -> Result<Vec<StoredPayment>, StorageError> {
        self.reader.read(move |connection| lookups::of_reference(connection, &reference, limit)).await
    }

    async fn payments_in_review(
        &self,
        of_store: Option<(String, StoreId)>,
        limit: u32,
    ) -> Result<Vec<StoredPayment>, StorageError> {
        self.reader.read(move |connection| lookups::in_review(connection, of_store.as_ref(), limit)).await
    }

    async fn reconciled(&self, account: String) -> Result<Option<Timestamp>, StorageError> {
        self.reader.read(move |connection| accounts::reconciled(connection, &account)).await
    }

    async fn note_reconciled(&self, account: String, until: ProviderTime) -> Result<(), StorageError> {
        self.writer.write(move |write| accounts::note_reconciled(write.connection, &account, until)).await
    }

    async fn add_supervisor(&self, supervisor: Supervisor, now: Timestamp) -> Result<(), StorageError> {
        self.writer.write(move |write| accounts::add_supervisor(write.connection, &supervisor, now)).await
    }

    async fn supervisors(&self, account: String, store: StoreId) -> Result<Vec<Supervisor>, StorageError> {
        self.reader.read(move |connection| accounts::supervisors(connection, &account, &store)).await
    }

    async fn begin_approval(&self, asked: ApprovalAsked, now: Timestamp) -> Result<Begun, StorageError> {
        self.writer.write(move |write| approvals::begin(write.connection, &asked, now)).await
    }

    async fn end_approval(
        &self,
        asked: ApprovalAsked,
        supervisor: Option<Supervisor>,
        is_right: bool,
        now: Timestamp,
    ) -> Result<(), StorageError> {
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
    ) -> Result<i64, StorageError> {
        self.reader
            .read(move |connection| approvals::refunded_since(connection, &account, &store, at, &payment))
            .await
    }

    async fn check_audit(&self) -> Result<Checked, StorageError> {
        self.reader.read(audit::check_end).await
    }

    async fn missed(&self, device: Device, cursor: Option<i64>) -> Result<MissedChanges, StorageError> {
        self.reader.read(move |connection| payments::missed(connection, &device, cursor)).await
    }

    async fn commit(
        &self,
        id: PaymentId,
        expected_version: u64,
        transition: Transition,
    ) -> Result<Committed, StorageError> {
        let poll_queue = self.poll_queue.clone();
        self.writer
            .write(move |write| match &transition.under {
                Some(lease) if !poll_queue.holds(lease) => Ok(Committed::Superseded),
                _ => payments::commit(write, &id, expected_version, &transition),
            })
            .await
    }

    async fn take_over(
        &self,
        id: PaymentId,
        holder: DeviceId,
        at: Timestamp,
    ) -> Result<Option<StoredPayment>, StorageError> {
        let cause = Cause::by(holder::TAKEN_OVER, holder.to_string());
        self.writer.write(move |write| holder::take_over(write, &id, &holder, at, &cause)).await
    }

    async fn store_webhook(&self, webhook: Webhook, key: String) -> Result<bool, StorageError> {
        self.writer.write(move |write| webhooks::keep(write.connection, &webhook, &key)).await
    }

    async fn unconfirmed_webhooks(&self, account: String, limit: u32) -> Result<Vec<Webhook>, StorageError> {
        self.reader.read(move |connection| webhooks::unconfirmed(connection, &account, limit)).await
    }

    async fn is_named_by_a_webhook(&self, payment: PaymentId) -> Result<bool, StorageError> {
        self.reader.read(move |connection| webhooks::names(connection, &payment)).await
    }

    async fn mark_webhooks_confirmed(&self, webhooks: Vec<Webhook>) -> Result<(), StorageError> {
        self.writer.write(move |write| webhooks::confirmed(write.connection, &webhooks)).await
    }

    /// One process holds the storage, so that nobody else's leases need to be known here.
    async fn lease_due(
        &self,
        _owner: Owner,
        now: Timestamp,
        lease_ms: u64,
        limit: usize,
    ) -> Result<Vec<Lease>, StorageError> {
        Ok(self.poll_queue.lease(now, lease_ms, limit))
    }

    async fn release(&self, lease: Lease, polled: PollResult, now: Timestamp) -> Result<(), StorageError> {
        if !self.poll_queue.release(&lease, polled, now) {
            return Ok(());
        }
        // Else every payment that was ever watched would be due again at each start.
        self.writer
            .write(move |write| payments::forget_due(write.connection, &lease.id, polled.version))
            .await
    }

    async fn expedite(&self, payment: &StoredPayment, now: Timestamp) -> Result<(), StorageError> {
        self.poll_queue.expedite(payment.id(), payment.into(), now);
        Ok(())
    }

    async fn stagger_overdue(&self, now: Timestamp, pace_ms: u64) -> Result<usize, StorageError> {
        Ok(self.poll_queue.stagger_overdue(now, pace_ms))
    }

    async fn shift_due_times(&self, ms: i64) -> Result<(), StorageError> {
        self.poll_queue.shift_due_times(ms);
        let sql = "UPDATE payments SET due_at = due_at + ?1 WHERE due_at IS NOT NULL";
        self.writer.write(move |write| Ok(write.connection.execute(sql, [ms]).map(|_| ())?)).await
    }

    async fn next_due(&self, now: Timestamp) -> Result<Option<Timestamp>, StorageError> {
        Ok(self.poll_queue.next_due(now))
    }
}

#[cfg(test)]
mod tests;
