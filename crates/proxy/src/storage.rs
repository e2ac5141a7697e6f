//! The storage: what must survive a crash, and the rules that only the storage can keep.
//!
//! Each method is one whole transition, so that no transaction or connection crosses this border, and a database
//! with several writers fits behind it. What was committed is announced in the order of its commit.

mod account_db;
mod approvals;
mod data_folder_lock;
mod devices;
mod listeners;
mod payment;
mod payment_db;
mod sqlite;
mod terminal_db;
mod webhook_db;

use std::path::{Path, PathBuf};

use async_trait::async_trait;

use crate::audit::Checked;
use crate::poll_queue::PollQueue;

pub use account_db::{AccountDb, Identity, IdentityStored, PinResult};
pub use approvals::{ApprovalAsked, Begun};
pub use data_folder_lock::DataFolderLock;
pub use devices::{Device, DeviceEntry, NewDevice, NewPairingCode, Revoke, Session, TerminalEntry};
pub use payment::{
    Cause, CodeUse, NewPayment, NewTerminal, RETURN_APPROVED, StoredPayment, Supervisor, Transition, Webhook,
};
pub use payment_db::{Committed, Created, MissedChanges, PaymentDb, PaymentFilter};
pub use sqlite::{SqliteStorage, check_audit, read_audit};
pub use terminal_db::{Redeemed, TerminalDb};
pub use webhook_db::{WebhookDb, WebhookStored};

/// The store cannot do it now. Nothing was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StorageError {
    /// The disk, the file or the database fails.
    #[error("the storage cannot be read or written: {0}")]
    Unavailable(String),
    /// More would be refunded than was charged (P19).
    #[error("the refunds of this charge would be more than it")]
    RefundsBeyondCharge,
    /// Another refund of the same charge is under way (P19).
    #[error("another refund of this charge is under way")]
    RefundUnderWay,
    /// Somebody else looks after the payment by now.
    #[error("the lease on this payment ran out, and another has it")]
    Superseded,
    /// The file was written by a newer proxy.
    #[error(
        "the database was written by another version of the proxy (schema {found}, this one knows {known}): use that version, or another data folder"
    )]
    Newer {
        /// The schema in the file.
        found: i64,
        /// The newest that this proxy knows.
        known: i64,
    },
    /// Another process serves this storage.
    #[error(
        "the storage in {folder} is in use by another proxy ({holder}): stop that one first, or give this one a `data` folder of its own", folder = .folder.display()
    )]
    InUse {
        /// The folder of the storage.
        folder: PathBuf,
        /// What that process wrote of itself.
        holder: String,
    },
}

impl StorageError {
    fn unusable(path: &Path, error: &std::io::Error) -> Self {
        let path = path.display();
        Self::Unavailable(format!("{path}: {error}; it must be writable for the user who runs the proxy"))
    }
}

/// All parts of the storage behind one handle.
#[async_trait]
pub trait Storage: PaymentDb + TerminalDb + WebhookDb + AccountDb + PollQueue {
    /// This installation's id (P4).
    fn installation(&self) -> &str;
    /// Names this copy of the storage: event ids of another epoch mean nothing here.
    fn epoch(&self) -> &str;
    /// Whether the storage can be written, and how many payments are open. Only where the last write failed does it try one.
    async fn check(&self) -> Result<u64, StorageError>;
    /// Checks the end of the audit's chain.
    async fn check_audit(&self) -> Result<Checked, StorageError>;
}
