//! New payments, each with its sale and its payer's code (P2, P10).

use rusqlite::{Connection, params};
use scantill_types::PaymentId;

use super::super::worker::Write;
use super::commit::{audit, next_cursor};
use super::{identifier, one, rows, sale_rules};
use crate::audit::Asked;
use crate::business_day::business_day;
use crate::storage::{Cause, Created, Device, NewPayment, StorageError, StoredPayment};

pub(super) fn create(
    write: &mut Write<'_>,
    new_payment: &NewPayment,
    asked: &Asked,
) -> Result<Created, StorageError> {
    let order = &new_payment.attempt.order;
    if let Some(stored) = one(write.connection, &order.payment)? {
        return Ok(Created::Existing(Box::new(stored)));
    }
    if let Some(refused) = sale_rules::refusal(write.connection, new_payment)? {
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
