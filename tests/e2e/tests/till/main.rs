//! The till in a real browser, against the real proxy and sandbox. The sandbox's ledger says what became of the money.

mod amounts;
mod cancelling;
mod doubt;
mod embedding;
mod outages;
mod pairing;
mod paying;
mod reloading;
mod scanning;
mod secrets;
mod silences;
