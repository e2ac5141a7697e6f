//! The queue of webhooks: who is to be told of what, and what became of it.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use crate::api::key::Owner;
use crate::clock::Moment;
use crate::state::event::Delivery;
use crate::state::turn::Turn;
use crate::versions;
use crate::webhooks::courier::Parcel;
use crate::webhooks::target::WebhookTarget;

const QUEUE_MAX: usize = 100_000;
const DELIVERIES_KEPT_MAX: usize = 10_000;

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct WebhookDesk {
    /// For every account that has none of its own.
    everyone: Option<WebhookTarget>,
    by_account: BTreeMap<String, WebhookTarget>,
    queue: VecDeque<(Owner, String)>,
    /// How many of the next webhooks get lost on the way.
    pub(crate) dropping: Dropping,
    pub(crate) deliveries: VecDeque<DeliveryRecord>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Dropping {
    #[default]
    Nothing,
    Next(u64),
    All,
}

/// What became of one webhook.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct DeliveryRecord {
    pub(crate) account: String,
    pub(crate) event: String,
    pub(crate) key: String,
    pub(crate) object: String,
    pub(crate) url: String,
    pub(crate) outcome: DeliveryOutcome,
    pub(crate) at: Moment,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum DeliveryOutcome {
    Answered(u16),
    Unanswered(String),
    Dropped,
}

/// The next thing for the carrier to do.
#[derive(Debug)]
pub(crate) struct Errand {
    pub(crate) owner: Owner,
    pub(crate) event: String,
    pub(crate) parcel: Parcel,
    pub(crate) record: DeliveryRecord,
}

impl WebhookDesk {
    pub(crate) fn for_target(everyone: Option<WebhookTarget>) -> Self {
        Self { everyone, ..Self::default() }
    }

    pub(crate) fn set_target(&mut self, account: Option<String>, target: Option<WebhookTarget>) {
        match (account, target) {
            (None, target) => self.everyone = target,
            (Some(account), Some(target)) => {
                self.by_account.insert(account, target);
            }
            (Some(account), None) => {
                self.by_account.remove(&account);
            }
        }
    }

    pub(crate) fn forget_targets(&mut self) {
        self.everyone = None;
        self.by_account.clear();
    }

    pub(crate) fn everyone(&self) -> Option<&WebhookTarget> {
        self.everyone.as_ref()
    }

    /// Nobody to tell means nothing to queue.
    pub(crate) fn queue(&mut self, owner: &Owner, event: String) {
        if self.target(owner).is_some() && self.queue.len() < QUEUE_MAX {
            self.queue.push_back((owner.clone(), event));
        }
    }

    pub(crate) fn waiting(&self) -> usize {
        self.queue.len()
    }

    fn target(&self, owner: &Owner) -> Option<&WebhookTarget> {
        self.by_account.get(&owner.name).or(self.everyone.as_ref())
    }

    /// Whether the webhook that is due now gets lost.
    fn drops_one(&mut self) -> bool {
        match self.dropping {
            Dropping::Nothing | Dropping::Next(0) => false,
            Dropping::All => true,
            Dropping::Next(count) => {
                self.dropping = Dropping::Next(count - 1);
                true
            }
        }
    }

    fn record(&mut self, record: DeliveryRecord) {
        self.deliveries.push_back(record);
        if self.deliveries.len() > DELIVERIES_KEPT_MAX {
            self.deliveries.pop_front();
        }
    }
}

impl Turn<'_> {
    /// Takes webhooks from the queue until one is to be carried out; those that get lost are only recorded.
    pub(crate) fn next_errand(&mut self) -> Option<Errand> {
        loop {
            let (owner, event) = self.world.webhooks.queue.pop_front()?;
            let Some(errand) = self.errand(&owner, &event) else { continue };
            if !self.world.webhooks.drops_one() {
                return Some(errand);
            }
            self.finish_errand(errand, DeliveryOutcome::Dropped);
        }
    }

    /// An errand that was broken off comes first next time.
    pub(crate) fn put_back(&mut self, errand: Errand) {
        self.world.webhooks.queue.push_front((errand.owner, errand.event));
    }

    pub(crate) fn finish_errand(&mut self, errand: Errand, outcome: DeliveryOutcome) {
        let Errand { owner, event, mut record, .. } = errand;
        let (status, error) = match &outcome {
            DeliveryOutcome::Answered(status) => (Some(*status), None),
            DeliveryOutcome::Unanswered(reason) => (None, Some(reason.clone())),
            // A webhook that got lost on the way looks to the sender like one that nobody answered.
            DeliveryOutcome::Dropped => (None, Some("the receiver did not answer".to_owned())),
        };
        let id = self.world.random.id("whdl", owner.livemode, self.now);
        let delivery = Delivery { id, url: record.url.clone(), status, error, created_at: self.now };
        if let Some(event) = self.account(&owner).events.find_mut(&event) {
            event.deliveries.push(delivery);
        }
        record.outcome = outcome;
        record.at = self.now;
        self.world.webhooks.record(record);
    }

    fn errand(&mut self, owner: &Owner, event_id: &str) -> Option<Errand> {
        let target = self.world.webhooks.target(owner)?.clone();
        let now = self.now;
        let event = self.account(owner).events.find(event_id)?;
        let body = versions::event::body(event);
        let record = DeliveryRecord {
            account: owner.name.clone(),
            event: event_id.to_owned(),
            key: event.key.name().to_owned(),
            object: event.data.id().to_owned(),
            url: target.url.clone(),
            outcome: DeliveryOutcome::Dropped,
            at: now,
        };
        let parcel = Parcel { url: target.url.clone(), headers: headers(&target, &body, now), body };
        Some(Errand { owner: owner.clone(), event: event_id.to_owned(), parcel, record })
    }
}

fn headers(target: &WebhookTarget, body: &str, now: Moment) -> Vec<(&'static str, String)> {
    let timestamp = now.seconds().to_string();
    let mut headers = vec![("content-type", "application/json".to_owned())];
    if let Some(signature) = target.signature(&timestamp, body) {
        headers.push(("omise-signature", signature));
        headers.push(("omise-signature-timestamp", timestamp));
    }
    headers
}
