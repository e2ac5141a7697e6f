//! A stateful simulator of Omise's in-store API, with a payer's phone, webhooks and faults on demand.
//!
//! `Sandbox::start` runs it on any listener, so that a test may have one of its own on port 0.
//! It shares no type with the rest of the project: one misreading of the API cannot hide on both sides.

mod adjustable_clock;
mod admin;
mod api;
mod autosave;
mod clock;
mod faults;
mod http;
mod model;
mod options;
mod random;
mod sandbox;
mod shared;
mod state_file;
mod webhooks;

pub use crate::http::listener::Listener;
pub use adjustable_clock::{AdjustableClock, ClockState};
pub use clock::{Clock, ManualClock, Moment, SystemClock, Waiting};
pub use faults::chaos::{Chaos, ChaosError};
pub use model::switches::{
    Expiring, ExpiringPaid, MetadataOnPatch, Payers, RateLimit, RefundTexts, SearchService, SourceReuse,
    SourceTypeName, SwitchError, Switches, WebhookRetries,
};
pub use model::timing::Timing;
pub use model::version::Version;
pub use model::webhooks::delivery::OutgoingRequest;
pub use model::webhooks::signature::{Secret, SecretError};
pub use model::webhooks::target::{WebhookTarget, WebhookUrlError};
pub use options::Options;
pub use sandbox::{Running, Sandbox};
pub use state_file::{StateFile, StateFileError};
pub use webhooks::sender::{HttpWebhookSender, NoCertificate, Sending, WebhookSender};
