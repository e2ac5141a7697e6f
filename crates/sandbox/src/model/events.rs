//! Records events and queues their webhooks.

use crate::model::accounts::{account, find_charge};
use crate::model::charge::Charge;
use crate::model::event::{Event, EventKey, Snapshot};
use crate::model::owner::Owner;
use crate::model::transaction::Transaction;

/// Older events are dropped, which bounds the memory of a long load test.
const EVENTS_KEPT_MAX: usize = 50_000;

/// Records an event and queues its webhooks.
pub(in crate::model) fn announce(
    transaction: &mut Transaction<'_>,
    owner: &Owner,
    key: EventKey,
    data: Snapshot,
) {
    let id = transaction.state.random.id("evnt", owner.livemode, transaction.now);
    let created_at = transaction.now;
    let endpoints = endpoints(transaction, owner, &data);
    let account = account(transaction, owner);
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
    transaction.state.webhooks.queue(owner, &id, endpoints);
}

/// The webhook addresses that the charge names, also for events of its refunds.
fn endpoints(transaction: &mut Transaction<'_>, owner: &Owner, data: &Snapshot) -> Vec<String> {
    match data {
        Snapshot::Charge(charge) => charge.webhook_endpoints.clone(),
        Snapshot::Refund(refund) => find_charge(transaction, owner, &refund.charge)
            .map(|it| it.webhook_endpoints.clone())
            .unwrap_or_default(),
    }
}

pub(in crate::model) fn announce_charge(
    transaction: &mut Transaction<'_>,
    owner: &Owner,
    key: EventKey,
    charge: &Charge,
) {
    announce(transaction, owner, key, Snapshot::Charge(Box::new(charge.clone())));
}
