//! Events as the API writes them: always in the version that the account had when it happened.

use crate::api::render::json;
use crate::api::render::object::{Object, object};
use crate::api::render::{charge, created, refund};
use crate::model::event::{DeliveryAttempt, Event, Snapshot};
use crate::model::version::Version;

/// The raw body of a webhook; as recorded, it lists no deliveries.
pub(crate) fn body(event: &Event) -> String {
    json::write(&with_deliveries(event, &[]))
}

pub(crate) fn view(event: &Event) -> Object {
    with_deliveries(event, &event.deliveries)
}

fn with_deliveries(event: &Event, deliveries: &[DeliveryAttempt]) -> Object {
    let version = event.version;
    let data = match &event.data {
        // A snapshot: what could be refunded at the time of the event.
        Snapshot::Charge(charge) => charge::view(charge, version, event.created_at),
        Snapshot::Refund(refund) => refund::view(refund, version),
    };
    let head = object("event")
        .with("id", event.id.as_str())
        .with("livemode", event.livemode)
        .with("location", format!("/events/{}", event.id));
    match version {
        Version::V2017 => head
            .with("key", event.key.name())
            .with(created(version), event.created_at.iso())
            .with("data", data),
        Version::V2019 => {
            let body = sent_payload(event, deliveries);
            let deliveries = deliveries.iter().map(|delivery| delivery_view(delivery, event, &body));
            head.with_some("webhook_deliveries", Some(deliveries.collect::<Vec<_>>()))
                .with("data", data)
                .with("key", event.key.name())
                .with("created_at", event.created_at.iso())
                .with_nulls(&["team_uid", "user_uid"])
        }
    }
}

fn delivery_view(delivery: &DeliveryAttempt, event: &Event, payload: &str) -> Object {
    object("webhook_delivery")
        .with("id", delivery.id.as_str())
        .with("uri", delivery.url.as_str())
        .with("status", delivery.status)
        .with("key", event.key.name())
        .with("error", delivery.error.as_deref())
        .with("payload", payload)
        .with("created_at", delivery.created_at.iso())
}

/// The body that was sent. It is rendered again, since the result is the same to the letter.
fn sent_payload(event: &Event, deliveries: &[DeliveryAttempt]) -> String {
    if deliveries.is_empty() { String::new() } else { body(event) }
}
