//! The merchant proxy: it creates the charges, keeps the books, and tells the till.
//!
//! The payment machine in core says what must happen; the driver commits the new state first, then does the effect,
//! then feeds the answer back as evidence. `Clock`, `Entropy`, `Transport` and `Store` are the only doors to the world.

pub mod account;
pub mod app;
pub mod approval;
pub mod audit;
mod business_day;
pub mod clock;
pub mod config;
mod crash_point;
pub mod device_life;
pub mod driver;
pub mod open_streams;
pub mod operator;
pub mod pairing_tries;
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
pub mod session;
pub mod steady_clock;
pub mod store;
pub mod terminals;
pub mod till_files;
pub mod tls;
pub mod transport;
mod turns;
