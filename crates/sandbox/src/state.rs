//! Everything that the simulator remembers, and the turns in which it changes.
//!
//! `World` is plain data that can be written to a file. A `Turn` is one locked visit to it: each file below adds
//! the moves that concern its object, and no move waits for anything.

pub(crate) mod account;
pub(crate) mod charge;
pub(crate) mod charge_creation;
pub(crate) mod charge_moves;
pub(crate) mod event;
pub(crate) mod ledger;
pub(crate) mod money;
pub(crate) mod refund;
pub(crate) mod schedule;
pub(crate) mod shelf;
pub(crate) mod source;
pub(crate) mod turn;
pub(crate) mod world;
