//! Webhooks: signed, in order, in the account's version, and lost when ordered so.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::inbox::{Inbox, SECRET, shop_telling, signature};
use crate::shop::{Shop, charge_body};

const WAIT: Duration = Duration::from_secs(10);

#[tokio::test]
async fn webhooks_come_signed_and_in_order() {
    let mut inbox = Inbox::open().await;
    let shop = shop_telling(&inbox).await;
    let charge = shop.paid_charge().await;
    let (headers, body, event) = inbox.next().await;
    assert_eq!((&event["key"], &event["data"]["id"]), (&json!("charge.create"), &charge["id"]));
    assert_eq!(headers["content-type"], "application/json");
    let timestamp = headers["omise-signature-timestamp"].to_str().unwrap();
    assert_eq!(headers["omise-signature"], signature(SECRET, timestamp, &body).as_str());
    assert!(body.starts_with(b"{\n  \"object\": \"event\",") && body.ends_with(b"}\n"));
    assert_eq!(event["webhook_deliveries"], json!([]));
    let (_, _, event) = inbox.next().await;
    assert_eq!((&event["key"], &event["data"]["status"]), (&json!("charge.complete"), &json!("successful")));
    let told = shop.get(event["location"].as_str().unwrap()).await.json;
    assert_eq!(told["data"], event["data"]);
}

#[tokio::test]
async fn deliveries_are_recorded() {
    let mut inbox = Inbox::open().await;
    let shop = shop_telling(&inbox).await;
    shop.charge("289990300000000000").await;
    let (_, body, event) = inbox.next().await;
    let settled = async {
        loop {
            let told = shop.get(event["location"].as_str().unwrap()).await.json;
            if told["webhook_deliveries"] != json!([]) {
                return told["webhook_deliveries"][0].clone();
            }
        }
    };
    let delivery = tokio::time::timeout(WAIT, settled).await.unwrap();
    assert_eq!((&delivery["status"], &delivery["uri"]), (&json!(200), &json!(inbox.url)));
    assert_eq!(delivery["payload"].as_str().unwrap().as_bytes(), &body[..]);
    let desk = shop.order("GET", "/webhooks", json!({})).await.json;
    assert_eq!((&desk["deliveries"][0]["outcome"], &desk["waiting"]), (&json!("answered"), &json!(0)));
}

#[tokio::test]
async fn webhooks_are_written_in_the_accounts_version() {
    let mut inbox = Inbox::open().await;
    let shop = shop_telling(&inbox).await;
    shop.order("PUT", "/accounts/demo", json!({ "version": "2017-11-02" })).await;
    shop.charge("289990300000000000").await;
    let (_, _, event) = inbox.next().await;
    assert!(
        event["created"].is_string()
            && event["data"]["created"].is_string()
            && event["data"]["refunded"] == 0
    );
}

#[tokio::test]
async fn lost_webhooks_stay_lost_until_resumed() {
    let mut inbox = Inbox::open().await;
    let shop = shop_telling(&inbox).await;
    shop.order("POST", "/webhooks/drop", json!({ "count": 1 })).await;
    let id = shop.charge("289990300000000000").await;
    shop.post(&format!("/charges/{id}/expire"), json!({})).await;
    assert_eq!(inbox.next_keys(1).await, ["charge.expire"]);
    shop.order("POST", "/webhooks/drop", json!({ "count": "all" })).await;
    let id = shop.charge("289990300000000000").await;
    let lost = async {
        loop {
            let desk = shop.order("GET", "/webhooks", json!({})).await.json;
            if desk["deliveries"].as_array().unwrap().len() == 3 {
                return desk;
            }
        }
    };
    let desk = tokio::time::timeout(WAIT, lost).await.unwrap();
    assert_eq!(
        (&desk["deliveries"][0]["outcome"], &desk["deliveries"][2]["outcome"]),
        (&json!("dropped"), &json!("dropped"))
    );
    shop.order("POST", "/webhooks/resume", json!({})).await;
    shop.post(&format!("/charges/{id}/mark_as_paid"), json!({})).await;
    shop.post(&format!("/charges/{id}/refunds"), json!({ "amount": 100 })).await;
    assert_eq!(inbox.next_keys(2).await, ["charge.complete", "refund.create"]);
}

#[tokio::test]
async fn the_control_api_sets_address_and_secrets() {
    let (mut everyone, mut own) = (Inbox::open().await, Inbox::open().await);
    let shop = Shop::open().await;
    let other = "YW5vdGhlcg==";
    shop.order("PUT", "/webhook", json!({ "url": everyone.url, "secret": [SECRET, other] })).await;
    shop.order("PUT", "/webhook", json!({ "url": own.url, "account": "special" })).await;
    shop.charge("289990300000000000").await;
    let (headers, body, _) = everyone.next().await;
    let timestamp = headers["omise-signature-timestamp"].to_str().unwrap();
    let both = format!("{},{}", signature(SECRET, timestamp, &body), signature(other, timestamp, &body));
    assert_eq!(headers["omise-signature"], both.as_str());
    let told = shop.order("GET", "/webhook", json!({})).await;
    assert_eq!((&told.json["secrets"], told.text.contains(SECRET)), (&json!(2), false));
    let shop = shop.with_key("skey_test_special");
    shop.charge("289990300000000000").await;
    assert!(own.next().await.0.get("omise-signature").is_none());
    shop.order("DELETE", "/webhook", json!({})).await;
    shop.charge("289990300000000000").await;
    assert_eq!(shop.order("GET", "/webhooks", json!({})).await.json["waiting"], 0);
}

#[tokio::test]
async fn an_address_where_nobody_lives_holds_up_no_request() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    let shop = Shop::open().await;
    shop.order("PUT", "/webhook", json!({ "url": url })).await;
    shop.paid_charge().await;
    let recorded = async {
        loop {
            let desk = shop.order("GET", "/webhooks", json!({})).await.json;
            if desk["deliveries"].as_array().unwrap().len() == 2 {
                return desk["deliveries"].clone();
            }
        }
    };
    let deliveries = tokio::time::timeout(WAIT, recorded).await.unwrap();
    assert_eq!(deliveries[0]["outcome"], "unanswered");
    assert_eq!(deliveries[0]["error"], "the receiver cannot be reached");
}

#[tokio::test]
async fn test_and_live_mode_have_an_address_each() {
    let (mut test, mut live) = (Inbox::open().await, Inbox::open().await);
    let shop = Shop::open().await;
    for (url, livemode) in [(&test.url, false), (&live.url, true)] {
        let order = json!({ "url": url, "account": "demo", "livemode": livemode });
        assert_eq!(shop.order("PUT", "/webhook", order).await.status, 200);
    }
    shop.charge("289990300000000000").await;
    assert_eq!(test.next().await.2["livemode"], false);
    let shop = shop.with_key("skey_live_demo");
    shop.charge("281234567890123456").await;
    assert_eq!(live.next().await.2["livemode"], true);
}

/// A charge with endpoints of its own, through all that can happen to it.
async fn charge_with_endpoints(shop: &Shop, endpoints: &[&str]) -> Value {
    let mut body = charge_body("289990300000000000");
    body["webhook_endpoints"] = json!(endpoints);
    let charge = shop.post("/charges", body).await.json;
    let location = charge["location"].as_str().unwrap();
    shop.post(&format!("{location}/mark_as_paid"), json!({})).await;
    shop.post(&format!("{location}/refunds"), json!({ "amount": 100 })).await;
    charge
}

#[tokio::test]
async fn a_charges_own_endpoints_are_told_beside_the_accounts_address() {
    let (mut account, mut first, mut second) =
        (Inbox::open().await, Inbox::open().await, Inbox::open().await);
    let shop = shop_telling(&account).await;
    let charge = charge_with_endpoints(&shop, &[&first.url, &second.url]).await;
    assert_eq!(charge["webhook_endpoints"], json!([first.url, second.url]));
    for inbox in [&mut account, &mut first, &mut second] {
        for key in ["charge.create", "charge.complete", "refund.create"] {
            let (headers, body, event) = inbox.next().await;
            let timestamp = headers["omise-signature-timestamp"].to_str().unwrap();
            assert_eq!(event["key"], key);
            assert_eq!(headers["omise-signature"], signature(SECRET, timestamp, &body).as_str());
        }
    }
    shop.charge("289990300000000000").await;
    assert_eq!(account.next_keys(1).await, ["charge.create"]);
    let deliveries = shop.order("GET", "/webhooks", json!({})).await.json["deliveries"].clone();
    let to_first = deliveries.as_array().unwrap().iter().filter(|one| one["url"] == first.url.as_str());
    assert_eq!(to_first.count(), 3, "another charge does not concern them");
}

#[tokio::test]
async fn a_charges_own_endpoint_is_told_without_any_address_of_the_account() {
    let mut inbox = Inbox::open().await;
    let shop = Shop::open().await;
    charge_with_endpoints(&shop, &[&inbox.url]).await;
    let (headers, _, event) = inbox.next().await;
    assert_eq!((&event["key"], headers.get("omise-signature")), (&json!("charge.create"), None));
}

#[tokio::test]
async fn a_webhook_out_of_order_waits_for_its_addresss_next() {
    let (mut account, mut own) = (Inbox::open().await, Inbox::open().await);
    let shop = shop_telling(&account).await;
    shop.fault(json!({ "fault": "webhook_out_of_order", "on": "charge.create" })).await;
    charge_with_endpoints(&shop, &[&own.url]).await;
    assert_eq!(account.next_keys(3).await, ["charge.complete", "charge.create", "refund.create"]);
    assert_eq!(own.next_keys(3).await, ["charge.create", "charge.complete", "refund.create"]);
}

#[tokio::test]
async fn endpoints_that_no_webhook_can_reach_are_refused() {
    let shop = Shop::open().await;
    let address = "https://shop.example/webhooks";
    for endpoints in [json!([address, address, address]), json!(["ftp://x"]), json!(["nowhere"])] {
        let mut body = charge_body("289990300000000000");
        body["webhook_endpoints"] = endpoints;
        shop.post("/charges", body).await.refused(400, "invalid_charge");
    }
    for endpoints in [json!(address), json!([1]), json!([[address]])] {
        let mut body = charge_body("289990300000000000");
        body["webhook_endpoints"] = endpoints;
        shop.post("/charges", body).await.refused(400, "bad_request");
    }
    let form = "amount=2225&currency=thb&source[type]=barcode_alipay&source[barcode]=289990300000000000\
                &webhook_endpoints[0]=https://a.example/&webhook_endpoints[1]=https://b.example/";
    let charge = shop.form("/charges", form).await.json;
    assert_eq!(charge["webhook_endpoints"], json!(["https://a.example/", "https://b.example/"]));
    let live = shop.with_key("skey_live_demo");
    let mut body = charge_body("281234567890123456");
    body["webhook_endpoints"] = json!(["http://shop.example/webhooks"]);
    live.post("/charges", body).await.refused(400, "invalid_charge");
}
