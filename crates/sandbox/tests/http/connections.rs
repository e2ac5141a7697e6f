//! Faults that keep a request from being carried out at all.

use std::time::Duration;

use serde_json::{Value, json};

use crate::shop::{Shop, charge_body};

const WAIT: Duration = Duration::from_secs(10);

/// Connects until connections are accepted again.
async fn until_open(shop: &Shop) {
    let open = async { while shop.request("GET", "/account").send().await.is_err() {} };
    tokio::time::timeout(WAIT, open).await.unwrap();
}

/// Asks until a new connection is refused.
async fn until_refused(shop: &Shop) -> std::io::Error {
    let refused = async {
        loop {
            if let Err(error) = tokio::net::TcpStream::connect(shop.running.address()).await {
                return error;
            }
        }
    };
    tokio::time::timeout(WAIT, refused).await.unwrap()
}

#[tokio::test]
async fn connections_are_refused_for_a_while_and_then_taken_again() {
    let shop = Shop::open().await;
    shop.charge("289990300000000000").await;
    shop.fault(json!({ "fault": "refuse_connections", "for_ms": 300 })).await;
    assert_eq!(until_refused(&shop).await.kind(), std::io::ErrorKind::ConnectionRefused);
    until_open(&shop).await;
    assert_eq!(shop.did().await[0]["refused_for_ms"], 300);
    assert_eq!(shop.get("/charges").await.json["total"], 1, "nothing was forgotten meanwhile");
}

#[tokio::test]
async fn nobody_else_takes_the_port_while_connections_are_refused() {
    let shop = Shop::open().await;
    shop.paid_charge().await;
    shop.fault(json!({ "fault": "refuse_connections", "for_ms": 3_600_000 })).await;
    // Between the closing and the reservation the port is free for a moment.
    for _ in 0..50 {
        until_refused(&shop).await;
    }
    let taken = std::net::TcpListener::bind(shop.running.address()).unwrap_err();
    assert_eq!(taken.kind(), std::io::ErrorKind::AddrInUse);
    assert_eq!(until_refused(&shop).await.kind(), std::io::ErrorKind::ConnectionRefused);
}

#[tokio::test]
async fn a_fault_on_a_request_may_close_the_port() {
    let shop = Shop::open().await;
    shop.fault(json!({ "fault": "refuse_connections", "on": "POST /charges", "for_ms": 200 })).await;
    let charge = shop.request("POST", "/charges").json(&charge_body("289990300000000000"));
    assert!(charge.send().await.is_err());
    until_open(&shop).await;
    let did = shop.did().await;
    assert_eq!((&did[0]["path"], &did[0]["committed"]), (&json!("/charges"), &Value::Null));
    assert_eq!(shop.get("/charges").await.json["total"], 0);
}

#[tokio::test]
async fn a_redirect_names_the_same_place_and_does_nothing() {
    let shop = Shop::open().await;
    shop.fault(json!({ "fault": "redirect_307", "on": "POST /charges" })).await;
    let client =
        reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let request = client.post(format!("{}/charges?a=1", shop.base)).basic_auth("skey_test_demo", Some(""));
    let answer = request.json(&charge_body("289990300000000000")).send().await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["location"]),
        (307, &"/charges?a=1".parse().unwrap())
    );
    assert_eq!(shop.get("/charges").await.json["total"], 0);
    shop.fault(json!({ "fault": "redirect_307", "on": "POST /charges" })).await;
    let told = shop.post("/charges", charge_body("289990300000000000")).await;
    assert_eq!(told.status, 200, "a client that follows sends it again");
    assert_eq!(shop.get("/charges").await.json["total"], 1);
}

#[tokio::test]
async fn errors_of_the_api_are_given_on_order_and_nothing_is_done() {
    let shop = Shop::open().await;
    for (fault, status, code) in [
        ("error_400", 400, "bad_request"),
        ("error_401", 401, "authentication_failure"),
        ("error_404", 404, "not_found"),
        ("too_many_requests", 429, "too_many_requests"),
        ("error_500", 500, "internal_error"),
    ] {
        shop.fault(json!({ "fault": fault, "on": "POST /charges" })).await;
        let told = shop.post("/charges", charge_body("289990300000000000")).await;
        told.refused(status, code);
    }
    assert_eq!(shop.get("/charges").await.json["total"], 0);
}

#[tokio::test]
async fn a_gateway_says_in_html_that_it_fails() {
    let shop = Shop::open().await;
    for (fault, status) in [("html_502", 502), ("error_503", 503), ("error_504", 504)] {
        shop.fault(json!({ "fault": fault, "on": "POST /charges" })).await;
        let told = shop.post("/charges", charge_body("289990300000000000")).await;
        assert_eq!((told.status, &told.headers["content-type"]), (status, &"text/html".parse().unwrap()));
        assert!(told.text.contains(&status.to_string()));
    }
    assert_eq!(shop.get("/charges").await.json["total"], 0);
}
