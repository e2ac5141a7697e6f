//! Bad input: whatever comes, the answer is the API's error object and the simulator lives on.

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
        // Whether it answers or hangs up does not matter.
        let _ = stream.read_to_end(&mut answer).await;
        assert_eq!(shop.get("/account").await.status, 200);
    }
}
