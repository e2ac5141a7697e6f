//! Refunds, whole and in part.

use serde_json::{Value, json};

use crate::shop::Shop;

async fn refund(shop: &Shop, charge: &Value, body: Value) -> crate::shop::Told {
    shop.post(&format!("{}/refunds", charge["location"].as_str().unwrap()), body).await
}

#[tokio::test]
async fn parts_are_refunded_until_nothing_is_left() {
    let shop = Shop::open().await;
    let charge = shop.paid_charge().await;
    let first =
        refund(&shop, &charge, json!({ "amount": "1000", "metadata": { "refund_ref": "r1" } })).await.json;
    assert_eq!(
        (&first["object"], &first["amount"], &first["voided"]),
        (&json!("refund"), &json!(1000), &json!(false))
    );
    assert_eq!((&first["status"], &first["metadata"]), (&json!("closed"), &json!({ "refund_ref": "r1" })));
    refund(&shop, &charge, json!({ "amount": 1226 })).await.refused(400, "failed_refund");
    refund(&shop, &charge, json!({ "amount": 1225 })).await;
    let after = shop.read_charge(charge["id"].as_str().unwrap()).await;
    assert_eq!((&after["status"], &after["refunded_amount"]), (&json!("successful"), &json!(2225)));
    assert_eq!((&after["refundable"], &after["voided"]), (&json!(false), &json!(false)));
    assert_eq!(after["refunds"]["total"], 2);
    let list = shop.get(&format!("{}/refunds", charge["location"].as_str().unwrap())).await.json;
    assert_eq!(list["data"][0], first);
    assert_eq!(shop.get(first["location"].as_str().unwrap()).await.json, first);
    assert_eq!(shop.get("/refunds").await.json["total"], 2);
}

#[tokio::test]
async fn a_whole_refund_on_the_day_is_a_void() {
    let (shop, clock) = Shop::open_with_clock().await;
    let pay = async || {
        let id = shop.charge("2899900").await;
        clock.advance_ms(100);
        shop.read_charge(&id).await
    };
    let charge = pay().await;
    assert_eq!((&charge["can_perform_void"], &charge["refundable"]), (&json!(true), &json!(true)));
    let told = refund(&shop, &charge, json!({ "amount": 2225, "void": true })).await.json;
    assert_eq!(told["voided"], true);
    assert_eq!(shop.read_charge(charge["id"].as_str().unwrap()).await["voided"], true);
    let charge = pay().await;
    clock.advance_ms(24 * 60 * 60 * 1000);
    refund(&shop, &charge, json!({ "amount": 2225, "void": true })).await.refused(400, "failed_void");
    assert_eq!(refund(&shop, &charge, json!({ "amount": 2225 })).await.json["voided"], false);
}

#[tokio::test]
async fn what_cannot_be_given_back_is_refused() {
    let (shop, clock) = Shop::open_with_clock().await;
    let id = shop.charge("2899900").await;
    let pending = shop.read_charge(&id).await;
    refund(&shop, &pending, json!({ "amount": 100 })).await.refused(400, "failed_refund");
    clock.advance_ms(100);
    refund(&shop, &pending, json!({})).await.refused(400, "bad_request");
    refund(&shop, &pending, json!({ "amount": 0 })).await.refused(400, "failed_refund");
    refund(&shop, &pending, json!({ "amount": -5 })).await.refused(400, "failed_refund");
    shop.post("/charges/chrg_test_none/refunds", json!({ "amount": 1 })).await.refused(404, "not_found");
    shop.get(&format!("/charges/{id}/refunds/rfnd_test_none")).await.refused(404, "not_found");
    clock.advance_ms(366 * 24 * 60 * 60 * 1000);
    refund(&shop, &pending, json!({ "amount": 100 })).await.refused(400, "failed_refund");
}

#[tokio::test]
async fn the_sixteenth_refund_is_refused() {
    let shop = Shop::open().await;
    let charge = shop.paid_charge().await;
    for _ in 0..15 {
        assert_eq!(refund(&shop, &charge, json!({ "amount": 1 })).await.status, 200);
    }
    refund(&shop, &charge, json!({ "amount": 1 })).await.refused(400, "failed_refund");
}
