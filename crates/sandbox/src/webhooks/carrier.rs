//! The task that carries webhooks out, one after the other, so that they arrive in order and no request waits.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::shared::Shared;
use crate::webhooks::desk::{DeliveryOutcome, Errand};

pub(crate) async fn run(shared: Arc<Shared>, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = shared.webhooks_waiting.notified() => {}
        }
        while let Some(errand) = next_errand(&shared) {
            let delivering = shared.options.courier.deliver(errand.parcel.clone());
            let delivered = tokio::select! {
                () = stop.cancelled() => return shared.turn(|turn| turn.put_back(errand)),
                delivered = delivering => delivered,
            };
            let outcome = delivered.map_or_else(DeliveryOutcome::Unanswered, DeliveryOutcome::Answered);
            if let DeliveryOutcome::Unanswered(reason) = &outcome {
                tracing::info!(event = %errand.event, reason, "a webhook was not answered");
            }
            shared.turn(|turn| turn.finish_errand(errand, outcome));
        }
    }
}

#[expect(
    clippy::redundant_closure_for_method_calls,
    reason = "the method alone is not general enough in its lifetimes"
)]
fn next_errand(shared: &Shared) -> Option<Errand> {
    shared.turn(|turn| turn.next_errand())
}
