//! Line 16: a page that is not the shop's gets nothing done, nor does a body that a page may send without asking.

use reqwest::{RequestBuilder, StatusCode};
use scantill_types::Timestamp;
use scantill_types::api::{Paired, Payment, Problem, ProblemCode};
use serde_json::{Value, json};

use crate::raw::{address, answer};
use scantill_testkit::world::{Settings, World, body, code, magic, new_terminal, payment_id, read};

const SHOP: &str = "https://shop.example";
const EVIL: &str = "https://evil.example";
const CALLS: [(&str, &str); 16] = [
    ("POST", "/v1/pair"),
    ("GET", "/v1/terminal"),
    ("GET", "/v1/device"),
    ("POST", "/v1/unpair"),
    ("GET", "/v1/payments"),
    ("GET", "/v1/payments/x"),
    ("PUT", "/v1/payments/x"),
    ("POST", "/v1/payments/x/cancel"),
    ("POST", "/v1/payments/x/refresh"),
    ("POST", "/v1/payments/x/disposition"),
    ("POST", "/v1/payments/x/holder"),
    ("POST", "/v1/payments/x/release"),
    ("PUT", "/v1/payments/x/refunds/y"),
    ("GET", "/v1/reviews"),
    ("GET", "/v1/events"),
    ("GET", "/v1/none"),
];

async fn world() -> World {
    World::start_with(Settings { webhooks: false, origins: &[SHOP], ..Settings::default() }).await
}

fn from(request: RequestBuilder, origin: Option<&str>, site: &str) -> RequestBuilder {
    let request = request.header("Sec-Fetch-Site", site);
    match origin {
        Some(origin) => request.header("Origin", origin),
        None => request,
    }
}

#[tokio::test]
async fn a_strangers_page_gets_nothing_done_by_any_call() {
    let world = world().await;
    for (method, path) in CALLS {
        for (origin, site) in [
            (Some(EVIL), "cross-site"),
            (Some(EVIL), "same-site"),
            (Some("null"), "cross-site"),
            (None, "cross-site"),
        ] {
            let call = from(world.call(method, path).json(&json!({})), origin, site);
            let refused = read::<Value>(call).await;
            assert_eq!(code(refused), ProblemCode::OriginRefused, "{method} {path} {origin:?} {site}");
        }
    }
    assert_eq!(
        read::<Value>(from(world.call("GET", "/v1/origin"), Some(EVIL), "cross-site")).await.unwrap()["allowed"],
        false
    );
}

#[tokio::test]
async fn a_page_that_is_listed_or_the_proxys_own_takes_payments() {
    let world = world().await;
    for (origin, site) in [
        (Some(SHOP), "cross-site"),
        (Some(world.proxy.as_str()), "same-origin"),
        (None, "same-origin"),
        (None, "none"),
    ] {
        let put = world.call("PUT", &format!("/v1/payments/{}", payment_id())).json(&body(&magic("10")));
        read::<Payment>(from(put, origin, site)).await.unwrap();
    }
    let older = world.call("PUT", &format!("/v1/payments/{}", payment_id())).header("Origin", &world.proxy);
    read::<Payment>(older.json(&body(&magic("10")))).await.unwrap();
}

/// As a page of a stranger sent it in the penetration test.
#[tokio::test]
async fn wrong_codes_from_a_strangers_page_are_not_even_tried() {
    let world = world().await;
    let terminal = new_terminal("store_2", "POS-07");
    let good = world.add_terminal(terminal, Timestamp(i64::MAX)).await;
    let pair = |code: &str| {
        let body = json!({"code": code, "device_id": "x"}).to_string();
        world.http.post(format!("{}/v1/pair", world.proxy)).body(body)
    };
    let wrong = format!("{}-AAAA-AAAA", &good[..4]);
    for _ in 0..6 {
        let sent = from(pair(&wrong).header("Content-Type", "text/plain"), Some(EVIL), "cross-site");
        assert_eq!(sent.send().await.unwrap().status(), StatusCode::FORBIDDEN);
        let sent = pair(&wrong).header("Content-Type", "text/plain").send().await.unwrap();
        assert_eq!(sent.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    read::<Paired>(pair(&good).header("Content-Type", "application/json")).await.unwrap();
}

#[tokio::test]
async fn bodies_are_json_by_their_type_too() {
    let world = world().await;
    let put = |kind: Option<&str>| {
        let put = world.call("PUT", &format!("/v1/payments/{}", payment_id()));
        let put = kind.into_iter().fold(put, |put, kind| put.header("Content-Type", kind));
        read::<Payment>(put.body(body(&magic("10")).to_string()))
    };
    for kind in ["application/json", "application/json; charset=utf-8", "Application/JSON ;charset=utf-8"] {
        put(Some(kind)).await.unwrap();
    }
    for kind in [
        None,
        Some("text/plain"),
        Some("application/x-www-form-urlencoded"),
        Some("multipart/form-data; boundary=application/json"),
        Some("application/jsonp"),
        Some(""),
    ] {
        let refused: Result<_, Problem> = put(kind).await;
        let refused = refused.unwrap_err();
        assert_eq!((refused.code, refused.status), (ProblemCode::UnsupportedMediaType, 415), "{kind:?}");
    }
}

/// DNS rebinding: the page's own name leads to this machine, so that its browser takes it for the proxy's own.
#[tokio::test]
async fn an_open_proxy_pairs_and_charges_under_this_machines_names_alone() {
    let world = world().await;
    let terminals = || world.stored::<i64>("SELECT count(*) FROM terminals");
    let before = terminals();
    let send = async |host: &str, method: &str, path: &str, text: &str| {
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nSec-Fetch-Site: same-origin\r\n\
             Authorization: Bearer {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{text}",
            world.token,
            text.len()
        );
        answer(&address(&world), &request).await.0
    };
    let (pair, charge) = (json!({"device_id": "x"}).to_string(), body(&magic("10")).to_string());
    let path = format!("/v1/payments/{}", payment_id());
    for host in ["evil.example", "evil.example:8787", "localhost.evil.example", "192.168.1.5"] {
        assert_eq!(send(host, "POST", "/v1/pair", &pair).await, 403, "{host}");
        assert_eq!(send(host, "PUT", &path, &charge).await, 403, "{host}");
    }
    assert_eq!(terminals(), before);
    for host in ["localhost:1", "till.localhost", "127.9.9.9", "[::1]:8787"] {
        assert_eq!(send(host, "POST", "/v1/pair", &pair).await, 200, "{host}");
    }
    assert_eq!(send("localhost", "PUT", &path, &charge).await, 201);
}
