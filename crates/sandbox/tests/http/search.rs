//! Searching charges, refunds and events.

use serde_json::{Value, json};

use crate::shop::{Shop, charge_body};

/// Three charges: one paid and refunded in part, one failed, one still pending.
async fn three() -> (Shop, [String; 3]) {
    let (shop, clock) = Shop::open_with_clock().await;
    let mut ids = Vec::new();
    for (code, note) in [("2899900", "two lunches"), ("2899910", "one LUNCH"), ("2899903", "coffee")] {
        let mut body = charge_body(code);
        body["description"] = json!(note);
        ids.push(shop.post("/charges", body).await.json["id"].as_str().unwrap().to_owned());
        clock.advance_ms(1_000);
    }
    shop.post(&format!("/charges/{}/refunds", ids[0]), json!({ "amount": 500 })).await;
    (shop, ids.try_into().unwrap())
}

fn ids(found: &Value) -> Vec<&str> {
    found["data"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn charges_are_found_by_their_words_the_newest_first() {
    let (shop, [paid, failed, _]) = three().await;
    let found = shop.get("/search?scope=charge&query=lunch").await.json;
    assert_eq!(ids(&found), [failed.as_str(), paid.as_str()]);
    for (field, value) in [
        ("object", json!("search")),
        ("scope", json!("charge")),
        ("query", json!("lunch")),
        ("filters", json!({})),
        ("page", json!(1)),
        ("per_page", json!(30)),
        ("total", json!(2)),
        ("total_pages", json!(1)),
        ("order", json!("reverse_chronological")),
        ("location", json!("/search")),
    ] {
        assert_eq!(found[field], value, "{field}");
    }
    assert_eq!(found["data"][1], shop.read_charge(&paid).await);
    let found = shop.get(&format!("/charges/search?query={paid}")).await.json;
    assert_eq!((ids(&found), &found["location"]), (vec![paid.as_str()], &json!("/charges/search")));
}

#[tokio::test]
async fn filters_narrow_a_search() {
    let (shop, [paid, failed, pending]) = three().await;
    for (filters, expected) in [
        ("filters[status]=successful", vec![&paid]),
        ("filters%5Bfailure_code%5D=insufficient_balance", vec![&failed]),
        ("filters[captured]=false&order=chronological", vec![&failed, &pending]),
        ("filters[refunded]=true", vec![&paid]),
        ("filters[refund_amount]=500", vec![&paid]),
        ("filters[amount]=2000..2225&filters[source_type]=barcode_alipay", vec![&pending, &failed, &paid]),
        ("filters[amount]=22.26", vec![]),
        ("filters[created]=2026-11-23", vec![&pending, &failed, &paid]),
        ("filters[created]=2026-11-23T06:00:01Z", vec![&failed]),
        ("filters[voided]=true", vec![]),
        ("filters[reversed]=false&filters[disputed]=false&query=coffee", vec![&pending]),
    ] {
        let found = shop.get(&format!("/search?scope=charge&{filters}")).await.json;
        assert_eq!(ids(&found), expected, "{filters}");
    }
}

#[tokio::test]
async fn what_was_found_comes_in_pages() {
    let (shop, [first, ..]) = three().await;
    let found = shop.get("/search?scope=charge&per_page=2&page=2").await.json;
    assert_eq!(
        (ids(&found), &found["total"], &found["total_pages"]),
        (vec![first.as_str()], &json!(3), &json!(2))
    );
    assert_eq!(ids(&shop.get("/search?scope=charge&page=9").await.json), [""; 0]);
}

#[tokio::test]
async fn refunds_and_events_are_found_too() {
    let (shop, [paid, ..]) = three().await;
    let found = shop.get("/refunds/search?filters[amount]=500").await.json;
    assert_eq!((&found["total"], &found["data"][0]["charge"]), (&json!(1), &json!(paid)));
    assert_eq!(shop.get("/search?scope=refund&filters[voided]=true").await.json["total"], 0);
    let found = shop.get("/search?scope=event&query=refund.create").await.json;
    assert_eq!(found["data"][0]["key"], "refund.create");
    assert_eq!(shop.get("/search?scope=customer").await.json["total"], 0);
}

#[tokio::test]
async fn a_search_that_makes_no_sense_is_unprocessable() {
    let shop = Shop::open().await;
    for (path, code) in [
        ("/search", "invalid_scope"),
        ("/search?scope=galaxy", "invalid_scope"),
        ("/search?scope=charge&page=0", "invalid_page"),
        ("/search?scope=charge&page=x", "invalid_page"),
        ("/search?scope=charge&per_page=0", "invalid_per_page"),
        ("/search?scope=charge&per_page=101", "invalid_per_page"),
        ("/search?scope=charge&filters=x", "invalid_filter"),
        ("/search?scope=charge&filters[colour]=red", "invalid_filter"),
        ("/search?scope=charge&filters[amount]=much", "invalid_filter"),
        ("/search?scope=charge&filters[amount][x]=1", "invalid_filter"),
        ("/search?scope=event&filters[amount]=1", "invalid_filter"),
        ("/refunds/search?filters[status]=closed", "invalid_filter"),
    ] {
        shop.get(path).await.refused(422, code);
    }
    shop.with_key("pkey_test_demo").get("/search?scope=charge").await.refused(403, "not_authorized");
}

#[tokio::test]
async fn a_search_may_be_unavailable_while_all_else_works() {
    let shop = Shop::open().await;
    shop.order("PUT", "/switches", json!({ "search": "unavailable" })).await;
    for path in ["/search?scope=charge", "/charges/search", "/refunds/search"] {
        shop.get(path).await.refused(503, "search_unavailable");
    }
    assert_eq!(shop.get("/charges").await.status, 200);
}

#[tokio::test]
async fn metadata_is_searched_only_when_switched_so() {
    let shop = Shop::open().await;
    shop.charge("289990300000000000").await;
    assert_eq!(shop.get("/search?scope=charge&query=inv-1").await.json["total"], 0);
    shop.order("PUT", "/switches", json!({ "search_over_metadata": true })).await;
    assert_eq!(shop.get("/search?scope=charge&query=inv-1").await.json["total"], 1);
}
