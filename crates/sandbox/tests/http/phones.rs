//! The payer's phone: its code, the question and the answer.

use serde_json::{Value, json};

use crate::shop::{Shop, send};

async fn open_phone(shop: &Shop) -> Value {
    shop.order("POST", "/phones", json!({})).await.json
}

async fn look(shop: &Shop, phone: &Value) -> Value {
    shop.order("GET", &format!("/phones/{}", phone["id"].as_str().unwrap()), json!({})).await.json
}

async fn tap(shop: &Shop, phone: &Value, what: &str, charge: &str) -> (u16, Value) {
    let path = format!("/phones/{}/{what}", phone["id"].as_str().unwrap());
    let told = shop.order("POST", &path, json!({ "charge": charge })).await;
    (told.status, told.json)
}

fn code(phone: &Value) -> &str {
    phone["code"].as_str().unwrap()
}

#[tokio::test]
async fn a_phone_shows_an_ordinary_code_for_a_minute() {
    let (shop, clock) = Shop::open_with_clock().await;
    let phone = open_phone(&shop).await;
    assert!(code(&phone).len() == 18 && code(&phone).starts_with("28") && !code(&phone).starts_with("28999"));
    clock.advance_ms(59_999);
    assert_eq!(code(&look(&shop, &phone).await), code(&phone));
    clock.advance_ms(1);
    let next = look(&shop, &phone).await;
    assert_ne!(code(&next), code(&phone));
    assert_eq!((&next["code_number"], &next["expires_in_ms"]), (&json!(2), &json!(60_000)));
}

#[tokio::test]
async fn the_phone_whose_code_was_scanned_is_asked_and_pays() {
    let (shop, clock) = Shop::open_with_clock().await;
    let (phone, other) = (open_phone(&shop).await, open_phone(&shop).await);
    let charge = shop.charge(code(&phone)).await;
    clock.advance_ms(30_000);
    assert_eq!(shop.read_charge(&charge).await["status"], "pending");
    let asked = look(&shop, &phone).await;
    assert_ne!(code(&asked), code(&phone), "a used code is replaced at once");
    let asked = &asked["asked"];
    assert_eq!(
        (&asked["merchant"], &asked["store"], &asked["amount"]),
        (&json!("Demo"), &json!("store 1"), &json!(2225))
    );
    assert_eq!(look(&shop, &other).await["asked"], Value::Null);
    assert_eq!(tap(&shop, &other, "confirm", &charge).await.0, 409);
    assert_eq!(tap(&shop, &phone, "confirm", &charge).await.1["status"], "successful");
    let after = look(&shop, &phone).await;
    assert_eq!((&after["asked"], &after["last"]["status"]), (&Value::Null, &json!("successful")));
    assert_eq!(after["balance"]["amount"], 500_000 - 2225);
    assert_eq!(shop.read_charge(&charge).await["status"], "successful");
}

#[tokio::test]
async fn a_rejection_is_the_payers_cancel() {
    let shop = Shop::open().await;
    let phone = open_phone(&shop).await;
    let charge = shop.charge(code(&phone)).await;
    tap(&shop, &phone, "reject", &charge).await;
    assert_eq!(shop.read_charge(&charge).await["failure_code"], "payment_cancelled");
}

#[tokio::test]
async fn a_phone_without_money_cannot_pay() {
    let shop = Shop::open().await;
    let phone = open_phone(&shop).await;
    shop.order("PUT", &format!("/phones/{}", phone["id"].as_str().unwrap()), json!({ "balance": 2224 }))
        .await;
    let charge = shop.charge(code(&phone)).await;
    tap(&shop, &phone, "confirm", &charge).await;
    assert_eq!(shop.read_charge(&charge).await["failure_code"], "insufficient_balance");
    assert_eq!(look(&shop, &phone).await["balance"]["amount"], 2224);
}

#[tokio::test]
async fn a_code_that_ran_out_is_refused_after_a_little_grace() {
    let (shop, clock) = Shop::open_with_clock().await;
    let phone = open_phone(&shop).await;
    clock.advance_ms(60_000);
    let next = look(&shop, &phone).await;
    clock.advance_ms(10_000);
    let late = shop.charge(code(&phone)).await;
    assert_eq!(look(&shop, &phone).await["asked"]["charge"], json!(late));
    tap(&shop, &phone, "confirm", &late).await;
    clock.advance_ms(90_000);
    let too_late = shop.charge(code(&next)).await;
    clock.advance_ms(300);
    assert_eq!(shop.read_charge(&too_late).await["failure_code"], "payment_expired");
}

#[tokio::test]
async fn magic_code_01_asks_on_any_phone() {
    let shop = Shop::open().await;
    let phone = open_phone(&shop).await;
    let charge = shop.charge("289990100000000000").await;
    assert_eq!(look(&shop, &phone).await["asked"]["charge"], json!(charge));
    assert_eq!(tap(&shop, &phone, "confirm", &charge).await.1["status"], "successful");
}

#[tokio::test]
async fn the_question_goes_when_the_shop_cancels() {
    let shop = Shop::open().await;
    let phone = open_phone(&shop).await;
    let charge = shop.charge(code(&phone)).await;
    shop.post(&format!("/charges/{charge}/expire"), json!({})).await;
    let after = look(&shop, &phone).await;
    assert_eq!((&after["asked"], &after["last"]["status"]), (&Value::Null, &json!("expired")));
    assert_eq!(tap(&shop, &phone, "confirm", &charge).await.0, 409);
}

#[tokio::test]
async fn page_and_pictures_are_served_and_nothing_comes_from_elsewhere() {
    let shop = Shop::open().await;
    let phone = open_phone(&shop).await;
    let id = phone["id"].as_str().unwrap();
    for (path, kind) in [
        ("/phone".to_owned(), "text/html; charset=utf-8"),
        ("/counter".to_owned(), "text/html; charset=utf-8"),
        ("/counter/counter.css".to_owned(), "text/css; charset=utf-8"),
        ("/counter/counter.js".to_owned(), "text/javascript; charset=utf-8"),
        ("/phone/phone.css".to_owned(), "text/css; charset=utf-8"),
        ("/phone/phone.js".to_owned(), "text/javascript; charset=utf-8"),
        ("/phone/icon.svg".to_owned(), "image/svg+xml"),
        (format!("/_sandbox/phones/{id}/qr.svg"), "image/svg+xml"),
        (format!("/_sandbox/phones/{id}/barcode.svg"), "image/svg+xml"),
    ] {
        let told = send(shop.client.get(format!("{}{path}", shop.base))).await;
        assert_eq!((told.status, &told.headers["content-type"]), (200, &kind.parse().unwrap()), "{path}");
        assert!(!told.text.contains("src=\"http") && !told.text.contains("url(http"), "{path}");
    }
    assert_eq!(shop.order("GET", "/phones/phone_none", json!({})).await.status, 404);
}

/// What lies outside of the phone is not shown on a real one.
#[tokio::test]
async fn being_poor_slow_or_unwilling_is_chosen_on_the_phone_itself() {
    let shop = Shop::open().await;
    let page = send(shop.client.get(format!("{}/phone", shop.base))).await.text;
    let (phone, _) = page.split_once("</main>").unwrap();
    for control in ["id=\"empty\"", "value=\"slow\"", "value=\"refuses\"", "value=\"ignores\""] {
        assert!(phone.contains(control), "{control}");
    }
}
