//! The tables, and how an older file becomes a newer one. Migrations only go forward.

use rusqlite::{Connection, params};

use super::super::StorageError;

/// Each step is applied once, in order; a step that has shipped is never edited.
const MIGRATIONS: [&str; 1] = [include_str!("schema/001_first.sql")];

pub(super) fn prepare(connection: &mut Connection, names: &[String; 2]) -> Result<(), StorageError> {
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    connection
        .execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;")?;
    let found: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    if known < found {
        return Err(StorageError::Newer { found, known });
    }
    for (index, migration) in (1_i64..).zip(MIGRATIONS) {
        if found < index {
            let transaction = connection.transaction()?;
            transaction.execute_batch(migration)?;
            transaction.pragma_update(None, "user_version", index)?;
            transaction.commit()?;
        }
    }
    let [installation, epoch] = names;
    let sql = "INSERT OR IGNORE INTO names (name, value) VALUES ('installation', ?1), ('epoch', ?2)";
    connection.execute(sql, params![installation, epoch])?;
    Ok(())
}

pub(super) fn name(connection: &Connection, name: &str) -> Result<String, StorageError> {
    Ok(connection.query_row("SELECT value FROM names WHERE name = ?1", [name], |row| row.get(0))?)
}

/// Writes a little that changes nothing: the only proof that the storage can be written.
pub(super) fn touch(connection: &Connection) -> Result<(), StorageError> {
    let sql = "INSERT INTO names (name, value) VALUES ('touched', '1')
        ON CONFLICT DO UPDATE SET value = CAST(value + 1 AS TEXT)";
    connection.prepare_cached(sql)?.execute([])?;
    Ok(())
}
