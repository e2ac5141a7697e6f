//! The queue of webhooks: who is to be told of what, and what became of it.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use crate::model::owner::Owner;
use crate::api::render;
use crate::clock::Moment;
use crate::faults::kind::FaultKind;
use crate::model::event::DeliveryAttempt;
use crate::model::transaction::Transaction;
use crate::webhooks::delayed::DelayedDelivery;
use crate::webhooks::delivery::{WebhookDelivery, headers};
use crate::webhooks::sender::OutgoingRequest;
use crate::webhooks::target::WebhookTarget;

const QUEUE_MAX: usize = 100_000;
const DELIVERIES_KEPT_MAX: usize = 10_000;

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct WebhookQueue {
    /// For every account that has none of its own.
    everyone: Option<WebhookTarget>,
    /// By the account's name; one of live mode has `live:` before it.
    by_account: BTreeMap<String, WebhookTarget>,
    queue: VecDeque<QueuedEvent>,
    /// What faults and retries hold back; it ends with the program.
    #[serde(skip)]
    pub(crate) delayed: Vec<DelayedDelivery>,
    /// The object whose webhook is on its way.
    #[serde(skip)]
    in_progress: Option<String>,
    /// How many of the next webhooks get lost on the way.
    pub(crate) dropping: Dropping,
    pub(crate) deliveries: VecDeque<DeliveryRecord>,
}

/// An event that is to be told at one address.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct QueuedEvent {
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

impl WebhookQueue {
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
                self.queue.push_back(QueuedEvent { owner: owner.clone(), event: event.to_owned(), endpoint });
            }
        }
    }

    pub(crate) fn queued(&self) -> usize {
        self.queue.len()
    }

    pub(crate) fn waiting(&self) -> usize {
        self.queue.len() + self.delayed.len()
    }

    /// When the first of those that are held back is due.
    pub(crate) fn next_due(&self) -> Option<Moment> {
        self.delayed.iter().map(|delayed| delayed.due).min()
    }

    fn target(&self, owner: &Owner) -> Option<&WebhookTarget> {
        self.by_account.get(&place(owner)).or(self.everyone.as_ref())
    }

    /// Where a webhook goes: a charge's own endpoint is signed with the account's secrets, if it has any.
    pub(crate) fn target_of(&self, queued: &QueuedEvent) -> Option<WebhookTarget> {
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
    /// Takes webhooks until one must be sent; lost webhooks are only recorded.
    pub(crate) fn next_delivery(&mut self) -> Option<WebhookDelivery> {
        loop {
            let delivery = match self.next_delayed() {
                Some(delivery) if delivery.faults_applied => Some(delivery),
                Some(delivery) => self.apply_orders(delivery),
                None => {
                    let queued = self.state.webhooks.queue.pop_front()?;
                    self.new_delivery(queued).and_then(|delivery| self.apply_orders(delivery))
                }
            };
            if let Some(delivery) = delivery {
                self.state.webhooks.in_progress = Some(delivery.record.object.clone());
                return Some(delivery);
            }
        }
    }

    /// What the orders leave of a webhook that is due now.
    fn apply_orders(&mut self, delivery: WebhookDelivery) -> Option<WebhookDelivery> {
        if self.state.webhooks.drops_one() {
            self.finish_delivery(&delivery, vec![DeliveryOutcome::Dropped]);
            return None;
        }
        self.apply_fault(delivery)
    }

    /// A delivery that was interrupted is the next one to send.
    pub(crate) fn put_back(&mut self, delivery: WebhookDelivery) {
        self.state.webhooks.queue.push_front(delivery.queued);
    }

    /// One outcome for each copy that went out.
    pub(crate) fn finish_delivery(&mut self, delivery: &WebhookDelivery, outcomes: Vec<DeliveryOutcome>) {
        self.state.webhooks.in_progress = None;
        self.delay_after(delivery, &outcomes);
        for outcome in outcomes {
            self.note_delivery(delivery, outcome);
        }
    }

    fn note_delivery(&mut self, delivery: &WebhookDelivery, outcome: DeliveryOutcome) {
        let WebhookDelivery { queued: QueuedEvent { owner, event, .. }, record, .. } = delivery;
        let (status, error) = match &outcome {
            DeliveryOutcome::Answered(status) => (Some(*status), None),
            DeliveryOutcome::Unanswered(reason) => (None, Some(reason.clone())),
            // To the sender, a lost webhook looks like one without an answer.
            DeliveryOutcome::Dropped => (None, Some("the receiver did not answer".to_owned())),
        };
        let id = self.state.random.id("whdl", owner.livemode, self.now);
        let attempt = DeliveryAttempt { id, url: record.url.clone(), status, error, created_at: self.now };
        if let Some(event) = self.account(owner).events.find_mut(event) {
            event.deliveries.push(attempt);
        }
        let record = DeliveryRecord { outcome, at: self.now, ..record.clone() };
        self.state.webhooks.record(record);
    }

    /// Whether a webhook about this object is still to go out, or on its way.
    pub(crate) fn has_webhook_for(&mut self, object: &str) -> bool {
        let queue = self.state.webhooks.queue.clone();
        let in_progress = self.state.webhooks.in_progress.as_deref() == Some(object);
        in_progress
            || queue.iter().any(|QueuedEvent { owner, event, .. }| {
                self.account(owner).events.find(event).is_some_and(|event| event.data.id() == object)
            })
    }

    pub(crate) fn new_delivery(&mut self, queued: QueuedEvent) -> Option<WebhookDelivery> {
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
        let request =
            OutgoingRequest { url: target.url.clone(), headers: headers(&target, &body, now, now), body };
        Some(WebhookDelivery {
            queued,
            request,
            record,
            copies: 1,
            attempt: 0,
            replay_after_ms: None,
            faults_applied: false,
        })
    }
}

fn place(owner: &Owner) -> String {
    if owner.livemode { format!("live:{}", owner.name) } else { owner.name.clone() }
}
