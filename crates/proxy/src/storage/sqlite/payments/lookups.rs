//! Payments that are wanted for another reason than their place in a till's list.

use rusqlite::{Connection, OptionalExtension, params};
use scantill_types::{ChargeId, StoreId, Timestamp};

use super::super::super::{StorageError, StoredPayment};
use super::rows::COLUMNS;
use super::{collect, first};

pub(super) const OPEN: &str = "state IN ('sending', 'unknown', 'pending', 'cancelling')";

/// The condition that something is under way for a payment.
fn is_unsettled() -> String {
    format!(
        "{OPEN} OR disposition IN ('awaiting_decision', 'refund_due', 'refunding')
        OR payment_id IN (SELECT payment_id FROM refunds WHERE state IN ('approved', 'sending', 'unknown'))
        OR has_paid_duplicate"
    )
}

pub(in crate::storage::sqlite) fn unsettled(
    connection: &Connection,
) -> Result<Vec<StoredPayment>, StorageError> {
    let sql = format!("SELECT {COLUMNS} FROM payments WHERE {} ORDER BY counter", is_unsettled());
    collect(connection, &sql, [])
}

pub(in crate::storage::sqlite) fn count_open(connection: &Connection) -> Result<u64, StorageError> {
    let sql = "SELECT count(*) FROM payments WHERE state IN ('sending', 'unknown', 'pending', 'cancelling')";
    let count: i64 = connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
    Ok(u64::try_from(count).unwrap_or(0))
}

pub(in crate::storage::sqlite) fn count_unsettled(connection: &Connection) -> Result<u64, StorageError> {
    // What is unsettled and was not closed is open, calls a person some time, or has a further charge.
    let sql = format!(
        "SELECT count(*) FROM payments WHERE counter IN (
        SELECT counter FROM payments INDEXED BY payments_open WHERE {OPEN} UNION ALL
        SELECT counter FROM payments INDEXED BY payments_in_review WHERE needs_review UNION ALL
        SELECT counter FROM payments INDEXED BY payments_with_duplicates WHERE duplicates <> '[]') AND ({}) AND NOT is_resolved",
        is_unsettled()
    );
    let count: i64 = connection.query_row(&sql, [], |row| row.get(0))?;
    Ok(u64::try_from(count).unwrap_or(0))
}

pub(in crate::storage::sqlite) fn newest(connection: &Connection) -> Result<Option<Timestamp>, StorageError> {
    let sql = "SELECT updated_at FROM payments ORDER BY cursor DESC LIMIT 1";
    let newest: Option<i64> = connection.query_row(sql, [], |row| row.get(0)).optional()?;
    Ok(newest.map(Timestamp))
}

pub(in crate::storage::sqlite) fn accounts_in_use(
    connection: &Connection,
    refundable_since: Timestamp,
) -> Result<Vec<String>, StorageError> {
    let sql = format!(
        "SELECT DISTINCT account FROM payments WHERE {OPEN} UNION
        SELECT DISTINCT account FROM payments WHERE ?1 < created_at AND disposition IS NOT NULL"
    );
    let mut statement = connection.prepare(&sql)?;
    let names = statement.query_map([refundable_since.0], |row| row.get(0))?;
    Ok(names.collect::<rusqlite::Result<_>>()?)
}

pub(in crate::storage::sqlite) fn of_charge(
    connection: &Connection,
    account: &str,
    charge: &ChargeId,
) -> Result<Option<StoredPayment>, StorageError> {
    let bound = "account = ?1 AND charge_id = ?2";
    if let Some(stored) = first(connection, bound, params![account, charge.as_str()])? {
        return Ok(Some(stored));
    }
    let further = "account = ?1 AND duplicates <> '[]' AND ?2 IN (SELECT value FROM json_each(duplicates))";
    first(connection, further, params![account, charge.as_str()])
}

pub(in crate::storage::sqlite) fn of_reference(
    connection: &Connection,
    reference: &str,
    limit: u32,
) -> Result<Vec<StoredPayment>, StorageError> {
    let sql = format!("SELECT {COLUMNS} FROM payments WHERE reference = ?1 ORDER BY counter DESC LIMIT ?2");
    collect(connection, &sql, params![reference, limit])
}

pub(in crate::storage::sqlite) fn in_review(
    connection: &Connection,
    of_store: Option<&(String, StoreId)>,
    limit: u32,
) -> Result<Vec<StoredPayment>, StorageError> {
    let listed = format!("SELECT {COLUMNS} FROM payments WHERE needs_review");
    let Some((account, store_id)) = of_store else {
        return collect(connection, &format!("{listed} ORDER BY counter LIMIT ?1"), [limit]);
    };
    let sql = format!("{listed} AND account = ?1 AND store_id = ?2 ORDER BY counter LIMIT ?3");
    collect(connection, &sql, params![account, store_id.as_str(), limit])
}
