//! The simulator over real HTTP. Each test has its own on a free port.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a failed step should fail the test")]

mod answers;
mod authentication;
mod chaos;
mod charges;
mod clock;
mod connections;
mod control;
mod documents;
mod events;
mod faults;
mod fuzz;
mod hostile;
mod inbox;
mod lists;
mod magic;
mod network;
mod payers;
mod phones;
mod program;
mod refunds;
mod search;
mod shapes;
mod shop;
mod sources;
mod state_file;
mod switches;
mod visibility;
mod webhook_faults;
mod webhooks;
