//! Prepares the request of a webhook: body, headers and signature.

use crate::api::render;
use crate::clock::Moment;
use crate::model::merchant::MerchantTransaction;
use crate::model::transaction::Transaction;
use crate::model::webhooks::delivery::{
    DeliveryOutcome, DeliveryRecord, OutgoingRequest, QueuedEvent, WebhookDelivery,
};
use crate::model::webhooks::target::WebhookTarget;

pub(super) fn new_delivery(
    transaction: &mut Transaction<'_>,
    queued: QueuedEvent,
) -> Option<WebhookDelivery> {
    let target = transaction.state.webhooks.target_of(&queued)?;
    let now = transaction.now;
    let event = transaction.account(&queued.owner).events.find(&queued.event)?;
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

/// The headers of a webhook with `signed_at` as its timestamp; the present secrets sign.
pub(super) fn headers(
    target: &WebhookTarget,
    body: &str,
    signed_at: Moment,
    now: Moment,
) -> Vec<(&'static str, String)> {
    let timestamp = signed_at.seconds().to_string();
    let mut headers = vec![("content-type", "application/json".to_owned())];
    if let Some(signature) = target.signature(&timestamp, body, now) {
        headers.push(("omise-signature", signature));
        headers.push(("omise-signature-timestamp", timestamp));
    }
    headers
}
