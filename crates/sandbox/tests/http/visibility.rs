//! Faults under which a reader sees less than is true: lagging lists, stale reads, a status that flaps.

use serde_json::{Value, json};

use crate::shop::Shop;

async fn total(shop: &Shop, path: &str) -> i64 {
    shop.get(path).await.json["total"].as_i64().unwrap()
}

#[tokio::test]
async fn a_lagging_list_or_search_does_not_know_what_came_lately() {
    let (shop, clock) = Shop::open_with_clock().await;
    let paths = ["/charges", "/search?scope=charge", "/charges/search", "/events"];
    for on in ["GET /charges", "GET /search", "GET /charges/search", "GET /events"] {
        shop.fault(json!({ "fault": "lagging", "on": on, "lag_ms": 60_000, "count": "all" })).await;
    }
    let id = shop.charge("289990000000000000").await;
    clock.advance_ms(59_999);
    for path in paths {
        assert_eq!(total(&shop, path).await, 0, "{path}");
    }
    assert_eq!(shop.read_charge(&id).await["status"], "successful", "a read of its own is not behind");
    clock.advance_ms(1);
    let list = shop.get("/charges").await.json;
    assert_eq!((&list["total"], &list["data"][0]["status"]), (&json!(1), &json!("pending")));
    clock.advance_ms(1_000);
    assert_eq!(shop.get("/charges").await.json["data"][0]["status"], "successful");
    for path in paths {
        assert!(total(&shop, path).await > 0, "{path}");
    }
}

#[tokio::test]
async fn a_stale_read_tells_of_a_while_ago() {
    let (shop, clock) = Shop::open_with_clock().await;
    let id = shop.charge("289990000000000000").await;
    clock.advance_ms(10_000);
    let location = format!("/charges/{id}/refunds");
    shop.post(&location, json!({ "amount": 100 })).await;
    clock.advance_ms(5_000);
    let read_late = async |lag_ms: u64| {
        shop.fault(json!({ "fault": "stale_read", "on": "GET /charges/:id", "lag_ms": lag_ms })).await;
        shop.read_charge(&id).await
    };
    let pending = read_late(15_000).await;
    assert_eq!((&pending["status"], &pending["paid_at"]), (&json!("pending"), &Value::Null));
    assert_eq!((&pending["paid"], &pending["transaction"]), (&json!(false), &Value::Null));
    let paid = read_late(6_000).await;
    assert_eq!((&paid["status"], &paid["refunded_amount"]), (&json!("successful"), &json!(0)));
    let now = shop.read_charge(&id).await;
    assert_eq!((&now["status"], &now["refunded_amount"]), (&json!("successful"), &json!(100)));
}

#[tokio::test]
async fn a_stale_read_of_an_expired_charge_shows_earlier_dates() {
    let (shop, clock) = Shop::open_with_clock().await;
    let id = shop.charge("289990300000000000").await;
    let before = shop.read_charge(&id).await;
    clock.advance_ms(5_000);
    shop.post(&format!("/charges/{id}/expire"), json!({})).await;
    shop.fault(json!({ "fault": "stale_read", "on": "GET /charges/:id", "lag_ms": 1 })).await;
    let stale = shop.read_charge(&id).await;
    assert_eq!((&stale["status"], &stale["expires_at"]), (&json!("pending"), &before["expires_at"]));
    assert_eq!((&stale["expired_at"], &stale["expired"]), (&Value::Null, &json!(false)));
}

#[tokio::test]
async fn a_status_may_flap() {
    let shop = Shop::open().await;
    let paid = shop.paid_charge().await;
    let id = paid["id"].as_str().unwrap();
    shop.fault(json!({ "fault": "flapping", "on": "GET /charges/:id", "count": 4 })).await;
    let mut seen = Vec::new();
    for _ in 0..5 {
        seen.push(shop.read_charge(id).await["status"].as_str().unwrap().to_owned());
    }
    assert_eq!(seen, ["pending", "successful", "pending", "successful", "successful"]);
}
