//! The audit in its table: a line is added at the end of the chain, and never touched again.

use std::ops::ControlFlow;
use std::path::Path;

use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, params};

use super::super::StorageError;
use super::database_path;
use crate::audit::{Check, Checked, Hash, Head, Line, START};

/// A start checks so many lines at the chain's end: it must not take longer as the audit grows.
const CHECKED_AT_START: i64 = 10_000;
const COLUMNS: &str =
    "seq, hash, at, cause, cursor, payment_id, state, account, store_id, terminal_id, device_id,
    person, request_id, detail";

/// Adds a line at the end. It is in the transaction of what it tells.
pub(super) fn append(connection: &Connection, line: &Line) -> Result<(), StorageError> {
    let Head { seq: noted, hash } = head(connection)?;
    // A line that is there although the chain does not know it must not stop the payments.
    let newest: i64 = connection
        .prepare_cached("SELECT coalesce(max(seq), 0) FROM audit")?
        .query_row([], |row| row.get(0))?;
    let Head { seq, hash } = line.after(&Head { seq: noted.max(newest), hash });
    let sql = "INSERT INTO audit (seq, hash, at, cause, cursor, payment_id, state, account, store_id, terminal_id,
        device_id, person, request_id, detail) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";
    let Line { at, cause, cursor, payment, state, account, store, terminal, .. } = line;
    let Line { device, person, request_id, detail, .. } = line;
    let values = params![
        seq, hash, at, cause, cursor, payment, state, account, store, terminal, device, person, request_id,
        detail
    ];
    connection.prepare_cached(sql)?.execute(values)?;
    connection.prepare_cached("UPDATE audit_head SET seq = ?1, hash = ?2")?.execute(params![seq, hash])?;
    Ok(())
}

/// Checks the newest lines.
pub(super) fn check_end(connection: &Connection) -> Result<Checked, StorageError> {
    let first = head(connection)?.seq.saturating_sub(CHECKED_AT_START);
    let sql = "SELECT seq, hash FROM audit WHERE seq <= ?1 ORDER BY seq DESC LIMIT 1";
    let before = connection.query_row(sql, [first], read_head).optional()?;
    walk(connection, before.unwrap_or(START), None)
}

/// Checks all lines of a database that a proxy may be serving, and looks for a head that was noted elsewhere.
pub fn check_audit(folder: &Path, noted: Option<Head>) -> Result<Checked, StorageError> {
    let mut connection = open_to_read(folder)?;
    // What is read in one transaction is of one moment.
    let snapshot = connection.transaction()?;
    walk(&snapshot, START, noted)
}

/// Gives the lines of one payment, or all lines, in their order, from a database that a proxy may be serving. `each` says
/// whether it wants more.
pub fn read_audit(
    folder: &Path,
    payment: Option<&str>,
    mut each: impl FnMut(&Line) -> ControlFlow<()>,
) -> Result<(), StorageError> {
    let connection = open_to_read(folder)?;
    let sql = format!("SELECT {COLUMNS} FROM audit WHERE ?1 IS NULL OR payment_id = ?1 ORDER BY seq");
    let mut lines = connection.prepare(&sql)?;
    let mut rows = lines.query([payment])?;
    while let Some(row) = rows.next()? {
        if each(&read_line(row)?).is_break() {
            break;
        }
    }
    Ok(())
}

fn open_to_read(folder: &Path) -> Result<Connection, StorageError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(database_path(folder), flags)?;
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    Ok(connection)
}

fn walk(connection: &Connection, before: Head, noted: Option<Head>) -> Result<Checked, StorageError> {
    let mut check = Check::behind(before, noted);
    let mut lines =
        connection.prepare(&format!("SELECT {COLUMNS} FROM audit WHERE ?1 < seq ORDER BY seq"))?;
    let mut rows = lines.query([before.seq])?;
    while let Some(row) = rows.next()? {
        check.take(read_head(row)?, &read_line(row)?);
    }
    Ok(check.end(head(connection)?))
}

fn head(connection: &Connection) -> Result<Head, StorageError> {
    Ok(connection.prepare_cached("SELECT seq, hash FROM audit_head")?.query_row([], read_head)?)
}

fn read_head(row: &Row<'_>) -> rusqlite::Result<Head> {
    let hash: Vec<u8> = row.get(1)?;
    // A hash of another length is none that we wrote.
    Ok(Head { seq: row.get(0)?, hash: Hash::try_from(hash).unwrap_or_default() })
}

fn read_line(row: &Row<'_>) -> rusqlite::Result<Line> {
    Ok(Line {
        at: row.get(2)?,
        cause: row.get(3)?,
        cursor: row.get(4)?,
        payment: row.get(5)?,
        state: row.get(6)?,
        account: row.get(7)?,
        store: row.get(8)?,
        terminal: row.get(9)?,
        device: row.get(10)?,
        person: row.get(11)?,
        request_id: row.get(12)?,
        detail: row.get(13)?,
    })
}
