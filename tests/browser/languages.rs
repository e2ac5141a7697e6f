//! The languages of the till: named by the host page, chosen on the till, kept on the device.

use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use super::fake_proxy::FakeProxy;
use super::stage::{Stage, new_host, object, storage};

const LANGUAGES: [(&str, &str, &str); 3] = [
    ("en", "Scan the customer’s code", "฿22.25"),
    ("th", "สแกนโค้ดของลูกค้า", "฿22.25"),
    ("zh-Hans", "请扫描顾客付款码", "฿22.25"),
];

fn language_of(stage: &Stage) -> String {
    stage.find(".till").and_then(|till| till.get_attribute("lang")).unwrap_or_default()
}

/// What the page of settings keeps.
fn choose(tag: &str) {
    let origin = web_sys::window().unwrap().origin();
    storage().set_item(&format!("scantill:{origin}:tablet:language"), tag).unwrap();
}

#[wasm_bindgen_test]
async fn a_till_speaks_the_language_that_its_device_used_last() {
    let _proxy = FakeProxy::new();
    let mut stage = Stage::at_scan().await;
    for (tag, title, amount) in LANGUAGES.iter().rev() {
        choose(tag);
        stage = stage.reload();
        stage.screen("scan").await;
        assert_eq!((language_of(&stage).as_str(), stage.text("h1").as_str()), (*tag, *title));
        assert!(stage.text(".figure").contains(amount), "{}", stage.text(".figure"));
    }
    choose("xx");
    let stage = stage.reload();
    stage.screen("scan").await;
    assert_eq!(language_of(&stage), "en", "an unknown language is the browser's");
}

#[wasm_bindgen_test]
async fn a_host_page_names_the_language_of_its_till() {
    let _proxy = FakeProxy::new();
    let host = new_host();
    let options = object(&[("device", "tablet-th".into()), ("language", "th".into())]);
    let till: JsValue = crate::mount(&host, &options).unwrap();
    let stage = Stage { host, till: wasm_bindgen::JsCast::unchecked_into(till) };
    stage.screen("amount").await;
    assert_eq!(language_of(&stage), "th");
}
