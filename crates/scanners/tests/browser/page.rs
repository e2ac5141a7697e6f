//! The scanner's page shows what came and what would help.

use wasm_bindgen_test::wasm_bindgen_test;

use super::stage::Stage;

fn trace(gap_ms: u64, verdict: &str, end: &str) -> String {
    format!("scantill-trace-1 alipay {verdict}{}{end}", format!(" {gap_ms}#").repeat(17))
}

#[wasm_bindgen_test]
fn a_page_that_heard_nothing_says_what_to_do() {
    let stage = Stage::new();
    assert!(stage.says("nothing").unwrap().contains("Nothing is charged"));
    assert_eq!((stage.says("masked"), stage.says("trace")), (None, None));
}

#[wasm_bindgen_test]
fn a_scan_shows_its_ends_its_kind_and_its_pace() {
    let stage = Stage::new();
    stage.paint(Some("28 ····· 4394"), Some(&trace(12, "scan", " 12CR")));
    assert_eq!(stage.says("masked").as_deref(), Some("28 ····· 4394"));
    assert!(stage.says("kind").unwrap().contains("Alipay"));
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
    stage.press("copy-trace");
    let acts: Vec<_> = stage.acts.borrow().iter().map(|(name, value)| format!("{name} {value}")).collect();
    assert_eq!(acts, ["limit 180", "limit 160", "limit 120", "copy-trace 0"]);
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
