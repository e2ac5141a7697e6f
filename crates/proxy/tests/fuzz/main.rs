//! Bytes from outside, wrong in every way that chance finds: no parser panics, and none is slow.
//!
//! `cargo xtask fuzz` runs this for longer. A target begins with its seeds in `corpus/`, and then changes them at random.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a failed step should fail the test")]

mod changes;
mod engine;
mod pure;
mod scanners;
mod wire;
