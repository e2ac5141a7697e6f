//! Applies faults to webhooks.

use crate::faults::corrupt::{Depth, with_field, with_other_amount, with_other_id, with_other_mode};
use crate::faults::kind::FaultKind;
use crate::faults::registry::{ActiveFault, Run};
use crate::model::transaction::Transaction;
use crate::model::webhooks::delivery::{DelayedDelivery, DeliveryOutcome, OutgoingRequest, WebhookDelivery};
use crate::model::webhooks::signature::Secret;
use crate::webhooks::finish::{delay, finish_delivery};
use crate::webhooks::prepare::headers;

const LATE_MS: u64 = 5_000;
const REPLAY_AFTER_MS: u64 = 1_000;
const COPIES: u64 = 2;
const COPIES_MAX: u64 = 1_000;
/// Older than the five minutes that receivers allow.
const AGE_S: u64 = 301;
/// If the account has no next webhook, it is sent after this.
const OUT_OF_ORDER_MS_MAX: i64 = 10_000;
/// An attacker's secret: base64 of `not the secret`.
const FORGED_SECRET: &str = "bm90IHRoZSBzZWNyZXQ=";

/// Applies a fault to a webhook; `None` if it is not sent now.
pub(super) fn apply_fault(
    transaction: &mut Transaction<'_>,
    mut delivery: WebhookDelivery,
) -> Option<WebhookDelivery> {
    let Some(fault) = transaction.state.faults.take_webhook(&delivery.record.key) else {
        return Some(delivery);
    };
    delivery.record.fault = Some(fault.kind);
    transaction.state.faults.report(
        &fault,
        Run::Webhook {
            at: transaction.now.iso_ms(),
            event: delivery.queued.event.clone(),
            key: delivery.record.key.clone(),
            object: delivery.record.object.clone(),
        },
    );
    let in_ms = |given: Option<u64>, default| i64::try_from(given.unwrap_or(default)).unwrap_or(i64::MAX);
    match fault.kind {
        FaultKind::WebhookLost => {
            finish_delivery(transaction, &delivery, vec![DeliveryOutcome::Dropped]);
            return None;
        }
        FaultKind::WebhookLate => {
            let due = transaction.now.plus_ms(in_ms(fault.options.delay_ms, LATE_MS));
            delay(transaction, DelayedDelivery { due, delivery, after_next: false, is_retry: false });
            return None;
        }
        FaultKind::WebhookOutOfOrder => {
            let due = transaction.now.plus_ms(OUT_OF_ORDER_MS_MAX);
            delay(transaction, DelayedDelivery { due, delivery, after_next: true, is_retry: false });
            return None;
        }
        FaultKind::WebhookDoubled => {
            delivery.copies = fault.options.copies.unwrap_or(COPIES).clamp(1, COPIES_MAX);
        }
        FaultKind::WebhookReplayed => {
            delivery.replay_after_ms = Some(in_ms(fault.options.delay_ms, REPLAY_AFTER_MS));
        }
        _ => corrupt_request(transaction, &fault, &mut delivery),
    }
    Some(delivery)
}

fn corrupt_request(transaction: &Transaction<'_>, fault: &ActiveFault, delivery: &mut WebhookDelivery) {
    let Some(target) = transaction.state.webhooks.target_of(&delivery.queued) else { return };
    let (now, depth, body) = (transaction.now, Depth::Webhook, delivery.request.body.as_str());
    let age_ms = i64::try_from(fault.options.age_s.unwrap_or(AGE_S)).unwrap_or(0).saturating_mul(1000);
    let signed = |body: String| (headers(&target, &body, now, now), body);
    let (headers, body) = match fault.kind {
        FaultKind::WebhookForged => {
            let secrets = Secret::from_base64(FORGED_SECRET).into_iter().collect();
            let attacker = target.signing_with(secrets);
            let body = with_field(body, depth, "status", "\"successful\"");
            (headers(&attacker, &body, now, now), body)
        }
        FaultKind::WebhookUnsigned => {
            (headers(&target.signing_with(Vec::new()), body, now, now), body.to_owned())
        }
        FaultKind::WebhookOldTimestamp => {
            (headers(&target, body, now.plus_ms(-age_ms), now), body.to_owned())
        }
        FaultKind::WebhookReserialised => (delivery.request.headers.clone(), reserialised(body)),
        FaultKind::WebhookOtherAmount => signed(with_other_amount(body, depth)),
        FaultKind::WebhookOtherCharge => signed(with_other_id(body, depth)),
        FaultKind::WebhookOtherMode => signed(with_other_mode(body, depth)),
        _ => return,
    };
    delivery.request = OutgoingRequest { headers, body, ..delivery.request.clone() };
}

/// The same object with other white space, as a middlebox might write it.
fn reserialised(body: &str) -> String {
    let value = serde_json::from_str::<serde_json::Value>(body);
    value.map_or_else(|_| body.trim_end().to_owned(), |value| value.to_string())
}
