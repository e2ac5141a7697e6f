//! Every magic code and what it does.

use serde_json::json;

use crate::shop::Shop;

#[tokio::test]
async fn failures_are_forced_by_their_codes() {
    let shop = Shop::open().await;
    for (digits, failure_code) in [
        ("10", "insufficient_balance"),
        ("11", "insufficient_fund"),
        ("12", "timeout"),
        ("13", "payment_expired"),
        ("14", "payment_rejected"),
        ("15", "payment_cancelled"),
        ("16", "failed_processing"),
        ("17", "invalid_barcode"),
        ("18", "failed_fraud_check"),
        ("19", "internal_error"),
        ("20", "undefined"),
        ("21", "amount_mismatch"),
        ("22", "confirmed_amount_mismatch"),
        ("23", "invalid_account"),
        ("24", "invalid_account_number"),
        ("25", "wallet_under_review"),
    ] {
        let id = shop.charge(&format!("28999{digits}00000000000")).await;
        let charge = shop.charge_until(&id, "failed").await;
        assert_eq!(charge["failure_code"], failure_code, "{digits}");
        assert_eq!((&charge["paid"], &charge["authorized"]), (&json!(false), &json!(false)));
        assert!(!charge["failure_message"].as_str().unwrap().is_empty());
    }
}

#[tokio::test]
async fn approvals_come_at_once_or_slowly() {
    let (shop, clock) = Shop::open_with_clock().await;
    let (at_once, slowly) = (shop.charge("2899900").await, shop.charge("2899902").await);
    clock.advance_ms(100);
    assert_eq!(shop.read_charge(&at_once).await["status"], "successful");
    clock.advance_ms(2_800);
    assert_eq!(shop.read_charge(&slowly).await["status"], "pending");
    clock.advance_ms(100);
    assert_eq!(shop.read_charge(&slowly).await["status"], "successful");
}

#[tokio::test]
async fn code_01_waits_for_a_confirmation() {
    let (shop, clock) = Shop::open_with_clock().await;
    let id = shop.charge("289990112345678901").await;
    clock.advance_ms(60_000);
    assert_eq!(shop.read_charge(&id).await["status"], "pending");
    let told = shop.order("POST", &format!("/charges/{id}/confirm"), json!({})).await;
    assert_eq!(told.json["status"], "successful");
    assert_eq!(shop.read_charge(&id).await["status"], "successful");
    assert_eq!(shop.order("POST", &format!("/charges/{id}/confirm"), json!({})).await.status, 409);
}

#[tokio::test]
async fn code_30_is_approved_with_another_amount() {
    let shop = Shop::open().await;
    let id = shop.charge("289993000000000000").await;
    assert_eq!(shop.charge_until(&id, "successful").await["amount"], 2224);
    let ledger = shop.order("GET", "/ledger", json!({})).await.json;
    assert_eq!(
        (&ledger["ledger"][0]["amount"], &ledger["ledger"][0]["amount_paid"]),
        (&json!(2225), &json!(2224))
    );
}

#[tokio::test]
async fn code_31_becomes_a_status_that_nobody_knows() {
    let shop = Shop::open().await;
    let id = shop.charge("289993100000000000").await;
    assert_eq!(shop.charge_until(&id, "under_review").await["paid"], false);
}

#[tokio::test]
async fn code_40_refuses_the_expire_and_is_paid_after_all() {
    let (shop, clock) = Shop::open_with_clock().await;
    let id = shop.charge("289994000000000000").await;
    shop.post(&format!("/charges/{id}/expire"), json!({})).await.refused(400, "failed_expire");
    clock.advance_ms(1_999);
    assert_eq!(shop.read_charge(&id).await["status"], "pending");
    clock.advance_ms(1);
    assert_eq!(shop.read_charge(&id).await["status"], "successful");
}

#[tokio::test]
async fn code_41_answers_expired_and_reads_paid() {
    let (shop, _clock) = Shop::open_with_clock().await;
    let id = shop.charge("289994100000000000").await;
    let told = shop.post(&format!("/charges/{id}/expire"), json!({})).await;
    assert_eq!((told.status, &told.json["status"]), (200, &json!("expired")));
    let charge = shop.read_charge(&id).await;
    assert_eq!((&charge["status"], &charge["expired"]), (&json!("successful"), &json!(false)));
    assert!(charge["expired_at"].is_string(), "recorded: a paid charge may carry a time of expiry");
}

#[tokio::test]
async fn code_42_reads_expired_and_is_paid_later() {
    let (shop, clock) = Shop::open_with_clock().await;
    let id = shop.charge("289994200000000000").await;
    shop.post(&format!("/charges/{id}/expire"), json!({})).await;
    assert_eq!(shop.read_charge(&id).await["status"], "expired");
    clock.advance_ms(2_000);
    assert_eq!(shop.read_charge(&id).await["status"], "successful");
}

#[tokio::test]
async fn a_magic_code_may_come_again() {
    let shop = Shop::open().await;
    for _ in 0..3 {
        shop.paid_charge().await;
    }
}

#[tokio::test]
async fn in_live_mode_nothing_is_magic() {
    let shop = Shop::open().await.with_key("skey_live_demo");
    let id = shop.charge("289991000000000000").await;
    shop.charge_until(&id, "successful").await;
    let id = shop.charge("289991000000000000").await;
    assert_eq!(shop.charge_until(&id, "failed").await["failure_code"], "payment_rejected");
}
