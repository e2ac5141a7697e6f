//! Events: what changed, with the object as it was then, in the version that the account had then.

use serde::{Deserialize, Serialize};

use crate::clock::Moment;
use crate::model::charge::Charge;
use crate::model::collection::Entity;
use crate::model::refund::Refund;
use crate::model::version::Version;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Event {
    pub(crate) id: String,
    pub(crate) livemode: bool,
    pub(crate) key: EventKey,
    pub(crate) created_at: Moment,
    pub(crate) version: Version,
    pub(crate) data: Snapshot,
    pub(crate) deliveries: Vec<DeliveryAttempt>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum EventKey {
    #[serde(rename = "charge.create")]
    ChargeCreate,
    #[serde(rename = "charge.update")]
    ChargeUpdate,
    #[serde(rename = "charge.complete")]
    ChargeComplete,
    #[serde(rename = "charge.expire")]
    ChargeExpire,
    #[serde(rename = "refund.create")]
    RefundCreate,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Snapshot {
    Charge(Box<Charge>),
    Refund(Box<Refund>),
}

/// One attempt to deliver an event.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct DeliveryAttempt {
    pub(crate) id: String,
    pub(crate) url: String,
    /// The receiver's status; `None` if it did not answer or got no request.
    pub(crate) status: Option<u16>,
    pub(crate) error: Option<String>,
    pub(crate) created_at: Moment,
}

impl EventKey {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::ChargeCreate => "charge.create",
            Self::ChargeUpdate => "charge.update",
            Self::ChargeComplete => "charge.complete",
            Self::ChargeExpire => "charge.expire",
            Self::RefundCreate => "refund.create",
        }
    }
}

impl Snapshot {
    pub(crate) fn id(&self) -> &str {
        match self {
            Self::Charge(charge) => &charge.id,
            Self::Refund(refund) => &refund.id,
        }
    }
}

impl Entity for Event {
    fn id(&self) -> &str {
        &self.id
    }

    fn created_at(&self) -> Moment {
        self.created_at
    }
}
