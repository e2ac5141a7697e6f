//! A client of Omise's in-store API.
//!
//! Objects are read leniently (unknown fields are ignored, unknown words are kept), but a status is never
//! guessed. The client builds requests and reads answers. The caller's [`Transport`] sends them, so that the
//! same code runs over HTTPS and inside a simulated network.

#![warn(missing_docs)]

mod client;
mod errors;
mod objects;
mod requests;
pub mod signature;
mod transport;

pub use client::{Client, ListWindow};
pub use errors::{LostAnswer, MoneyError, ReadError};
pub use objects::{
    Account, Capability, Charge, ChargeList, ErrorObject, Event, Glance, Refund, RefundList, SourceObject,
    Unreadable,
};
pub use requests::{Barcode, NewCharge, NewRefund, Place};
pub use transport::{Answer, Method, Request, Transport, TransportError};
