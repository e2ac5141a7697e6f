//! Approvals as the storage sees them.

use scantill_types::{DeviceId, PaymentId, StoreId, TerminalId};

use super::Supervisor;
use crate::audit::Asked;

/// Somebody asks for an approval.
#[derive(Clone, Debug)]
pub struct ApprovalAsked {
    /// Our name of the account.
    pub account: String,
    /// In which store.
    pub store_id: StoreId,
    /// At which till.
    pub terminal: TerminalId,
    /// On which tablet.
    pub device: DeviceId,
    /// Who approves, as the caller says.
    pub supervisor: String,
    /// Of which payment.
    pub payment: PaymentId,
    /// For what.
    pub action: &'static str,
    /// The request.
    pub asked: Asked,
}

/// What became of a try before its PIN was checked.
#[derive(Clone, Debug)]
pub enum Begun {
    /// No PIN is tried for so long.
    Locked {
        /// Milliseconds.
        wait_ms: u64,
    },
    /// The store has no supervisor.
    NoSupervisors,
    /// It is counted as a wrong one until it is known to be right.
    Counted {
        /// The person of this name, if there is one.
        supervisor: Option<Supervisor>,
    },
}
