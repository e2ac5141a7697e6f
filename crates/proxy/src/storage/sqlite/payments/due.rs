//! When payments are due, as it is stored for the poll queue.

use rusqlite::{Connection, params};
use scantill_types::{PaymentId, StoreId, TerminalId};

use super::identifier;
use crate::fair_share::Tenant;
use crate::poll_queue::PollPlan;
use crate::storage::StorageError;

/// What is planned for the payments, for the poll queue at start.
pub(in crate::storage::sqlite) fn due(
    connection: &Connection,
) -> Result<Vec<(PaymentId, PollPlan)>, StorageError> {
    let sql = "SELECT payment_id, version, due_at, is_finished, account, store_id, terminal_id
        FROM payments WHERE due_at IS NOT NULL";
    let mut statement = connection.prepare(sql)?;
    let rows = statement.query_map([], |row| {
        let version = u64::try_from(row.get::<_, i64>(1)?).unwrap_or(0);
        let due_at = Some(scantill_types::Timestamp(row.get(2)?));
        let (store, terminal) = (identifier(row, 5, StoreId::parse)?, identifier(row, 6, TerminalId::parse)?);
        let tenant = Tenant::terminal(&row.get::<_, String>(4)?, &store, &terminal);
        let plan = PollPlan { due_at, version, is_finished: row.get(3)?, tenant };
        Ok((identifier(row, 0, PaymentId::parse)?, plan))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Nothing more is due, unless a commit came meanwhile.
pub(in crate::storage::sqlite) fn forget_due(
    connection: &Connection,
    id: &PaymentId,
    version: u64,
) -> Result<(), StorageError> {
    let version = i64::try_from(version).unwrap_or(i64::MAX);
    let sql = "UPDATE payments SET due_at = NULL WHERE payment_id = ?1 AND version = ?2";
    connection.prepare_cached(sql)?.execute(params![id.as_str(), version])?;
    Ok(())
}
