//! The closed sheet leaves nothing behind, and returns the focus.

use wasm_bindgen_test::wasm_bindgen_test;

use super::stage::{Stage, event, until};

#[wasm_bindgen_test]
async fn a_closed_sheet_tells_the_till_and_gives_the_focus_back() {
    let stage = Stage::open(|_| None);
    stage.step("choosing").await;
    let focused = stage.office().unwrap().shadow_root().unwrap().active_element();
    assert!(focused.is_some_and(|element| element.id() == "o-title"), "the title has the focus");
    stage.press("supervisor-close").await;
    until("the end", || stage.closed.get()).await;
    assert!(stage.office().is_none());
    assert!(stage.focused().is_some_and(|element| element.id() == "way"));
}

#[wasm_bindgen_test]
async fn escape_closes_and_focuses_the_title_without_a_button() {
    let stage = Stage::open(|_| None);
    stage.step("choosing").await;
    stage.way().remove();
    stage.find("dialog").unwrap().dispatch_event(&event("cancel")).unwrap();
    until("the end", || stage.closed.get()).await;
    assert_eq!(stage.focused().map(|element| element.tag_name()).as_deref(), Some("H2"));
}

#[wasm_bindgen_test]
async fn a_till_that_goes_takes_its_sheet_along_at_once() {
    let stage = Stage::open(|_| None);
    stage.step("choosing").await;
    stage.till.abort();
    assert!(stage.office().is_none());
    until("the end", || stage.closed.get()).await;
}

#[wasm_bindgen_test]
async fn what_cannot_be_read_says_so_and_is_read_again() {
    let tries = std::cell::Cell::new(0);
    let stage = Stage::open(move |line| {
        if line != "GET /v1/payments/p-1" {
            return None;
        }
        tries.set(tries.get() + 1);
        (tries.get() == 1).then(|| super::stage::problem(503, "storage_unavailable"))
    });
    until("a sentence", || stage.text(".o-problem").contains("The proxy did not do it")).await;
    stage.press("supervisor-again").await;
    stage.step("choosing").await;
}
