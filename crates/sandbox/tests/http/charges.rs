//! Charges and the merchant's actions on them.

use serde_json::json;

use crate::shop::{ORDINARY_CODE, Shop, charge_body, send};

#[tokio::test]
async fn a_form_with_an_inline_source_makes_a_pending_charge() {
    let shop = Shop::open().await;
    let body = "amount=2225&currency=thb&source[type]=barcode_alipay&source[barcode]=1234567890&metadata[invoice_id]=inv-1";
    let charge = shop.form("/charges", body).await.json;
    assert_eq!(
        (&charge["status"], &charge["paid"], &charge["amount"]),
        (&json!("pending"), &json!(false), &json!(2225))
    );
    assert_eq!(charge["metadata"], json!({ "invoice_id": "inv-1" }));
}

#[tokio::test]
async fn an_ordinary_payer_approves_within_two_seconds() {
    let (shop, clock) = Shop::open_with_clock().await;
    let id = shop.charge(ORDINARY_CODE).await;
    clock.advance_ms(900);
    assert_eq!(shop.read_charge(&id).await["status"], "pending");
    clock.advance_ms(1_100);
    let charge = shop.read_charge(&id).await;
    assert_eq!(
        (&charge["status"], &charge["paid"], &charge["authorized"]),
        (&json!("successful"), &json!(true), &json!(true))
    );
    assert!(charge["transaction"].as_str().unwrap().starts_with("trxn_test_"));
}

#[tokio::test]
async fn a_charge_expires_in_seven_days_and_its_code_in_one() {
    let (shop, _clock) = Shop::open_with_clock().await;
    let id = shop.charge(ORDINARY_CODE).await;
    let charge = shop.read_charge(&id).await;
    assert_eq!(charge["created_at"], "2026-11-23T06:00:00Z");
    assert_eq!(charge["expires_at"], "2026-11-30T06:00:00Z");
    assert_eq!(charge["source"]["references"]["expires_at"], "2026-11-24T06:00:00Z");
}

#[tokio::test]
async fn expire_ends_a_pending_charge_as_recorded() {
    let (shop, clock) = Shop::open_with_clock().await;
    let id = shop.charge(ORDINARY_CODE).await;
    clock.advance_ms(500);
    let expired = send(shop.request("POST", &format!("/charges/{id}/expire"))).await.json;
    for (field, value) in [
        ("status", json!("expired")),
        ("expired", json!(true)),
        ("expires_at", json!("2026-11-23T06:00:00Z")),
        ("expired_at", json!("2026-11-23T06:00:00Z")),
        ("failure_code", json!(null)),
    ] {
        assert_eq!(expired[field], value, "{field}");
    }
    assert_eq!(expired["source"]["charge_status"], "expired");
    clock.advance_ms(10_000);
    assert_eq!(shop.read_charge(&id).await["status"], "expired");
    let again = shop.post(&format!("/charges/{id}/expire"), json!({})).await;
    assert_eq!(again.refused(400, "failed_expire"), "expire failed");
}

#[tokio::test]
async fn the_wallet_closes_an_unpaid_charge_after_three_minutes() {
    let (shop, clock) = Shop::open_with_clock().await;
    let id = shop.charge("289990300000000000").await;
    clock.advance_ms(179_999);
    assert_eq!(shop.read_charge(&id).await["status"], "pending");
    clock.advance_ms(1);
    let charge = shop.read_charge(&id).await;
    assert_eq!((&charge["status"], &charge["failure_code"]), (&json!("failed"), &json!("timeout")));
    assert_eq!((&charge["failure_message"], &charge["expired"]), (&json!("Timeout"), &json!(true)));
}

#[tokio::test]
async fn marking_decides_a_pending_charge() {
    let shop = Shop::open().await;
    for (action, status) in [("mark_as_paid", "successful"), ("mark_as_failed", "failed")] {
        let id = shop.charge("289990300000000000").await;
        let marked = send(shop.request("POST", &format!("/charges/{id}/{action}"))).await.json;
        assert_eq!(marked["status"], status);
        shop.post(&format!("/charges/{id}/{action}"), json!({})).await.refused(400, "bad_request");
    }
}

#[tokio::test]
async fn a_patch_replaces_metadata_and_description() {
    let shop = Shop::open().await;
    let id = shop.charge("289990300000000000").await;
    let body = json!({ "description": "new", "metadata": { "a": { "b": [1] } } });
    let told = send(shop.request("PATCH", &format!("/charges/{id}")).json(&body)).await;
    assert_eq!(
        (&told.json["description"], &told.json["metadata"]),
        (&body["description"], &body["metadata"])
    );
    let told = send(shop.request("PATCH", &format!("/charges/{id}")).json(&json!({ "metadata": 5 }))).await;
    told.refused(400, "bad_request");
    assert_eq!(shop.read_charge(&id).await["metadata"], body["metadata"]);
}

#[tokio::test]
async fn reverse_and_capture_are_refused_for_wallets() {
    let shop = Shop::open().await;
    let id = shop.paid_charge().await["id"].as_str().unwrap().to_owned();
    let message =
        shop.post(&format!("/charges/{id}/reverse"), json!({})).await.refused(400, "failed_reverse");
    assert_eq!(message, "only uncaptured authorized charges can be reversed");
    shop.post(&format!("/charges/{id}/capture"), json!({})).await.refused(400, "failed_capture");
}

#[tokio::test]
async fn bad_charges_are_refused_and_none_is_made() {
    let shop = Shop::open().await;
    let with = |field: &str, value: serde_json::Value| {
        let mut body = charge_body(ORDINARY_CODE);
        body[field] = value;
        body
    };
    let low = shop.post("/charges", with("amount", json!(10))).await.refused(400, "invalid_charge");
    assert_eq!(low, "amount must be greater than or equal to 2000 (thb subunits)");
    let currency =
        shop.post("/charges", with("currency", json!("invalid"))).await.refused(400, "invalid_charge");
    assert_eq!(currency, "currency is currently not supported");
    for (field, value, code) in [
        ("amount", json!("x"), "invalid_charge"),
        ("amount", json!(-5), "invalid_charge"),
        ("amount", json!(22.25), "invalid_charge"),
        ("amount", json!(i64::MAX), "invalid_charge"),
        ("amount", json!([]), "invalid_charge"),
        ("source", json!(null), "invalid_charge"),
        ("source", json!([]), "invalid_charge"),
        ("metadata", json!("x"), "bad_request"),
        ("description", json!({}), "bad_request"),
        ("capture", json!(false), "invalid_charge"),
        ("card", json!("tokn_test_1"), "feature_not_supported"),
    ] {
        shop.post("/charges", with(field, value)).await.refused(400, code);
    }
    assert_eq!(shop.get("/charges").await.json["total"], 0);
}

#[tokio::test]
async fn a_code_is_good_for_one_charge() {
    let shop = Shop::open().await;
    let first = shop.charge(ORDINARY_CODE).await;
    let second = shop.charge(ORDINARY_CODE).await;
    let charge = shop.charge_until(&second, "failed").await;
    assert_eq!(charge["failure_code"], "payment_rejected");
    shop.charge_until(&first, "successful").await;
}

#[tokio::test]
async fn the_documented_sample_may_come_again() {
    let shop = Shop::open().await;
    for _ in 0..2 {
        let id = shop.charge("1234567890").await;
        shop.charge_until(&id, "successful").await;
    }
}

#[tokio::test]
async fn a_code_that_no_wallet_shows_is_an_invalid_barcode() {
    let shop = Shop::open().await;
    for code in
        ["123456789", "ABC1234567890", "https://qr.alipay.com/fkx", "281234567890123456789012345678901"]
    {
        let id = shop.charge(code).await;
        assert_eq!(shop.charge_until(&id, "failed").await["failure_code"], "invalid_barcode", "{code}");
    }
}
