//! The program dies at a named place and is started again: storage and ledger must agree, without a human and without a
//! second charge. Runs with the feature `failpoints`.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a failed step should fail the test")]

mod journey;
mod points;
