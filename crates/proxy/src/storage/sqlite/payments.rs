//! Payments in their table, and the rules of the sale (P2).

pub(super) mod holder;
pub(super) mod lookups;
mod rows;

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params};
use scantill_payment::{Disposition, PaymentAttempt, State};
use scantill_types::{PaymentId, SaleId, StoreId, TerminalId};

use super::super::{
    Cause, Committed, Created, Device, MissedChanges, NewPayment, PaymentFilter, StorageError, StoredPayment,
    Transition,
};
use super::worker::Write;
use crate::audit::{Asked, Line};
use crate::business_day::business_day;
use crate::poll_queue::PollPlan;
use crate::tenant::Tenant;
pub(super) use rows::identifier;
use rows::{COLUMNS, read};

/// A stream that missed more than this gets what is open or needs a person instead, as one that knows nothing. Of what
/// needs a person it gets no more than this, the newest.
const MISSED_MAX: u32 = 500;

pub(super) fn create(
    write: &mut Write<'_>,
    new_payment: &NewPayment,
    asked: &Asked,
) -> Result<Created, StorageError> {
    let order = &new_payment.attempt.order;
    if let Some(stored) = one(write.connection, &order.payment)? {
        return Ok(Created::Existing(Box::new(stored)));
    }
    if let Some(refused) = sale_rules(write.connection, new_payment)? {
        return Ok(refused);
    }
    if code_is_used(write.connection, new_payment)? {
        return Ok(Created::CodeUsed);
    }
    let Device { account, store_id, .. } = &new_payment.device;
    let sql = "INSERT INTO sales (account, store_id, sale_id, amount, currency, reference, business_day)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
        ON CONFLICT DO UPDATE SET reference = coalesce(?6, reference), business_day = ?7";
    let day = business_day(order.created_at, &new_payment.device);
    let (sale, currency) = (order.sale.as_str(), order.currency.code());
    let values =
        params![account, store_id.as_str(), sale, order.amount, currency, new_payment.reference, day];
    write.connection.execute(sql, values)?;
    let stored = insert(write, new_payment, "created", asked)?;
    Ok(Created::New(Box::new(stored)))
}

pub(super) fn record_never_arrived(
    write: &mut Write<'_>,
    new_payment: &NewPayment,
    asked: &Asked,
) -> Result<StoredPayment, StorageError> {
    match one(write.connection, &new_payment.attempt.order.payment)? {
        Some(stored) => Ok(stored),
        None => insert(write, new_payment, "never_arrived", asked),
    }
}

pub(super) fn commit(
    write: &mut Write<'_>,
    id: &PaymentId,
    expected_version: u64,
    transition: &Transition,
) -> Result<Committed, StorageError> {
    let missing = || StorageError::Unavailable("the payment is not in storage".into());
    let stored = one(write.connection, id)?.ok_or_else(missing)?;
    if stored.version != expected_version {
        return Ok(Committed::Stale(Box::new(stored)));
    }
    if another_is_accepted(write.connection, &stored, &transition.attempt)? {
        return Ok(Committed::AnotherIsAccepted);
    }
    let cursor = next_cursor(write.connection)?;
    let (version, attempt) = (stored.version + 1, transition.attempt.clone());
    let next = StoredPayment { attempt, version, cursor, updated_at: transition.at, ..stored.clone() };
    rows::update(write.connection, &next, transition.due_at)?;
    rows::update_refunds(write.connection, &stored, &next)?;
    audit(write.connection, &next, &transition.cause)?;
    write.announce(next.clone(), transition.due_at);
    Ok(Committed::Done(Box::new(next)))
}

/// A sale keeps one payment (P2).
fn another_is_accepted(
    connection: &Connection,
    before: &StoredPayment,
    attempt: &PaymentAttempt,
) -> Result<bool, StorageError> {
    let is_new = attempt.disposition == Some(Disposition::Accepted)
        && before.attempt.disposition != attempt.disposition;
    if !is_new {
        return Ok(false);
    }
    let sql = "SELECT EXISTS (SELECT 1 FROM payments WHERE account = ?1 AND store_id = ?2 AND sale_id = ?3
        AND payment_id <> ?4 AND disposition = 'accepted')";
    let (sale, id) = (attempt.order.sale.as_str(), attempt.order.payment.as_str());
    let values = params![before.account, before.store_id.as_str(), sale, id];
    Ok(connection.prepare_cached(sql)?.query_row(values, |row| row.get(0))?)
}

pub(super) fn one(connection: &Connection, id: &PaymentId) -> Result<Option<StoredPayment>, StorageError> {
    let sql = format!("SELECT {COLUMNS} FROM payments WHERE payment_id = ?1");
    Ok(connection.prepare_cached(&sql)?.query_row([id.as_str()], read).optional()?)
}

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
    AND (resolution IS NULL OR needs_review)";

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

pub(super) fn count_open(connection: &Connection) -> Result<u64, StorageError> {
    let sql = "SELECT count(*) FROM payments WHERE state IN ('sending', 'unknown', 'pending', 'cancelling')";
    let count: i64 = connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
    Ok(u64::try_from(count).unwrap_or(0))
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

/// What is planned for the payments, for the poll queue at start.
pub(super) fn due(connection: &Connection) -> Result<Vec<(PaymentId, PollPlan)>, StorageError> {
    let sql = "SELECT payment_id, version, due_at, disposition IS NULL
        AND state NOT IN ('sending', 'unknown', 'pending', 'cancelling'), account, store_id, terminal_id
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
pub(super) fn forget_due(connection: &Connection, id: &PaymentId, version: u64) -> Result<(), StorageError> {
    let version = i64::try_from(version).unwrap_or(i64::MAX);
    let sql = "UPDATE payments SET due_at = NULL WHERE payment_id = ?1 AND version = ?2";
    connection.prepare_cached(sql)?.execute(params![id.as_str(), version])?;
    Ok(())
}

fn collect(
    connection: &Connection,
    sql: &str,
    values: impl rusqlite::Params,
) -> Result<Vec<StoredPayment>, StorageError> {
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map(values, read)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn sale_rules(connection: &Connection, new_payment: &NewPayment) -> Result<Option<Created>, StorageError> {
    let order = &new_payment.attempt.order;
    let (account, store_id) = (&new_payment.device.account, new_payment.device.store_id.as_str());
    let sql = "SELECT amount, currency FROM sales WHERE account = ?1 AND store_id = ?2 AND sale_id = ?3";
    let known: Option<(i64, String)> = connection
        .query_row(sql, params![account, store_id, order.sale.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    if known.is_some_and(|known| known != (order.amount, order.currency.code().to_owned())) {
        return Ok(Some(Created::SaleChanged));
    }
    let holding = "holds_sale AND account = ?1 AND store_id = ?2 AND sale_id = ?3";
    if let Some(stored) = first(connection, holding, params![account, store_id, order.sale.as_str()])? {
        let id = stored.id().clone();
        let is_open = stored.attempt.blocks_sale();
        return Ok(Some(if is_open { Created::SaleOpen(id) } else { Created::SalePaid(id) }));
    }
    let Some(reference) = &new_payment.reference else { return Ok(None) };
    // A cashier who accepts a payment has seen those before it too. Only one of this reference, here, can be accepted.
    let same = "holds_sale AND account = ?1 AND store_id = ?2
        AND counter > coalesce((SELECT counter FROM payments WHERE payment_id = ?5
            AND (account, store_id, sale_id) IN (SELECT account, store_id, sale_id FROM sales
            WHERE account = ?1 AND store_id = ?2 AND reference = ?3)), 0)
        AND (account, store_id, sale_id) IN (SELECT account, store_id, sale_id FROM sales
        WHERE account = ?1 AND store_id = ?2 AND reference = ?3 AND business_day = ?4)";
    let day = business_day(order.created_at, &new_payment.device);
    let accepted = new_payment.accepted.as_ref().map(PaymentId::as_str);
    let seen = first(connection, same, params![account, store_id, reference, day, accepted])?;
    Ok(seen.map(|stored| Created::ReferenceSeen(stored.id().clone())))
}

fn code_is_used(connection: &Connection, new_payment: &NewPayment) -> Result<bool, StorageError> {
    let sql = "SELECT payment_id FROM payments WHERE code_hash = ?1 AND code_key = ?2";
    let mut statement = connection.prepare_cached(sql)?;
    for code in &new_payment.code_hashes {
        let ids = statement
            .query_map(params![code.hash, code.key], |row| identifier(row, 0, PaymentId::parse))?
            .collect::<rusqlite::Result<Vec<_>>>()?;
        for id in ids {
            if one(connection, &id)?.is_some_and(|stored| stored.attempt.has_spent_its_code()) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

fn first(
    connection: &Connection,
    condition: &str,
    values: impl rusqlite::Params,
) -> Result<Option<StoredPayment>, StorageError> {
    let sql = format!("SELECT {COLUMNS} FROM payments WHERE {condition} ORDER BY counter DESC LIMIT 1");
    Ok(connection.prepare_cached(&sql)?.query_row(values, read).optional()?)
}

fn insert(
    write: &mut Write<'_>,
    new_payment: &NewPayment,
    word: &'static str,
    asked: &Asked,
) -> Result<StoredPayment, StorageError> {
    let Device { id, account, store_id, terminal, .. } = new_payment.device.clone();
    let cursor = next_cursor(write.connection)?;
    let created_at = new_payment.attempt.order.created_at;
    let mut stored = StoredPayment {
        attempt: new_payment.attempt.clone(),
        account,
        store_id,
        terminal,
        holder: id,
        reference: new_payment.reference.clone(),
        description: new_payment.description.clone(),
        code_masked: new_payment.code_masked.clone(),
        code_outside_grammar: new_payment.code_outside_grammar,
        code_use: new_payment.code_use.clone(),
        provider_time: new_payment.provider_time,
        counter: 0,
        version: 1,
        cursor,
        updated_at: created_at,
    };
    stored.counter = rows::insert(write.connection, &stored, new_payment.due_at)?;
    let cause = Cause { word, by: None, asked: asked.clone() };
    audit(write.connection, &stored, &cause)?;
    write.announce(stored.clone(), new_payment.due_at);
    Ok(stored)
}

fn next_cursor(connection: &Connection) -> Result<i64, StorageError> {
    let sql = "SELECT coalesce(max(cursor), 0) + 1 FROM payments";
    Ok(connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
}

fn audit(connection: &Connection, stored: &StoredPayment, cause: &Cause) -> Result<(), StorageError> {
    let PaymentAttempt { state, charges, disposition, cancel_request, refunds, released, resolution, .. } =
        &stored.attempt;
    let refunds: Vec<_> = refunds
        .ours
        .iter()
        .map(|refund| (&refund.order.id, refund.order.amount, refund.api_state()))
        .collect();
    let detail = serde_json::json!({
        "charge": charges.bound.as_ref().map(|charge| (&charge.id, &charge.status, charge.refunded_amount)),
        "disposition": disposition, "reviews": stored.attempt.all_reviews(), "cancel_request": cancel_request, "refunds": refunds,
        "released": released, "resolution": resolution, "by": cause.by, "holder": stored.holder,
        "failure": if let State::Failed(failed) = state { Some(&failed.code) } else { None },
    });
    let line = Line {
        at: stored.updated_at.0,
        cause: cause.word.to_owned(),
        cursor: Some(stored.cursor),
        payment: Some(stored.id().to_string()),
        state: Some(rows::word(&state.payment_state())?),
        account: Some(stored.account.clone()),
        store: Some(stored.store_id.to_string()),
        terminal: Some(stored.terminal.to_string()),
        device: cause.asked.device.as_ref().map(ToString::to_string),
        // Who takes a payment over is a device.
        person: cause.by.clone().filter(|_| cause.word != holder::TAKEN_OVER),
        request_id: cause.asked.request_id.clone(),
        detail: detail.to_string(),
    };
    super::audit::append(connection, &line)
}
