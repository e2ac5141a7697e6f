//! Scantill's pure rules, shared by the till and the proxy.
//!
//! Nothing here does I/O, reads a clock, draws randomness or knows a framework: time and ids come in as data,
//! and what the world must do goes out as data. So every rule can be tested natively, in milliseconds.

#![warn(missing_docs)]

pub mod advice;
pub mod api;
pub mod backoff;
pub mod camera;
pub mod identifiers;
pub mod money;
pub mod payer_code;
pub mod payment;
#[cfg(test)]
mod property_cases;
pub mod scan;
pub mod text;
pub mod till;
pub mod timestamp;
pub mod timing;
pub mod webhook_health;

pub use identifiers::{ChargeId, DeviceId, PaymentId, RefundId, SaleId, SourceId, StoreId, TerminalId};
pub use money::{Currency, Money};
pub use text::Text;
pub use timestamp::Timestamp;
pub use timing::{TillTiming, Timing};
