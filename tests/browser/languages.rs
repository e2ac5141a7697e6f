//! The languages of the till: named by the host page, chosen on the till, kept on the device.

use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use super::fake_proxy::FakeProxy;
use super::stage::{Stage, new_host, object, until};

const LANGUAGES: [(&str, &str, &str); 3] = [
    ("en", "Scan the customer’s code", "฿22.25"),
    ("th", "สแกนโค้ดของลูกค้า", "฿22.25"),
    ("zh-Hans", "请扫描顾客付款码", "฿22.25"),
];

fn language_of(stage: &Stage) -> String {
    stage.find(".till").and_then(|till| till.get_attribute("lang")).unwrap_or_default()
}

#[wasm_bindgen_test]
async fn a_language_is_changed_without_a_reload_and_kept() {
    let _proxy = FakeProxy::new();
    let mut stage = Stage::at_scan().await;
    for (tag, title, amount) in LANGUAGES.iter().rev() {
        stage.press_all(&["scanner", tag]).await;
        until(tag, || language_of(&stage) == *tag).await;
        stage.press("close-scanner").await;
        stage.screen("scan").await;
        assert_eq!(stage.text("h1"), *title);
        assert!(stage.text(".figure").contains(amount), "{}", stage.text(".figure"));
        stage = stage.reload();
        stage.screen("scan").await;
        assert_eq!((language_of(&stage).as_str(), stage.text("h1").as_str()), (*tag, *title));
    }
}

#[wasm_bindgen_test]
async fn the_chosen_language_is_marked() {
    let _proxy = FakeProxy::new();
    let stage = Stage::at_keypad().await;
    stage.press_all(&["scanner", "th"]).await;
    let pressed =
        |tag: &str| stage.find(&format!("[data-action={tag}]")).unwrap().get_attribute("aria-pressed");
    until("the mark", || pressed("th").as_deref() == Some("true")).await;
    assert_eq!((pressed("en").as_deref(), pressed("zh-Hans").as_deref()), (Some("false"), Some("false")));
    stage.press("en").await;
    until("the mark", || pressed("en").as_deref() == Some("true")).await;
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
