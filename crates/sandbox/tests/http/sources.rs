//! Sources, alone and within a charge.

use serde_json::json;

use crate::shop::{ORDINARY_CODE, Shop};

fn source(kind: &str) -> serde_json::Value {
    json!({ "type": kind, "amount": 2225, "currency": "thb", "barcode": ORDINARY_CODE })
}

#[tokio::test]
async fn the_documented_form_request_makes_a_source() {
    let shop = Shop::open().await;
    let body = "description=barcode+alipay+charge&amount=2225&currency=thb&type=barcode_alipay&barcode=1234567890\
                &store_id=store_1&store_name=store+1&terminal_id=POS-01";
    let source = shop.form("/sources", body).await.json;
    for (field, value) in [
        ("object", json!("source")),
        ("flow", json!("offline")),
        ("amount", json!(2225)),
        ("currency", json!("THB")),
        ("barcode", json!("1234567890")),
        ("store_id", json!("store_1")),
        ("store_name", json!("store 1")),
        ("terminal_id", json!("POS-01")),
        ("charge_status", json!("unknown")),
    ] {
        assert_eq!(source[field], value, "{field}");
    }
    let id = source["id"].as_str().unwrap();
    assert!(id.starts_with("src_test_"));
    assert_eq!(shop.get(&format!("/sources/{id}")).await.json, source);
}

#[tokio::test]
async fn a_source_is_used_once() {
    let shop = Shop::open().await;
    let id = shop.post("/sources", source("barcode_alipay")).await.json["id"].clone();
    let charge = json!({ "amount": "2225", "currency": "THB", "source": id });
    let made = shop.post("/charges", charge.clone()).await;
    assert_eq!((made.status, &made.json["source"]["id"]), (200, &id));
    shop.post("/charges", charge).await.refused(400, "invalid_charge");
    assert_eq!(shop.get("/charges").await.json["total"], 1);
}

#[tokio::test]
async fn a_source_tells_its_charges_status() {
    let shop = Shop::open().await;
    let charge = shop.paid_charge().await;
    let source = shop.get(charge["source"]["location"].as_str().unwrap()).await.json;
    assert_eq!(source["charge_status"], "successful");
}

#[tokio::test]
async fn a_charge_has_its_sources_amount_and_currency() {
    let shop = Shop::open().await;
    let id = shop.post("/sources", source("alipayplus_upm")).await.json["id"].clone();
    let charge =
        |amount: i64, currency: &str| json!({ "amount": amount, "currency": currency, "source": id });
    shop.post("/charges", charge(2226, "thb")).await.refused(400, "invalid_charge");
    shop.post("/charges", charge(2225, "sgd")).await.refused(400, "invalid_charge");
    assert_eq!(shop.post("/charges", charge(2225, "thb")).await.status, 200);
}

#[tokio::test]
async fn every_in_store_type_is_taken_within_a_charge() {
    let shop = Shop::open().await;
    for (kind, code) in
        [("barcode_alipay", "2899903"), ("alipayplus_upm", "2899903"), ("wechat_pay_upm", "2899903")]
    {
        let body = json!({ "amount": 2000, "currency": "thb", "source": { "type": kind, "barcode": code } });
        let charge = shop.post("/charges", body).await.json;
        assert_eq!((&charge["source"]["type"], &charge["status"]), (&json!(kind), &json!("pending")));
    }
}

#[tokio::test]
async fn an_unsupported_type_gets_the_recorded_refusal() {
    let shop = Shop::open().await;
    let message = shop.post("/sources", source("truemoney")).await.refused(400, "bad_request");
    assert_eq!(message, "type is currently not supported");
    let charge =
        json!({ "amount": 2225, "currency": "thb", "source": { "type": "truemoney", "barcode": "1" } });
    let message = shop.post("/charges", charge).await.refused(400, "invalid_charge");
    assert_eq!(message, "type is currently not supported");
}

#[tokio::test]
async fn an_unknown_source_is_not_found() {
    let shop = Shop::open().await;
    shop.get("/sources/src_test_none").await.refused(404, "not_found");
    let charge = json!({ "amount": 2225, "currency": "thb", "source": "src_test_none" });
    assert_eq!(
        shop.post("/charges", charge).await.refused(404, "not_found"),
        "source src_test_none was not found"
    );
}

#[tokio::test]
async fn an_account_with_a_store_refuses_store_fields() {
    let shop = Shop::open().await;
    shop.order("PUT", "/accounts/demo", json!({ "has_store": true })).await;
    let mut with_store = source("barcode_alipay");
    with_store["store_id"] = json!("store_1");
    with_store["store_name"] = json!("store 1");
    shop.post("/sources", with_store).await.refused(400, "bad_request");
    assert_eq!(shop.post("/sources", source("barcode_alipay")).await.status, 200);
}
