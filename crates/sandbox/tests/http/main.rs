//! The simulator over real HTTP, each test with one of its own on a free port.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a failed step should fail the test")]

mod authentication;
mod charges;
mod control;
mod events;
mod faults;
mod hostile;
mod lists;
mod magic;
mod phones;
mod program;
mod refunds;
mod shapes;
mod shop;
mod sources;
mod state_file;
mod webhooks;
