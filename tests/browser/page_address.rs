//! The till's own page: the sale that its address names, and the address afterwards.

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;

use super::fake_proxy::{Answer, FakeProxy, payment, put_answer};
use super::stage::{Keys, Stage, clear, new_host, storage, until};

/// Sets the page's address for a test, and restores it afterwards.
struct Address(String);

impl Address {
    fn new(search: &str) -> Self {
        let before = web_sys::window().unwrap().location().href().unwrap();
        replace(&format!("/{search}"));
        Self(before)
    }
}

impl Drop for Address {
    fn drop(&mut self) {
        replace(&self.0);
    }
}

fn replace(address: &str) {
    let history = web_sys::window().unwrap().history().unwrap();
    history.replace_state_with_url(&JsValue::NULL, "", Some(address)).unwrap();
}

fn search() -> String {
    web_sys::window().unwrap().location().search().unwrap()
}

/// The page's till, on a tablet whose payments the proxy knows.
fn open() -> Stage {
    let origin = web_sys::window().unwrap().origin();
    storage().set_item(&format!("scantill:{origin}:device"), "tablet").unwrap();
    let host = new_host();
    let till = crate::open_page(&host).unwrap().unchecked_into();
    Stage { host, till }
}

#[wasm_bindgen_test]
async fn an_address_opens_its_sale_and_then_names_it() {
    let proxy = FakeProxy::new();
    proxy.on("PUT", "/v1/payments", |asked| Answer::Json(201, put_answer(asked, 1, "pending")));
    clear();
    let _address = Address::new("?amount=2225&reference=inv-1");
    let stage = open();
    stage.screen("scan").await;
    assert_eq!((stage.text(".figure").as_str(), stage.text(".facts").as_str()), ("฿22.25", "Orderinv-1"));
    assert!(
        search().contains("amount=2225")
            && search().contains("reference=inv-1")
            && search().contains("sale=")
    );
    Keys::new().scan("28763443825664394");
    stage.screen("pending").await;
    let sale_id = proxy.calls("PUT")[0].body["sale_id"].as_str().unwrap().to_owned();
    assert!(search().contains(&sale_id) && !search().contains("28763443825664394"));
}

#[wasm_bindgen_test]
async fn a_tablet_without_storage_finds_a_paid_sale_by_address() {
    let proxy = FakeProxy::new();
    proxy.on("GET", "/v1/payments?sale_id=s-7", |_| {
        let mut paid = payment("p-7", "s-7", 4, "successful");
        paid["disposition"] = "accepted".into();
        Answer::Json(200, serde_json::json!({ "payments": [paid], "next_cursor": null }))
    });
    clear();
    let _address = Address::new("?amount=2225&reference=inv-7&sale=s-7");
    let stage = open();
    stage.screen("paid").await;
    assert!(
        stage.text("h1").starts_with("Paid at ") && stage.text(".next").contains("Do not hand over twice")
    );
    assert!(stage.find(".till[data-earlier]").is_some() && stage.find(".mark[data-sound=paid]").is_none());
    stage.press("next-sale").await;
    stage.screen("amount").await;
    assert_eq!(search(), "", "the next sale has an address of its own");
}

#[wasm_bindgen_test]
async fn an_order_in_the_address_waits_for_an_open_payment() {
    let proxy = FakeProxy::new();
    proxy.on("PUT", "/v1/payments", |asked| Answer::Json(201, put_answer(asked, 1, "pending")));
    clear();
    let address = Address::new("?amount=2225&reference=inv-1");
    let stage = open();
    stage.screen("scan").await;
    Keys::new().scan("28763443825664394");
    stage.screen("pending").await;
    let put = proxy.calls("PUT")[0].clone();
    let (id, sale_id) = (put.payment_id(), put.body["sale_id"].as_str().unwrap().to_owned());
    let open_payment = payment(&id, &sale_id, 1, "pending");
    proxy.on("GET", "/v1/payments?unsettled=true", move |_| {
        Answer::Json(200, serde_json::json!({ "payments": [open_payment.clone()], "next_cursor": null }))
    });
    stage.till.unmount();
    let _next = Address::new("?amount=9900&reference=inv-2");
    let stage = open();
    stage.screen("pending").await;
    until("the order", || stage.text(".badge").contains("An order of ฿99.00 waits")).await;
    assert!(search().contains("inv-2"), "the address still names it: {}", search());
    let mut paid = payment(&id, &sale_id, 2, "successful");
    paid["disposition"] = "accepted".into();
    proxy.push_payment(&paid).await;
    stage.screen("paid").await;
    stage.press("next-sale").await;
    stage.screen("scan").await;
    assert_eq!(stage.text(".figure"), "฿99.00");
    assert!(search().contains("inv-2") && search().contains("sale="));
    drop(address);
}

#[wasm_bindgen_test]
async fn an_order_in_the_address_begins_after_a_shown_outcome() {
    let proxy = FakeProxy::new();
    proxy.on("PUT", "/v1/payments", |asked| Answer::Json(201, put_answer(asked, 1, "cancelled")));
    clear();
    let address = Address::new("?amount=2225&reference=inv-1");
    let stage = open();
    stage.screen("scan").await;
    Keys::new().scan("28763443825664394");
    stage.screen("cancelled").await;
    stage.till.unmount();
    let _next = Address::new("?amount=9900&reference=inv-2");
    let stage = open();
    stage.screen("scan").await;
    assert_eq!(stage.text(".figure"), "฿99.00");
    drop(address);
}

#[wasm_bindgen_test]
async fn the_title_of_the_page_tells_the_state() {
    let title = || web_sys::window().unwrap().document().unwrap().title();
    let proxy = FakeProxy::new();
    proxy.on("PUT", "/v1/payments", |asked| Answer::Json(201, put_answer(asked, 1, "pending")));
    clear();
    let _address = Address::new("?amount=2225&reference=inv-1");
    let stage = open();
    stage.screen("scan").await;
    until("the scan", || title() == "Scan the customer’s code ฿22.25 · Scantill").await;
    Keys::new().scan("28763443825664394");
    stage.screen("pending").await;
    until("the wait", || title() == "Waiting for the customer ฿22.25 · Scantill").await;
    let put = proxy.calls("PUT")[0].clone();
    let mut paid = payment(&put.payment_id(), put.body["sale_id"].as_str().unwrap(), 2, "successful");
    paid["disposition"] = "accepted".into();
    proxy.push_payment(&paid).await;
    until("the outcome", || title() == "Paid ฿22.25 · Scantill").await;
    stage.press("next-sale").await;
    until("the keypad", || title() == "Type the amount · Scantill").await;
}

#[wasm_bindgen_test]
async fn a_module_leaves_the_pages_title_alone() {
    let _proxy = FakeProxy::new();
    let document = web_sys::window().unwrap().document().unwrap();
    document.set_title("A shop");
    let stage = Stage::at_scan().await;
    assert_eq!((stage.name().as_str(), document.title().as_str()), ("scan", "A shop"));
}

#[wasm_bindgen_test]
async fn each_screen_has_one_heading_of_the_first_order() {
    let proxy = FakeProxy::new();
    proxy.on("PUT", "/v1/payments", |asked| Answer::Json(201, put_answer(asked, 1, "failed")));
    let headings = |stage: &Stage| stage.shadow().query_selector_all("h1").unwrap().length();
    let stage = Stage::at_scan().await;
    assert_eq!(headings(&stage), 1);
    stage.press("type-code").await;
    until("the field", || stage.find("[data-field=code]").is_some()).await;
    assert_eq!(headings(&stage), 1);
    stage.press("type-code").await;
    until("the scan", || stage.find("[data-field=code]").is_none()).await;
    Keys::new().scan("28763443825664394");
    stage.screen("failed").await;
    assert_eq!(headings(&stage), 1);
    stage.press("end-sale").await;
    stage.screen("amount").await;
    assert_eq!(headings(&stage), 1);
}

#[wasm_bindgen_test]
async fn a_bad_address_gets_the_keypad_and_a_sentence() {
    for (asked, words) in [
        ("?amount=22.25", "not a whole number"),
        ("?amount=2225&currency=EUR", "not known"),
        ("?amount=2225&sale=a%20b", "cannot be read"),
        ("?amount=2225&reference=a%0Ab", "order’s number"),
        ("?amount=-5", "Type an amount"),
        ("?amount=99999999999", "largest payment"),
        ("?amount=2225&currency=SGD", "THB only"),
    ] {
        let _proxy = FakeProxy::new();
        clear();
        let _address = Address::new(asked);
        let stage = open();
        stage.screen("amount").await;
        until(words, || stage.text(".sale .problem").contains(words)).await;
    }
}

#[wasm_bindgen_test]
async fn a_bad_address_does_not_bring_back_another_amount() {
    let _proxy = FakeProxy::new();
    clear();
    let _empty = Address::new("");
    let stage = open();
    stage.screen("amount").await;
    stage.press_all(&["digit-4", "digit-2", "double-zero"]).await;
    until("the amount", || stage.text(".figure") == "฿42.00").await;
    stage.till.unmount();
    let _bad = Address::new("?amount=22.25");
    let stage = open();
    stage.screen("amount").await;
    until("the sentence", || stage.text(".sale .problem").contains("not a whole number")).await;
    assert_eq!(stage.text(".figure"), "฿0.00");
}
