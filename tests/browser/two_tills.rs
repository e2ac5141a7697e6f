//! Several tills on one page, and a till that is removed.

use js_sys::{Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;

use super::fake_proxy::{Answer, FakeProxy, payment, put_answer};
use super::stage::{
    Keys, PageField, Stage, clear, everything_stored, frames, new_host, object, until, watch,
};

const CODE: &str = "28763443825664394";
const MARK: &str = "data-scantill-scanner-focus";

async fn pair_of_tills() -> (Stage, Stage) {
    clear();
    let (left, right) = (Stage::again("left"), Stage::again("right"));
    left.screen("amount").await;
    right.screen("amount").await;
    (left, right)
}

#[wasm_bindgen_test]
async fn only_the_till_with_scanner_focus_gets_a_scan() {
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
    until("the deaf one says so", || left.find(".deaf").is_some() && right.find(".ear").is_some()).await;
    Keys::new().scan(CODE);
    right.screen("pending").await;
    assert_eq!(left.name(), "scan");
    left.find("[data-action=type-code]").unwrap().focus().unwrap();
    assert!(left.host.has_attribute(MARK) && !right.host.has_attribute(MARK), "the focus moves it");
    Keys::new().scan("289431869362714645");
    left.screen("pending").await;
    assert_eq!(proxy.calls("PUT").len(), 2);
}

/// The proxy accepts each payment, for this device.
fn pending_at(proxy: &FakeProxy, holder: &'static str) {
    proxy.on("PUT", "/v1/payments", move |asked| {
        let mut answer = put_answer(asked, 1, "pending");
        answer["holder"] = holder.into();
        Answer::Json(201, answer)
    });
}

/// A host in the shadow tree of a custom element.
fn in_a_tree_of_its_own(device: &str) -> Stage {
    let outer = new_host();
    let tree = outer.attach_shadow(&web_sys::ShadowRootInit::new(web_sys::ShadowRootMode::Open)).unwrap();
    let stage = Stage::again(device);
    tree.append_child(&stage.host).unwrap();
    stage
}

#[wasm_bindgen_test]
async fn tills_in_trees_of_their_own_are_told_apart() {
    clear();
    let proxy = FakeProxy::new();
    pending_at(&proxy, "right");
    let (left, right) = (in_a_tree_of_its_own("left"), in_a_tree_of_its_own("right"));
    for stage in [&left, &right] {
        let _ = stage.till.checkout(&object(&[("amount", 2225.into())]));
        stage.screen("scan").await;
    }
    until("one has the scanner focus", || left.find(".deaf").is_some() && right.find(".ear").is_some()).await;
    Keys::new().scan(CODE);
    right.screen("pending").await;
    frames(10).await;
    assert_eq!((left.name().as_str(), proxy.calls("PUT").len()), ("scan", 1));
}

#[wasm_bindgen_test]
async fn a_till_in_no_document_takes_no_scan() {
    clear();
    let proxy = FakeProxy::new();
    pending_at(&proxy, "right");
    let (gone, left) = pair_of_tills().await;
    let _ = left.till.checkout(&object(&[("amount", 2225.into())]));
    let _ = gone.till.checkout(&object(&[("amount", 100_000.into())]));
    gone.screen("scan").await;
    assert!(gone.host.has_attribute(MARK));
    gone.host.remove();
    Keys::new().scan(CODE);
    left.screen("pending").await;
    assert_eq!(proxy.calls("PUT").iter().map(|put| put.body["amount"].clone()).collect::<Vec<_>>(), [2225]);
}

#[wasm_bindgen_test]
async fn a_checkout_of_a_till_that_left_the_page_is_answered() {
    clear();
    let proxy = FakeProxy::new();
    proxy.on("PUT", "/v1/payments", |asked| Answer::Json(201, put_answer(asked, 1, "pending")));
    for (is_sent, expected) in [(false, "not_paid"), (true, "unmounted")] {
        let stage = Stage::new();
        stage.screen("amount").await;
        let told = watch(stage.till.checkout(&object(&[("amount", 2225.into())])));
        stage.screen("scan").await;
        if is_sent {
            Keys::new().scan(CODE);
            stage.screen("pending").await;
        }
        stage.host.remove();
        until("an answer", || told.borrow().is_some()).await;
        let outcome = told.borrow().clone().unwrap().unwrap();
        assert_eq!(Reflect::get(&outcome, &"status".into()).unwrap(), expected);
    }
}

#[wasm_bindgen_test]
async fn a_removed_till_makes_room_and_returns_with_its_element() {
    clear();
    let proxy = FakeProxy::new();
    proxy.on("PUT", "/v1/payments", |asked| Answer::Json(201, put_answer(asked, 1, "pending")));
    let old = Stage::new();
    old.screen("amount").await;
    old.host.remove();
    let new = Stage::again("tablet");
    new.screen("amount").await;
    new.till.unmount();
    new.host.remove();
    super::stage::body().append_child(&old.host).unwrap();
    old.screen("amount").await;
    let _ = old.till.checkout(&object(&[("amount", 2225.into())]));
    old.screen("scan").await;
    Keys::new().scan(CODE);
    old.screen("pending").await;
    assert_eq!(proxy.calls("PUT").len(), 1);
}

#[wasm_bindgen_test]
async fn a_till_in_no_document_takes_no_press_nor_outcome() {
    clear();
    let proxy = FakeProxy::new();
    proxy.on("PUT", "/v1/payments", |asked| Answer::Json(201, put_answer(asked, 1, "pending")));
    let stage = Stage::at_scan().await;
    Keys::new().scan(CODE);
    stage.screen("pending").await;
    let kept = everything_stored();
    stage.host.remove();
    stage.find("[data-action=cancel]").unwrap().click();
    let mut paid = payment(&proxy.calls("PUT")[0].payment_id(), "s-1", 2, "successful");
    paid["disposition"] = "accepted".into();
    proxy.push_payment(&paid).await;
    frames(10).await;
    assert_eq!((stage.name().as_str(), everything_stored()), ("pending", kept), "nobody saw the outcome");
    assert_eq!(proxy.calls("POST /v1/payments/").len(), 0);
    super::stage::body().append_child(&stage.host).unwrap();
    stage.screen("paid").await;
}

#[wasm_bindgen_test]
async fn a_hidden_till_charges_nothing_that_cannot_be_seen() {
    clear();
    let proxy = FakeProxy::new();
    proxy.on("PUT", "/v1/payments", |asked| Answer::Json(201, put_answer(asked, 1, "pending")));
    let stage = Stage::at_scan().await;
    let page = new_host();
    page.append_child(&stage.host).unwrap();
    page.set_attribute("style", "display: none").unwrap();
    Keys::new().scan(CODE);
    frames(10).await;
    assert_eq!((stage.name().as_str(), proxy.calls("PUT").len()), ("scan", 0));
    page.set_attribute("style", "display: contents").unwrap();
    Keys::new().scan("289431869362714645");
    stage.screen("pending").await;
    assert_eq!(proxy.calls("PUT").len(), 1);
}

#[wasm_bindgen_test]
async fn an_element_of_another_document_is_refused_by_name() {
    let frame = PageField::new("iframe");
    let make = "return frame.contentDocument.body.appendChild(frame.contentDocument.createElement('div'))";
    let element = Function::new_with_args("frame", make).call1(&JsValue::NULL, &frame.0).unwrap();
    let refused = crate::mount(&element, &JsValue::UNDEFINED).err().unwrap();
    let told = |name: &str| Reflect::get(&refused, &name.into()).unwrap().as_string().unwrap_or_default();
    assert_eq!(told("code"), "invalid_request");
    assert!(told("field") == "element", "{}", told("message"));
}

#[wasm_bindgen_test]
async fn a_till_that_is_moved_lives_on() {
    clear();
    let proxy = FakeProxy::new();
    proxy.on("PUT", "/v1/payments", |asked| Answer::Json(201, put_answer(asked, 1, "pending")));
    let stage = Stage::at_scan().await;
    let place = new_host();
    stage.host.remove();
    frames(10).await;
    place.append_child(&stage.host).unwrap();
    Keys::new().scan(CODE);
    stage.screen("pending").await;
    assert_eq!(proxy.calls("PUT").len(), 1);
}

#[wasm_bindgen_test]
async fn a_scanner_is_ready_only_where_its_text_comes_to_the_till() {
    let _proxy = FakeProxy::new();
    let stage = Stage::at_scan().await;
    until("ready", || stage.find(".ear").is_some()).await;
    for tag in ["input", "button", "iframe"] {
        let elsewhere = PageField::new(tag);
        elsewhere.0.focus().unwrap();
        until(tag, || stage.find(".deaf").is_some()).await;
        elsewhere.0.blur().unwrap();
        until(&format!("ready after {tag}"), || stage.find(".ear").is_some()).await;
    }
}

#[wasm_bindgen_test]
async fn a_checkout_takes_the_focus_from_the_button_that_opened_it() {
    let _proxy = FakeProxy::new();
    let stage = Stage::new();
    stage.screen("amount").await;
    let pay = PageField::new("button");
    pay.0.focus().unwrap();
    let _ = stage.till.checkout(&object(&[("amount", 2225.into())]));
    stage.screen("scan").await;
    until("the hidden field", || stage.find("[data-catcher]:focus").is_some()).await;
    until("ready", || stage.find(".ear").is_some()).await;
}

#[wasm_bindgen_test]
async fn two_tills_keep_their_own_tokens_and_sales() {
    let proxy = FakeProxy::new();
    let (left, right) = pair_of_tills().await;
    let devices: Vec<_> =
        proxy.calls("POST /v1/pair").iter().map(|pair| pair.body["device_id"].clone()).collect();
    assert_eq!(devices, ["left", "right"]);
    let stored = everything_stored();
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
async fn an_element_holds_one_till_at_a_time() {
    let _proxy = FakeProxy::new();
    let stage = Stage::at_keypad().await;
    assert!(crate::mount(&stage.host, &super::stage::options("second")).is_err());
    stage.till.unmount();
    let second = crate::mount(&stage.host, &super::stage::options("second")).unwrap();
    let second: super::stage::Till = second.unchecked_into();
    stage.screen("amount").await;
    second.unmount();
}
