//! Faults that spoil the answer of a request that was carried out.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::shop::{ORDINARY_CODE, Shop, Told, charge_body};

const CODE: &str = "289990300000000000";

/// Asserts that one charge was made although the answer was spoilt, and that the fault records it. Returns
/// its id.
async fn committed(shop: &Shop) -> String {
    let ledger = shop.ledger().await;
    assert_eq!(ledger.len(), 1);
    let did = shop.did().await;
    assert_eq!((did.as_array().unwrap().len(), &did[0]["committed"]), (1, &ledger[0]["id"]));
    ledger[0]["id"].as_str().unwrap().to_owned()
}

/// A charge whose answer this fault spoils, in a shop of its own.
async fn spoilt(fault: &str) -> (Shop, Told) {
    let shop = Shop::open().await;
    shop.fault(json!({ "fault": fault, "on": "POST /charges" })).await;
    let told = shop.post("/charges", charge_body(CODE)).await;
    (shop, told)
}

/// The raw bytes of the answer to a charge, up to the end of the connection.
async fn raw_answer(shop: &Shop) -> String {
    let body = charge_body(CODE).to_string();
    let mut stream = TcpStream::connect(shop.running.address()).await.unwrap();
    let request = format!(
        "POST /charges HTTP/1.1\r\nhost: x\r\nauthorization: Basic c2tleV90ZXN0X2RlbW86\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    // A cut may end in a reset, which is an end as well.
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

fn promised_and_sent(answer: &str) -> (usize, usize) {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let length =
        head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
    (length.unwrap(), body.len())
}

#[tokio::test]
async fn a_cut_in_mid_body_leaves_half_an_answer() {
    let shop = Shop::open().await;
    shop.fault(json!({ "fault": "cut_mid_body", "on": "POST /charges" })).await;
    let answer = raw_answer(&shop).await;
    let (promised, sent) = promised_and_sent(&answer);
    assert!(sent > 0 && sent < promised, "{sent} of {promised}");
    assert!(answer.contains("\"object\": \"charge\""));
    committed(&shop).await;
}

#[tokio::test]
async fn a_wrong_content_length_promises_more_than_comes() {
    let shop = Shop::open().await;
    shop.fault(json!({ "fault": "wrong_content_length", "on": "POST /charges" })).await;
    let (promised, sent) = promised_and_sent(&raw_answer(&shop).await);
    assert_eq!(promised, sent + 64);
    committed(&shop).await;
    shop.fault(json!({ "fault": "wrong_content_length", "on": "GET /account" })).await;
    let answer = shop.request("GET", "/account").send().await.unwrap();
    assert!(answer.text().await.is_err(), "a client that counts is not deceived");
}

#[tokio::test]
async fn truncated_json_is_a_whole_answer_that_cannot_be_read() {
    let (shop, told) = spoilt("truncated_json").await;
    assert_eq!((told.status, &told.json), (200, &Value::Null));
    assert!(told.text.starts_with("{\n  \"object\": \"charge\""));
    committed(&shop).await;
}

#[tokio::test]
async fn gzip_garbage_says_gzip_and_is_noise() {
    let shop = Shop::open().await;
    shop.fault(json!({ "fault": "gzip_garbage", "on": "POST /charges" })).await;
    let answer = shop.request("POST", "/charges").json(&charge_body(CODE)).send().await.unwrap();
    assert_eq!(answer.headers()["content-encoding"], "gzip");
    let noise = answer.bytes().await.unwrap();
    assert!(noise.len() > 1000 && std::str::from_utf8(&noise).is_err());
    committed(&shop).await;
}

#[tokio::test]
async fn a_page_or_an_empty_object_may_stand_where_the_charge_should() {
    let (shop, told) = spoilt("html_200").await;
    assert_eq!((told.status, &told.headers["content-type"]), (200, &"text/html".parse().unwrap()));
    assert!(told.text.starts_with("<html>"));
    committed(&shop).await;
    let (shop, told) = spoilt("empty_object").await;
    assert_eq!((told.status, told.text.as_str()), (200, "{}"));
    committed(&shop).await;
}

#[tokio::test]
async fn a_huge_body_is_as_huge_as_ordered_and_still_a_charge() {
    let shop = Shop::open().await;
    shop.fault(json!({ "fault": "huge_body", "on": "POST /charges", "size_bytes": 3_000_000 })).await;
    let told = shop.post("/charges", charge_body(CODE)).await;
    assert!(told.text.len() > 3_000_000);
    assert_eq!(told.json["id"], committed(&shop).await);
}

#[tokio::test]
async fn a_refusal_may_be_false() {
    let (shop, told) = spoilt("backend_error_committed").await;
    assert_eq!(told.refused(400, "backend_error"), "backend error");
    committed(&shop).await;
    let (shop, told) = spoilt("error_500_committed").await;
    told.refused(500, "internal_error");
    committed(&shop).await;
    let (shop, told) = spoilt("error_504_committed").await;
    assert_eq!((told.status, told.text.starts_with("<html>")), (504, true));
    committed(&shop).await;
}

#[tokio::test]
async fn one_answers_field_is_wrong_and_the_next_read_right() {
    for (fault, field, wrong) in [
        ("unknown_status", "status", json!("under_review")),
        ("unknown_failure_code", "failure_code", json!("wallet_under_review")),
        ("wrong_id", "id", json!("chrg_test_0000000000000000000")),
        ("wrong_amount", "amount", json!(2224)),
        ("wrong_currency", "currency", json!("SGD")),
        ("wrong_livemode", "livemode", json!(true)),
    ] {
        let (shop, told) = spoilt(fault).await;
        let right = shop.read_charge(&committed(&shop).await).await;
        assert_eq!(told.json[field], wrong, "{fault}");
        assert_ne!(right[field], wrong, "{fault}");
        assert_eq!(told.json["metadata"], right["metadata"], "the rest is right");
    }
}

#[tokio::test]
async fn in_the_older_version_a_field_is_wrong_in_its_own_way() {
    let shop = Shop::open().await;
    let id = shop.charge(CODE).await;
    shop.fault(json!({ "fault": "wrong_currency", "on": "GET /charges/:id" })).await;
    let request = shop.request("GET", &format!("/charges/{id}")).header("omise-version", "2017-11-02");
    assert_eq!(crate::shop::send(request).await.json["currency"], "sgd");
}

#[tokio::test]
async fn an_answer_may_be_late() {
    let shop = Shop::open().await;
    shop.fault(json!({ "fault": "delay", "on": "POST /charges", "delay_ms": 120 })).await;
    let began = Instant::now();
    let told = shop.post("/charges", charge_body(CODE)).await;
    assert!(began.elapsed() >= Duration::from_millis(120));
    assert_eq!(told.json["id"], committed(&shop).await);
}

#[tokio::test]
async fn a_request_may_be_delivered_twice_and_answered_once() {
    for (answer, given) in [(json!("first"), 0), (json!("second"), 1), (Value::Null, 1)] {
        let shop = Shop::open().await;
        shop.fault(json!({ "fault": "delivered_twice", "on": "POST /charges", "answer": answer })).await;
        let told = shop.post("/charges", charge_body(ORDINARY_CODE)).await;
        let ledger = shop.ledger().await;
        assert_eq!((ledger.len(), &told.json["id"]), (2, &ledger[given]["id"]));
        let did = shop.did().await;
        assert_eq!((&did[0]["committed"], &did[0]["committed_again"]), (&ledger[0]["id"], &ledger[1]["id"]));
        let log = shop.order("GET", "/requests", json!({})).await.json["requests"].clone();
        let made: Vec<&Value> = log.as_array().unwrap().iter().map(|line| &line["made"]).collect();
        assert_eq!(made, [&ledger[1 - given]["id"], &ledger[given]["id"]]);
        shop.charge_until(ledger[0]["id"].as_str().unwrap(), "successful").await;
        let second = shop.charge_until(ledger[1]["id"].as_str().unwrap(), "failed").await;
        assert_eq!(second["failure_code"], "payment_rejected", "the wallet takes a code once");
    }
}

#[tokio::test]
async fn a_second_delivery_may_be_refused_although_the_first_made_a_charge() {
    let shop = Shop::open().await;
    let source = json!({ "type": "barcode_alipay", "barcode": CODE, "amount": 2225, "currency": "thb" });
    let source = shop.post("/sources", source).await.json["id"].clone();
    shop.fault(json!({ "fault": "delivered_twice", "on": "POST /charges" })).await;
    let told = shop.post("/charges", json!({ "amount": 2225, "currency": "thb", "source": source })).await;
    assert_eq!(told.refused(400, "invalid_charge"), "source was already used");
    committed(&shop).await;
    let told = shop.order("POST", "/faults", json!({ "fault": "hang", "on": "*", "answer": "third" })).await;
    assert_eq!(told.status, 400);
}
