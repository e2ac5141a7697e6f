//! The program dies at a named place and is started again: storage and ledger must agree, without a human and without a
//! second charge. Runs with the feature `failpoints`.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a failed step should fail the test")]

#[path = "../process/agreement.rs"]
mod agreement;
mod journey;
mod points;
#[path = "../process/program.rs"]
#[allow(dead_code, reason = "this suite needs a part of it")]
mod program;
#[path = "../api/world.rs"]
#[allow(dead_code, reason = "this suite needs a part of it")]
mod world;
