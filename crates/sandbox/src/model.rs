//! Everything that the simulator remembers, and the transactions in which it changes.

pub(crate) mod account;
mod accounts;
pub(crate) mod charge;
mod charge_changes;
pub(crate) mod charge_creation;
pub(crate) mod collection;
pub(crate) mod error;
pub(crate) mod event;
mod events;
pub(crate) mod merchant;
pub(crate) mod money;
pub(crate) mod owner;
pub(crate) mod payer;
pub(crate) mod refund;
mod refunds;
pub(crate) mod request_log;
pub(crate) mod schedule;
mod scheduled_actions;
pub(crate) mod setup;
pub(crate) mod source;
mod sources;
pub(crate) mod state;
pub(crate) mod switches;
pub(crate) mod timing;
pub(crate) mod transaction;
pub(crate) mod version;
pub(crate) mod webhooks;
