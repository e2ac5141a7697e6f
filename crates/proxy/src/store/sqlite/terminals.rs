//! Accounts, stores, tills, their devices, and the keys of the day.

use rusqlite::{Connection, OptionalExtension, Row, params};
use scantill_core::{DeviceId, StoreId, TerminalId, Timestamp};

use super::super::{Device, Identity, NewTerminal, Redeemed, StoreError};
use super::CODE_KEY_LIFE_MS;

/// The store that open pairing puts its tills into: the one on the mission's page.
const OPEN_STORE: (&str, &str, &str, i64) = ("store_1", "store 1", "Asia/Bangkok", 4 * 60);

pub(super) fn remember(
    connection: &Connection,
    account: &str,
    fingerprint: &str,
    identity: &Identity,
) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM account_keys WHERE account = ?1 AND provider_id <> ?2)
        AND EXISTS (SELECT 1 FROM payments WHERE account = ?1)";
    let foreign: bool = connection.query_row(sql, params![account, identity.id], |row| row.get(0))?;
    if foreign {
        return Ok(false);
    }
    // A key that was tried by mistake before the first payment must not stand in the way of the right one.
    let sql = "DELETE FROM account_keys WHERE account = ?1 AND provider_id <> ?2";
    connection.execute(sql, params![account, identity.id])?;
    let sql = "INSERT OR REPLACE INTO account_keys (account, fingerprint, provider_id, livemode) VALUES (?1, ?2, ?3, ?4)";
    connection.execute(sql, params![account, fingerprint, identity.id, identity.livemode])?;
    Ok(true)
}

pub(super) fn add(
    connection: &Connection,
    terminal: &NewTerminal,
    code_digest: &str,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    let NewTerminal { account, store_id, store_name, time_zone, day_starts_minutes, terminal } = terminal;
    let sql = "INSERT INTO stores (account, store_id, name, time_zone, day_starts_minutes) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT DO UPDATE SET name = ?3, time_zone = ?4, day_starts_minutes = ?5";
    connection
        .execute(sql, params![account, store_id.as_str(), store_name, time_zone, day_starts_minutes])?;
    let place = params![account, store_id.as_str(), terminal.as_str()];
    connection.execute(
        "INSERT OR IGNORE INTO terminals (account, store_id, terminal_id) VALUES (?1, ?2, ?3)",
        place,
    )?;
    let sql = "INSERT INTO pairing_codes (code_digest, account, store_id, terminal_id, expires_at)
        VALUES (?1, ?2, ?3, ?4, ?5)";
    connection
        .execute(sql, params![code_digest, account, store_id.as_str(), terminal.as_str(), expires_at.0])?;
    Ok(())
}

pub(super) fn redeem(
    connection: &Connection,
    code_digest: &str,
    device: &DeviceId,
    token_digest: &str,
    now: Timestamp,
) -> Result<Redeemed, StoreError> {
    let sql =
        "UPDATE pairing_codes SET used_at = ?2 WHERE code_digest = ?1 AND used_at IS NULL AND ?2 < expires_at
        RETURNING account, store_id, terminal_id";
    let place: Option<[String; 3]> = connection
        .query_row(sql, params![code_digest, now.0], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?]))
        .optional()?;
    let Some(place) = place else { return Ok(Redeemed::Refused) };
    add_device(connection, &place, device, token_digest, now)?;
    self::device(connection, token_digest)?
        .map_or(Ok(Redeemed::Refused), |device| Ok(Redeemed::Device(device)))
}

pub(super) fn open_pair(
    connection: &Connection,
    account: &str,
    device: &DeviceId,
    token_digest: &str,
    now: Timestamp,
) -> Result<Device, StoreError> {
    let known: Option<[String; 3]> = connection
        .query_row(
            "SELECT account, store_id, terminal_id FROM devices WHERE device_id = ?1 AND account = ?2 LIMIT 1",
            params![device.as_str(), account],
            |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?]),
        )
        .optional()?;
    let place = match known {
        Some(place) => place,
        None => open_place(connection, account)?,
    };
    add_device(connection, &place, device, token_digest, now)?;
    let lost = || StoreError::Unavailable("a device that was just paired cannot be read".into());
    self::device(connection, token_digest)?.ok_or_else(lost)
}

fn open_place(connection: &Connection, account: &str) -> Result<[String; 3], StoreError> {
    let (store_id, name, time_zone, day_starts_minutes) = OPEN_STORE;
    let sql = "INSERT OR IGNORE INTO stores (account, store_id, name, time_zone, day_starts_minutes)
        VALUES (?1, ?2, ?3, ?4, ?5)";
    connection.execute(sql, params![account, store_id, name, time_zone, day_starts_minutes])?;
    let sql = "SELECT count(*) + 1 FROM terminals WHERE account = ?1 AND store_id = ?2";
    let number: i64 = connection.query_row(sql, params![account, store_id], |row| row.get(0))?;
    let terminal = format!("POS-{number:02}");
    let place = params![account, store_id, terminal];
    connection
        .execute("INSERT INTO terminals (account, store_id, terminal_id) VALUES (?1, ?2, ?3)", place)?;
    Ok([account.to_owned(), store_id.to_owned(), terminal])
}

fn add_device(
    connection: &Connection,
    [account, store_id, terminal]: &[String; 3],
    device: &DeviceId,
    token_digest: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO devices (token_digest, device_id, account, store_id, terminal_id, paired_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    connection.execute(sql, params![token_digest, device.as_str(), account, store_id, terminal, now.0])?;
    Ok(())
}

pub(super) fn device(connection: &Connection, token_digest: &str) -> Result<Option<Device>, StoreError> {
    let sql = "SELECT device_id, account, store_id, name, time_zone, day_starts_minutes, terminal_id
        FROM devices JOIN stores USING (account, store_id) WHERE token_digest = ?1";
    Ok(connection.prepare_cached(sql)?.query_row([token_digest], read_device).optional()?)
}

fn read_device(row: &Row<'_>) -> rusqlite::Result<Device> {
    Ok(Device {
        id: super::payments::identifier(row, 0, DeviceId::parse)?,
        account: row.get(1)?,
        store_id: super::payments::identifier(row, 2, StoreId::parse)?,
        store_name: row.get(3)?,
        time_zone: row.get(4)?,
        day_starts_minutes: row.get(5)?,
        terminal: super::payments::identifier(row, 6, TerminalId::parse)?,
    })
}

pub(super) fn code_keys(connection: &Connection, now: Timestamp) -> Result<Vec<(i64, Vec<u8>)>, StoreError> {
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
) -> Result<Vec<(i64, Vec<u8>)>, StoreError> {
    connection.execute("DELETE FROM code_keys WHERE made_at <= ?1", [now.0 - CODE_KEY_LIFE_MS])?;
    let newest = code_keys(connection, now)?;
    if newest.first().is_none_or(|(made_at, _)| CODE_KEY_LIFE_MS / 2 <= now.0 - made_at) {
        connection.execute("INSERT INTO code_keys (made_at, key) VALUES (?1, ?2)", params![now.0, fresh])?;
    }
    code_keys(connection, now)
}
