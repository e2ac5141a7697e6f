//! What the storage keep of an account beside its payments: how far its refunds were looked through, and who may approve.

use rusqlite::{Connection, OptionalExtension, params};
use scantill_types::{StoreId, Timestamp};

use super::super::{StorageError, Supervisor};
use super::{approvals, audit};
use crate::audit::Line;
use crate::provider_clock::ProviderTime;

pub(super) fn reconciled(connection: &Connection, account: &str) -> Result<Option<Timestamp>, StorageError> {
    let sql = "SELECT refunds_until FROM reconciled WHERE account = ?1";
    Ok(connection.query_row(sql, [account], |row| row.get(0).map(Timestamp)).optional()?)
}

pub(super) fn note_reconciled(
    connection: &Connection,
    account: &str,
    until: ProviderTime,
) -> Result<(), StorageError> {
    let sql = "UPDATE payments SET provider_latest = ?2,
        provider_earliest = coalesce((SELECT refunds_until FROM reconciled WHERE account = ?1), 0)
        WHERE account = ?1 AND provider_earliest IS NULL";
    connection.execute(sql, params![account, until.latest.0])?;
    let sql = "INSERT INTO reconciled (account, refunds_until) VALUES (?1, ?2)
        ON CONFLICT DO UPDATE SET refunds_until = ?2";
    connection.execute(sql, params![account, until.earliest.0])?;
    Ok(())
}

pub(super) fn add_supervisor(
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
