//! The queue of webhooks, their targets, and the record of deliveries.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use crate::clock::Moment;
use crate::model::owner::Owner;
use crate::model::webhooks::delivery::{DelayedDelivery, DeliveryRecord, QueuedEvent};
use crate::model::webhooks::target::WebhookTarget;

const QUEUE_MAX: usize = 100_000;
const DELIVERIES_KEPT_MAX: usize = 10_000;

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct WebhookQueue {
    /// The target of every account without a target of its own.
    everyone: Option<WebhookTarget>,
    /// By the account's name; `live:` precedes the name of a live account.
    by_account: BTreeMap<String, WebhookTarget>,
    pub(crate) queue: VecDeque<QueuedEvent>,
    /// Webhooks that faults and retries delay; not kept in the state file.
    #[serde(skip)]
    pub(crate) delayed: Vec<DelayedDelivery>,
    /// The object whose webhook is being sent.
    #[serde(skip)]
    pub(crate) in_progress: Option<String>,
    /// How many of the next webhooks are lost.
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

    /// The target of one account, or the target of all accounts.
    pub(crate) fn target_mut(&mut self, account: Option<&Owner>) -> Option<&mut WebhookTarget> {
        match account {
            None => self.everyone.as_mut(),
            Some(account) => self.by_account.get_mut(&place(account)),
        }
    }

    pub(crate) fn everyone(&self) -> Option<&WebhookTarget> {
        self.everyone.as_ref()
    }

    /// Queues an event for each of its targets, if there are any.
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

    /// When the first delayed webhook is due.
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

    /// Whether the webhook that is due now is lost.
    pub(crate) fn drops_one(&mut self) -> bool {
        match self.dropping {
            Dropping::Nothing | Dropping::Next(0) => false,
            Dropping::All => true,
            Dropping::Next(count) => {
                self.dropping = Dropping::Next(count - 1);
                true
            }
        }
    }

    pub(crate) fn record(&mut self, record: DeliveryRecord) {
        self.deliveries.push_back(record);
        if self.deliveries.len() > DELIVERIES_KEPT_MAX {
            self.deliveries.pop_front();
        }
    }
}

fn place(owner: &Owner) -> String {
    if owner.livemode { format!("live:{}", owner.name) } else { owner.name.clone() }
}
