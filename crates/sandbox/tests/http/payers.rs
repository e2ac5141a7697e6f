//! Payers who behave like real ones, and phones with habits.

use std::collections::BTreeMap;

use scantill_sandbox::{Options, Payers, Switches};
use serde_json::json;

use crate::shop::Shop;

/// The ends of 200 charges, counted after the time that the wallet gives them.
async fn ends(seed: u64) -> BTreeMap<String, usize> {
    let switches = Switches { payers: Payers::World, ..Switches::default() };
    let shop = Shop::open_with(Options { switches, seed, ..Options::default() }).await;
    shop.running.clock().stop();
    let mut ids = Vec::new();
    for number in 0..200 {
        ids.push(shop.charge(&format!("2812345678{number:08}")).await);
    }
    shop.running.clock().move_ms(180_000);
    let mut ends = BTreeMap::new();
    for id in ids {
        let charge = shop.read_charge(&id).await;
        let end = charge["failure_code"].as_str().or(charge["status"].as_str()).unwrap();
        *ends.entry(end.to_owned()).or_default() += 1;
    }
    ends
}

#[tokio::test]
async fn in_the_world_most_approve_and_every_other_end_comes_about() {
    let seen = ends(11).await;
    assert!(seen["successful"] > 140, "{seen:?}");
    for end in ["insufficient_balance", "payment_cancelled", "payment_rejected", "timeout"] {
        assert!(seen.contains_key(end), "{end}: {seen:?}");
    }
    assert!(!seen.contains_key("pending"), "{seen:?}");
    assert_eq!(ends(11).await, seen, "one seed, one world");
}

#[tokio::test]
async fn payers_of_the_world_are_switched_on_while_it_runs() {
    let shop = Shop::open().await;
    assert_eq!(shop.order("PUT", "/switches", json!({ "payers": "world" })).await.json["payers"], "world");
    assert_eq!(shop.order("PUT", "/switches", json!({ "payers": "ghosts" })).await.status, 400);
}

#[tokio::test]
async fn a_phone_has_its_habits() {
    let shop = Shop::open_with(Options::default()).await;
    shop.running.clock().stop();
    for (habit, moved_ms, end) in [
        ("pays", 2_000, "successful"),
        ("slow", 19_000, "pending"),
        ("slow", 22_000, "successful"),
        ("refuses", 1_000, "failed"),
        ("ignores", 170_000, "pending"),
        ("asks", 170_000, "pending"),
    ] {
        let phone = shop.order("POST", "/phones", json!({})).await.json;
        let path = format!("/phones/{}", phone["id"].as_str().unwrap());
        assert_eq!(shop.order("PUT", &path, json!({ "habit": habit })).await.status, 200);
        assert_eq!(shop.order("GET", &path, json!({})).await.json["habit"], habit);
        let id = shop.charge(phone["code"].as_str().unwrap()).await;
        shop.running.clock().move_ms(moved_ms);
        assert_eq!(shop.read_charge(&id).await["status"], end, "{habit} after {moved_ms} ms");
    }
    let phone = shop.order("POST", "/phones", json!({})).await.json;
    let path = format!("/phones/{}", phone["id"].as_str().unwrap());
    shop.order("PUT", &path, json!({ "habit": "pays", "balance": 5 })).await;
    let id = shop.charge(phone["code"].as_str().unwrap()).await;
    shop.running.clock().move_ms(2_000);
    assert_eq!(shop.read_charge(&id).await["failure_code"], "insufficient_balance");
}
