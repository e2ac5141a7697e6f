//! Several tills on one page, and a till that goes.

use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;

use super::fake_proxy::{Answer, FakeProxy, put_answer};
use super::stage::{Keys, Stage, clear, frames, object, until};

const CODE: &str = "28763443825664394";
const MARK: &str = "data-scantill-ear";

async fn pair_of_tills() -> (Stage, Stage) {
    clear();
    let (left, right) = (Stage::again("left"), Stage::again("right"));
    left.screen("amount").await;
    right.screen("amount").await;
    (left, right)
}

#[wasm_bindgen_test]
async fn only_the_till_with_the_ear_hears_a_scan() {
    let proxy = FakeProxy::new();
    proxy.on("PUT", "/v1/payments", |asked| {
        let mut answer = put_answer(asked, 1, "pending");
        answer["holder"] = if asked.body["amount"] == 2225 { "left".into() } else { "right".into() };
        answer["amount"] = asked.body["amount"].clone();
        Answer::Json(201, answer)
    });
    let (left, right) = pair_of_tills().await;
    assert_ne!(left.host.has_attribute(MARK), right.host.has_attribute(MARK), "one of them took it");
    for (stage, amount) in [(&left, 2225), (&right, 4200)] {
        let _ = stage.till.checkout(&object(&[("amount", amount.into())]));
        stage.screen("scan").await;
    }
    assert!(!left.host.has_attribute(MARK) && right.host.has_attribute(MARK), "the last checkout took it");
    until("the deaf one says so", || left.find(".deaf").is_some()).await;
    assert!(right.find(".ear").is_some());
    Keys::new().scan(CODE);
    right.screen("pending").await;
    assert_eq!(left.name(), "scan");
    left.find("[data-action=type-code]").unwrap().focus().unwrap();
    assert!(left.host.has_attribute(MARK) && !right.host.has_attribute(MARK), "the focus moves it");
    Keys::new().scan("289431869362714645");
    left.screen("pending").await;
    assert_eq!(proxy.calls("PUT").len(), 2);
}

#[wasm_bindgen_test]
async fn two_tills_keep_their_own_tokens_and_sales() {
    let proxy = FakeProxy::new();
    let (left, right) = pair_of_tills().await;
    let devices: Vec<_> =
        proxy.calls("POST /v1/pair").iter().map(|pair| pair.body["device_id"].clone()).collect();
    assert_eq!(devices, ["left", "right"]);
    let stored = super::stage::everything_stored();
    assert!(stored.contains(":left:token=") && stored.contains(":right:token="));
    left.press("digit-5").await;
    until("the left figure", || left.text(".figure") == "฿0.05").await;
    assert_eq!(right.text(".figure"), "฿0.00");
}

#[wasm_bindgen_test]
async fn an_unmounted_till_leaves_nothing_behind() {
    let proxy = FakeProxy::new();
    proxy.on("PUT", "/v1/payments", |asked| Answer::Json(201, put_answer(asked, 1, "pending")));
    proxy.on("GET", "/v1/events", |_| Answer::Lost);
    let stage = Stage::at_scan().await;
    Keys::new().scan(CODE);
    stage.screen("pending").await;
    until("polls", || 2 <= proxy.calls("GET /v1/payments/").len()).await;
    stage.till.unmount();
    let before = proxy.everything().len();
    Keys::new().scan("289431869362714645");
    frames(60).await;
    assert_eq!(proxy.everything().len(), before, "no timer, stream or key is left");
    assert_eq!(stage.shadow().child_element_count(), 0);
    assert!(!stage.host.has_attribute(MARK) && !stage.host.has_attribute("data-screen"));
}

#[wasm_bindgen_test]
async fn an_element_takes_a_new_till_after_the_old_and_never_two_at_once() {
    let _proxy = FakeProxy::new();
    let stage = Stage::at_keypad().await;
    assert!(crate::mount(&stage.host, &super::stage::options("second")).is_err());
    stage.till.unmount();
    let second = crate::mount(&stage.host, &super::stage::options("second")).unwrap();
    let second: super::stage::Till = second.unchecked_into();
    stage.screen("amount").await;
    second.unmount();
}
