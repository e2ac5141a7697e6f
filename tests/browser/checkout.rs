//! The module as a host page uses it.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Reflect;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use super::fake_proxy::{Answer, FakeProxy, payment, put_answer};
use super::stage::{Keys, Stage, frames, object, until, watch};

const CODE: &str = "28763443825664394";

type Seen = Rc<RefCell<Option<Result<JsValue, JsValue>>>>;

fn checkout(stage: &Stage, amount: i32, reference: Option<&str>) -> Seen {
    let reference = reference.map_or(JsValue::UNDEFINED, JsValue::from_str);
    watch(stage.till.checkout(&object(&[("amount", amount.into()), ("reference", reference)])))
}

fn field(value: &JsValue, name: &str) -> JsValue {
    Reflect::get(value, &JsValue::from_str(name)).unwrap()
}

/// The outcome's status, or the error's code.
fn told(seen: &Seen) -> Option<String> {
    seen.borrow().as_ref().map(|result| match result {
        Ok(outcome) => field(outcome, "status").as_string().unwrap(),
        Err(error) => format!("error {}", field(error, "code").as_string().unwrap()),
    })
}

async fn until_told(seen: &Seen, expected: &str) {
    until(expected, || told(seen).is_some()).await;
    assert_eq!(told(seen).as_deref(), Some(expected));
}

/// A proxy that makes every payment successful at once.
fn paying() -> FakeProxy {
    let proxy = FakeProxy::new();
    proxy.on("PUT", "/v1/payments", |asked| {
        let mut paid = put_answer(asked, 1, "successful");
        paid["disposition"] = "accepted".into();
        paid["amount"] = asked.body["amount"].clone();
        paid["reference"] = asked.body["reference"].clone();
        Answer::Json(201, paid)
    });
    proxy
}

#[wasm_bindgen_test]
async fn a_checkout_resolves_with_the_paid_payment() {
    let _proxy = paying();
    let stage = Stage::at_keypad().await;
    let seen = checkout(&stage, 4200, Some("inv-1"));
    stage.screen("scan").await;
    assert_eq!(stage.text(".figure"), "฿42.00");
    Keys::new().scan(CODE);
    until_told(&seen, "paid").await;
    let outcome = seen.borrow().clone().unwrap().unwrap();
    let payment = field(&outcome, "payment");
    assert_eq!(field(&payment, "amount").as_f64(), Some(4200.0));
    assert_eq!(field(&payment, "reference").as_string().as_deref(), Some("inv-1"));
    assert!(field(&payment, "charge").is_null());
}

#[wasm_bindgen_test]
async fn a_second_checkout_is_busy_and_disturbs_nothing() {
    let _proxy = paying();
    let stage = Stage::at_keypad().await;
    let first = checkout(&stage, 4200, None);
    stage.screen("scan").await;
    until_told(&checkout(&stage, 9900, None), "error busy").await;
    assert_eq!(stage.text(".figure"), "฿42.00");
    Keys::new().scan(CODE);
    until_told(&first, "paid").await;
}

#[wasm_bindgen_test]
async fn bad_arguments_are_refused_and_open_nothing() {
    let _proxy = paying();
    let stage = Stage::at_keypad().await;
    let amount = |value: JsValue| object(&[("amount", value)]);
    let bad = [
        JsValue::UNDEFINED,
        JsValue::from_str("2225"),
        object(&[]),
        amount(0.into()),
        amount((-1).into()),
        amount(22.25.into()),
        amount(f64::NAN.into()),
        amount("2225".into()),
        object(&[("amount", 2225.into()), ("currency", "EUR".into())]),
        object(&[("amount", 2225.into()), ("curency", "THB".into())]),
        object(&[("amount", 2225.into()), ("reference", 7.into())]),
        amount(1900.into()),
        amount(15_000_001.into()),
        object(&[("amount", 2225.into()), ("currency", "SGD".into())]),
    ];
    for request in bad {
        let seen = watch(stage.till.checkout(&request));
        until_told(&seen, "error invalid_request").await;
        assert_eq!(stage.name(), "amount");
    }
    assert!(crate::mount(&super::stage::new_host(), &object(&[("language", "xx".into())])).is_err());
    assert!(crate::mount(&super::stage::new_host(), &object(&[("proxy", "javascript:1".into())])).is_err());
}

#[wasm_bindgen_test]
async fn a_sale_that_the_cashier_leaves_is_not_paid() {
    let _proxy = paying();
    let stage = Stage::at_keypad().await;
    let seen = checkout(&stage, 4200, None);
    stage.press("back").await;
    until_told(&seen, "not_paid").await;
    assert!(field(&seen.borrow().clone().unwrap().unwrap(), "payment").is_null());
}

#[wasm_bindgen_test]
async fn a_failed_sale_is_not_paid_only_when_it_is_ended() {
    let proxy = FakeProxy::new();
    proxy.on("PUT", "/v1/payments", |asked| Answer::Json(201, put_answer(asked, 1, "failed")));
    let stage = Stage::at_keypad().await;
    let seen = checkout(&stage, 2225, None);
    stage.screen("scan").await;
    Keys::new().scan(CODE);
    stage.screen("failed").await;
    frames(3).await;
    assert_eq!(told(&seen), None, "another code may still pay it");
    stage.press("end-sale").await;
    until_told(&seen, "not_paid").await;
}

#[wasm_bindgen_test]
async fn a_parked_payment_is_in_doubt() {
    let proxy = FakeProxy::new();
    proxy.on("PUT", "/v1/payments", |asked| Answer::Json(201, put_answer(asked, 1, "unknown")));
    let stage = Stage::at_keypad().await;
    let seen = checkout(&stage, 2225, None);
    stage.screen("scan").await;
    Keys::new().scan(CODE);
    stage.press("park").await;
    until_told(&seen, "in_doubt").await;
}

#[wasm_bindgen_test]
async fn an_unmounted_till_answers_its_checkouts() {
    let _proxy = paying();
    let stage = Stage::at_keypad().await;
    let open = checkout(&stage, 4200, None);
    stage.screen("scan").await;
    stage.till.unmount();
    until_told(&open, "unmounted").await;
    until_told(&checkout(&stage, 4200, None), "unmounted").await;
}

#[wasm_bindgen_test]
async fn a_checkout_after_a_reload_is_never_answered_by_another_sales_payment() {
    let proxy = paying();
    let stage = Stage::at_keypad().await;
    let first = checkout(&stage, 4200, Some("inv-1"));
    stage.screen("scan").await;
    Keys::new().scan(CODE);
    until_told(&first, "paid").await;
    proxy.on("GET", "/v1/payments/", |asked| {
        let mut paid = payment(&asked.payment_id(), "s-1", 2, "successful");
        (paid["disposition"], paid["amount"], paid["reference"]) =
            ("accepted".into(), 4200.into(), "inv-1".into());
        Answer::Json(200, paid)
    });
    let again = stage.reload();
    let second = checkout(&again, 4200, Some("inv-2"));
    again.screen("scan").await;
    frames(3).await;
    assert_eq!(told(&second), None, "the first sale's payment pays no second one");
    drop(again);
}

#[wasm_bindgen_test]
async fn a_checkout_repeated_after_a_reload_finds_the_payment_in_hand() {
    let proxy = FakeProxy::new();
    proxy.on("PUT", "/v1/payments", |asked| {
        let mut pending = put_answer(asked, 1, "pending");
        pending["reference"] = "inv-1".into();
        Answer::Json(201, pending)
    });
    let stage = Stage::at_keypad().await;
    let _ = checkout(&stage, 2225, Some("inv-1"));
    stage.screen("scan").await;
    Keys::new().scan(CODE);
    stage.screen("pending").await;
    let put = proxy.calls("PUT")[0].clone();
    let sale_id = put.body["sale_id"].as_str().unwrap().to_owned();
    let of_sale = sale_id.clone();
    proxy.on("GET", "/v1/payments/", move |asked| {
        Answer::Json(200, payment(&asked.payment_id(), &of_sale, 2, "pending"))
    });
    let again = stage.reload();
    let other = checkout(&again, 9900, Some("inv-2"));
    until_told(&other, "error busy").await;
    let same = checkout(&again, 2225, Some("inv-1"));
    again.screen("pending").await;
    until("the stream", || 2 <= proxy.streams()).await;
    let mut paid = payment(&put.payment_id(), &sale_id, 3, "successful");
    paid["disposition"] = "accepted".into();
    proxy.push_payment(&paid).await;
    until_told(&same, "paid").await;
    assert_eq!(proxy.calls("PUT").len(), 1);
}
