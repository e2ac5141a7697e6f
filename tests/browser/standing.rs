//! What a host page learns of the till: its state, its refusals, and an aborted checkout.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_events::EventListener;
use js_sys::{Array, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::AbortController;

use super::fake_proxy::{Answer, FakeProxy, payment, problem, put_answer};
use super::stage::{Keys, Stage, clear, frames, new_host, object, options, until, watch};

const CODE: &str = "28763443825664394";

#[wasm_bindgen]
extern "C" {
    type Page;
    #[wasm_bindgen(method)]
    fn checkout(this: &Page, request: &JsValue, options: &JsValue) -> Promise;
    #[wasm_bindgen(method, getter)]
    fn state(this: &Page) -> String;
    #[wasm_bindgen(method, getter)]
    fn online(this: &Page) -> bool;
}

fn page(stage: &Stage) -> &Page {
    stage.till.unchecked_ref()
}

fn field(value: &JsValue, name: &str) -> JsValue {
    Reflect::get(value, &JsValue::from_str(name)).unwrap()
}

fn text(value: &JsValue, name: &str) -> String {
    field(value, name).as_string().unwrap_or_default()
}

#[wasm_bindgen_test]
async fn the_element_tells_each_state_of_a_sale() {
    clear();
    let proxy = FakeProxy::new();
    proxy.on("PUT", "/v1/payments", |asked| Answer::Json(201, put_answer(asked, 1, "pending")));
    let host = new_host();
    let told: Rc<RefCell<Vec<String>>> = Rc::default();
    let telling = told.clone();
    let _listener = EventListener::new(&host, "scantill:state", move |event| {
        let detail = field(event, "detail");
        assert_eq!(field(&detail, "online").as_bool(), Some(true));
        telling.borrow_mut().push(text(&detail, "state"));
    });
    let till = crate::mount(&host, &options("tablet")).unwrap().unchecked_into();
    let stage = Stage { host, till };
    stage.screen("amount").await;
    let seen = watch(page(&stage).checkout(&object(&[("amount", 2225.into())]), &JsValue::UNDEFINED));
    stage.screen("scan").await;
    Keys::new().scan(CODE);
    stage.screen("pending").await;
    assert_eq!(page(&stage).state(), "pending");
    let put = proxy.calls("PUT")[0].clone();
    let mut paid = payment(&put.payment_id(), put.body["sale_id"].as_str().unwrap(), 2, "successful");
    paid["disposition"] = "accepted".into();
    proxy.push_payment(&paid).await;
    stage.screen("paid").await;
    assert_eq!(*told.borrow(), ["starting", "ready", "scanning", "pending", "paid"]);
    until("the outcome", || seen.borrow().is_some()).await;
}

#[wasm_bindgen_test]
async fn a_page_learns_that_the_tablet_waits_for_a_pairing_code() {
    let proxy = FakeProxy::new();
    proxy.on("POST", "/v1/pair", |_| problem(403, "pairing_refused"));
    let stage = Stage::new();
    until("pairing", || page(&stage).state() == "pairing").await;
    assert_eq!(stage.name(), "pair");
}

#[wasm_bindgen_test]
async fn a_page_learns_that_the_proxy_is_gone() {
    let proxy = FakeProxy::new();
    proxy.on("PUT", "/v1/payments", |asked| Answer::Json(201, put_answer(asked, 1, "pending")));
    proxy.on("GET", "/v1/events", |_| Answer::Lost);
    proxy.on("GET", "/v1/payments/", |_| Answer::Lost);
    let stage = Stage::at_scan().await;
    Keys::new().scan(CODE);
    stage.screen("pending").await;
    until("offline", || !page(&stage).online()).await;
    assert_eq!(page(&stage).state(), "pending");
}

#[wasm_bindgen_test]
async fn an_aborted_checkout_that_sent_nothing_is_rejected_with_the_signals_reason() {
    let proxy = FakeProxy::new();
    let stage = Stage::at_keypad().await;
    let controller = AbortController::new().unwrap();
    let request = object(&[("amount", 2225.into())]);
    let with = object(&[("signal", controller.signal().into())]);
    let seen = watch(page(&stage).checkout(&request, &with));
    stage.screen("scan").await;
    stage.press("type-code").await;
    controller.abort();
    until("the rejection", || seen.borrow().is_some()).await;
    let error = seen.borrow().clone().unwrap().unwrap_err();
    assert_eq!(text(&error, "name"), "AbortError");
    stage.screen("amount").await;
    let seen = watch(page(&stage).checkout(&request, &with));
    until("the rejection", || seen.borrow().is_some()).await;
    assert_eq!(text(&seen.borrow().clone().unwrap().unwrap_err(), "name"), "AbortError");
    assert_eq!((stage.name().as_str(), proxy.calls("PUT").len()), ("amount", 0));
}

#[wasm_bindgen_test]
async fn an_aborted_payment_is_cancelled_and_told_as_it_ends() {
    for (end, status) in [("cancelled", "not_paid"), ("successful", "paid")] {
        let proxy = FakeProxy::new();
        proxy.on("PUT", "/v1/payments", |asked| Answer::Json(201, put_answer(asked, 1, "pending")));
        proxy.on("POST", "/v1/payments/", |asked| {
            let mut answer = put_answer(asked, 2, "cancelling");
            answer["cancel_request"] = serde_json::json!({ "by": "cashier", "at": "2026-11-20T07:05:40Z" });
            Answer::Json(202, answer)
        });
        let stage = Stage::at_keypad().await;
        let controller = AbortController::new().unwrap();
        let with = object(&[("signal", controller.signal().into())]);
        let seen = watch(page(&stage).checkout(&object(&[("amount", 2225.into())]), &with));
        stage.screen("scan").await;
        Keys::new().scan(CODE);
        stage.screen("pending").await;
        controller.abort();
        until("the call", || proxy.calls("POST /v1/payments/").len() == 1).await;
        frames(3).await;
        assert!(seen.borrow().is_none(), "it may still be paid");
        let cancel = proxy.calls("POST /v1/payments/")[0].clone();
        let sale_id = cancel.body["sale_id"].as_str().unwrap();
        let mut ended = payment(&cancel.payment_id(), sale_id, 3, end);
        if end == "successful" {
            ended["disposition"] = "accepted".into();
        }
        proxy.push_payment(&ended).await;
        until("the outcome", || seen.borrow().is_some()).await;
        let outcome = seen.borrow().clone().unwrap().unwrap();
        assert_eq!(
            (text(&outcome, "status").as_str(), text(&field(&outcome, "payment"), "state").as_str()),
            (status, end)
        );
    }
}

fn refused(error: &JsValue) -> (String, String, String) {
    (text(error, "code"), text(error, "field"), text(error, "message"))
}

#[wasm_bindgen_test]
async fn a_wrong_element_or_option_is_refused_by_its_name() {
    clear();
    let _proxy = FakeProxy::new();
    let document = web_sys::window().unwrap().document().unwrap();
    let host = new_host();
    let elements: [JsValue; 8] = [
        JsValue::NULL,
        JsValue::UNDEFINED,
        "#till".into(),
        7.into(),
        Object::new().into(),
        Array::of1(&host).into(),
        document.create_text_node("till").into(),
        document.create_element("img").unwrap().into(),
    ];
    for element in elements {
        let error = crate::mount(&element, &options("tablet")).unwrap_err();
        let (code, name, message) = refused(&error);
        assert_eq!((code.as_str(), name.as_str()), ("invalid_request", "element"), "{element:?}");
        assert!(message.starts_with("`element` "), "{message}");
    }
    let proxies = ["https://shop.example/pos?a=1", "https://shop.example/?a=1", "https://shop.example/#a"];
    let more = ["https://a:b@shop.example", "/pos", "shop.example", "ftp://shop.example", "", "https://"];
    for proxy in proxies.into_iter().chain(more) {
        let error = crate::mount(&host, &object(&[("proxy", proxy.into())])).unwrap_err();
        assert_eq!(text(&error, "field"), "proxy", "{proxy}");
    }
    for (name, value) in [
        ("proxy", 7.into()),
        ("device", "a b".into()),
        ("device", "x".repeat(65).into()),
        ("language", "xx".into()),
        ("colour", "red".into()),
    ] {
        let error = crate::mount(&host, &object(&[(name, value)])).unwrap_err();
        let (code, named, message) = refused(&error);
        assert_eq!((code.as_str(), named.as_str()), ("invalid_request", name));
        assert!(message.contains(name), "{message}");
    }
    let error = crate::mount(&host, &"https://shop.example".into()).unwrap_err();
    assert_eq!(text(&error, "field"), "options");
    for proxy in ["https://shop.example", "https://shop.example/", "HTTPS://Shop.example:443"] {
        let stage = Stage {
            till: crate::mount(&host, &object(&[("proxy", proxy.into())])).unwrap().unchecked_into(),
            host: host.clone(),
        };
        stage.till.unmount();
    }
    host.remove();
}

#[wasm_bindgen_test]
async fn a_wrong_checkout_is_refused_by_its_name_before_anybody_scans() {
    let _proxy = FakeProxy::new();
    let stage = Stage::at_keypad().await;
    let long = "x".repeat(256);
    let wrong: [(&str, JsValue); 10] = [
        ("amount", 22.25.into()),
        ("amount", 1900.into()),
        ("amount", 15_000_001.into()),
        ("currency", "EUR".into()),
        ("currency", " THB ".into()),
        ("currency", "SGD".into()),
        ("reference", long.into()),
        ("reference", "inv\n1".into()),
        ("reference", 7.into()),
        ("referense", "inv-1".into()),
    ];
    for (name, value) in wrong {
        let request = object(&[("amount", 2225.into()), (name, value)]);
        let seen = watch(page(&stage).checkout(&request, &JsValue::UNDEFINED));
        until("the refusal", || seen.borrow().is_some()).await;
        let (code, named, message) = refused(&seen.borrow().clone().unwrap().unwrap_err());
        assert_eq!((code.as_str(), named.as_str()), ("invalid_request", name), "{message}");
        assert!(message.starts_with(&format!("`{name}` ")), "{message}");
        assert_eq!(stage.name(), "amount");
    }
    for (with, name) in [
        (object(&[("signal", 7.into())]), "signal"),
        (object(&[("sygnal", 7.into())]), "sygnal"),
        (7.into(), "options"),
    ] {
        let seen = watch(page(&stage).checkout(&object(&[("amount", 2225.into())]), &with));
        until("the refusal", || seen.borrow().is_some()).await;
        assert_eq!(text(&seen.borrow().clone().unwrap().unwrap_err(), "field"), name);
    }
}
