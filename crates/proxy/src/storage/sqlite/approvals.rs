//! Tries of PINs: counted before they are tried, locked by the rule, and each in the audit.

use rusqlite::{Connection, OptionalExtension, params};
use scantill_types::{PaymentId, StoreId, Timestamp};

use super::super::{ApprovalAsked, Begun, PinResult, StorageError, Supervisor};
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
) -> Result<Begun, StorageError> {
    let supervisors = accounts::supervisors(connection, &asked.account, &asked.store_id)?;
    if supervisors.is_empty() {
        refused(connection, asked, None, "no_supervisors", now)?;
        return Ok(Begun::NoSupervisors);
    }
    let supervisor = supervisors.into_iter().find(|supervisor| supervisor.name == asked.supervisor);
    let scopes = scopes(asked, supervisor.as_ref());
    let mut wait_ms = None;
    for (_, person, device) in &scopes {
        wait_ms = wait_ms.max(tries(connection, asked, person, device)?.wait_ms(now));
    }
    if let Some(wait_ms) = wait_ms {
        refused(connection, asked, supervisor.as_ref(), "locked", now)?;
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
    result: PinResult,
    now: Timestamp,
) -> Result<(), StorageError> {
    if result == PinResult::Right {
        for (scope, person, device) in scopes(asked, supervisor) {
            let tries = tries(connection, asked, &person, &device)?.after_a_right_one(scope);
            write(connection, asked, &person, &device, tries)?;
        }
    }
    tell(
        connection,
        asked,
        supervisor,
        match result {
            PinResult::Right => "right",
            PinResult::Wrong => "wrong",
        },
        None,
        now,
    )
}

/// A try that is refused unread is in the audit with its number: the first, second, fourth, eighth… of a lock. So a device
/// that goes on trying does not fill the disk.
fn refused(
    connection: &Connection,
    asked: &ApprovalAsked,
    supervisor: Option<&Supervisor>,
    outcome: &'static str,
    now: Timestamp,
) -> Result<(), StorageError> {
    for (scope, person, device) in scopes(asked, supervisor) {
        if scope == Scope::Device {
            let tries = tries(connection, asked, &person, &device)?.after_a_refusal();
            write(connection, asked, &person, &device, tries)?;
            if tries.refused.is_power_of_two() {
                tell(connection, asked, supervisor, outcome, Some(tries.refused), now)?;
            }
        }
    }
    Ok(())
}

/// A new PIN is a new start.
pub(super) fn forget(
    connection: &Connection,
    account: &str,
    store: &StoreId,
    person: &str,
) -> Result<(), StorageError> {
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
) -> Result<i64, StorageError> {
    let sql = "SELECT coalesce(sum(refunds.amount), 0) FROM refunds JOIN payments USING (payment_id)
        WHERE ?3 <= refunds.created_at AND refunds.state NOT IN ('refused', 'absent')
        AND account = ?1 AND store_id = ?2 AND NOT refunds.is_of_a_rule";
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
) -> Result<Tries, StorageError> {
    let sql = "SELECT wrong, locked_until, counted_from, refused FROM pin_tries
        WHERE account = ?1 AND store_id = ?2 AND person = ?3 AND device_id = ?4";
    let values = params![asked.account, asked.store_id.as_str(), person, device];
    let row = connection.prepare_cached(sql)?.query_row(values, |row| {
        Ok(Tries {
            wrong: row.get(0)?,
            locked_until: row.get::<_, Option<i64>>(1)?.map(Timestamp),
            counted_from: Timestamp(row.get(2)?),
            refused: row.get(3)?,
        })
    });
    Ok(row.optional()?.unwrap_or_default())
}

fn write(
    connection: &Connection,
    asked: &ApprovalAsked,
    person: &str,
    device: &str,
    tries: Tries,
) -> Result<(), StorageError> {
    let sql = "INSERT INTO pin_tries
            (account, store_id, person, device_id, wrong, locked_until, counted_from, refused)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
        ON CONFLICT DO UPDATE SET wrong = ?5, locked_until = ?6, counted_from = ?7, refused = ?8";
    let (account, store) = (&asked.account, asked.store_id.as_str());
    let Tries { wrong, locked_until, counted_from, refused } = tries;
    let until = locked_until.map(|until| until.0);
    let values = params![account, store, person, device, wrong, until, counted_from.0, refused];
    connection.prepare_cached(sql)?.execute(values)?;
    Ok(())
}

fn tell(
    connection: &Connection,
    asked: &ApprovalAsked,
    supervisor: Option<&Supervisor>,
    outcome: &'static str,
    tries: Option<u32>,
    now: Timestamp,
) -> Result<(), StorageError> {
    let mut detail = serde_json::json!({ "for": asked.action, "outcome": outcome });
    if let Some(tries) = tries {
        detail["tries"] = tries.into();
    }
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
        detail: detail.to_string(),
        ..Line::default()
    };
    audit::append(connection, &line)
}
