//! The rules of the sale that only the storage can keep (P2): one amount, one open payment, one accepted payment.

use rusqlite::{Connection, OptionalExtension, params};
use scantill_payment::{Disposition, PaymentAttempt};
use scantill_types::PaymentId;

use super::first;
use crate::business_day::business_day;
use crate::storage::{Created, NewPayment, StorageError, StoredPayment};

/// Why a new payment is refused; `None` if its sale may have it.
pub(super) fn refusal(
    connection: &Connection,
    new_payment: &NewPayment,
) -> Result<Option<Created>, StorageError> {
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

/// A sale keeps one payment (P2).
pub(super) fn another_is_accepted(
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
