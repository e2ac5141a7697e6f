//! Accounts, and the keys of the day.

use rusqlite::{Connection, OptionalExtension, params};
use scantill_types::Timestamp;

use super::super::{Identity, IdentityStored, StorageError};
use super::payments::CODE_KEY_LIFE_MS;

/// Who the provider said a key belongs to.
pub(super) fn identity(
    connection: &Connection,
    account: &str,
    fingerprint: &str,
) -> Result<Option<Identity>, StorageError> {
    let sql = "SELECT provider_id, livemode FROM account_keys WHERE account = ?1 AND fingerprint = ?2";
    let row = connection.query_row(sql, params![account, fingerprint], |row| {
        Ok(Identity { id: row.get(0)?, livemode: row.get(1)? })
    });
    Ok(row.optional()?)
}

pub(super) fn store_identity(
    connection: &Connection,
    account: &str,
    fingerprint: &str,
    identity: &Identity,
) -> Result<IdentityStored, StorageError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM account_keys WHERE account = ?1 AND provider_id <> ?2)
        AND EXISTS (SELECT 1 FROM payments WHERE account = ?1)";
    let foreign: bool = connection.query_row(sql, params![account, identity.id], |row| row.get(0))?;
    if foreign {
        return Ok(IdentityStored::OtherAccount);
    }
    // A key that was tried by mistake before the first payment must not stand in the way of the right one.
    let sql = "DELETE FROM account_keys WHERE account = ?1 AND provider_id <> ?2";
    connection.execute(sql, params![account, identity.id])?;
    let sql = "INSERT OR REPLACE INTO account_keys (account, fingerprint, provider_id, livemode) VALUES (?1, ?2, ?3, ?4)";
    connection.execute(sql, params![account, fingerprint, identity.id, identity.livemode])?;
    Ok(IdentityStored::Stored)
}

pub(super) fn code_keys(
    connection: &Connection,
    now: Timestamp,
) -> Result<Vec<(i64, Vec<u8>)>, StorageError> {
    let sql = "SELECT made_at, key FROM code_keys WHERE ?1 < made_at ORDER BY made_at DESC";
    let mut statement = connection.prepare_cached(sql)?;
    let keys = statement.query_map([now.0 - CODE_KEY_LIFE_MS], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(keys.collect::<rusqlite::Result<_>>()?)
}

/// Makes a new key and drops those that are older than a day: with them goes every way back to a code.
pub(super) fn renew_code_keys(
    connection: &Connection,
    now: Timestamp,
    fresh: &[u8],
) -> Result<Vec<(i64, Vec<u8>)>, StorageError> {
    connection.execute("DELETE FROM code_keys WHERE made_at <= ?1", [now.0 - CODE_KEY_LIFE_MS])?;
    let newest = code_keys(connection, now)?;
    if newest.first().is_none_or(|(made_at, _)| CODE_KEY_LIFE_MS / 2 <= now.0 - made_at) {
        connection.execute("INSERT INTO code_keys (made_at, key) VALUES (?1, ?2)", params![now.0, fresh])?;
    }
    code_keys(connection, now)
}
