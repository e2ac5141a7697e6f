//! Everything that the simulator remembers, and the transactions in which it changes.

pub(crate) mod account;
pub(crate) mod charge;
pub(crate) mod charge_creation;
pub(crate) mod charge_moves;
pub(crate) mod collection;
pub(crate) mod error;
pub(crate) mod event;
pub(crate) mod ledger;
pub(crate) mod money;
pub(crate) mod owner;
pub(crate) mod payer;
pub(crate) mod refund;
pub(crate) mod request_log;
pub(crate) mod schedule;
pub(crate) mod source;
pub(crate) mod state;
pub(crate) mod switches;
pub(crate) mod timing;
pub(crate) mod transaction;
pub(crate) mod version;
