//! The program over HTTPS: the real binary, real certificates, a client that trusts nothing but the shop's authority.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a failed step should fail the test")]

mod authority;
mod program;
mod provider;
mod refusing;
mod serving;
mod stopping;
