//! Records the outcome of a webhook, and schedules what follows from it.

use crate::model::event::DeliveryAttempt;
use crate::model::merchant::MerchantTransaction;
use crate::model::transaction::Transaction;
use crate::model::webhooks::delivery::{
    DelayedDelivery, DeliveryOutcome, DeliveryRecord, QueuedEvent, WebhookDelivery,
};
use crate::webhooks::prepare::new_delivery;

/// One outcome for each copy that went out.
pub(super) fn finish_delivery(
    transaction: &mut Transaction<'_>,
    delivery: &WebhookDelivery,
    outcomes: Vec<DeliveryOutcome>,
) {
    transaction.state.webhooks.in_progress = None;
    delay_after(transaction, delivery, &outcomes);
    for outcome in outcomes {
        note_delivery(transaction, delivery, outcome);
    }
}

fn note_delivery(transaction: &mut Transaction<'_>, delivery: &WebhookDelivery, outcome: DeliveryOutcome) {
    let WebhookDelivery { queued: QueuedEvent { owner, event, .. }, record, .. } = delivery;
    let (status, error) = match &outcome {
        DeliveryOutcome::Answered(status) => (Some(*status), None),
        DeliveryOutcome::Unanswered(reason) => (None, Some(reason.clone())),
        // To the sender, a lost webhook looks like one without an answer.
        DeliveryOutcome::Dropped => (None, Some("the receiver did not answer".to_owned())),
    };
    let id = transaction.state.random.id("whdl", owner.livemode, transaction.now);
    let attempt = DeliveryAttempt { id, url: record.url.clone(), status, error, created_at: transaction.now };
    if let Some(event) = transaction.account(owner).events.find_mut(event) {
        event.deliveries.push(attempt);
    }
    let record = DeliveryRecord { outcome, at: transaction.now, ..record.clone() };
    transaction.state.webhooks.record(record);
}

pub(super) fn delay(transaction: &mut Transaction<'_>, delayed: DelayedDelivery) {
    transaction.state.webhooks.delayed.push(delayed);
}

/// Schedules what follows a sent webhook: its replay, its retry, and the webhooks that waited for it.
fn delay_after(transaction: &mut Transaction<'_>, delivery: &WebhookDelivery, outcomes: &[DeliveryOutcome]) {
    let now = transaction.now;
    if let Some(after_ms) = delivery.replay_after_ms {
        let delivery = WebhookDelivery { replay_after_ms: None, ..delivery.clone() };
        delay(
            transaction,
            DelayedDelivery { due: now.plus_ms(after_ms), delivery, after_next: false, is_retry: false },
        );
    }
    let taken = outcomes.iter().any(|outcome| matches!(outcome, DeliveryOutcome::Answered(200..=299)));
    let retries =
        transaction.state.switches.webhook_retries.filter(|retries| delivery.attempt < retries.count);
    if let (false, Some(retries)) = (taken, retries)
        && let Some(fresh) = new_delivery(transaction, delivery.queued.clone())
    {
        let delivery = WebhookDelivery { attempt: delivery.attempt + 1, ..fresh };
        delay(
            transaction,
            DelayedDelivery {
                due: now.plus_ms(retries.after_ms),
                delivery,
                after_next: false,
                is_retry: true,
            },
        );
    }
    let gone = &delivery.queued;
    let waits_for_it = |delayed: &&mut DelayedDelivery| {
        let QueuedEvent { owner, event, endpoint } = &delayed.delivery.queued;
        delayed.after_next && *owner == gone.owner && *endpoint == gone.endpoint && *event != gone.event
    };
    for delayed in transaction.state.webhooks.delayed.iter_mut().filter(waits_for_it) {
        (delayed.due, delayed.after_next) = (now, false);
    }
}
