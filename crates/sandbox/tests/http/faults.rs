//! Faults: each applies, and the registry records what it did.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::shop::{Shop, charge_body};

/// What the one ordered fault did, and how many charges there really are.
async fn aftermath(shop: &Shop) -> (Value, usize) {
    (shop.did().await, shop.ledger().await.len())
}

async fn try_charge(shop: &Shop) -> Result<reqwest::Response, reqwest::Error> {
    shop.request("POST", "/charges").json(&charge_body("289990000000000000")).send().await
}

#[tokio::test]
async fn a_cut_before_the_commit_leaves_no_charge() {
    let shop = Shop::open().await;
    shop.fault(json!({ "fault": "cut_before_commit", "on": "POST /charges" })).await;
    assert!(try_charge(&shop).await.is_err());
    let (did, charges) = aftermath(&shop).await;
    assert_eq!((did[0]["committed"].clone(), charges), (Value::Null, 0));
    assert_eq!(try_charge(&shop).await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_cut_after_the_commit_leaves_an_unanswered_charge() {
    let shop = Shop::open().await;
    shop.fault(json!({ "fault": "cut_after_commit", "on": "POST /charges" })).await;
    assert!(try_charge(&shop).await.is_err());
    let (did, charges) = aftermath(&shop).await;
    assert_eq!((did.as_array().unwrap().len(), charges), (1, 1));
    let list = shop.get("/charges").await.json;
    assert_eq!(did[0]["committed"], list["data"][0]["id"]);
    assert_eq!(did[0]["status"], Value::Null);
}

#[tokio::test]
async fn a_hanging_request_is_never_answered() {
    let shop = Shop::open().await;
    for (fault, charges_expected) in [("hang", 0), ("hang_after_commit", 1)] {
        shop.order("DELETE", "/faults", json!({})).await;
        shop.fault(json!({ "fault": fault, "on": "POST /charges" })).await;
        let waiting = shop.request("POST", "/charges").json(&charge_body("289990300000000000"));
        let error = waiting.timeout(Duration::from_millis(150)).send().await.unwrap_err();
        assert!(error.is_timeout(), "{error}");
        assert_eq!(aftermath(&shop).await.1, charges_expected, "{fault}");
    }
}

#[tokio::test]
async fn a_500_may_hide_a_charge() {
    let shop = Shop::open().await;
    shop.fault(json!({ "fault": "error_500_committed", "on": "POST /charges" })).await;
    shop.post("/charges", charge_body("289990000000000000")).await.refused(500, "internal_error");
    let (did, charges) = aftermath(&shop).await;
    assert!(did[0]["committed"].as_str().unwrap().starts_with("chrg_test_"));
    assert_eq!(charges, 1);
}

#[tokio::test]
async fn a_502_is_a_page_and_commits_nothing() {
    let shop = Shop::open().await;
    shop.fault(json!({ "fault": "html_502", "on": "POST /charges" })).await;
    let told = shop.post("/charges", charge_body("289990000000000000")).await;
    assert_eq!(told.status, 502);
    assert!(told.text.starts_with("<html>") && told.headers["content-type"] == "text/html");
    assert_eq!(aftermath(&shop).await.1, 0);
}

#[tokio::test]
async fn too_many_requests_may_say_when_to_come_again() {
    let shop = Shop::open().await;
    let with_wait =
        json!({ "fault": "too_many_requests", "on": "GET /charges/:id", "count": 2, "retry_after_s": 7 });
    shop.order("POST", "/faults", with_wait).await;
    for _ in 0..2 {
        let told = shop.get("/charges/chrg_test_1").await;
        told.refused(429, "too_many_requests");
        assert_eq!(told.headers["retry-after"], "7");
    }
    shop.get("/charges/chrg_test_1").await.refused(404, "not_found");
    shop.fault(json!({ "fault": "too_many_requests", "on": "GET /account" })).await;
    assert!(shop.get("/account").await.headers.get("retry-after").is_none());
}

#[tokio::test]
async fn a_slow_body_is_whole_in_the_end() {
    let shop = Shop::open().await;
    shop.fault(json!({ "fault": "slow_body", "on": "GET /capability" })).await;
    let began = Instant::now();
    let told = shop.get("/capability").await;
    assert_eq!(told.json["object"], "capability");
    assert!(
        began.elapsed() > Duration::from_millis(told.text.len() as u64),
        "one byte a millisecond at most"
    );
}

#[tokio::test]
async fn a_fault_spares_other_requests_and_ends_with_its_count() {
    let shop = Shop::open().await;
    shop.fault(json!({ "fault": "html_502", "on": "POST /charges/:id/expire" })).await;
    let id = shop.charge("289990300000000000").await;
    assert_eq!(shop.post(&format!("/charges/{id}/expire"), json!({})).await.status, 502);
    assert_eq!(shop.read_charge(&id).await["status"], "pending");
    assert_eq!(shop.post(&format!("/charges/{id}/expire"), json!({})).await.status, 200);
}

#[tokio::test]
async fn a_fault_that_is_not_known_is_refused() {
    let shop = Shop::open().await;
    for body in [
        json!({ "fault": "earthquake", "on": "POST /charges" }),
        json!({ "fault": "hang", "on": "charges" }),
        json!({ "fault": "hang" }),
        json!({ "fault": "hang", "on": "POST /charges", "often": true }),
    ] {
        let told = shop.order("POST", "/faults", body).await;
        assert_eq!(told.status, 400);
        assert!(told.json["error"].is_string());
    }
}

#[tokio::test]
async fn stopping_does_not_wait_for_hanging_requests() {
    let shop = Shop::open().await;
    shop.fault(json!({ "fault": "hang", "on": "GET /account" })).await;
    let waiting = tokio::spawn(shop.request("GET", "/account").send());
    let log = async { while aftermath(&shop).await.0.as_array().unwrap().is_empty() {} };
    tokio::time::timeout(Duration::from_secs(5), log).await.unwrap();
    tokio::time::timeout(Duration::from_secs(5), shop.running.stop()).await.expect("it stops");
    assert!(waiting.await.unwrap().is_err());
}
