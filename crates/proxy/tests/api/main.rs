//! The proxy in process, over HTTP, with the real sandbox as its upstream.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a failed step should fail the test")]

mod absence;
mod bad_input;
mod cancelling;
mod catalogue;
mod clocks;
mod creating;
mod doubled;
mod doubt;
mod embedding;
mod events;
mod holding;
mod in_time;
mod keys;
mod pacing;
mod pairing;
mod refund_copies;
mod refunds;
mod restarting;
mod reviews;
mod sales;
mod seeing;
mod starting;
mod watching;
mod webhooks;
