//! Lost answers, reloads and a browser that stores nothing: a payment is sent once, and then read.

use std::collections::HashSet;

use js_sys::Reflect;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use super::fake_proxy::{Answer, FakeProxy, payment, problem, put_answer};
use super::stage::{Keys, Stage, storage, until};

const CODE: &str = "28763443825664394";

#[wasm_bindgen_test]
async fn a_put_whose_answer_is_lost_is_repeated_under_its_one_id() {
    let proxy = FakeProxy::new();
    let mut puts = 0;
    proxy.on("PUT", "/v1/payments", move |asked| {
        puts += 1;
        if puts < 4 { Answer::Lost } else { Answer::Json(201, put_answer(asked, 1, "pending")) }
    });
    let stage = Stage::at_scan().await;
    Keys::new().scan(CODE);
    until("the bar", || stage.text(".bar").contains("No connection")).await;
    stage.screen("pending").await;
    let ids: HashSet<String> = proxy.calls("PUT").iter().map(super::fake_proxy::Asked::payment_id).collect();
    assert_eq!((proxy.calls("PUT").len(), ids.len()), (4, 1));
    assert_eq!(stage.text(".bar"), "");
}

#[wasm_bindgen_test]
async fn a_fetch_of_the_host_pages_own_may_fail_in_any_way() {
    let proxy = FakeProxy::new();
    let mut puts = 0;
    proxy.on("PUT", "/v1/payments", move |asked| {
        puts += 1;
        if puts < 2 { Answer::LostStrangely } else { Answer::Json(201, put_answer(asked, 1, "pending")) }
    });
    let stage = Stage::at_scan().await;
    Keys::new().scan(CODE);
    stage.screen("pending").await;
    assert_eq!(proxy.calls("PUT").len(), 2);
}

#[wasm_bindgen_test]
async fn an_unanswered_put_becomes_a_cancel_of_the_same_id() {
    let proxy = FakeProxy::new();
    proxy.on("PUT", "/v1/payments", |_| Answer::Never);
    let mut cancels = 0;
    proxy.on("POST", "/v1/payments/", move |asked| {
        cancels += 1;
        if cancels < 3 { Answer::Lost } else { Answer::Json(200, put_answer(asked, 1, "cancelled")) }
    });
    let stage = Stage::at_scan().await;
    Keys::new().scan(CODE);
    until("giving up", || stage.text("h1") == "No answer yet").await;
    stage.screen("cancelled").await;
    let cancel = proxy.calls("POST /v1/payments/")[0].clone();
    assert_eq!(cancel.payment_id(), proxy.calls("PUT")[0].payment_id());
    assert!(cancel.path.ends_with("/cancel"));
    assert_eq!((cancel.body["by"].as_str(), cancel.body["amount"].as_i64()), (Some("till"), Some(2225)));
}

#[wasm_bindgen_test]
async fn a_reload_while_sending_reads_first_and_cancels_an_unknown_payment() {
    let proxy = FakeProxy::new();
    proxy.on("PUT", "/v1/payments", |_| Answer::Never);
    proxy.on("POST", "/v1/payments/", |asked| Answer::Json(200, put_answer(asked, 1, "cancelled")));
    let stage = Stage::at_scan().await;
    Keys::new().scan(CODE);
    until("the PUT", || proxy.calls("PUT").len() == 1).await;
    let id = proxy.calls("PUT")[0].payment_id();
    let again = stage.reload();
    again.screen("cancelled").await;
    let after: Vec<String> =
        proxy.asked().iter().map(super::fake_proxy::Asked::line).filter(|line| line.contains(&id)).collect();
    let expected = [
        format!("PUT /v1/payments/{id}"),
        format!("GET /v1/payments/{id}"),
        format!("POST /v1/payments/{id}/cancel"),
    ];
    assert_eq!(after, expected, "asked first, cancelled then, sent once");
}

#[wasm_bindgen_test]
async fn a_reload_while_pending_shows_the_payments_present_state() {
    let proxy = FakeProxy::new();
    proxy.on("PUT", "/v1/payments", |asked| Answer::Json(201, put_answer(asked, 1, "pending")));
    let stage = Stage::at_scan().await;
    Keys::new().scan(CODE);
    stage.screen("pending").await;
    proxy.on("GET", "/v1/payments/", |asked| {
        let mut paid = payment(&asked.payment_id(), "s-1", 2, "successful");
        paid["disposition"] = "accepted".into();
        Answer::Json(200, paid)
    });
    let again = stage.reload();
    again.screen("paid").await;
    assert_eq!(proxy.calls("PUT").len(), 1);
    assert_eq!(again.text(".figure"), "฿22.25");
}

#[wasm_bindgen_test]
async fn a_payment_that_the_proxy_lost_allows_no_new_scan() {
    let proxy = FakeProxy::new();
    proxy.on("PUT", "/v1/payments", |asked| Answer::Json(201, put_answer(asked, 1, "pending")));
    let stage = Stage::at_scan().await;
    Keys::new().scan(CODE);
    stage.screen("pending").await;
    let again = stage.reload();
    until("the words", || again.text("h1") == "The payment is not there").await;
    assert_eq!(again.name(), "resuming");
    assert!(again.shows_shape());
    assert_eq!(again.text(".label"), "In doubt");
    assert!(again.text(".money").contains("Do not scan again"));
    assert_eq!(proxy.calls("POST /v1/payments/").len(), 0, "a 404 is no evidence, and ends nothing");
    again.press("park").await;
    again.screen("amount").await;
}

#[wasm_bindgen_test]
async fn a_busy_proxy_ends_nothing() {
    let proxy = FakeProxy::new();
    proxy.on("PUT", "/v1/payments", |asked| Answer::Json(201, put_answer(asked, 1, "pending")));
    let stage = Stage::at_scan().await;
    Keys::new().scan(CODE);
    stage.screen("pending").await;
    let mut busy = 2;
    proxy.on("GET", "/v1/payments/", move |asked| {
        busy -= 1;
        if 0 <= busy {
            return problem(503, "storage_unavailable");
        }
        Answer::Json(200, payment(&asked.payment_id(), "s-1", 1, "pending"))
    });
    let again = stage.reload();
    again.screen("pending").await;
    assert_eq!(proxy.calls("POST /v1/payments/").len(), 0, "nothing was cancelled");
}

#[wasm_bindgen_test]
async fn a_browser_that_keeps_nothing_takes_a_payment_all_the_same() {
    let proxy = FakeProxy::new();
    proxy.on("PUT", "/v1/payments", |asked| {
        let mut answer = put_answer(asked, 1, "pending");
        answer["holder"] = "forgetful".into();
        Answer::Json(201, answer)
    });
    let full = NoStorage::new();
    let stage = Stage::again("forgetful");
    stage.screen("amount").await;
    stage.press_all(&["digit-2", "digit-2", "digit-2", "digit-5", "charge"]).await;
    stage.screen("scan").await;
    Keys::new().scan(CODE);
    stage.screen("pending").await;
    drop(full);
}

/// A storage that throws at every access.
struct NoStorage(JsValue);

const TOUCHES: [&str; 3] = ["getItem", "setItem", "removeItem"];

impl NoStorage {
    fn new() -> Self {
        let prototype = prototype();
        let kept = js_sys::Object::new();
        let throwing = js_sys::Function::new_no_args("throw new DOMException('full', 'QuotaExceededError')");
        for touch in TOUCHES.map(JsValue::from_str) {
            Reflect::set(&kept, &touch, &Reflect::get(&prototype, &touch).unwrap()).unwrap();
            Reflect::set(&prototype, &touch, &throwing).unwrap();
        }
        Self(kept.into())
    }
}

impl Drop for NoStorage {
    fn drop(&mut self) {
        for touch in TOUCHES.map(JsValue::from_str) {
            Reflect::set(&prototype(), &touch, &Reflect::get(&self.0, &touch).unwrap()).unwrap();
        }
    }
}

fn prototype() -> JsValue {
    js_sys::Object::get_prototype_of(&storage()).into()
}
