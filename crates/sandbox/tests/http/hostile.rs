//! Bad input: the answer is always the API's error object, and the simulator keeps running.

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::shop::{Shop, charge_body, send};

#[tokio::test]
async fn wrong_routes_and_methods_are_not_found() {
    let shop = Shop::open().await;
    for (method, path) in [
        ("GET", "/no"),
        ("DELETE", "/charges"),
        ("PUT", "/charges/chrg_test_1"),
        ("POST", "/account"),
        ("GET", "/charges/chrg_test_1/expire"),
        ("POST", "/"),
        ("GET", "/charges/chrg_test_1/refunds/a/b"),
        ("GET", "/%00/x"),
    ] {
        send(shop.request(method, path)).await.refused(404, "not_found");
    }
}

#[tokio::test]
async fn a_trailing_slash_does_no_harm() {
    let shop = Shop::open().await;
    assert_eq!(shop.get("/charges/").await.json["object"], "list");
}

#[tokio::test]
async fn bodies_that_cannot_be_read_are_refused() {
    let shop = Shop::open().await;
    let deep = format!("{{\"source\":{}1{}}}", "[".repeat(50_000), "]".repeat(50_000));
    for (kind, body) in [
        ("application/json", "{".to_owned()),
        ("application/json", "[1,2]".to_owned()),
        ("application/json", "null".to_owned()),
        ("application/json", deep),
        ("application/x-www-form-urlencoded", format!("a{}=1", "[b]".repeat(100))),
        ("application/x-www-form-urlencoded", "a=1&a[b]=2".to_owned()),
        ("application/x-www-form-urlencoded", "a=1&".repeat(2_000)),
    ] {
        let request = shop.request("POST", "/charges").header("content-type", kind).body(body);
        send(request).await.refused(400, "bad_request");
    }
}

#[tokio::test]
async fn a_body_over_one_mebibyte_is_refused() {
    let shop = Shop::open().await;
    let mut body = charge_body("289990000000000000");
    body["description"] = json!("x".repeat(1024 * 1024));
    send(shop.request("POST", "/charges").json(&body)).await.refused(413, "bad_request");
    assert_eq!(shop.get("/charges").await.json["total"], 0);
}

#[tokio::test]
async fn noise_on_the_wire_harms_nobody() {
    let shop = Shop::open().await;
    for noise in [
        "\r\n\r\n\r\n",
        "GET\r\n\r\n",
        "\u{0}\u{1}\u{2}",
        "POST /charges HTTP/1.1\r\ncontent-length: 10\r\n\r\nabc",
    ] {
        let mut stream = TcpStream::connect(shop.running.address()).await.unwrap();
        stream.write_all(noise.as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut answer = Vec::new();
        // It may answer or hang up.
        let _ = stream.read_to_end(&mut answer).await;
        assert_eq!(shop.get("/account").await.status, 200);
    }
}

/// Every route, with a good id where it takes one.
const ROUTES: [(&str, &str); 23] = [
    ("GET", "/account"),
    ("GET", "/capability"),
    ("POST", "/sources"),
    ("GET", "/sources/:source"),
    ("POST", "/charges"),
    ("GET", "/charges"),
    ("GET", "/charges/:charge"),
    ("PATCH", "/charges/:charge"),
    ("POST", "/charges/:charge/expire"),
    ("POST", "/charges/:charge/reverse"),
    ("POST", "/charges/:charge/capture"),
    ("POST", "/charges/:charge/mark_as_paid"),
    ("POST", "/charges/:charge/mark_as_failed"),
    ("GET", "/charges/:charge/events"),
    ("GET", "/charges/:charge/refunds"),
    ("POST", "/charges/:charge/refunds"),
    ("GET", "/charges/:charge/refunds/:refund"),
    ("GET", "/refunds"),
    ("GET", "/refunds/search"),
    ("GET", "/charges/search"),
    ("GET", "/search"),
    ("GET", "/events"),
    ("GET", "/events/:event"),
];

/// A shop with a charge in it that was refunded in part, and the routes with its ids.
async fn shop_with_routes() -> (Shop, Vec<(&'static str, String)>) {
    let shop = Shop::open().await;
    let charge = shop.paid_charge().await;
    let location = charge["location"].as_str().unwrap();
    let refund = shop.post(&format!("{location}/refunds"), json!({ "amount": 100 })).await.json;
    let event = shop.get("/events").await.json["data"][0]["id"].clone();
    let ids = [
        (":charge", &charge["id"]),
        (":source", &charge["source"]["id"]),
        (":refund", &refund["id"]),
        (":event", &event),
    ];
    let filled = ROUTES.map(|(method, path)| {
        let path =
            ids.iter().fold(path.to_owned(), |path, (name, id)| path.replace(name, id.as_str().unwrap()));
        (method, path)
    });
    (shop, filled.to_vec())
}

#[tokio::test]
async fn every_route_refuses_a_key_that_does_not_open_it() {
    let (shop, routes) = shop_with_routes().await;
    for (method, path) in &routes {
        let url = format!("{}{path}", shop.base);
        let request = || shop.client.request(method.parse().unwrap(), &url);
        send(request()).await.refused(401, "authentication_failure");
        for key in ["skey_nonsense", "tkey_test_demo", ""] {
            send(request().basic_auth(key, Some(""))).await.refused(401, "authentication_failure");
        }
        send(request().bearer_auth("skey_test_demo")).await.refused(401, "authentication_failure");
        let told = send(request().basic_auth("pkey_test_demo", Some("")).json(&json!({}))).await;
        let is_public = path == "/capability" || path.starts_with("/sources");
        assert_eq!(told.status == 403, !is_public, "{method} {path}: {}", told.text);
        if !is_public {
            told.refused(403, "not_authorized");
        }
    }
}

#[tokio::test]
async fn every_route_refuses_an_id_of_nobody_or_of_another_account() {
    let (shop, routes) = shop_with_routes().await;
    for ((method, path), (_, pattern)) in
        routes.iter().zip(ROUTES).filter(|(_, (_, path))| path.contains(':'))
    {
        let unknown =
            pattern.split('/').map(|part| if part.starts_with(':') { "x_%F0%9F%92%B8" } else { part });
        let unknown = unknown.collect::<Vec<_>>().join("/");
        let body = json!({ "amount": 100 });
        send(shop.request(method, &unknown).json(&body)).await.refused(404, "not_found");
        let other = shop.client.request(method.parse().unwrap(), format!("{}{path}", shop.base));
        send(other.basic_auth("skey_test_other", Some("")).json(&body)).await.refused(404, "not_found");
    }
}

#[tokio::test]
async fn every_route_refuses_a_body_that_cannot_be_read() {
    let (shop, routes) = shop_with_routes().await;
    let (json, form) = ("application/json", "application/x-www-form-urlencoded");
    let deep = format!("{{\"metadata\":{}1{}}}", "{\"a\":".repeat(110), "}".repeat(110));
    let bad = [
        (json, b"{".to_vec()),
        (json, b"[1]".to_vec()),
        (json, deep.into_bytes()),
        (json, vec![b'['; 100_000]),
        (json, vec![0xFF, 0xFE]),
        (form, format!("a{}=1", "[b]".repeat(50)).into_bytes()),
        (form, b"a[b]=1&a[]=2".to_vec()),
    ];
    for (method, path) in &routes {
        for (kind, body) in &bad {
            let request = shop.request(method, path).header("content-type", *kind).body(body.clone());
            send(request).await.refused(400, "bad_request");
        }
        let huge = shop.request(method, path).header("content-type", json).body(vec![b' '; 1024 * 1024 + 1]);
        send(huge).await.refused(413, "bad_request");
    }
}

#[tokio::test]
async fn every_route_refuses_other_methods_and_takes_head_for_get() {
    let (shop, routes) = shop_with_routes().await;
    for (_, path) in &routes {
        for method in ["GET", "POST", "PATCH", "PUT", "DELETE", "OPTIONS", "BREW"] {
            if !routes.iter().any(|(other, same)| *other == method && same == path) {
                send(shop.request(method, path)).await.refused(404, "not_found");
            }
        }
    }
    let told = send(shop.request("HEAD", "/charges")).await;
    assert_eq!((told.status, told.text.as_str()), (200, ""));
}

/// Values of a wrong kind for each field.
#[tokio::test]
async fn every_field_of_another_kind_is_refused_or_does_no_harm() {
    let (shop, routes) = shop_with_routes().await;
    let fields = [
        "amount",
        "currency",
        "source",
        "type",
        "barcode",
        "store_id",
        "store_name",
        "terminal_id",
        "description",
        "metadata",
        "capture",
        "ip",
        "return_uri",
        "webhook_endpoints",
        "void",
        "expand",
        "limit",
        "offset",
        "order",
        "from",
        "to",
        "scope",
        "query",
        "filters",
        "page",
        "per_page",
    ];
    let odd = [json!([]), json!([{ "a": [1] }]), json!(-1), json!(1.5), json!("\u{0}"), json!(u64::MAX)];
    for (method, path) in &routes {
        for field in fields {
            for value in &odd {
                let told = send(shop.request(method, path).json(&json!({ field: value }))).await;
                match told.status {
                    200 => assert!(told.json["object"].is_string(), "{}", told.text),
                    _ => drop(told.refused(told.status, told.json["code"].as_str().unwrap())),
                }
                assert!(told.status < 500, "{method} {path} {field} {value}");
            }
        }
    }
}
