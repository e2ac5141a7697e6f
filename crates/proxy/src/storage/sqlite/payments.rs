//! The payments in SQLite: each method is one job of the writer or of the reader.

mod commit;
mod create;
mod due;
mod holder;
pub(super) mod lookups;
mod pages;
mod rows;
mod sale_rules;

use std::sync::Arc;

use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension};
use scantill_types::{ChargeId, DeviceId, PaymentId, StoreId, Timestamp};
use tokio::sync::broadcast;

use super::{SqliteStorage, approvals, terminals};
use crate::audit::Asked;
use crate::storage::{
    Cause, Committed, Created, Device, MissedChanges, NewPayment, PaymentDb, PaymentFilter, StorageError,
    StoredPayment, Transition,
};
pub(super) use due::{due, forget_due};
pub(super) use rows::identifier;
use rows::{COLUMNS, read};

/// A key for hashing payer codes lives this long.
pub(super) const CODE_KEY_LIFE_MS: i64 = 24 * 60 * 60 * 1_000;

#[async_trait]
impl PaymentDb for SqliteStorage {
    fn changes(&self, device: &Device) -> broadcast::Receiver<Arc<StoredPayment>> {
        self.listeners.listen(device)
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
        self.writer.write(move |write| create::create(write, &new_payment, &asked)).await
    }

    async fn record_never_arrived(&self, new_payment: NewPayment) -> Result<StoredPayment, StorageError> {
        let asked = Asked::here();
        self.writer.write(move |write| create::record_never_arrived(write, &new_payment, &asked)).await
    }

    async fn payment(&self, id: PaymentId) -> Result<Option<StoredPayment>, StorageError> {
        self.reader.read(move |connection| one(connection, &id)).await
    }

    async fn payments(&self, filter: PaymentFilter) -> Result<Vec<StoredPayment>, StorageError> {
        self.reader.read(move |connection| pages::page(connection, &filter)).await
    }

    async fn count_unsettled(&self) -> Result<u64, StorageError> {
        self.reader.read(lookups::count_unsettled).await
    }

    async fn newest(&self) -> Result<Option<Timestamp>, StorageError> {
        self.reader.read(lookups::newest).await
    }

    async fn unsettled_payments(&self) -> Result<Vec<StoredPayment>, StorageError> {
        self.reader.read(lookups::unsettled).await
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

    async fn missed(&self, device: Device, cursor: Option<i64>) -> Result<MissedChanges, StorageError> {
        self.reader.read(move |connection| pages::missed(connection, &device, cursor)).await
    }

    async fn commit(
        &self,
        id: PaymentId,
        expected_version: u64,
        transition: Transition,
    ) -> Result<Committed, StorageError> {
        let poll_queue = self.poll_queue.clone();
        self.writer
            .write(move |write| match &transition.lease {
                Some(lease) if !poll_queue.holds(lease) => Ok(Committed::Superseded),
                _ => commit::commit(write, &id, expected_version, &transition),
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
}

fn one(connection: &Connection, id: &PaymentId) -> Result<Option<StoredPayment>, StorageError> {
    let sql = format!("SELECT {COLUMNS} FROM payments WHERE payment_id = ?1");
    Ok(connection.prepare_cached(&sql)?.query_row([id.as_str()], read).optional()?)
}

fn collect(
    connection: &Connection,
    sql: &str,
    values: impl rusqlite::Params,
) -> Result<Vec<StoredPayment>, StorageError> {
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map(values, read)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn first(
    connection: &Connection,
    condition: &str,
    values: impl rusqlite::Params,
) -> Result<Option<StoredPayment>, StorageError> {
    let sql = format!("SELECT {COLUMNS} FROM payments WHERE {condition} ORDER BY counter DESC LIMIT 1");
    Ok(connection.prepare_cached(&sql)?.query_row(values, read).optional()?)
}
