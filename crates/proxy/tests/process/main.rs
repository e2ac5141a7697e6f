//! The program itself beside the real sandbox, under what an operating system may do to it.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a failed step should fail the test")]

mod counting;
mod environment;
mod filling;
mod leaving;
mod locking;
mod memory;
mod starving;
mod stopping;
mod without_room;
