//! Which device holds a payment (P3).

use rusqlite::params;
use scantill_types::{DeviceId, PaymentId, Timestamp};

use super::super::worker::Write;
use super::commit::{audit, next_cursor};
use super::{Cause, StorageError, StoredPayment, one};

/// The cause in the audit; who wanted it is a device.
pub(in crate::storage::sqlite) const TAKEN_OVER: &str = "taken_over";

/// The device holds the payment from now on. All devices of the terminal are told by the change itself.
pub(in crate::storage::sqlite) fn take_over(
    write: &mut Write<'_>,
    id: &PaymentId,
    holder: &DeviceId,
    at: Timestamp,
    cause: &Cause,
) -> Result<Option<StoredPayment>, StorageError> {
    let Some(stored) = one(write.connection, id)?.filter(|stored| stored.holder != *holder) else {
        return one(write.connection, id);
    };
    let cursor = next_cursor(write.connection)?;
    let next = StoredPayment {
        holder: holder.clone(),
        version: stored.version + 1,
        cursor,
        updated_at: at,
        ..stored
    };
    let sql = "UPDATE payments SET holder = ?2, version = version + 1, cursor = ?3, updated_at = ?4
        WHERE payment_id = ?1";
    write.connection.prepare_cached(sql)?.execute(params![id.as_str(), holder.as_str(), cursor, at.0])?;
    audit(write.connection, &next, cause)?;
    write.announce_unplanned(next.clone());
    Ok(Some(next))
}
