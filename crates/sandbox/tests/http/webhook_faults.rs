//! Faults of webhooks: lost, doubled, late, out of order, early, replayed, and not what they seem.

use std::time::Duration;

use hyper::StatusCode;
use serde_json::{Value, json};

use crate::inbox::{Inbox, SECRET, shop_telling, signature};
use crate::shop::{Shop, charge_body};

const WAIT: Duration = Duration::from_secs(10);
const SILENT_CODE: &str = "289990300000000000";

fn is_genuine(headers: &hyper::HeaderMap, body: &[u8]) -> bool {
    let Some(timestamp) = headers.get("omise-signature-timestamp") else { return false };
    headers["omise-signature"] == signature(SECRET, timestamp.to_str().unwrap(), body).as_str()
}

/// The webhook of a new charge after this fault.
async fn struck(fault: Value) -> (Shop, String, hyper::HeaderMap, hyper::body::Bytes, Value) {
    let mut inbox = Inbox::open().await;
    let shop = shop_telling(&inbox).await;
    shop.fault(fault).await;
    let id = shop.charge(SILENT_CODE).await;
    let (headers, body, event) = inbox.next().await;
    (shop, id, headers, body, event)
}

#[tokio::test]
async fn a_lost_webhook_never_comes_and_says_so() {
    let mut inbox = Inbox::open().await;
    let shop = shop_telling(&inbox).await;
    shop.fault(json!({ "fault": "webhook_lost", "on": "charge.create" })).await;
    let id = shop.charge(SILENT_CODE).await;
    shop.post(&format!("/charges/{id}/expire"), json!({})).await;
    assert_eq!(inbox.next_keys(1).await, ["charge.expire"]);
    let did = shop.did().await;
    assert_eq!((&did[0]["key"], &did[0]["object"]), (&json!("charge.create"), &json!(id)));
    let desk = shop.order("GET", "/webhooks", json!({})).await.json;
    assert_eq!(
        (&desk["deliveries"][0]["outcome"], &desk["deliveries"][0]["fault"]),
        (&json!("dropped"), &json!("webhook_lost"))
    );
}

#[tokio::test]
async fn a_doubled_webhook_comes_as_often_as_ordered_letter_by_letter() {
    let mut inbox = Inbox::open().await;
    let shop = shop_telling(&inbox).await;
    shop.fault(json!({ "fault": "webhook_doubled", "on": "charge.create", "copies": 50 })).await;
    let id = shop.charge(SILENT_CODE).await;
    let (_, first, _) = inbox.next().await;
    for _ in 1..50 {
        assert_eq!(inbox.next().await.1, first);
    }
    shop.post(&format!("/charges/{id}/expire"), json!({})).await;
    assert_eq!(inbox.next_keys(1).await, ["charge.expire"]);
}

#[tokio::test]
async fn a_late_webhook_holds_up_no_other() {
    let mut inbox = Inbox::open().await;
    let shop = shop_telling(&inbox).await;
    shop.fault(json!({ "fault": "webhook_late", "on": "charge.create", "delay_ms": 3_600_000 })).await;
    let id = shop.charge(SILENT_CODE).await;
    shop.post(&format!("/charges/{id}/expire"), json!({})).await;
    assert_eq!(inbox.next_keys(1).await, ["charge.expire"]);
    let moved = shop.order("PUT", "/clock", json!({ "move_ms": 3_600_000 })).await;
    assert_eq!(moved.status, 200, "{}", moved.text);
    assert_eq!(inbox.next_keys(1).await, ["charge.create"]);
}

#[tokio::test]
async fn webhooks_may_come_out_of_order() {
    let mut inbox = Inbox::open().await;
    let shop = shop_telling(&inbox).await;
    shop.fault(json!({ "fault": "webhook_out_of_order", "on": "charge.create" })).await;
    shop.charge("289990000000000000").await;
    assert_eq!(inbox.next_keys(2).await, ["charge.complete", "charge.create"]);
}

#[tokio::test]
async fn a_webhook_may_come_before_the_answer() {
    let mut inbox = Inbox::open().await;
    let shop = shop_telling(&inbox).await;
    shop.fault(json!({ "fault": "webhook_before_answer", "on": "POST /charges" })).await;
    let told = shop.post("/charges", charge_body(SILENT_CODE)).await;
    let desk = shop.order("GET", "/webhooks", json!({})).await.json;
    assert_eq!(desk["deliveries"][0]["object"], told.json["id"], "it was delivered when the answer came");
    assert_eq!(inbox.next().await.2["data"]["id"], told.json["id"]);
}

#[tokio::test]
async fn a_replayed_webhook_comes_again_with_its_old_signature() {
    let mut inbox = Inbox::open().await;
    let shop = shop_telling(&inbox).await;
    shop.fault(json!({ "fault": "webhook_replayed", "on": "charge.create", "delay_ms": 1_000_000 })).await;
    shop.charge(SILENT_CODE).await;
    let (headers, body, _) = inbox.next().await;
    shop.order("PUT", "/clock", json!({ "move_ms": 1_000_000 })).await;
    let (again, body_again, event) = inbox.next().await;
    assert_eq!(event["key"], "charge.create");
    assert_eq!((body_again, &again["omise-signature"]), (body, &headers["omise-signature"]));
    assert_eq!(again["omise-signature-timestamp"], headers["omise-signature-timestamp"]);
}

#[tokio::test]
async fn a_forged_webhook_asserts_a_payment_under_another_signature() {
    let (shop, id, headers, body, event) =
        struck(json!({ "fault": "webhook_forged", "on": "charge.create" })).await;
    assert!(!is_genuine(&headers, &body) && headers["omise-signature"].len() == 64);
    assert_eq!((&event["data"]["id"], &event["data"]["status"]), (&json!(id), &json!("successful")));
    assert_eq!(shop.read_charge(&id).await["status"], "pending");
}

#[tokio::test]
async fn an_unsigned_webhook_has_no_signature() {
    let (_, _, headers, ..) = struck(json!({ "fault": "webhook_unsigned", "on": "*" })).await;
    assert!(headers.get("omise-signature").is_none() && headers.get("omise-signature-timestamp").is_none());
}

#[tokio::test]
async fn an_old_timestamp_is_signed_as_it_should_be() {
    let (shop, _, headers, body, _) =
        struck(json!({ "fault": "webhook_old_timestamp", "on": "*", "age_s": 4_000 })).await;
    assert!(is_genuine(&headers, &body));
    let now_ms = shop.order("GET", "/clock", json!({})).await.json["now_ms"].as_i64().unwrap();
    let signed_at: i64 = headers["omise-signature-timestamp"].to_str().unwrap().parse().unwrap();
    assert!((3_990..4_100).contains(&(now_ms / 1000 - signed_at)));
}

#[tokio::test]
async fn a_reserialised_body_is_the_same_object_with_another_signature() {
    let (shop, id, headers, body, event) =
        struck(json!({ "fault": "webhook_reserialised", "on": "*" })).await;
    assert!(!is_genuine(&headers, &body) && !body.contains(&b'\n'));
    let genuine = shop.get(event["location"].as_str().unwrap()).await.json;
    assert_eq!((&event["data"], event["data"]["id"].as_str()), (&genuine["data"], Some(id.as_str())));
}

#[tokio::test]
async fn a_genuine_signature_may_stand_under_another_amount_charge_or_mode() {
    for (fault, pointer, wrong) in [
        ("webhook_other_amount", "/data/amount", json!(2224)),
        ("webhook_other_charge", "/data/id", json!("chrg_test_0000000000000000000")),
        ("webhook_other_mode", "/data/livemode", json!(true)),
    ] {
        let (_, _, headers, body, event) = struck(json!({ "fault": fault, "on": "charge.create" })).await;
        assert!(is_genuine(&headers, &body), "{fault}");
        assert_eq!(event.pointer(pointer), Some(&wrong), "{fault}");
    }
}

#[tokio::test]
async fn a_webhook_that_is_not_taken_comes_again_when_switched_so() {
    let mut inbox = Inbox::answering(StatusCode::SERVICE_UNAVAILABLE).await;
    let shop = shop_telling(&inbox).await;
    let retries = json!({ "webhook_retries": { "count": 2, "after_ms": 1 } });
    assert_eq!(shop.order("PUT", "/switches", retries).await.status, 200);
    shop.charge(SILENT_CODE).await;
    assert_eq!(inbox.next_keys(3).await, ["charge.create"; 3]);
    let settled = async {
        loop {
            let desk = shop.order("GET", "/webhooks", json!({})).await.json;
            if desk["deliveries"].as_array().unwrap().len() == 3 {
                return desk["waiting"].clone();
            }
        }
    };
    assert_eq!(tokio::time::timeout(WAIT, settled).await.unwrap(), 0, "and then no more");
}

#[tokio::test]
async fn a_rolled_secret_signs_beside_the_new_one_for_a_day() {
    let mut inbox = Inbox::open().await;
    let shop = shop_telling(&inbox).await;
    let new = "bmV3IHNlY3JldA==";
    let told = shop.order("POST", "/webhook/roll", json!({ "secret": new })).await;
    assert_eq!(told.json["secrets"], 2, "{}", told.text);
    shop.charge(SILENT_CODE).await;
    let (headers, body, _) = inbox.next().await;
    let timestamp = headers["omise-signature-timestamp"].to_str().unwrap();
    let both = format!("{},{}", signature(new, timestamp, &body), signature(SECRET, timestamp, &body));
    assert_eq!(headers["omise-signature"], both.as_str());
    shop.order("PUT", "/clock", json!({ "move_ms": 24 * 60 * 60 * 1000 })).await;
    shop.charge(SILENT_CODE).await;
    // The wallet has closed the first charge meanwhile.
    let (headers, body, _) = loop {
        let letter = inbox.next().await;
        if letter.2["key"] == "charge.create" {
            break letter;
        }
    };
    let timestamp = headers["omise-signature-timestamp"].to_str().unwrap();
    assert_eq!(headers["omise-signature"], signature(new, timestamp, &body).as_str());
    let refused = shop.order("POST", "/webhook/roll", json!({ "secret": new, "account": "nobody" })).await;
    assert_eq!(refused.status, 404);
}

#[tokio::test]
async fn a_refund_may_be_told_before_the_payment() {
    let mut inbox = Inbox::open().await;
    let shop = shop_telling(&inbox).await;
    shop.fault(json!({ "fault": "webhook_out_of_order", "on": "charge.complete" })).await;
    let charge = shop.paid_charge().await;
    shop.post(&format!("{}/refunds", charge["location"].as_str().unwrap()), json!({ "amount": 100 })).await;
    assert_eq!(inbox.next_keys(3).await, ["charge.create", "refund.create", "charge.complete"]);
}
