//! Events: what happened, with the object as it was.

use serde_json::{Value, json};

use crate::shop::{Shop, send};

fn keys(list: &Value) -> Vec<&str> {
    list["data"].as_array().unwrap().iter().map(|event| event["key"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn each_change_is_an_event_with_a_snapshot() {
    let shop = Shop::open().await;
    let charge = shop.paid_charge().await;
    let id = charge["id"].as_str().unwrap();
    shop.post(&format!("/charges/{id}/refunds"), json!({ "amount": 100 })).await;
    send(shop.request("PATCH", &format!("/charges/{id}")).json(&json!({ "description": "x" }))).await;
    let list = shop.get("/events").await.json;
    assert_eq!(keys(&list), ["charge.create", "charge.complete", "refund.create", "charge.update"]);
    assert_eq!(list["data"][0]["data"]["status"], "pending");
    assert_eq!(list["data"][1]["data"]["status"], "successful");
    assert_eq!(list["data"][2]["data"]["object"], "refund");
    let event = &list["data"][1];
    assert_eq!(&shop.get(event["location"].as_str().unwrap()).await.json, event);
    assert_eq!(keys(&shop.get(&format!("/charges/{id}/events")).await.json).len(), 4);
}

#[tokio::test]
async fn a_failure_arrives_as_complete_and_an_expiry_as_expire() {
    let shop = Shop::open().await;
    let id = shop.charge("289991000000000000").await;
    shop.charge_until(&id, "failed").await;
    let id = shop.charge("289990300000000000").await;
    shop.post(&format!("/charges/{id}/expire"), json!({})).await;
    let list = shop.get("/events").await.json;
    assert_eq!(keys(&list), ["charge.create", "charge.complete", "charge.create", "charge.expire"]);
    assert_eq!(list["data"][1]["data"]["status"], "failed");
}

#[tokio::test]
async fn an_event_keeps_the_accounts_version_of_its_time() {
    let shop = Shop::open().await;
    shop.order("PUT", "/accounts/demo", json!({ "version": "2017-11-02" })).await;
    shop.charge("289990300000000000").await;
    shop.order("PUT", "/accounts/demo", json!({ "version": "2019-05-29" })).await;
    shop.charge("289990300000000000").await;
    let list = shop.get("/events").await.json;
    let (old, new) = (&list["data"][0], &list["data"][1]);
    assert!(old["created"].is_string() && old["data"]["refunded"] == 0 && old["data"]["currency"] == "thb");
    assert!(new["created_at"].is_string() && new["data"]["currency"] == "THB");
}

#[tokio::test]
async fn an_unknown_event_is_not_found() {
    let shop = Shop::open().await;
    shop.get("/events/evnt_test_none").await.refused(404, "not_found");
    shop.get("/charges/chrg_test_none/events").await.refused(404, "not_found");
}
