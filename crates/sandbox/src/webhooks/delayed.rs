//! Webhooks that are held back: by faults, or until they are tried again.

use crate::clock::Moment;
use crate::model::transaction::Transaction;
use crate::webhooks::delivery::WebhookDelivery;
use crate::webhooks::queue::{DeliveryOutcome, QueuedEvent};

/// A webhook that goes out later.
#[derive(Clone, Debug)]
pub(crate) struct DelayedDelivery {
    pub(crate) due: Moment,
    pub(crate) delivery: WebhookDelivery,
    /// It goes out as soon as another of its account has.
    pub(crate) after_next: bool,
    /// A retry, to which faults apply as to the first attempt.
    pub(crate) is_retry: bool,
}

impl Transaction<'_> {
    pub(crate) fn delay(&mut self, delayed: DelayedDelivery) {
        self.state.webhooks.delayed.push(delayed);
    }

    /// The first that is due by now.
    pub(crate) fn next_delayed(&mut self) -> Option<WebhookDelivery> {
        let now = self.now;
        let delayed = &mut self.state.webhooks.delayed;
        let due = delayed.iter().enumerate().filter(|(_, delayed)| delayed.due <= now);
        let (place, _) = due.min_by_key(|(_, delayed)| delayed.due)?;
        let DelayedDelivery { delivery, is_retry, .. } = delayed.remove(place);
        Some(WebhookDelivery { faults_applied: !is_retry, ..delivery })
    }

    /// What follows from a webhook that has gone out: its replay, a new try, and those that waited for it.
    pub(crate) fn delay_after(&mut self, delivery: &WebhookDelivery, outcomes: &[DeliveryOutcome]) {
        let now = self.now;
        if let Some(after_ms) = delivery.replay_after_ms {
            let delivery = WebhookDelivery { replay_after_ms: None, ..delivery.clone() };
            self.delay(DelayedDelivery {
                due: now.plus_ms(after_ms),
                delivery,
                after_next: false,
                is_retry: false,
            });
        }
        let taken = outcomes.iter().any(|outcome| matches!(outcome, DeliveryOutcome::Answered(200..=299)));
        let retries = self.state.switches.webhook_retries.filter(|retries| delivery.attempt < retries.count);
        if let (false, Some(retries)) = (taken, retries)
            && let Some(fresh) = self.new_delivery(delivery.queued.clone())
        {
            let delivery = WebhookDelivery { attempt: delivery.attempt + 1, ..fresh };
            self.delay(DelayedDelivery {
                due: now.plus_ms(retries.after_ms),
                delivery,
                after_next: false,
                is_retry: true,
            });
        }
        let gone = &delivery.queued;
        let waits_for_it = |delayed: &&mut DelayedDelivery| {
            let QueuedEvent { owner, event, endpoint } = &delayed.delivery.queued;
            delayed.after_next && *owner == gone.owner && *endpoint == gone.endpoint && *event != gone.event
        };
        for delayed in self.state.webhooks.delayed.iter_mut().filter(waits_for_it) {
            (delayed.due, delayed.after_next) = (now, false);
        }
    }
}
