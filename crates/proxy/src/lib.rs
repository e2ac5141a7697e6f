//! The merchant proxy: it creates the charges, keeps the storage, and tells the till.
//!
//! The payment machine in core says what must happen; the payment service commits the new state first, then does the effect,
//! then feeds the answer back as evidence. `Clock`, `Entropy`, `Transport` and `Storage` are the only doors to the world.

pub mod account;
pub mod admin_socket;
pub mod app;
pub mod approval;
pub mod audit;
mod business_day;
pub mod clock;
pub mod config;
pub mod device_life;
mod failpoint;
pub mod fair_share;
mod keyed_mutex;
pub mod open_streams;
pub mod pairing_tries;
pub mod poll_queue;
pub mod private;
pub mod problem;
pub mod proof;
pub mod provider_clock;
pub mod quotas;
pub mod readiness;
mod request_id;
pub mod routes;
pub mod secrets;
pub mod security_log;
pub mod serve;
pub mod server;
pub mod service;
pub mod session;
pub mod step_free_clock;
pub mod storage;
pub mod terminals;
pub mod till_files;
pub mod tls;
pub mod transport;
