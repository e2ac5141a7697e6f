//! Devices, and when their tokens are taken away.

use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::{Connection, OptionalExtension, Params, Row, params};
use scantill_types::{DeviceId, StoreId, TerminalId, Timestamp};
use tokio::sync::watch;

use super::super::{Device, DeviceEntry, NewDevice, Revoke, Session, StorageError, TerminalEntry};
use super::audit;
use super::payments::identifier;
use crate::audit::Line;
use crate::device_life::EndReason;
use crate::proof::DeviceKey;
use crate::request_id;

/// The place of a terminal: account, store, terminal.
pub(super) type DevicePlace = [String; 3];

/// When a device came or went, and in which request.
#[derive(Clone, Debug)]
pub(super) struct Stamp {
    at: Timestamp,
    request_id: Option<String>,
}

impl Stamp {
    /// In the request that is answered here; without one while no proxy runs.
    pub(super) fn here(at: Timestamp) -> Self {
        Self { at, request_id: request_id::current() }
    }

    pub(super) fn at(&self) -> Timestamp {
        self.at
    }
}

/// Tells that tokens were taken away, once that is durable.
#[derive(Debug, Default)]
pub(super) struct Revocations {
    is_due: AtomicBool,
    signal: watch::Sender<u64>,
}

impl Revocations {
    pub(super) fn subscribe(&self) -> watch::Receiver<u64> {
        self.signal.subscribe()
    }

    /// Within the transaction: a token is taken away.
    pub(super) fn note(&self) {
        self.is_due.store(true, Ordering::Relaxed);
    }

    /// After the transaction. It only makes listeners look.
    pub(super) fn tell(&self) {
        if self.is_due.swap(false, Ordering::Relaxed) {
            self.signal.send_modify(|count| *count = count.wrapping_add(1));
        }
    }
}

pub(super) fn device(connection: &Connection, token_digest: &str) -> Result<Option<Device>, StorageError> {
    let sql =
        "SELECT device_id, account, store_id, name, time_zone, day_starts_minutes, terminal_id, token_digest,
            paired_at, seen_at, end_reason, key_thumbprint, key_base
        FROM devices JOIN stores USING (account, store_id) WHERE token_digest = ?1";
    Ok(connection.prepare_cached(sql)?.query_row([token_digest], read_device).optional()?)
}

fn read_device(row: &Row<'_>) -> rusqlite::Result<Device> {
    Ok(Device {
        id: identifier(row, 0, DeviceId::parse)?,
        account: row.get(1)?,
        store_id: identifier(row, 2, StoreId::parse)?,
        store_name: row.get(3)?,
        time_zone: row.get(4)?,
        day_starts_minutes: row.get(5)?,
        terminal: identifier(row, 6, TerminalId::parse)?,
        session: Session {
            token_digest: row.get(7)?,
            paired_at: Timestamp(row.get(8)?),
            seen_at: Timestamp(row.get(9)?),
            ended: row.get::<_, Option<String>>(10)?.as_deref().map(end_reason),
            key: read_key(row.get(11)?, row.get(12)?),
        },
    })
}

fn read_key(thumbprint: Option<String>, base: Option<String>) -> Option<DeviceKey> {
    Some(DeviceKey { thumbprint: thumbprint?, base: base? })
}

fn end_reason(word: &str) -> EndReason {
    if word == "replaced" { EndReason::Replaced } else { EndReason::Revoked }
}

pub(super) fn note_seen(
    connection: &Connection,
    token_digest: &str,
    at: Timestamp,
) -> Result<(), StorageError> {
    let sql = "UPDATE devices SET seen_at = ?2 WHERE token_digest = ?1";
    connection.prepare_cached(sql)?.execute(params![token_digest, at.0])?;
    Ok(())
}

pub(super) fn insert(
    connection: &Connection,
    [account, store_id, terminal]: &DevicePlace,
    NewDevice { id, token_digest, key }: &NewDevice,
    stamp: &Stamp,
) -> Result<(), StorageError> {
    let sql =
        "INSERT INTO devices (token_digest, device_id, account, store_id, terminal_id, paired_at, seen_at,
        key_thumbprint, key_base) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7, ?8)";
    let (thumbprint, base) = key.as_ref().map(|key| (&key.thumbprint, &key.base)).unzip();
    let values =
        params![token_digest, id.as_str(), account, store_id, terminal, stamp.at.0, thumbprint, base];
    connection.execute(sql, values)?;
    let place = [account.clone(), store_id.clone(), terminal.clone()];
    tell(connection, "device_paired", place, id.to_string(), stamp)
}

/// A device came or went: on record.
fn tell(
    connection: &Connection,
    cause: &str,
    [account, store_id, terminal]: DevicePlace,
    device: String,
    stamp: &Stamp,
) -> Result<(), StorageError> {
    let line = Line {
        at: stamp.at.0,
        cause: cause.to_owned(),
        account: Some(account),
        store: Some(store_id),
        terminal: Some(terminal),
        device: Some(device),
        request_id: stamp.request_id.clone(),
        detail: "{}".to_owned(),
        ..Line::default()
    };
    audit::append(connection, &line)
}

/// Ends the devices of this statement, each on record, and says how many.
fn end(
    connection: &Connection,
    sql: &str,
    values: impl Params,
    cause: &str,
    stamp: &Stamp,
) -> Result<usize, StorageError> {
    let mut statement =
        connection.prepare(&format!("{sql} RETURNING account, store_id, terminal_id, device_id"))?;
    let ended = statement
        .query_map(values, |row| Ok(([row.get(0)?, row.get(1)?, row.get(2)?], row.get(3)?)))?
        .collect::<rusqlite::Result<Vec<(DevicePlace, String)>>>()?;
    let count = ended.len();
    for (place, device) in ended {
        tell(connection, cause, place, device, stamp)?;
    }
    Ok(count)
}

/// Takes away the tokens that a terminal's devices have.
pub(super) fn replace(
    connection: &Connection,
    [account, store_id, terminal]: &DevicePlace,
    revocations: &Revocations,
    stamp: &Stamp,
) -> Result<(), StorageError> {
    let sql = "UPDATE devices SET ended_at = ?4, end_reason = 'replaced'
        WHERE account = ?1 AND store_id = ?2 AND terminal_id = ?3 AND ended_at IS NULL";
    let values = params![account, store_id, terminal, stamp.at.0];
    if 0 < end(connection, sql, values, "device_replaced", stamp)? {
        revocations.note();
    }
    Ok(())
}

/// Takes away the tokens that this device has anywhere in the account: it gets another one.
pub(super) fn replace_itself(
    connection: &Connection,
    account: &str,
    device: &DeviceId,
    revocations: &Revocations,
    stamp: &Stamp,
) -> Result<(), StorageError> {
    let sql = "UPDATE devices SET ended_at = ?3, end_reason = 'replaced'
        WHERE account = ?1 AND device_id = ?2 AND ended_at IS NULL";
    if 0 < end(connection, sql, params![account, device.as_str(), stamp.at.0], "device_replaced", stamp)? {
        revocations.note();
    }
    Ok(())
}

pub(super) fn revoke(
    connection: &Connection,
    revoke: &Revoke,
    revocations: &Revocations,
    stamp: &Stamp,
) -> Result<usize, StorageError> {
    let store = revoke.store_id.as_ref().map(StoreId::as_str);
    let terminal = revoke.terminal.as_ref().map(TerminalId::as_str);
    let device = revoke.device.as_ref().map(DeviceId::as_str);
    let of_place = "(?2 IS NULL OR account = ?2) AND (?3 IS NULL OR store_id = ?3)
        AND (?4 IS NULL OR terminal_id = ?4)";
    let sql = format!(
        "UPDATE devices SET ended_at = ?1, end_reason = 'revoked'
        WHERE ended_at IS NULL AND {of_place} AND (?5 IS NULL OR device_id = ?5)"
    );
    let values = params![stamp.at.0, revoke.account, store, terminal, device];
    let ended = end(connection, &sql, values, "device_revoked", stamp)?;
    if 0 < ended {
        revocations.note();
    }
    // A code that was made for a terminal that is revoked now may be in the same hands.
    if terminal.is_some() {
        let sql = format!("UPDATE pairing_codes SET used_at = ?1 WHERE used_at IS NULL AND {of_place}");
        connection.execute(&sql, params![stamp.at.0, revoke.account, store, terminal])?;
    }
    Ok(ended)
}

pub(super) fn terminals(connection: &Connection) -> Result<Vec<TerminalEntry>, StorageError> {
    let sql = "SELECT account, store_id, name, terminal_id, device_id, paired_at, seen_at, key_thumbprint IS NOT NULL
        FROM terminals JOIN stores USING (account, store_id)
            LEFT JOIN (SELECT * FROM devices WHERE ended_at IS NULL) USING (account, store_id, terminal_id)
        ORDER BY account, store_id, terminal_id, paired_at DESC";
    let mut found: Vec<TerminalEntry> = Vec::new();
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (entry, device) = (read_terminal(row)?, read_entry(row)?);
        match found.last_mut() {
            Some(last) if is_same(last, &entry) => last.devices.extend(device),
            _ => found.push(TerminalEntry { devices: device.into_iter().collect(), ..entry }),
        }
    }
    Ok(found)
}

fn is_same(one: &TerminalEntry, other: &TerminalEntry) -> bool {
    (&one.account, &one.store_id, &one.terminal) == (&other.account, &other.store_id, &other.terminal)
}

fn read_terminal(row: &Row<'_>) -> rusqlite::Result<TerminalEntry> {
    Ok(TerminalEntry {
        account: row.get(0)?,
        store_id: identifier(row, 1, StoreId::parse)?,
        store_name: row.get(2)?,
        terminal: identifier(row, 3, TerminalId::parse)?,
        devices: Vec::new(),
    })
}

fn read_entry(row: &Row<'_>) -> rusqlite::Result<Option<DeviceEntry>> {
    let Some(_) = row.get::<_, Option<String>>(4)? else { return Ok(None) };
    Ok(Some(DeviceEntry {
        id: identifier(row, 4, DeviceId::parse)?,
        paired_at: Timestamp(row.get(5)?),
        seen_at: Timestamp(row.get(6)?),
        is_bound: row.get(7)?,
    }))
}
