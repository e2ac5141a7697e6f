//! Pages of payments, and what an event stream missed.

use rusqlite::types::Value;
use rusqlite::{Connection, params};
use scantill_types::{SaleId, TerminalId};

use super::rows::COLUMNS;
use super::{collect, lookups};
use crate::storage::{Device, MissedChanges, PaymentFilter, StorageError, StoredPayment};

/// A stream that missed more than this gets what is open or needs a person instead, as one that knows nothing. Of what
/// needs a person it gets no more than this, the newest.
const MISSED_MAX: u32 = 500;

pub(super) fn page(
    connection: &Connection,
    filter: &PaymentFilter,
) -> Result<Vec<StoredPayment>, StorageError> {
    let PaymentFilter { account, store_id, terminal, sale, reference, unsettled, before, limit } = filter;
    let mut wanted = Wanted::new(account, store_id.as_str());
    wanted.and("terminal_id =", terminal.as_ref().map(TerminalId::to_string));
    wanted.and("sale_id =", sale.as_ref().map(SaleId::to_string));
    wanted.and("reference =", reference.clone());
    wanted.and("counter <", *before);
    // Each has its newest row first, so that as much is read as is shown.
    let index = match (sale, reference, terminal) {
        (Some(_), _, _) => "payments_of_a_sale",
        (None, Some(_), _) => "payments_of_a_reference",
        (None, None, _) if *unsettled => "payments_unsettled",
        (None, None, Some(_)) => "payments_listed",
        (None, None, None) => "payments_of_a_store",
    };
    let unsettled = if *unsettled { UNSETTLED } else { "" };
    let conditions = wanted.conditions;
    let sql = format!(
        "SELECT {COLUMNS} FROM payments INDEXED BY {index} WHERE {conditions} {unsettled} ORDER BY counter DESC LIMIT {limit}"
    );
    collect(connection, &sql, rusqlite::params_from_iter(wanted.values))
}

/// Those that are open or need a person. Those that people closed are not among them, unless money stands on a charge that
/// they cannot have meant. The first half is the index's own condition.
const UNSETTLED: &str = "AND (state IN ('sending', 'unknown', 'pending', 'cancelling') OR needs_review)
    AND (NOT is_resolved OR needs_review)";

/// What a list wants, and only that, so that each list can have its index.
struct Wanted {
    conditions: String,
    values: Vec<Value>,
}

impl Wanted {
    fn new(account: &str, store_id: &str) -> Self {
        let values = vec![account.to_owned().into(), store_id.to_owned().into()];
        Self { conditions: "account = ?1 AND store_id = ?2".to_owned(), values }
    }

    fn and<T: Into<Value>>(&mut self, condition: &str, value: Option<T>) {
        let Some(value) = value else { return };
        self.values.push(value.into());
        let number = self.values.len().to_string();
        self.conditions.extend([" AND ", condition, " ?", &number]);
    }
}

pub(super) fn missed(
    connection: &Connection,
    device: &Device,
    cursor: Option<i64>,
) -> Result<MissedChanges, StorageError> {
    let newest: i64 =
        connection.query_row("SELECT coalesce(max(cursor), 0) FROM payments", [], |row| row.get(0))?;
    let since = cursor.filter(|cursor| (0..=newest).contains(cursor));
    let (account, store_id, terminal) = (&device.account, device.store_id.as_str(), device.terminal.as_str());
    if let Some(since) = since {
        let sql = format!(
            "SELECT {COLUMNS} FROM payments WHERE account = ?1 AND store_id = ?2 AND terminal_id = ?3
            AND ?4 < cursor ORDER BY cursor LIMIT ?5"
        );
        let values = params![account, store_id, terminal, since, MISSED_MAX + 1];
        let payments = collect(connection, &sql, values)?;
        if payments.len() <= MISSED_MAX as usize {
            return Ok(MissedChanges { payments, cursor: newest });
        }
    }
    let unsettled = |condition: &str, limit: i64| {
        let sql = format!(
            "SELECT {COLUMNS} FROM payments INDEXED BY payments_unsettled WHERE account = ?1 AND store_id = ?2
            AND terminal_id = ?3 AND {condition} ORDER BY counter DESC LIMIT ?4"
        );
        collect(connection, &sql, params![account, store_id, terminal, limit])
    };
    let mut payments = unsettled(lookups::OPEN, -1)?;
    let calling = unsettled("needs_review", i64::from(MISSED_MAX))?;
    payments.extend(calling.into_iter().filter(|stored| !stored.is_open()));
    payments.sort_by_key(|stored| stored.cursor);
    Ok(MissedChanges { payments, cursor: newest })
}
