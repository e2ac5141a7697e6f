//! Fair share: the tenants of the proxy take scarce capacity in turn.

mod round_robin;

pub(crate) use round_robin::RoundRobin;

use scantill_types::{StoreId, TerminalId};

use crate::storage::{Device, StoredPayment};

/// A terminal of an account, or the account itself. Turns go by account first, and within it by terminal.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tenant {
    /// Our name of the account.
    pub account: String,
    /// None for the account's own work: reading its lists.
    pub terminal: Option<(StoreId, TerminalId)>,
}

impl Tenant {
    /// A terminal.
    pub fn terminal(account: &str, store_id: &StoreId, terminal: &TerminalId) -> Self {
        let terminal = Some((store_id.clone(), terminal.clone()));
        Self { account: account.to_owned(), terminal }
    }

    /// An account, for what no terminal asked for.
    pub fn account(account: &str) -> Self {
        Self { account: account.to_owned(), terminal: None }
    }
}

impl From<&StoredPayment> for Tenant {
    fn from(stored: &StoredPayment) -> Self {
        Self::terminal(&stored.account, &stored.store_id, &stored.terminal)
    }
}

impl From<&Device> for Tenant {
    fn from(device: &Device) -> Self {
        Self::terminal(&device.account, &device.store_id, &device.terminal)
    }
}
