//! A payment as a row, and back.

use rusqlite::types::Type;
use rusqlite::{Connection, Row, named_params, params};
use scantill_payment::{Approver, Disposition, Order, PaymentAttempt, RefundAttempt};
use scantill_types::{ChargeId, Currency, DeviceId, PaymentId, SaleId, StoreId, TerminalId, Timestamp};
use serde::Serialize;

use super::super::super::{CodeUse, StorageError, StoredPayment};
use super::super::error::UnreadablePayment;
use crate::provider_clock::ProviderTime;

pub(super) const COLUMNS: &str = "payment_id, account, store_id, terminal_id, holder, sale_id, amount, currency, \
    livemode, reference, description, code_masked, code_outside_grammar, code_key, code_hash, created_at, \
    provider_earliest, provider_latest, end_not_before, source_first, attempt, counter, version, cursor, updated_at, \
    (SELECT value FROM names WHERE name = 'installation') AS installation";

pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<StoredPayment> {
    whole(row).map_err(|error| UnreadablePayment::named(row, error))
}

fn whole(row: &Row<'_>) -> rusqlite::Result<StoredPayment> {
    let code_key: Option<i64> = row.get("code_key")?;
    let code_hash: Option<String> = row.get("code_hash")?;
    Ok(StoredPayment {
        attempt: attempt(row)?,
        account: row.get("account")?,
        store_id: named(row, "store_id", StoreId::parse)?,
        terminal: named(row, "terminal_id", TerminalId::parse)?,
        holder: named(row, "holder", DeviceId::parse)?,
        reference: row.get("reference")?,
        description: row.get("description")?,
        code_masked: row.get("code_masked")?,
        code_outside_grammar: row.get("code_outside_grammar")?,
        code_use: code_key.zip(code_hash).map(|(key, hash)| CodeUse { key, hash }),
        provider_time: provider_time(row)?,
        counter: row.get("counter")?,
        version: u64::try_from(row.get::<_, i64>("version")?).unwrap_or(0),
        cursor: row.get("cursor")?,
        updated_at: Timestamp(row.get("updated_at")?),
    })
}

fn provider_time(row: &Row<'_>) -> rusqlite::Result<Option<ProviderTime>> {
    let moment = |name| row.get::<_, Option<i64>>(name).map(|moment| moment.map(Timestamp));
    let bounds = moment("provider_earliest")?.zip(moment("provider_latest")?);
    Ok(bounds.map(|(earliest, latest)| ProviderTime { earliest, latest }))
}

fn attempt(row: &Row<'_>) -> rusqlite::Result<PaymentAttempt> {
    let stored: String = row.get("attempt")?;
    let unreadable = |error| rusqlite::Error::FromSqlConversionFailure(0, Type::Text, Box::new(error));
    PaymentAttempt::from_stored(order(row)?, &stored).map_err(unreadable)
}

fn order(row: &Row<'_>) -> rusqlite::Result<Order> {
    let currency: String = row.get("currency")?;
    Ok(Order {
        payment: named(row, "payment_id", PaymentId::parse)?,
        sale: named(row, "sale_id", SaleId::parse)?,
        amount: row.get("amount")?,
        currency: Currency::from_code(&currency).ok_or_else(|| broken("currency"))?,
        livemode: row.get("livemode")?,
        installation: row.get("installation")?,
        created_at: Timestamp(row.get("created_at")?),
        end_not_before: Timestamp(row.get("end_not_before")?),
        source_first: row.get("source_first")?,
    })
}

pub(super) fn insert(
    connection: &Connection,
    stored: &StoredPayment,
    due_at: Option<Timestamp>,
) -> Result<i64, StorageError> {
    let order = &stored.attempt.order;
    let sql = "INSERT INTO payments (payment_id, account, store_id, terminal_id, holder, sale_id, amount, currency,
        livemode, reference, description, code_masked, code_outside_grammar, code_key, code_hash, created_at,
        provider_earliest, provider_latest, end_not_before, source_first, attempt, state, holds_sale, blocks_sale,
        needs_review, is_finished, due_at, version, cursor, updated_at)
        VALUES (:payment_id, :account, :store_id, :terminal_id, :holder, :sale_id, :amount, :currency, :livemode,
        :reference, :description, :code_masked, :code_outside_grammar, :code_key, :code_hash, :created_at,
        :provider_earliest, :provider_latest, :end_not_before, :source_first, :attempt, :state, :holds_sale,
        :blocks_sale, :needs_review, :is_finished, :due_at, :version, :cursor, :updated_at)";
    connection.prepare_cached(sql)?.execute(named_params! {
        ":payment_id": order.payment.as_str(), ":account": stored.account, ":store_id": stored.store_id.as_str(),
        ":terminal_id": stored.terminal.as_str(), ":holder": stored.holder.as_str(), ":sale_id": order.sale.as_str(),
        ":amount": order.amount, ":currency": order.currency.code(), ":livemode": order.livemode,
        ":reference": stored.reference, ":description": stored.description, ":code_masked": stored.code_masked,
        ":code_outside_grammar": stored.code_outside_grammar,
        ":code_key": stored.code_use.as_ref().map(|code| code.key),
        ":code_hash": stored.code_use.as_ref().map(|code| code.hash.as_str()),
        ":created_at": order.created_at.0, ":end_not_before": order.end_not_before.0,
        ":provider_earliest": stored.provider_time.map(|time| time.earliest.0),
        ":provider_latest": stored.provider_time.map(|time| time.latest.0),
        ":source_first": order.source_first, ":due_at": due_at.map(|due_at| due_at.0),
        ":attempt": json(&stored.attempt)?, ":state": word(&stored.attempt.payment_state())?,
        ":holds_sale": stored.attempt.holds_sale(), ":blocks_sale": stored.attempt.blocks_sale(), ":needs_review": needs_review(&stored.attempt),
        ":is_finished": stored.is_finished(), ":version": version(stored), ":cursor": stored.cursor,
        ":updated_at": stored.updated_at.0,
    })?;
    Ok(connection.last_insert_rowid())
}

/// A payment that is in doubt calls only after a while: whether it would, then.
fn needs_review(attempt: &PaymentAttempt) -> bool {
    attempt.review_case(Timestamp(i64::MAX)).is_some()
}

pub(super) fn update(
    connection: &Connection,
    stored: &StoredPayment,
    due_at: Option<Timestamp>,
) -> Result<(), StorageError> {
    let attempt = &stored.attempt;
    let sql = "UPDATE payments SET attempt = :attempt, state = :state, charge_id = :charge_id, duplicates = :duplicates,
        has_paid_duplicate = :has_paid_duplicate, disposition = :disposition, is_resolved = :is_resolved,
        holds_sale = :holds_sale, blocks_sale = :blocks_sale, needs_review = :needs_review, is_finished = :is_finished,
        due_at = :due_at, version = :version, cursor = :cursor, updated_at = :updated_at WHERE payment_id = :payment_id";
    let duplicates: Vec<&ChargeId> =
        attempt.charges.duplicates.iter().map(|duplicate| &duplicate.id).collect();
    connection.prepare_cached(sql)?.execute(named_params! {
        ":attempt": json(attempt)?, ":state": word(&attempt.payment_state())?,
        ":charge_id": attempt.charges.bound.as_ref().map(|charge| charge.id.as_str()),
        ":duplicates": text(&duplicates)?, ":has_paid_duplicate": attempt.charges.has_paid_duplicate(),
        ":disposition": attempt.disposition.as_ref().map(Disposition::to_api).as_ref().map(word).transpose()?,
        ":is_resolved": attempt.resolution.is_some(),
        ":holds_sale": attempt.holds_sale(), ":blocks_sale": attempt.blocks_sale(), ":needs_review": needs_review(attempt),
        ":is_finished": stored.is_finished(), ":due_at": due_at.map(|due_at| due_at.0),
        ":version": version(stored), ":cursor": stored.cursor, ":updated_at": stored.updated_at.0,
        ":payment_id": stored.id().as_str(),
    })?;
    Ok(())
}

/// Writes those refunds that the change touched.
pub(super) fn update_refunds(
    connection: &Connection,
    before: &StoredPayment,
    after: &StoredPayment,
) -> Result<(), StorageError> {
    let known = &before.attempt.refunds.ours;
    let touched = after.attempt.refunds.ours.iter().filter(|refund| !known.contains(refund));
    let sql =
        "INSERT INTO refunds (payment_id, refund_id, charge_id, amount, state, is_of_a_rule, created_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
        ON CONFLICT (payment_id, refund_id) DO UPDATE SET state = ?5";
    for refund in touched {
        let RefundAttempt { order, .. } = refund;
        let (state, is_of_a_rule) = (word(&refund.counts_as())?, order.approver == Approver::Rule);
        connection.prepare_cached(sql)?.execute(params![
            after.id().as_str(),
            order.id.as_str(),
            order.charge.as_str(),
            order.amount,
            state,
            is_of_a_rule,
            order.created_at.0
        ])?;
    }
    Ok(())
}

/// The word of an enum without fields, as serde writes it.
pub(super) fn word(value: &impl Serialize) -> Result<String, StorageError> {
    Ok(text(value)?.trim_matches('"').to_owned())
}

/// An identifier from a column by its place.
pub(in crate::storage::sqlite) fn identifier<T, E>(
    row: &Row<'_>,
    index: usize,
    parse: fn(&str) -> Result<T, E>,
) -> rusqlite::Result<T> {
    let text: String = row.get(index)?;
    parse(&text).map_err(|_| broken("identifier"))
}

fn named<T, E>(row: &Row<'_>, column: &'static str, parse: fn(&str) -> Result<T, E>) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    parse(&text).map_err(|_| broken(column))
}

fn text(value: &impl Serialize) -> Result<String, StorageError> {
    serde_json::to_string(value).map_err(|error| StorageError::Unavailable(error.to_string()))
}

fn json(attempt: &PaymentAttempt) -> Result<String, StorageError> {
    attempt.to_stored().map_err(|error| StorageError::Unavailable(error.to_string()))
}

fn version(stored: &StoredPayment) -> i64 {
    i64::try_from(stored.version).unwrap_or(i64::MAX)
}

fn broken(column: &'static str) -> rusqlite::Error {
    rusqlite::Error::InvalidColumnType(0, column.into(), Type::Text)
}
