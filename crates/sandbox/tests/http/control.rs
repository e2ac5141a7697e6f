//! The control API: next outcome, ledger, request log, reset.

use serde_json::json;

use crate::shop::{ORDINARY_CODE, Shop};

#[tokio::test]
async fn the_next_charges_do_what_was_ordered() {
    let shop = Shop::open().await;
    for outcome in ["fail:insufficient_balance", "approve"] {
        assert_eq!(shop.order("POST", "/next", json!({ "outcome": outcome })).await.status, 200);
    }
    let poor = shop.charge(ORDINARY_CODE).await;
    assert_eq!(shop.charge_until(&poor, "failed").await["failure_code"], "insufficient_balance");
    let rich = shop.charge("289991000000000000").await;
    shop.charge_until(&rich, "successful").await;
}

#[tokio::test]
async fn a_payer_may_be_ordered_to_wait_and_then_reject() {
    let (shop, clock) = Shop::open_with_clock().await;
    for outcome in ["approve_after_confirm", "never"] {
        shop.order("POST", "/next", json!({ "outcome": outcome })).await;
    }
    let (asked, silent) = (shop.charge(ORDINARY_CODE).await, shop.charge("281234567890123457").await);
    clock.advance_ms(100_000);
    let told = shop.order("POST", &format!("/charges/{asked}/reject"), json!({})).await;
    assert_eq!(
        (&told.json["status"], &told.json["failure_code"]),
        (&json!("failed"), &json!("payment_cancelled"))
    );
    assert_eq!(shop.read_charge(&silent).await["status"], "pending");
    let told = shop
        .order("POST", &format!("/charges/{silent}/reject"), json!({ "failure_code": "payment_rejected" }))
        .await;
    assert_eq!(told.json["failure_code"], "payment_rejected");
}

#[tokio::test]
async fn orders_that_make_no_sense_are_refused_in_words() {
    let shop = Shop::open().await;
    for (method, path, body, status) in [
        ("POST", "/next", json!({ "outcome": "perhaps" }), 400),
        ("POST", "/next", json!({}), 400),
        ("PUT", "/webhook", json!({ "url": "nowhere" }), 400),
        ("PUT", "/webhook", json!({ "url": "http://127.0.0.1:1/", "secret": "not base64!" }), 400),
        ("POST", "/webhooks/drop", json!({ "count": "some" }), 400),
        ("POST", "/charges/chrg_test_none/confirm", json!({}), 404),
        ("PUT", "/accounts/demo", json!({ "version": "2030-01-01" }), 400),
        ("GET", "/nothing", json!({}), 404),
        ("DELETE", "/ledger", json!({}), 404),
    ] {
        let told = shop.order(method, path, body).await;
        assert_eq!(told.status, status, "{method} {path}");
        assert!(!told.json["error"].as_str().unwrap().is_empty());
    }
}

#[tokio::test]
async fn the_ledger_tells_every_charge_and_refund() {
    let shop = Shop::open().await;
    let charge = shop.paid_charge().await;
    shop.post(&format!("{}/refunds", charge["location"].as_str().unwrap()), json!({ "amount": 25 })).await;
    let lines = shop.order("GET", "/ledger", json!({})).await.json["ledger"].clone();
    let (paid, back) = (&lines[0], &lines[1]);
    assert_eq!(
        (&paid["kind"], &paid["id"], &paid["status"]),
        (&json!("charge"), &charge["id"], &json!("successful"))
    );
    assert_eq!(
        (&paid["amount"], &paid["refunded_amount"], &paid["account"]),
        (&json!(2225), &json!(25), &json!("demo"))
    );
    assert_eq!(paid["metadata"], json!({ "invoice_id": "inv-1" }));
    assert_eq!(
        (&back["kind"], &back["charge"], &back["amount"]),
        (&json!("refund"), &charge["id"], &json!(25))
    );
    assert!(paid["committed_at"].as_str().unwrap() <= back["committed_at"].as_str().unwrap());
}

#[tokio::test]
async fn the_request_log_holds_neither_key_nor_code() {
    let shop = Shop::open().await;
    let id = shop.charge(ORDINARY_CODE).await;
    shop.get(&format!("/sources/{ORDINARY_CODE}?barcode={ORDINARY_CODE}")).await;
    let told = shop.order("GET", "/requests", json!({})).await;
    let log = &told.json["requests"];
    assert_eq!((&log[0]["method"], &log[0]["path"]), (&json!("POST"), &json!("/charges")));
    assert_eq!(
        (&log[0]["account"], &log[0]["status"], &log[0]["made"]),
        (&json!("demo"), &json!(200), &json!(id))
    );
    assert_eq!(log[1]["status"], 404);
    assert!(!told.text.contains(ORDINARY_CODE) && !told.text.contains("skey"));
    shop.order("DELETE", "/requests", json!({})).await;
    assert_eq!(shop.order("GET", "/requests", json!({})).await.json["requests"], json!([]));
}

#[tokio::test]
async fn a_reset_forgets_everything_and_reuses_no_id() {
    let shop = Shop::open().await;
    let id = shop.charge(ORDINARY_CODE).await;
    shop.order("POST", "/faults", json!({ "fault": "html_502", "on": "POST /charges" })).await;
    shop.order("POST", "/reset", json!({})).await;
    shop.get(&format!("/charges/{id}")).await.refused(404, "not_found");
    let again = shop.charge(ORDINARY_CODE).await;
    assert_ne!(again, id);
    shop.charge_until(&again, "successful").await;
}
