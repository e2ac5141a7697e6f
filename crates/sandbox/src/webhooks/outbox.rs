//! The worker's actions on the queue of webhooks: the table of contents of this folder.

use crate::model::merchant::MerchantTransaction;
use crate::model::transaction::Transaction;
use crate::model::webhooks::delivery::{DelayedDelivery, DeliveryOutcome, QueuedEvent, WebhookDelivery};
use crate::webhooks::faults::apply_fault;
use crate::webhooks::finish;
use crate::webhooks::prepare::new_delivery;

pub(crate) trait WebhookTransaction {
    /// Takes webhooks until one must be sent; lost webhooks are only recorded.
    fn next_delivery(&mut self) -> Option<WebhookDelivery>;
    /// A delivery that was interrupted is the next one to send.
    fn put_back(&mut self, delivery: WebhookDelivery);
    /// Records one outcome for each copy that was sent.
    fn finish_delivery(&mut self, delivery: &WebhookDelivery, outcomes: Vec<DeliveryOutcome>);
    /// Whether a webhook about this object is queued or being sent.
    fn has_webhook_for(&mut self, object: &str) -> bool;
}

impl WebhookTransaction for Transaction<'_> {
    fn next_delivery(&mut self) -> Option<WebhookDelivery> {
        next_delivery(self)
    }

    fn put_back(&mut self, delivery: WebhookDelivery) {
        self.state.webhooks.queue.push_front(delivery.queued);
    }

    fn finish_delivery(&mut self, delivery: &WebhookDelivery, outcomes: Vec<DeliveryOutcome>) {
        finish::finish_delivery(self, delivery, outcomes);
    }

    fn has_webhook_for(&mut self, object: &str) -> bool {
        has_webhook_for(self, object)
    }
}

fn next_delivery(transaction: &mut Transaction<'_>) -> Option<WebhookDelivery> {
    loop {
        let delivery = match next_delayed(transaction) {
            Some(delivery) if delivery.faults_applied => Some(delivery),
            Some(delivery) => apply_orders(transaction, delivery),
            None => {
                let queued = transaction.state.webhooks.queue.pop_front()?;
                new_delivery(transaction, queued).and_then(|delivery| apply_orders(transaction, delivery))
            }
        };
        if let Some(delivery) = delivery {
            transaction.state.webhooks.in_progress = Some(delivery.record.object.clone());
            return Some(delivery);
        }
    }
}

/// Drops a webhook that is due now, or applies a fault to it.
fn apply_orders(transaction: &mut Transaction<'_>, delivery: WebhookDelivery) -> Option<WebhookDelivery> {
    if transaction.state.webhooks.drops_one() {
        finish::finish_delivery(transaction, &delivery, vec![DeliveryOutcome::Dropped]);
        return None;
    }
    apply_fault(transaction, delivery)
}

/// The first that is due by now.
fn next_delayed(transaction: &mut Transaction<'_>) -> Option<WebhookDelivery> {
    let now = transaction.now;
    let delayed = &mut transaction.state.webhooks.delayed;
    let due = delayed.iter().enumerate().filter(|(_, delayed)| delayed.due <= now);
    let (place, _) = due.min_by_key(|(_, delayed)| delayed.due)?;
    let DelayedDelivery { delivery, is_retry, .. } = delayed.remove(place);
    Some(WebhookDelivery { faults_applied: !is_retry, ..delivery })
}

fn has_webhook_for(transaction: &mut Transaction<'_>, object: &str) -> bool {
    let queue = transaction.state.webhooks.queue.clone();
    let in_progress = transaction.state.webhooks.in_progress.as_deref() == Some(object);
    in_progress
        || queue.iter().any(|QueuedEvent { owner, event, .. }| {
            transaction.account(owner).events.find(event).is_some_and(|event| event.data.id() == object)
        })
}
