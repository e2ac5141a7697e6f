//! Switches: each open question answered both ways.

use serde_json::{Value, json};

use crate::shop::{Shop, charge_body, send};

async fn patch(shop: &Shop, id: &str, body: Value) -> Value {
    send(shop.request("PATCH", &format!("/charges/{id}")).json(&body)).await.json
}

#[tokio::test]
async fn metadata_is_replaced_or_merged() {
    let shop = Shop::open().await;
    let id = shop.charge("289990300000000000").await;
    let more = json!({ "metadata": { "note": "x" } });
    assert_eq!(patch(&shop, &id, more.clone()).await["metadata"], json!({ "note": "x" }));
    shop.switch(json!({ "metadata_on_patch": "merge" })).await;
    let merged = patch(&shop, &id, json!({ "metadata": { "more": 1 } })).await;
    assert_eq!(merged["metadata"], json!({ "note": "x", "more": 1 }));
}

#[tokio::test]
async fn a_source_is_good_once_or_again() {
    let shop = Shop::open().await;
    let source = json!({ "type": "barcode_alipay", "barcode": "289990300000000000", "amount": 2225, "currency": "thb" });
    let source = shop.post("/sources", source).await.json["id"].clone();
    let charge = json!({ "amount": 2225, "currency": "thb", "source": source });
    assert_eq!(shop.post("/charges", charge.clone()).await.status, 200);
    shop.post("/charges", charge.clone()).await.refused(400, "invalid_charge");
    shop.switch(json!({ "source_reuse": "allowed" })).await;
    assert_eq!(shop.post("/charges", charge).await.status, 200);
}

#[tokio::test]
async fn expiring_has_every_outcome_without_a_magic_code() {
    let (shop, clock) = Shop::open_with_clock().await;
    for (position, status, after_expire, in_the_end) in [
        ("expires", 200, "expired", "expired"),
        ("refused_then_paid", 400, "pending", "successful"),
        ("loses_race", 200, "successful", "successful"),
        ("expired_then_paid", 200, "expired", "successful"),
    ] {
        shop.switch(json!({ "expire": position })).await;
        let id = shop.charge("2899903").await;
        assert_eq!(shop.post(&format!("/charges/{id}/expire"), json!({})).await.status, status, "{position}");
        assert_eq!(shop.read_charge(&id).await["status"], after_expire, "{position}");
        clock.advance_ms(2_000);
        assert_eq!(shop.read_charge(&id).await["status"], in_the_end, "{position}");
    }
}

#[tokio::test]
async fn expiring_a_paid_charge_is_refused_or_gives_the_money_back() {
    let shop = Shop::open().await;
    let charge = shop.paid_charge().await;
    let path = format!("/charges/{}/expire", charge["id"].as_str().unwrap());
    shop.post(&path, json!({})).await.refused(400, "failed_expire");
    shop.switch(json!({ "expire_of_paid": "gives_back" })).await;
    let told = shop.post(&path, json!({})).await.json;
    assert_eq!((&told["status"], &told["refunded_amount"]), (&json!("successful"), &json!(2225)));
    assert_eq!(told["voided"], true);
}

#[tokio::test]
async fn a_low_balance_refuses_refunds_but_no_voids() {
    let (shop, clock) = Shop::open_with_clock().await;
    let pay = async || {
        let id = shop.charge("2899900").await;
        clock.advance_ms(100);
        format!("/charges/{id}/refunds")
    };
    let (first, second) = (pay().await, pay().await);
    let told = shop.order("PUT", "/accounts/demo", json!({ "balance": 1_000 })).await;
    assert_eq!(told.json["balance"], 1_000, "{}", told.text);
    assert_eq!(shop.post(&first, json!({ "amount": 600 })).await.status, 200);
    let refused = shop.post(&first, json!({ "amount": 600 })).await.refused(400, "failed_refund");
    assert!(refused.contains("balance"), "{refused}");
    assert_eq!(shop.post(&second, json!({ "amount": 2225 })).await.json["voided"], true);
    shop.order("PUT", "/accounts/demo", json!({ "balance": "unlimited" })).await;
    assert_eq!(shop.post(&first, json!({ "amount": 600 })).await.status, 200);
}

#[tokio::test]
async fn refusals_of_refunds_are_worded_or_terse() {
    let shop = Shop::open().await;
    let id = shop.charge("289990300000000000").await;
    let path = format!("/charges/{id}/refunds");
    let refused = async || shop.post(&path, json!({ "amount": 1 })).await.refused(400, "failed_refund");
    assert_eq!(refused().await, "charge was not paid");
    shop.switch(json!({ "refund_texts": "terse" })).await;
    assert_eq!(refused().await, "refund failed");
}

#[tokio::test]
async fn an_account_may_lack_a_source_type() {
    let shop = Shop::open().await;
    shop.switch(json!({ "source_types": ["alipayplus_upm", "wechat_pay_upm"] })).await;
    let capability = shop.get("/capability").await.json;
    let names: Vec<&Value> =
        capability["payment_methods"].as_array().unwrap().iter().map(|method| &method["name"]).collect();
    assert_eq!(names, ["alipayplus_upm", "wechat_pay_upm"]);
    let told = shop.post("/charges", charge_body("289990300000000000")).await;
    assert_eq!(told.refused(400, "invalid_charge"), "type is currently not supported");
}

#[tokio::test]
async fn store_fields_may_have_a_greatest_length() {
    let shop = Shop::open().await;
    let mut body = charge_body("289990300000000000");
    body["source"]["store_id"] = json!("s".repeat(65));
    body["source"]["store_name"] = json!("ร้าน");
    body["source"]["terminal_id"] = json!("t");
    assert_eq!(shop.post("/charges", body.clone()).await.status, 200);
    shop.switch(json!({ "store_field_length_max": 64 })).await;
    let refused = shop.post("/charges", body.clone()).await.refused(400, "invalid_charge");
    assert_eq!(refused, "store_id is too long (maximum is 64 characters)");
    body["source"]["store_id"] = json!("s".repeat(64));
    assert_eq!(shop.post("/charges", body).await.status, 200);
}

#[tokio::test]
async fn an_unclosed_charge_expires_at_the_end_of_its_lifetime() {
    let (shop, clock) = Shop::open_with_clock().await;
    shop.switch(json!({ "wallet_closes": false, "charge_lifetime_ms": 24 * 60 * 60 * 1000 })).await;
    let id = shop.charge("2899903").await;
    assert_eq!(shop.read_charge(&id).await["expires_at"], "2026-11-24T06:00:00Z");
    clock.advance_ms(24 * 60 * 60 * 1000 - 1);
    assert_eq!(shop.read_charge(&id).await["status"], "pending");
    clock.advance_ms(1);
    let charge = shop.read_charge(&id).await;
    assert_eq!(
        (&charge["status"], &charge["expired_at"]),
        (&json!("expired"), &json!("2026-11-24T06:00:00Z"))
    );
    assert_eq!(shop.get(&format!("/charges/{id}/events")).await.json["data"][1]["key"], "charge.expire");
}

#[tokio::test]
async fn the_clock_of_the_lists_may_differ() {
    let (shop, clock) = Shop::open_with_clock().await;
    shop.charge("2899903").await;
    clock.advance_ms(1_000);
    let total = async |path: &str| shop.get(path).await.json["total"].clone();
    let (from, to) = ("/charges?from=2026-11-23T05:59:00Z", "/charges?to=2026-11-23T06:00:30Z");
    assert_eq!((total(from).await, total(to).await), (json!(1), json!(1)));
    shop.switch(json!({ "list_clock_ahead_ms": -600_000 })).await;
    assert_eq!((total(from).await, total(to).await), (json!(0), json!(1)));
    shop.switch(json!({ "list_clock_ahead_ms": 600_000 })).await;
    assert_eq!((total(from).await, total(to).await), (json!(1), json!(0)));
    assert_eq!(total("/charges").await, 1, "without dates everything is there");
}

#[tokio::test]
async fn too_many_requests_of_one_account_are_refused() {
    let (shop, clock) = Shop::open_with_clock().await;
    for (retry_after_s, header) in [(json!(3), Some("3")), (Value::Null, None)] {
        let limit = json!({ "requests": 2, "per_ms": 1_000, "retry_after_s": retry_after_s });
        shop.switch(json!({ "rate_limit": limit })).await;
        clock.advance_ms(1_000);
        for status in [200, 200, 429, 429] {
            let told = shop.get("/account").await;
            assert_eq!(told.status, status);
            let said = told.headers.get("retry-after").map(|value| value.to_str().unwrap());
            assert_eq!(said, header.filter(|_| status == 429));
        }
        clock.advance_ms(1_000);
        assert_eq!(shop.get("/account").await.status, 200);
        clock.advance_ms(1_000);
    }
    let other = shop.with_key("skey_test_other");
    assert_eq!(other.get("/account").await.status, 200);
}

#[tokio::test]
async fn keys_are_rolled_and_the_account_stays() {
    let shop = Shop::open().await;
    let id = shop.charge("289990300000000000").await;
    for (state, status, code) in [
        ("expired", 401, "key_expired_error"),
        ("unknown", 401, "authentication_failure"),
        ("locked", 403, "locked_account_error"),
    ] {
        shop.order("PUT", "/accounts/demo", json!({ "keys": { "1": state } })).await;
        shop.get("/account").await.refused(status, code);
    }
    let shop = shop.with_key("skey_test_demo.2");
    assert_eq!(shop.read_charge(&id).await["id"], json!(id));
    shop.order("PUT", "/accounts/demo", json!({ "keys": { "1": "good", "2": "expired" } })).await;
    shop.get("/account").await.refused(401, "key_expired_error");
    assert_eq!(shop.with_key("skey_test_demo").get("/account").await.status, 200);
}

#[tokio::test]
async fn live_keys_open_another_account_where_no_code_is_magic() {
    let shop = Shop::open().await.with_key("skey_live_demo");
    let live = shop.get("/account").await.json;
    assert_eq!(live["livemode"], true);
    let id = shop.charge("289991000000000000").await;
    assert!(id.starts_with("chrg_") && !id.contains("test"));
    let paid = shop.charge_until(&id, "successful").await;
    assert_eq!((&paid["livemode"], &paid["source"]["livemode"]), (&json!(true), &json!(true)));
    let again = shop.charge("289991000000000000").await;
    assert_eq!(shop.charge_until(&again, "failed").await["failure_code"], "payment_rejected");
    let shop = shop.with_key("skey_test_demo");
    shop.get(&format!("/charges/{id}")).await.refused(404, "not_found");
    assert_ne!(shop.get("/account").await.json["id"], live["id"]);
}

#[tokio::test]
async fn switches_are_shown_and_nonsense_is_refused() {
    let shop = Shop::open().await;
    let shown = shop.order("GET", "/switches", json!({})).await.json;
    assert_eq!((&shown["expire"], &shown["wallet_closes"]), (&json!("expires"), &json!(true)));
    for positions in [
        json!({ "colour": "red" }),
        json!({ "expire": "perhaps" }),
        json!({ "source_types": [] }),
        json!({ "charge_lifetime_ms": 0 }),
        json!({ "rate_limit": { "requests": 1 } }),
        json!([1]),
    ] {
        let told = shop.order("PUT", "/switches", positions).await;
        assert_eq!((told.status, told.json["error"].is_string()), (400, true), "{}", told.text);
    }
    assert_eq!(shop.order("GET", "/switches", json!({})).await.json, shown);
}

#[tokio::test]
async fn metadata_may_have_a_greatest_length() {
    let shop = Shop::open().await;
    let paid = shop.paid_charge().await;
    let (location, long) = (paid["location"].as_str().unwrap(), json!({ "note": "ก".repeat(40) }));
    let charge = json!({ "metadata": long, "amount": 2225, "currency": "thb",
                         "source": { "type": "barcode_alipay", "barcode": "289990300000000000" } });
    let refund = json!({ "amount": 100, "metadata": long });
    shop.switch(json!({ "metadata_length_max": 50 })).await;
    for (method, path, body) in [
        ("POST", "/charges".to_owned(), charge.clone()),
        ("PATCH", location.to_owned(), json!({ "metadata": long })),
        ("POST", format!("{location}/refunds"), refund.clone()),
    ] {
        let told = send(shop.request(method, &path).json(&body)).await;
        assert_eq!(told.refused(400, "bad_request"), "metadata is too long (maximum is 50 characters)");
    }
    shop.switch(json!({ "metadata_length_max": 51 })).await;
    assert_eq!(shop.post("/charges", charge).await.status, 200);
    assert_eq!(shop.post(&format!("{location}/refunds"), refund).await.status, 200);
}
