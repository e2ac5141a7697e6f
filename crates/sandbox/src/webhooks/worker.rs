//! The task that sends webhooks one after the other, so that they arrive in order and no request waits.

use std::sync::Arc;

use futures_util::future::join_all;
use tokio_util::sync::CancellationToken;

use crate::model::webhooks::delivery::DeliveryOutcome;
use crate::model::webhooks::delivery::WebhookDelivery;
use crate::shared::Shared;
use crate::webhooks::outbox::WebhookTransaction;

pub(crate) async fn run(shared: Arc<Shared>, stop: CancellationToken) {
    loop {
        let next_due = shared.read(|transaction| transaction.state.webhooks.next_due());
        let due = async {
            match next_due {
                Some(moment) => shared.options.clock.wait_until(moment).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            () = shared.webhooks_waiting.notified() => {}
            () = due => {}
        }
        while let Some(delivery) = next_delivery(&shared) {
            let delivered = tokio::select! {
                biased;
                () = stop.cancelled() => return shared.write(|transaction| transaction.put_back(delivery)),
                delivered = deliver(&shared, &delivery) => delivered,
            };
            shared.write(|transaction| transaction.finish_delivery(&delivery, delivered));
            shared.webhook_done.notify_waiters();
        }
    }
}

/// All copies at once.
async fn deliver(shared: &Shared, delivery: &WebhookDelivery) -> Vec<DeliveryOutcome> {
    let copies = (0..delivery.copies).map(|_| shared.options.webhook_sender.send(delivery.request.clone()));
    let delivered = join_all(copies).await.into_iter();
    let outcomes: Vec<DeliveryOutcome> = delivered
        .map(|status| status.map_or_else(DeliveryOutcome::Unanswered, DeliveryOutcome::Answered))
        .collect();
    for outcome in &outcomes {
        if let DeliveryOutcome::Unanswered(reason) = outcome {
            tracing::info!(event = %delivery.queued.event, reason, "a webhook was not answered");
        }
    }
    outcomes
}

fn next_delivery(shared: &Shared) -> Option<WebhookDelivery> {
    let delivery = shared.write(|transaction| transaction.next_delivery());
    shared.webhook_done.notify_waiters();
    delivery
}
