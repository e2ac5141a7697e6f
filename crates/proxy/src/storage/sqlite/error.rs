//! What SQLite's errors mean to the proxy.

use rusqlite::types::Type;
use rusqlite::{ErrorCode, Row};

use super::super::StorageError;

/// What the trigger of the schema says.
const BEYOND_CHARGE: &str = "the refunds of this charge would be more than it";
/// What SQLite says of the index that keeps one refund of a charge under way.
const UNDER_WAY: &str = "UNIQUE constraint failed: refunds.charge_id";

/// A row that is no payment. Somebody has to find that row.
#[derive(Debug, thiserror::Error)]
#[error("payment {payment}: {reason}")]
pub(super) struct UnreadablePayment {
    payment: String,
    reason: String,
}

impl UnreadablePayment {
    /// Names the payment of the row beside what is wrong with it.
    pub(super) fn named(row: &Row<'_>, error: rusqlite::Error) -> rusqlite::Error {
        let reason = match error {
            rusqlite::Error::FromSqlConversionFailure(_, _, unreadable) => unreadable.to_string(),
            other => other.to_string(),
        };
        let payment = row.get("payment_id").unwrap_or_else(|_| "without an id".to_owned());
        rusqlite::Error::FromSqlConversionFailure(0, Type::Text, Box::new(Self { payment, reason }))
    }
}

impl From<rusqlite::Error> for StorageError {
    fn from(error: rusqlite::Error) -> Self {
        match &error {
            rusqlite::Error::SqliteFailure(_, Some(text)) if text == BEYOND_CHARGE => {
                return Self::RefundsBeyondCharge;
            }
            rusqlite::Error::SqliteFailure(_, Some(text)) if text == UNDER_WAY => {
                return Self::RefundUnderWay;
            }
            // It says itself what is wrong with the payment.
            rusqlite::Error::FromSqlConversionFailure(_, _, unreadable) => {
                return Self::Unavailable(unreadable.to_string());
            }
            _ => {}
        }
        let advice = match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => "; the disk needs room",
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
                "; the folder must be writable for the user who runs the proxy"
            }
            Some(ErrorCode::SystemIoFailure) => "; the disk is full or broken",
            _ => "",
        };
        Self::Unavailable(format!("{error}{advice}"))
    }
}
