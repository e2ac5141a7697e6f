//! The till in a real browser, against the real proxy and sandbox. The sandbox's ledger says what became of the money.

mod amounts;
mod app;
mod bounces;
mod camera;
mod cancelling;
mod counter;
mod customer;
mod decoding;
mod doubt;
mod embedding;
mod loading;
mod looks;
mod outages;
mod pairing;
mod paying;
mod policy;
mod power_cut;
mod proving;
mod reloading;
mod scanner_page;
mod scanners;
mod scanning;
mod secrets;
mod settings;
mod side;
mod silences;
mod supervisor;
mod tabs;
mod tampering;
mod unpairing;
mod unreachable;

#[path = "../../../../crates/decoder/src/pictures.rs"]
#[allow(
    dead_code,
    clippy::expect_used,
    reason = "the decoder's own tests use all of it; a failed step should fail the test"
)]
mod pictures;
