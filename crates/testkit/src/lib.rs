//! What the test suites share: never a part of what is shipped.
//!
//! Without a feature this is light, for the pure packages. `programs` is for suites that talk to running programs, and
//! `proxy` for those that start the proxy themselves.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a failed step should fail the test"
)]

mod adjustable_clock;
#[cfg(feature = "proxy")]
pub mod agreement;
#[cfg(feature = "programs")]
mod configuration;
#[cfg(feature = "programs")]
pub mod ledger;
#[cfg(feature = "proxy")]
pub mod program;
mod property_cases;
#[cfg(feature = "programs")]
mod sandbox_control;
#[cfg(feature = "programs")]
mod serving_proxy;
#[cfg(feature = "programs")]
mod waiting;
#[cfg(feature = "proxy")]
pub mod world;

pub use adjustable_clock::AdjustableClock;
#[cfg(feature = "programs")]
pub use configuration::ProxyConfiguration;
pub use property_cases::property_cases;
#[cfg(feature = "programs")]
pub use sandbox_control::{SECRET_KEY, SandboxControl, WEBHOOK_SECRET, magic};
#[cfg(feature = "programs")]
pub use serving_proxy::{ServingProxy, proxy_command, proxy_program};
#[cfg(feature = "programs")]
pub use waiting::{LOOK_AGAIN, PATIENCE, until, until_ok};
