//! Terminals, and how a device is paired with one.

use rusqlite::{Connection, OptionalExtension, params};
use scantill_types::Timestamp;

use super::super::{Device, NewDevice, NewPairingCode, NewTerminal, Redeemed, StorageError};
use super::devices::{self, DevicePlace, Revocations, Stamp};
use crate::secrets::CodeDigest;

/// The store of terminals that pair without a code: the one of Omise's example.
const OPEN_STORE: (&str, &str, &str, i64) = ("store_1", "store 1", "Asia/Bangkok", 4 * 60);
/// So often a code's secret part may be tried.
const TRIES_MAX: i64 = 5;
/// A code is not good before it was made: else a clock that is set back makes it good again. Two clocks may differ a little.
const CLOCKS_APART_MS: u64 = 60 * 1_000;

pub(super) fn add(
    connection: &Connection,
    terminal: &NewTerminal,
    code: &NewPairingCode,
) -> Result<(), StorageError> {
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
    connection.execute("DELETE FROM pairing_codes WHERE expires_at <= ?1", [code.made_at.0])?;
    let NewPairingCode { digest, keeps_devices, made_at, expires_at } = code;
    let sql = "INSERT INTO pairing_codes
            (public_part, secret_digest, account, store_id, terminal_id, keeps_devices, made_at, expires_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    connection.execute(
        sql,
        params![
            digest.public_part,
            digest.secret_digest,
            account,
            store_id.as_str(),
            terminal.as_str(),
            keeps_devices,
            made_at.0,
            expires_at.0
        ],
    )?;
    Ok(())
}

/// Whether there is a code of this public part at all: a stranger's guess costs no write.
pub(super) fn knows(connection: &Connection, public_part: &str) -> Result<bool, StorageError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM pairing_codes WHERE public_part = ?1)";
    Ok(connection.prepare_cached(sql)?.query_row([public_part], |row| row.get(0))?)
}

pub(super) fn redeem(
    connection: &Connection,
    code: &CodeDigest,
    device: &NewDevice,
    accounts: &[String],
    revocations: &Revocations,
    stamp: &Stamp,
) -> Result<Redeemed, StorageError> {
    let tried = try_code(connection, &code.public_part, stamp.at())?;
    let Some((secret_digest, place, keeps_devices)) = tried else {
        return Ok(Redeemed::Dead);
    };
    // A code of an account that is not configured stays good, for when it is.
    if !accounts.contains(&place[0]) {
        return Ok(Redeemed::Dead);
    }
    if secret_digest != code.secret_digest {
        return Ok(Redeemed::Wrong);
    }
    let sql = "UPDATE pairing_codes SET used_at = ?2 WHERE public_part = ?1";
    connection.execute(sql, params![code.public_part, stamp.at().0])?;
    if !keeps_devices {
        devices::replace(connection, &place, revocations, stamp)?;
    }
    devices::replace_itself(connection, &place[0], &device.id, revocations, stamp)?;
    devices::insert(connection, &place, device, stamp)?;
    Ok(Redeemed::Device(Box::new(paired(connection, &device.token_digest)?)))
}

/// Counts a try of a code that is good, before it is compared.
fn try_code(
    connection: &Connection,
    public_part: &str,
    now: Timestamp,
) -> Result<Option<(String, DevicePlace, bool)>, StorageError> {
    let sql = "UPDATE pairing_codes SET tries = tries + 1
        WHERE public_part = ?1 AND used_at IS NULL AND tries < ?2 AND made_at <= ?3 AND ?4 < expires_at
        RETURNING secret_digest, account, store_id, terminal_id, keeps_devices";
    let latest = now.plus_ms(CLOCKS_APART_MS);
    let found = connection.query_row(sql, params![public_part, TRIES_MAX, latest.0, now.0], |row| {
        Ok((row.get(0)?, [row.get(1)?, row.get(2)?, row.get(3)?], row.get(4)?))
    });
    Ok(found.optional()?)
}

pub(super) fn open_pair(
    connection: &Connection,
    account: &str,
    device: &NewDevice,
    stamp: &Stamp,
) -> Result<Device, StorageError> {
    let known: Option<DevicePlace> = connection
        .query_row(
            "SELECT account, store_id, terminal_id FROM devices WHERE device_id = ?1 AND account = ?2 LIMIT 1",
            params![device.id.as_str(), account],
            |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?]),
        )
        .optional()?;
    let place = match known {
        Some(place) => place,
        None => open_place(connection, account)?,
    };
    devices::insert(connection, &place, device, stamp)?;
    paired(connection, &device.token_digest)
}

fn paired(connection: &Connection, token_digest: &str) -> Result<Device, StorageError> {
    let lost = || StorageError::Unavailable("a device that was just paired cannot be read".into());
    devices::device(connection, token_digest)?.ok_or_else(lost)
}

fn open_place(connection: &Connection, account: &str) -> Result<DevicePlace, StorageError> {
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
