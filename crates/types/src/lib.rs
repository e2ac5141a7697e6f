//! The types that till and proxy exchange: money, ids, payer codes, timestamps and waits.
//!
//! Both sides compile these types, so that a request is written and read by one definition. This crate does
//! no I/O, reads no clock, draws no randomness and knows no framework.

#![warn(missing_docs)]

pub mod api;
pub mod identifiers;
pub mod money;
pub mod payer_code;
pub mod text;
pub mod timestamp;
pub mod timing;

pub use identifiers::{ChargeId, DeviceId, PaymentId, RefundId, SaleId, SourceId, StoreId, TerminalId};
pub use money::{Currency, Money};
pub use text::Text;
pub use timestamp::Timestamp;
pub use timing::{TillTiming, Timing};
