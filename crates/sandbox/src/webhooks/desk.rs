//! The queue of webhooks: who is to be told of what, and what became of it.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use crate::api::key::Owner;
use crate::api::render;
use crate::clock::Moment;
use crate::faults::kind::FaultKind;
use crate::model::event::Delivery;
use crate::model::transaction::Transaction;
use crate::webhooks::courier::Parcel;
use crate::webhooks::errand::{Errand, headers};
use crate::webhooks::held::Held;
use crate::webhooks::target::WebhookTarget;

const QUEUE_MAX: usize = 100_000;
const DELIVERIES_KEPT_MAX: usize = 10_000;

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct WebhookDesk {
    /// For every account that has none of its own.
    everyone: Option<WebhookTarget>,
    /// By the account's name; one of live mode has `live:` before it.
    by_account: BTreeMap<String, WebhookTarget>,
    queue: VecDeque<Queued>,
    /// What faults and retries hold back; it ends with the program.
    #[serde(skip)]
    pub(crate) held: Vec<Held>,
    /// The object whose webhook is on its way.
    #[serde(skip)]
    underway: Option<String>,
    /// How many of the next webhooks get lost on the way.
    pub(crate) dropping: Dropping,
    pub(crate) deliveries: VecDeque<DeliveryRecord>,
}

/// An event that is to be told at one address.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Queued {
    pub(crate) owner: Owner,
    pub(crate) event: String,
    /// One of the charge's own; without it the account's.
    #[serde(default)]
    pub(crate) endpoint: Option<String>,
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

impl WebhookDesk {
    pub(crate) fn for_target(everyone: Option<WebhookTarget>) -> Self {
        Self { everyone, ..Self::default() }
    }

    pub(crate) fn set_target(&mut self, account: Option<&Owner>, target: Option<WebhookTarget>) {
        match (account, target) {
            (None, target) => self.everyone = target,
            (Some(account), Some(target)) => {
                self.by_account.insert(place(account), target);
            }
            (Some(account), None) => {
                self.by_account.remove(&place(account));
            }
        }
    }

    pub(crate) fn forget_targets(&mut self) {
        self.everyone = None;
        self.by_account.clear();
    }

    /// The address of one account, or that of everyone.
    pub(crate) fn target_mut(&mut self, account: Option<&Owner>) -> Option<&mut WebhookTarget> {
        match account {
            None => self.everyone.as_mut(),
            Some(account) => self.by_account.get_mut(&place(account)),
        }
    }

    pub(crate) fn everyone(&self) -> Option<&WebhookTarget> {
        self.everyone.as_ref()
    }

    /// Nobody to tell means nothing to queue.
    pub(crate) fn queue(&mut self, owner: &Owner, event: &str, endpoints: Vec<String>) {
        let of_account = self.target(owner).is_some().then_some(None);
        for endpoint in of_account.into_iter().chain(endpoints.into_iter().map(Some)) {
            if self.queue.len() < QUEUE_MAX {
                self.queue.push_back(Queued { owner: owner.clone(), event: event.to_owned(), endpoint });
            }
        }
    }

    pub(crate) fn queued(&self) -> usize {
        self.queue.len()
    }

    pub(crate) fn waiting(&self) -> usize {
        self.queue.len() + self.held.len()
    }

    /// When the first of those that are held back is due.
    pub(crate) fn next_due(&self) -> Option<Moment> {
        self.held.iter().map(|held| held.due).min()
    }

    fn target(&self, owner: &Owner) -> Option<&WebhookTarget> {
        self.by_account.get(&place(owner)).or(self.everyone.as_ref())
    }

    /// Where a webhook goes: a charge's own endpoint is signed with the account's secrets, if it has any.
    pub(crate) fn target_of(&self, queued: &Queued) -> Option<WebhookTarget> {
        let of_account = self.target(&queued.owner);
        match (&queued.endpoint, of_account) {
            (None, of_account) => of_account.cloned(),
            (Some(url), Some(of_account)) => Some(of_account.going_to(url)),
            (Some(url), None) => WebhookTarget::new(url, Vec::new()).ok(),
        }
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

impl Transaction<'_> {
    /// Takes webhooks until one is to be carried out; those that get lost are only recorded.
    pub(crate) fn next_errand(&mut self) -> Option<Errand> {
        loop {
            let errand = match self.next_held() {
                Some(errand) if errand.settled => Some(errand),
                Some(errand) => self.send_out(errand),
                None => {
                    let queued = self.state.webhooks.queue.pop_front()?;
                    self.errand(queued).and_then(|errand| self.send_out(errand))
                }
            };
            if let Some(errand) = errand {
                self.state.webhooks.underway = Some(errand.record.object.clone());
                return Some(errand);
            }
        }
    }

    /// What the orders leave of a webhook that is due now.
    fn send_out(&mut self, errand: Errand) -> Option<Errand> {
        if self.state.webhooks.drops_one() {
            self.finish_errand(&errand, vec![DeliveryOutcome::Dropped]);
            return None;
        }
        self.apply_fault(errand)
    }

    /// An errand that was broken off comes first next time.
    pub(crate) fn put_back(&mut self, errand: Errand) {
        self.state.webhooks.queue.push_front(errand.queued);
    }

    /// One outcome for each copy that went out.
    pub(crate) fn finish_errand(&mut self, errand: &Errand, outcomes: Vec<DeliveryOutcome>) {
        self.state.webhooks.underway = None;
        self.hold_after(errand, &outcomes);
        for outcome in outcomes {
            self.note_delivery(errand, outcome);
        }
    }

    fn note_delivery(&mut self, errand: &Errand, outcome: DeliveryOutcome) {
        let Errand { queued: Queued { owner, event, .. }, record, .. } = errand;
        let (status, error) = match &outcome {
            DeliveryOutcome::Answered(status) => (Some(*status), None),
            DeliveryOutcome::Unanswered(reason) => (None, Some(reason.clone())),
            // A webhook that got lost on the way looks to the sender like one that nobody answered.
            DeliveryOutcome::Dropped => (None, Some("the receiver did not answer".to_owned())),
        };
        let id = self.state.random.id("whdl", owner.livemode, self.now);
        let delivery = Delivery { id, url: record.url.clone(), status, error, created_at: self.now };
        if let Some(event) = self.account(owner).events.find_mut(event) {
            event.deliveries.push(delivery);
        }
        let record = DeliveryRecord { outcome, at: self.now, ..record.clone() };
        self.state.webhooks.record(record);
    }

    /// Whether a webhook about this object is still to go out, or on its way.
    pub(crate) fn has_webhook_for(&mut self, object: &str) -> bool {
        let queue = self.state.webhooks.queue.clone();
        let underway = self.state.webhooks.underway.as_deref() == Some(object);
        underway
            || queue.iter().any(|Queued { owner, event, .. }| {
                self.account(owner).events.find(event).is_some_and(|event| event.data.id() == object)
            })
    }

    pub(crate) fn errand(&mut self, queued: Queued) -> Option<Errand> {
        let target = self.state.webhooks.target_of(&queued)?;
        let now = self.now;
        let event = self.account(&queued.owner).events.find(&queued.event)?;
        let body = render::event::body(event);
        let record = DeliveryRecord {
            account: queued.owner.name.clone(),
            event: queued.event.clone(),
            key: event.key.name().to_owned(),
            object: event.data.id().to_owned(),
            url: target.url.clone(),
            outcome: DeliveryOutcome::Dropped,
            fault: None,
            at: now,
        };
        let parcel = Parcel { url: target.url.clone(), headers: headers(&target, &body, now, now), body };
        Some(Errand { queued, parcel, record, copies: 1, attempt: 0, replay_after_ms: None, settled: false })
    }
}

fn place(owner: &Owner) -> String {
    if owner.livemode { format!("live:{}", owner.name) } else { owner.name.clone() }
}
