//! Events: what changed, with the object as it was then, in the version that the account had then.

use serde::{Deserialize, Serialize};

use crate::model::owner::Owner;
use crate::clock::Moment;
use crate::model::charge::Charge;
use crate::model::collection::Entity;
use crate::model::refund::Refund;
use crate::model::transaction::Transaction;
use crate::model::version::Version;

/// Older events are forgotten, so that a long load test does not eat the memory.
const EVENTS_KEPT_MAX: usize = 50_000;

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

/// One try to bring an event to its webhook.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct DeliveryAttempt {
    pub(crate) id: String,
    pub(crate) url: String,
    /// The receiver's status; none when it did not answer or was never asked.
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

impl Transaction<'_> {
    /// Records what happened and puts it in the queue of webhooks.
    pub(crate) fn announce(&mut self, owner: &Owner, key: EventKey, data: Snapshot) {
        let id = self.state.random.id("evnt", owner.livemode, self.now);
        let created_at = self.now;
        let endpoints = self.endpoints(owner, &data);
        let account = self.account(owner);
        let event = Event {
            id: id.clone(),
            livemode: owner.livemode,
            key,
            created_at,
            version: account.version,
            data,
            deliveries: Vec::new(),
        };
        account.events.put(event);
        account.events.trim(EVENTS_KEPT_MAX);
        self.state.webhooks.queue(owner, &id, endpoints);
    }

    /// The addresses that the charge itself named; its refunds are told there too.
    fn endpoints(&mut self, owner: &Owner, data: &Snapshot) -> Vec<String> {
        match data {
            Snapshot::Charge(charge) => charge.webhook_endpoints.clone(),
            Snapshot::Refund(refund) => self
                .find_charge(owner, &refund.charge)
                .map(|it| it.webhook_endpoints.clone())
                .unwrap_or_default(),
        }
    }

    pub(crate) fn announce_charge(&mut self, owner: &Owner, key: EventKey, charge: &Charge) {
        self.announce(owner, key, Snapshot::Charge(Box::new(charge.clone())));
    }
}
