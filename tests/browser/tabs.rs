//! One tab runs a till: another says so, and may take it over.

use js_sys::{Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;

use super::fake_proxy::{Answer, FakeProxy, payment, put_answer};
use super::stage::{Keys, Stage, frames, object, storage, until, watch};

const CODE: &str = "28763443825664394";

/// Two pages of one tablet; the second came later.
async fn two_tabs() -> (Stage, Stage) {
    let first = Stage::at_keypad().await;
    let second = Stage::again("tablet");
    second.screen("elsewhere").await;
    (first, second)
}

#[wasm_bindgen_test]
async fn a_second_tab_says_so_and_takes_over_on_request() {
    let proxy = FakeProxy::new();
    let (first, second) = two_tabs().await;
    assert_eq!(second.text("h1"), "Open in another tab");
    assert!(second.shows_shape());
    let width = |selector| second.find(selector).unwrap().client_width();
    assert_eq!(width(".state"), width(".till"), "no half of it is empty");
    assert_eq!(proxy.calls("GET /v1/payments?unsettled=true").len(), 1, "only one of them asks");
    second.press("use-here").await;
    second.screen("amount").await;
    first.screen("elsewhere").await;
    until("its stream is closed", || proxy.aborted_streams() == 1).await;
    first.press("use-here").await;
    first.screen("amount").await;
    second.screen("elsewhere").await;
}

#[wasm_bindgen_test]
async fn the_tab_that_waits_goes_on_when_the_other_is_closed() {
    let _proxy = FakeProxy::new();
    let (first, second) = two_tabs().await;
    first.press("digit-7").await;
    until("the figure", || first.text(".figure") == "฿0.07").await;
    first.till.unmount();
    second.screen("amount").await;
    assert_eq!(second.text(".figure"), "฿0.07", "with what was being typed");
}

#[wasm_bindgen_test]
async fn a_payment_in_hand_goes_with_the_till_and_is_sent_once() {
    let proxy = FakeProxy::new();
    proxy.on("PUT", "/v1/payments", |asked| Answer::Json(201, put_answer(asked, 1, "pending")));
    proxy.on("GET", "/v1/payments/", |asked| {
        Answer::Json(200, payment(&asked.payment_id(), "s-1", 1, "pending"))
    });
    let first = Stage::at_keypad().await;
    let seen = watch(first.till.checkout(&object(&[("amount", 2225.into())])));
    first.screen("scan").await;
    Keys::new().scan(CODE);
    first.screen("pending").await;
    let second = Stage::again("tablet");
    second.press("use-here").await;
    second.screen("pending").await;
    first.screen("elsewhere").await;
    until("the host page is told", || seen.borrow().is_some()).await;
    let outcome = seen.borrow().clone().unwrap().unwrap();
    let status = Reflect::get(&outcome, &"status".into()).unwrap();
    assert_eq!(status.as_string().as_deref(), Some("in_doubt"));
    let polls = || proxy.calls("GET /v1/payments/").len();
    let before = polls();
    Keys::new().scan("289431869362714645");
    frames(20).await;
    assert_eq!((proxy.calls("PUT").len(), first.name().as_str()), (1, "elsewhere"));
    assert!(polls() <= before + 1, "the first asks no more");
}

#[wasm_bindgen_test]
async fn a_checkout_waits_until_the_till_is_used_here() {
    let _proxy = FakeProxy::new();
    let (_first, second) = two_tabs().await;
    let seen = watch(second.till.checkout(&object(&[("amount", 4200.into())])));
    frames(5).await;
    assert!(seen.borrow().is_none());
    second.press("use-here").await;
    second.screen("scan").await;
    assert_eq!(second.text(".figure"), "฿42.00");
}

#[wasm_bindgen_test]
async fn a_browser_without_locks_keeps_one_tab_by_a_record() {
    let _proxy = FakeProxy::new();
    let _without = NoLocks::new();
    let (first, second) = two_tabs().await;
    second.press("use-here").await;
    second.screen("amount").await;
    first.screen("elsewhere").await;
    second.till.unmount();
    first.screen("amount").await;
}

#[wasm_bindgen_test]
async fn a_record_that_a_dead_tab_left_holds_nobody_up() {
    let _proxy = FakeProxy::new();
    let _without = NoLocks::new();
    super::stage::clear();
    let origin = web_sys::window().unwrap().origin();
    storage().set_item(&format!("scantill:{origin}:tablet:tab"), "gone 1700000000000").unwrap();
    let stage = Stage::again("tablet");
    stage.screen("amount").await;
}

#[wasm_bindgen_test]
async fn what_another_page_kept_is_not_overwritten() {
    let proxy = FakeProxy::new();
    let stage = Stage::at_keypad().await;
    let origin = web_sys::window().unwrap().origin();
    let key = format!("scantill:{origin}:tablet:payment:p-other");
    let kept = serde_json::json!({
        "sale": { "id": "s-other", "amount": 3911, "currency": "THB", "reference": null },
        "payment": { "id": "p-other", "acknowledged": true },
    });
    storage().set_item(&key, &kept.to_string()).unwrap();
    stage.press_all(&["digit-7", "digit-7"]).await;
    assert!(storage().get_item(&key).unwrap().is_some(), "a page clears away its own alone");
    proxy.on("GET", "/v1/payments/p-other", |_| {
        Answer::Json(200, payment("p-other", "s-other", 2, "pending"))
    });
    let again = stage.reload();
    until("a badge", || again.text("[data-action=show-parked]") == "1 payment in doubt").await;
    until("its stream", || proxy.streams() == 2).await;
    proxy.push_payment(&payment("p-other", "s-other", 3, "failed")).await;
    until("no badge", || again.find("[data-action=show-parked]").is_none()).await;
    assert_eq!(storage().get_item(&key).unwrap(), None);
}

#[wasm_bindgen_test]
async fn a_browser_whose_locks_are_refused_keeps_one_tab_by_a_record() {
    let _proxy = FakeProxy::new();
    let refuse = "return { request: () => Promise.reject(new DOMException('blocked', 'SecurityError')) }";
    let _without = NoLocks::are(&Function::new_no_args(refuse).call0(&JsValue::NULL).unwrap());
    let (first, second) = two_tabs().await;
    second.press("use-here").await;
    second.screen("amount").await;
    first.screen("elsewhere").await;
}

/// A browser that has no locks, until it is dropped.
struct NoLocks;

impl NoLocks {
    fn new() -> Self {
        Self::are(&JsValue::UNDEFINED)
    }

    fn are(locks: &JsValue) -> Self {
        let navigator = web_sys::window().unwrap().navigator();
        let value = object(&[("value", locks.clone()), ("configurable", true.into())]);
        Object::define_property(&navigator, &"locks".into(), &value.unchecked_into());
        Self
    }
}

impl Drop for NoLocks {
    fn drop(&mut self) {
        let navigator = web_sys::window().unwrap().navigator();
        Reflect::delete_property(&navigator, &"locks".into()).unwrap();
    }
}
