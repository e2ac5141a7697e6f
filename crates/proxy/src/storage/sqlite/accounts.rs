//! The accounts in SQLite: who a key belongs to, how far the refunds were looked through, and who may approve.

use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension, params};
use scantill_types::{StoreId, Timestamp};

use super::payments::lookups;
use super::{SqliteStorage, approvals, audit, terminals};
use crate::audit::Line;
use crate::provider_clock::ProviderTime;
use crate::storage::{
    AccountDb, ApprovalAsked, Begun, Identity, IdentityStored, PinResult, StorageError, Supervisor,
};

#[async_trait]
impl AccountDb for SqliteStorage {
    async fn identity(&self, account: String, fingerprint: String) -> Result<Option<Identity>, StorageError> {
        self.reader.read(move |connection| terminals::identity(connection, &account, &fingerprint)).await
    }

    async fn store_identity(
        &self,
        account: String,
        fingerprint: String,
        identity: Identity,
    ) -> Result<IdentityStored, StorageError> {
        self.writer
            .write(move |write| {
                terminals::store_identity(write.connection, &account, &fingerprint, &identity)
            })
            .await
    }

    async fn accounts_in_use(&self, refundable_since: Timestamp) -> Result<Vec<String>, StorageError> {
        self.reader.read(move |connection| lookups::accounts_in_use(connection, refundable_since)).await
    }

    async fn reconciled(&self, account: String) -> Result<Option<Timestamp>, StorageError> {
        self.reader.read(move |connection| reconciled(connection, &account)).await
    }

    async fn note_reconciled(&self, account: String, until: ProviderTime) -> Result<(), StorageError> {
        self.writer.write(move |write| note_reconciled(write.connection, &account, until)).await
    }

    async fn add_supervisor(&self, supervisor: Supervisor, now: Timestamp) -> Result<(), StorageError> {
        self.writer.write(move |write| add_supervisor(write.connection, &supervisor, now)).await
    }

    async fn supervisors(&self, account: String, store: StoreId) -> Result<Vec<Supervisor>, StorageError> {
        self.reader.read(move |connection| supervisors(connection, &account, &store)).await
    }

    async fn begin_approval(&self, asked: ApprovalAsked, now: Timestamp) -> Result<Begun, StorageError> {
        self.writer.write(move |write| approvals::begin(write.connection, &asked, now)).await
    }

    async fn end_approval(
        &self,
        asked: ApprovalAsked,
        supervisor: Option<Supervisor>,
        result: PinResult,
        now: Timestamp,
    ) -> Result<(), StorageError> {
        let person = supervisor;
        self.writer
            .write(move |write| approvals::end(write.connection, &asked, person.as_ref(), result, now))
            .await
    }
}

fn reconciled(connection: &Connection, account: &str) -> Result<Option<Timestamp>, StorageError> {
    let sql = "SELECT refunds_until FROM reconciled WHERE account = ?1";
    Ok(connection.query_row(sql, [account], |row| row.get(0).map(Timestamp)).optional()?)
}

fn note_reconciled(connection: &Connection, account: &str, until: ProviderTime) -> Result<(), StorageError> {
    let sql = "UPDATE payments SET provider_latest = ?2,
        provider_earliest = coalesce((SELECT refunds_until FROM reconciled WHERE account = ?1), 0)
        WHERE account = ?1 AND provider_earliest IS NULL";
    connection.execute(sql, params![account, until.latest.0])?;
    let sql = "INSERT INTO reconciled (account, refunds_until) VALUES (?1, ?2)
        ON CONFLICT DO UPDATE SET refunds_until = ?2";
    connection.execute(sql, params![account, until.earliest.0])?;
    Ok(())
}

fn add_supervisor(
    connection: &Connection,
    supervisor: &Supervisor,
    now: Timestamp,
) -> Result<(), StorageError> {
    let Supervisor { account, store_id, name, pin_hash } = supervisor;
    let sql =
        "INSERT INTO supervisors (account, store_id, name, pin_hash, added_at) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT DO UPDATE SET pin_hash = ?4, added_at = ?5";
    connection.execute(sql, params![account, store_id.as_str(), name, pin_hash, now.0])?;
    approvals::forget(connection, account, store_id, name)?;
    let line = Line {
        at: now.0,
        cause: "supervisor_added".to_owned(),
        account: Some(account.clone()),
        store: Some(store_id.to_string()),
        person: Some(name.clone()),
        detail: "{}".to_owned(),
        ..Line::default()
    };
    audit::append(connection, &line)
}

pub(super) fn supervisors(
    connection: &Connection,
    account: &str,
    store: &StoreId,
) -> Result<Vec<Supervisor>, StorageError> {
    let sql = "SELECT name, pin_hash FROM supervisors WHERE account = ?1 AND store_id = ?2 ORDER BY name";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map(params![account, store.as_str()], |row| {
        let (account, store_id) = (account.to_owned(), store.clone());
        Ok(Supervisor { account, store_id, name: row.get(0)?, pin_hash: row.get(1)? })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
