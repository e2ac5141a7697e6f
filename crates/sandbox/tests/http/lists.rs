//! Lists: their parameters in the query and in the body of a GET.

use serde_json::{Value, json};

use crate::shop::{Shop, send};

/// Five charges, one a second.
async fn five() -> (Shop, Vec<String>) {
    let (shop, clock) = Shop::open_with_clock().await;
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.push(shop.charge("289990300000000000").await);
        clock.advance_ms(1_000);
    }
    (shop, ids)
}

fn ids(list: &Value) -> Vec<String> {
    list["data"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_list_is_chronological_with_twenty_a_page() {
    let (shop, made) = five().await;
    let list = shop.get("/charges").await.json;
    assert_eq!(ids(&list), made);
    for (field, value) in [
        ("object", json!("list")),
        ("limit", json!(20)),
        ("offset", json!(0)),
        ("total", json!(5)),
        ("order", json!("chronological")),
        ("from", json!("1970-01-01T00:00:00Z")),
        ("to", json!("2026-11-23T06:00:05Z")),
        ("location", json!("/charges")),
    ] {
        assert_eq!(list[field], value, "{field}");
    }
}

#[tokio::test]
async fn pages_and_order_are_chosen_in_the_query() {
    let (shop, made) = five().await;
    let list = shop.get("/charges?limit=2&offset=1&order=reverse_chronological").await.json;
    assert_eq!(ids(&list), [made[3].clone(), made[2].clone()]);
    assert_eq!((&list["total"], &list["limit"]), (&json!(5), &json!(2)));
    assert_eq!(shop.get("/charges?limit=500").await.json["limit"], 100);
    assert_eq!(shop.get("/charges?offset=9").await.json["data"], json!([]));
}

#[tokio::test]
async fn both_ends_of_the_time_belong_to_the_list() {
    let (shop, made) = five().await;
    let list = shop.get("/charges?from=2026-11-23T06:00:01Z&to=2026-11-23T06:00:03Z").await.json;
    assert_eq!(ids(&list), made[1..4]);
    let list = shop.get("/charges?from=2026-11-23T13:00:04%2B07:00").await.json;
    assert_eq!(ids(&list), made[4..]);
}

#[tokio::test]
async fn the_python_clients_get_body_is_understood() {
    let (shop, made) = five().await;
    let body = json!({ "from": null, "limit": 2, "offset": 3, "order": null, "to": null });
    let list = send(shop.request("GET", "/charges").json(&body)).await.json;
    assert_eq!(ids(&list), made[3..]);
    let charge = send(shop.request("GET", &format!("/charges/{}", made[0])).json(&json!({}))).await;
    assert_eq!(charge.status, 200);
}

#[tokio::test]
async fn the_older_version_names_no_order() {
    let (shop, _) = five().await;
    let list = send(shop.request("GET", "/charges").header("Omise-Version", "2017-11-02")).await.json;
    assert_eq!(list["order"], Value::Null);
}

#[tokio::test]
async fn bad_parameters_are_refused() {
    let (shop, _) = five().await;
    for query in ["limit=x", "offset=-1", "limit=-1", "order=random", "from=yesterday", "to=x"] {
        shop.get(&format!("/charges?{query}")).await.refused(400, "bad_request");
    }
}
