//! One webhook to one address, and its outcome.

use serde::{Deserialize, Serialize};

use crate::clock::Moment;
use crate::faults::kind::FaultKind;
use crate::model::owner::Owner;

/// An event that waits to be sent to one address.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct QueuedEvent {
    pub(crate) owner: Owner,
    pub(crate) event: String,
    /// An address that the charge names; `None` for the account's target.
    #[serde(default)]
    pub(crate) endpoint: Option<String>,
}

/// A webhook ready to be sent.
#[derive(Clone, Debug)]
pub struct OutgoingRequest {
    pub url: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
}

/// The next webhook for the worker to send.
#[derive(Clone, Debug)]
pub(crate) struct WebhookDelivery {
    pub(crate) queued: QueuedEvent,
    pub(crate) request: OutgoingRequest,
    pub(crate) record: DeliveryRecord,
    /// How many copies are sent at once.
    pub(crate) copies: u64,
    pub(crate) attempt: u32,
    pub(crate) replay_after_ms: Option<i64>,
    /// No further fault applies to it.
    pub(crate) faults_applied: bool,
}

/// A webhook that is sent later.
#[derive(Clone, Debug)]
pub(crate) struct DelayedDelivery {
    pub(crate) due: Moment,
    pub(crate) delivery: WebhookDelivery,
    /// It is sent after the next webhook of its account.
    pub(crate) after_next: bool,
    /// A retry, to which faults apply as to the first attempt.
    pub(crate) is_retry: bool,
}

/// The outcome of one webhook.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct DeliveryRecord {
    pub(crate) account: String,
    pub(crate) event: String,
    pub(crate) key: String,
    pub(crate) object: String,
    pub(crate) url: String,
    pub(crate) outcome: DeliveryOutcome,
    #[serde(default)]
    pub(crate) fault: Option<FaultKind>,
    pub(crate) at: Moment,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum DeliveryOutcome {
    Answered(u16),
    Unanswered(String),
    Dropped,
}
