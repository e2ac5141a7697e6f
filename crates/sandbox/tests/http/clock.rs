//! The clock, stopped, moved and restarted by the control API and by the library.

use scantill_sandbox::{ClockState, Moment, Options};
use serde_json::{Value, json};

use crate::shop::Shop;

async fn adjust_clock(shop: &Shop, order: Value) -> Value {
    let told = shop.order("PUT", "/clock", order).await;
    assert_eq!(told.status, 200, "{}", told.text);
    told.json
}

#[tokio::test]
async fn a_stopped_clock_keeps_payers_waiting_until_it_is_moved() {
    let shop = Shop::open_with(Options::default()).await;
    let stopped = adjust_clock(&shop, json!({ "stopped": true, "now": "2026-11-23T06:00:00Z" })).await;
    assert_eq!((&stopped["now"], &stopped["stopped"]), (&json!("2026-11-23T06:00:00.000Z"), &json!(true)));
    let id = shop.charge("289990000000000000").await;
    let charge = shop.read_charge(&id).await;
    assert_eq!(
        (&charge["status"], &charge["created_at"]),
        (&json!("pending"), &json!("2026-11-23T06:00:00Z"))
    );
    adjust_clock(&shop, json!({ "move_ms": 49 })).await;
    assert_eq!(shop.read_charge(&id).await["status"], "pending");
    adjust_clock(&shop, json!({ "move_ms": 1 })).await;
    let ledger = shop.order("GET", "/ledger", json!({})).await.json["ledger"][0].clone();
    assert_eq!(
        (&ledger["status"], &ledger["paid_at"]),
        (&json!("successful"), &json!("2026-11-23T06:00:00.050Z"))
    );
    let going = adjust_clock(&shop, json!({ "stopped": false })).await;
    assert_eq!(going["stopped"], false);
    assert!(going["now"].as_str().unwrap().starts_with("2026-11-23T06:00:0"), "it goes on from there");
}

#[tokio::test]
async fn the_date_header_follows_the_clock() {
    let shop = Shop::open().await;
    adjust_clock(&shop, json!({ "stopped": true, "now": "2030-01-01T00:00:00Z" })).await;
    assert_eq!(shop.get("/account").await.headers["date"], "Tue, 01 Jan 2030 00:00:00 GMT");
    shop.order("PUT", "/switches", json!({ "date_header_ahead_ms": -60_000 })).await;
    assert_eq!(shop.get("/account").await.headers["date"], "Mon, 31 Dec 2029 23:59:00 GMT");
}

#[tokio::test]
async fn the_library_adjusts_the_same_clock() {
    let shop = Shop::open().await;
    shop.running.clock().stop();
    let id = shop.charge("289990300000000000").await;
    shop.running.clock().move_ms(180_000);
    let closed = shop.charge_until(&id, "failed").await;
    assert_eq!(closed["failure_code"], "timeout");
    assert!(shop.running.clock().state().stopped_at.is_some_and(|at| at > Moment::EPOCH));
}

#[tokio::test]
async fn a_clock_is_not_set_to_nonsense() {
    let shop = Shop::open().await;
    for order in [
        json!({ "now": "yesterday" }),
        json!({ "faster": 2 }),
        json!({ "move_ms": "much" }),
        json!({ "move_ms": i64::MAX }),
        json!({ "move_ms": i64::MIN }),
        json!({ "now": "1969-12-31T00:00:00Z", "stopped": true }),
    ] {
        assert_eq!(shop.order("PUT", "/clock", order).await.status, 400);
    }
    assert_eq!(shop.running.clock().state(), ClockState::default(), "a refused order changes nothing");
}

#[tokio::test]
async fn neither_end_of_time_is_a_panic() {
    for (end, expires_at) in [(i64::MIN, "1970-01-08T00:00:00Z"), (i64::MAX, "9000-01-08T00:00:00Z")] {
        let shop = Shop::open_with(Options::default()).await;
        shop.running.clock().move_ms(end);
        let id = shop.charge("289990000000000000").await;
        assert_eq!(shop.read_charge(&id).await["expires_at"], expires_at);
        assert_eq!(shop.get("/charges").await.status, 200);
        adjust_clock(&shop, json!({ "now": "2026-11-23T06:00:00Z", "stopped": false })).await;
        shop.paid_charge().await;
    }
}

#[tokio::test]
async fn a_clock_moved_back_hides_no_payment() {
    let shop = Shop::open().await;
    let paid = shop.paid_charge().await;
    let id = paid["id"].as_str().unwrap();
    shop.post(&format!("/charges/{id}/refunds"), json!({ "amount": 100 })).await;
    adjust_clock(&shop, json!({ "move_ms": -3_600_000 })).await;
    let charge = shop.read_charge(id).await;
    assert_eq!((&charge["status"], &charge["refunded_amount"]), (&json!("successful"), &json!(100)));
    assert_eq!(shop.get("/charges/search").await.json["total"], 1);
}
