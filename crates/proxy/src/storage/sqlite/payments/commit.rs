//! Changes of payments, each with its line of the audit.

use rusqlite::Connection;
use scantill_payment::{PaymentAttempt, State};
use scantill_types::PaymentId;

use super::super::worker::Write;
use super::{holder, one, rows, sale_rules};
use crate::audit::Line;
use crate::storage::{Cause, Committed, StorageError, StoredPayment, Transition};

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
    if sale_rules::another_is_accepted(write.connection, &stored, &transition.attempt)? {
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

pub(super) fn next_cursor(connection: &Connection) -> Result<i64, StorageError> {
    let sql = "SELECT coalesce(max(cursor), 0) + 1 FROM payments";
    Ok(connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
}

pub(super) fn audit(
    connection: &Connection,
    stored: &StoredPayment,
    cause: &Cause,
) -> Result<(), StorageError> {
    let PaymentAttempt { state, charges, disposition, cancel_request, refunds, released, resolution, .. } =
        &stored.attempt;
    let refunds: Vec<_> = refunds
        .ours
        .iter()
        .map(|refund| (&refund.order.id, refund.order.amount, refund.api_state()))
        .collect();
    let detail = serde_json::json!({
        "charge": charges.bound.as_ref().map(|charge| (&charge.id, charge.status.as_str(), charge.refunded_amount)),
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
    super::super::audit::append(connection, &line)
}
