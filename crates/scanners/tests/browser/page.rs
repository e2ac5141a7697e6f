//! The scanner's page shows the scans and the recommendation.

use js_sys::{Function, Object};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use web_sys::HtmlElement;

use super::fake_camera::FakeCamera;
use super::stage::{Stage, until};

fn trace(gap_ms: u64, verdict: &str, end: &str) -> String {
    format!("scantill-trace-1 alipay {verdict}{}{end}", format!(" {gap_ms}#").repeat(17))
}

#[wasm_bindgen_test]
fn a_page_without_a_scan_says_what_to_do() {
    let stage = Stage::new();
    assert!(stage.says("nothing").unwrap().contains("Nothing is charged"));
    assert_eq!((stage.says("masked"), stage.says("trace")), (None, None));
}

#[wasm_bindgen_test]
fn a_scan_shows_its_ends_its_kind_and_its_pace() {
    let stage = Stage::new();
    stage.paint(Some("28 ····· 4394"), Some(&trace(12, "scan", " 12CR")));
    assert_eq!(stage.says("masked").as_deref(), Some("28 ····· 4394"));
    let kind = stage.says("kind").unwrap();
    assert!(kind.contains("Alipay") && kind.contains("HID POS"), "{kind}");
    assert!(stage.says("told").unwrap().contains("12 ms a key"));
    assert_eq!(stage.part("advice").get_attribute("data-well").as_deref(), Some("true"));
    assert!(stage.part("bars").get_attribute("d").unwrap().matches('M').count() == 16);
    assert_eq!((stage.says("raise"), stage.says("nothing")), (None, None));
}

#[wasm_bindgen_test]
fn a_slow_scanner_gets_a_button_that_raises_the_limit() {
    let stage = Stage::new();
    stage.paint(None, Some(&trace(160, "typing", " 160CR")));
    assert!(stage.says("told").unwrap().contains("typing"));
    stage.press("raise-limit");
    stage.press("limit-up");
    stage.press("limit-down");
    let acts: Vec<_> = stage.acts.borrow().iter().map(|(name, value)| format!("{name} {value}")).collect();
    assert_eq!(acts, ["limit 180", "limit 160", "limit 120"]);
}

#[wasm_bindgen_test]
fn language_and_volume_are_chosen_by_a_press() {
    let stage = Stage::new();
    let is_pressed = |part: &str| stage.part(part).get_attribute("aria-pressed").unwrap();
    assert_eq!((is_pressed("language-en"), is_pressed("language-th")), ("true".into(), "false".into()));
    assert_eq!((is_pressed("volume-loud"), is_pressed("volume-off")), ("true".into(), "false".into()));
    assert_eq!(stage.part("language-th").get_attribute("lang").as_deref(), Some("th"));
    for part in ["language-zh-Hans", "volume-soft"] {
        stage.part(part).unchecked_into::<HtmlElement>().click();
    }
    let words: Vec<_> = stage.words.borrow().clone();
    assert_eq!(words, ["language zh-Hans", "volume soft"]);
}

#[wasm_bindgen_test]
async fn a_page_that_is_open_changes_its_language() {
    let stage = Stage::new();
    drop(stage.scanners.speak("th"));
    until("Thai", || stage.root_text().contains("เครื่องสแกน")).await;
    drop(stage.scanners.speak("xx"));
    drop(stage.scanners.speak("en"));
    until("English", || stage.root_text().contains("A scanner that types")).await;
}

#[wasm_bindgen_test]
fn a_page_that_is_opened_again_is_whole() {
    let stage = Stage::new();
    stage.paint(Some("28 ····· 4394"), None);
    stage.open();
    assert_eq!(stage.says("masked"), None);
    stage.paint(Some("28 ····· 4394"), Some("no trace at all"));
    assert_eq!((stage.says("masked").as_deref(), stage.says("trace")), (Some("28 ····· 4394"), None));
}

/// Replaces the clipboard by this object, or removes it.
fn clipboard(doing: &str) {
    let value = Function::new_no_args(&format!("return {doing}")).call0(&JsValue::NULL).unwrap();
    let clipboard = Object::new();
    js_sys::Reflect::set(&clipboard, &"value".into(), &value).unwrap();
    js_sys::Reflect::set(&clipboard, &"configurable".into(), &JsValue::TRUE).unwrap();
    let navigator = web_sys::window().unwrap().navigator();
    Object::define_property(&navigator, &"clipboard".into(), clipboard.unchecked_ref());
}

fn copied() -> JsValue {
    Function::new_no_args("return window.copied").call0(&JsValue::NULL).unwrap()
}

#[wasm_bindgen_test]
async fn a_trace_is_copied_and_a_refused_copy_says_so() {
    let stage = Stage::new();
    let first = trace(160, "typing", " 160CR");
    stage.paint(None, Some(&first));
    clipboard("({ writeText: async (text) => { window.copied = text } })");
    stage.press("copy-trace");
    until("it is copied", || stage.says("copy").is_some_and(|told| told.starts_with("Copied"))).await;
    assert_eq!(copied(), JsValue::from_str(&first));
    for refuses in
        ["({ writeText: async () => { throw new DOMException('', 'NotAllowedError') } })", "undefined"]
    {
        stage.paint(None, Some(&trace(150, "typing", " 150CR")));
        stage.paint(None, Some(&first));
        assert!(stage.says("copy").unwrap().starts_with("Copy "), "a new trace is not copied yet");
        assert_eq!(stage.says("copy-told").as_deref(), Some(""));
        clipboard(refuses);
        stage.press("copy-trace");
        until("it is not", || stage.says("copy-told").is_some_and(|told| told.contains("select the text")))
            .await;
        assert!(stage.says("copy").unwrap().starts_with("Copy "));
    }
}

#[wasm_bindgen_test]
fn the_camera_is_ready_only_where_the_browser_shows_one() {
    for (refusal, state) in [("NotAllowedError", "ready"), ("none", "absent")] {
        let camera = FakeCamera::refused(refusal);
        let stage = Stage::new();
        assert_eq!(stage.part("camera").get_attribute("data-state").as_deref(), Some(state));
        drop(camera);
    }
}
