//! Tries of PINs: counted before they are tried, locked by the rule, and each in the audit.

use rusqlite::{Connection, OptionalExtension, params};
use scantill_types::{PaymentId, StoreId, Timestamp};

use super::super::{ApprovalAsked, Begun, StoreError, Supervisor};
use super::{accounts, audit};
use crate::approval::{Scope, Tries};
use crate::audit::Line;

/// Stands for all devices of a person.
const ALL_DEVICES: &str = "";
/// Stands for every name that no supervisor has: what strangers type is not stored.
const UNKNOWN: &str = "";

pub(super) fn begin(
    connection: &Connection,
    asked: &ApprovalAsked,
    now: Timestamp,
) -> Result<Begun, StoreError> {
    let supervisors = accounts::supervisors(connection, &asked.account, &asked.store_id)?;
    if supervisors.is_empty() {
        tell(connection, asked, None, "no_supervisors", now)?;
        return Ok(Begun::NoSupervisors);
    }
    let supervisor = supervisors.into_iter().find(|supervisor| supervisor.name == asked.supervisor);
    let scopes = scopes(asked, supervisor.as_ref());
    let mut wait_ms = None;
    for (_, person, device) in &scopes {
        wait_ms = wait_ms.max(tries(connection, asked, person, device)?.wait_ms(now));
    }
    if let Some(wait_ms) = wait_ms {
        tell(connection, asked, supervisor.as_ref(), "locked", now)?;
        return Ok(Begun::Locked { wait_ms });
    }
    for (scope, person, device) in scopes {
        let tries = tries(connection, asked, &person, &device)?.after_a_try(scope, now);
        write(connection, asked, &person, &device, tries)?;
    }
    Ok(Begun::Counted { supervisor })
}

pub(super) fn end(
    connection: &Connection,
    asked: &ApprovalAsked,
    supervisor: Option<&Supervisor>,
    is_right: bool,
    now: Timestamp,
) -> Result<(), StoreError> {
    if is_right {
        for (_, person, device) in scopes(asked, supervisor) {
            write(connection, asked, &person, &device, Tries::default())?;
        }
    }
    tell(connection, asked, supervisor, if is_right { "right" } else { "wrong" }, now)
}

/// A new PIN is a new start.
pub(super) fn forget(
    connection: &Connection,
    account: &str,
    store: &StoreId,
    person: &str,
) -> Result<(), StoreError> {
    let sql = "DELETE FROM pin_tries WHERE account = ?1 AND store_id = ?2 AND person = ?3";
    connection.execute(sql, params![account, store.as_str(), person])?;
    Ok(())
}

/// What supervisors refunded in a store since then, and what they had returned, but for this payment's return.
pub(super) fn refunded_since(
    connection: &Connection,
    account: &str,
    store: &StoreId,
    since: Timestamp,
    payment: &PaymentId,
) -> Result<i64, StoreError> {
    let sql = "SELECT coalesce(sum(refunds.amount), 0) FROM refunds JOIN payments USING (payment_id)
        WHERE ?3 <= refunds.created_at AND refunds.state NOT IN ('refused', 'absent')
        AND account = ?1 AND store_id = ?2 AND refunds.detail ->> '$.order.approver' <> 'rule'";
    let values = params![account, store.as_str(), since.0];
    let refunded: i64 = connection.prepare_cached(sql)?.query_row(values, |row| row.get(0))?;
    // The refund of a return is a rule's, and begins only after two reads: its approval is what counts.
    let sql = "SELECT coalesce(sum(amount), 0) FROM payments WHERE payment_id <> ?4 AND payment_id IN (
        SELECT payment_id FROM audit INDEXED BY audit_of_approved_returns
        WHERE cause = 'return_approved' AND account = ?1 AND store_id = ?2 AND ?3 <= at)";
    let values = params![account, store.as_str(), since.0, payment.as_str()];
    let returned: i64 = connection.prepare_cached(sql)?.query_row(values, |row| row.get(0))?;
    Ok(refunded.saturating_add(returned))
}

/// What a try counts for.
fn scopes(asked: &ApprovalAsked, supervisor: Option<&Supervisor>) -> Vec<(Scope, String, String)> {
    let device = asked.device.to_string();
    match supervisor {
        Some(supervisor) => vec![
            (Scope::Device, supervisor.name.clone(), device),
            (Scope::AllDevices, supervisor.name.clone(), ALL_DEVICES.to_owned()),
        ],
        None => vec![(Scope::Device, UNKNOWN.to_owned(), device)],
    }
}

fn tries(
    connection: &Connection,
    asked: &ApprovalAsked,
    person: &str,
    device: &str,
) -> Result<Tries, StoreError> {
    let sql = "SELECT wrong, locked_until FROM pin_tries
        WHERE account = ?1 AND store_id = ?2 AND person = ?3 AND device_id = ?4";
    let values = params![asked.account, asked.store_id.as_str(), person, device];
    let row = connection.prepare_cached(sql)?.query_row(values, |row| {
        Ok(Tries { wrong: row.get(0)?, locked_until: row.get::<_, Option<i64>>(1)?.map(Timestamp) })
    });
    Ok(row.optional()?.unwrap_or_default())
}

fn write(
    connection: &Connection,
    asked: &ApprovalAsked,
    person: &str,
    device: &str,
    tries: Tries,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO pin_tries (account, store_id, person, device_id, wrong, locked_until)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO UPDATE SET wrong = ?5, locked_until = ?6";
    let (account, store) = (&asked.account, asked.store_id.as_str());
    let until = tries.locked_until.map(|until| until.0);
    let values = params![account, store, person, device, tries.wrong, until];
    connection.prepare_cached(sql)?.execute(values)?;
    Ok(())
}

fn tell(
    connection: &Connection,
    asked: &ApprovalAsked,
    supervisor: Option<&Supervisor>,
    outcome: &'static str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let line = Line {
        at: now.0,
        cause: "approval".to_owned(),
        payment: Some(asked.payment.to_string()),
        account: Some(asked.account.clone()),
        store: Some(asked.store_id.to_string()),
        terminal: Some(asked.terminal.to_string()),
        device: Some(asked.device.to_string()),
        person: supervisor.map(|supervisor| supervisor.name.clone()),
        request_id: asked.asked.request_id.clone(),
        detail: serde_json::json!({ "for": asked.action, "outcome": outcome }).to_string(),
        ..Line::default()
    };
    audit::append(connection, &line)
}
