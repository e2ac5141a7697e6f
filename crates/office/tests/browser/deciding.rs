//! A supervisor sees the payment, decides, and reads the result.

use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use super::stage::{Stage, kept, problem, strike, until};

const DECIDE: &str = "POST /v1/payments/p-1/disposition";

#[wasm_bindgen_test]
async fn the_sheet_shows_what_is_known_in_the_stores_time() {
    let stage = Stage::open(|_| None);
    stage.step("choosing").await;
    until("the rest", || !stage.text(".o-told").is_empty() && stage.text(".o-head").contains("Baan Coffee"))
        .await;
    assert_eq!(stage.text(".o-figure"), "฿22.25");
    let facts = stage.text(".o-facts");
    assert!(facts.contains("inv-1042") && facts.contains("chrg_1"), "{facts}");
    assert!(facts.contains("Nov 21, 2026") && facts.contains("03:05"), "{facts}");
    assert!(stage.text(".o-told").contains("The cashier called a supervisor"));
    assert!(stage.find("dialog[aria-labelledby]:modal").is_some());
}

#[wasm_bindgen_test]
async fn a_supervisor_accepts_with_the_pin() {
    let stage = Stage::open(|line| (line == DECIDE).then(|| (200, kept())));
    stage.press("supervisor-accept").await;
    stage.step("approving").await;
    stage.approve().await;
    stage.step("done").await;
    assert_eq!(
        stage.calls(DECIDE),
        [json!({ "decision": "accept", "approval": { "supervisor": "Mali", "pin": "2580" } })]
    );
    assert!(stage.text(".o-next").contains("Hand over the goods"));
}

#[wasm_bindgen_test]
async fn a_wrong_pin_and_a_lost_answer_allow_another_try() {
    let tries = std::cell::Cell::new(0);
    let stage = Stage::open(move |line| {
        if line != DECIDE {
            return None;
        }
        tries.set(tries.get() + 1);
        match tries.get() {
            1 => Some(problem(403, "approval_refused")),
            2 => None,
            _ => Some((200, kept())),
        }
    });
    stage.press("supervisor-give-back").await;
    stage.press("why-customer-gone").await;
    stage.press("supervisor-next").await;
    for told in ["no supervisor’s PIN", "No answer from the proxy"] {
        stage.approve().await;
        until(told, || stage.text(".o-problem").contains(told)).await;
        assert_eq!(stage.text(".o-dots"), "", "the PIN is forgotten");
    }
    stage.approve().await;
    stage.step("done").await;
    assert!(stage.calls(DECIDE).iter().all(|body| body["decision"] == "customer_gone"));
}

#[wasm_bindgen_test]
async fn keys_of_a_hand_are_a_pin_and_a_scan_is_none() {
    let stage = Stage::open(|line| (line == DECIDE).then(|| (200, kept())));
    stage.press("supervisor-accept").await;
    stage.step("approving").await;
    strike(12.0, "28763443825664394");
    until("a sentence", || stage.text(".o-problem").contains("scanner")).await;
    assert_eq!((stage.text(".o-dots"), stage.calls(DECIDE).len()), (String::new(), 0));
    strike(200.0, "2580");
    stage.step("done").await;
    assert_eq!(
        stage.calls(DECIDE),
        [json!({ "decision": "accept", "approval": { "supervisor": "Mali", "pin": "2580" } })]
    );
}

#[wasm_bindgen_test]
async fn a_scan_beside_the_pin_presses_nothing() {
    let stage = Stage::open(|_| None);
    stage.step("choosing").await;
    strike(12.0, "28763443825664394");
    assert!(stage.find("dialog[data-step=choosing]").is_some());
    assert!(stage.text("h2#o-title").contains("What should be done"));
}

/// A sheet of a store with two supervisors, at the PIN.
async fn at_pin(answers: impl Fn(&str) -> Option<(u16, Value)> + 'static) -> Stage {
    let stage = Stage::open(move |line| match line {
        "GET /v1/supervisors" => Some((200, json!({ "supervisors": ["Chai", "Mali"] }))),
        _ => answers(line),
    });
    stage.press("supervisor-accept").await;
    stage.step("approving").await;
    until("the names", || stage.text(".o-people").contains("Mali")).await;
    stage
}

#[wasm_bindgen_test]
async fn of_several_supervisors_one_is_chosen_with_one_tap() {
    let stage = at_pin(|line| (line == DECIDE).then(|| (200, kept()))).await;
    assert!(stage.find(".o-people [aria-checked=true]").is_none());
    stage.press("who-1").await;
    until("the choice", || stage.text(".o-people [aria-checked=true]") == "Mali").await;
    stage.approve().await;
    stage.step("done").await;
    assert_eq!(stage.calls(DECIDE)[0]["approval"], json!({ "supervisor": "Mali", "pin": "2580" }));
}

#[wasm_bindgen_test]
async fn where_two_are_needed_the_second_is_asked_for_after_the_first() {
    let stage = at_pin(|line| (line == DECIDE).then(|| problem(403, "second_approval_needed"))).await;
    stage.press("who-1").await;
    stage.approve().await;
    until("a sentence", || stage.text(".o-problem").contains("two supervisors")).await;
    stage.press("who-1").await;
    stage.approve().await;
    until("the second", || stage.text(".o-people") == "Chai").await;
    assert!(stage.text(".o-hint").contains("another supervisor"));
    assert_eq!(stage.calls(DECIDE).len(), 1, "nothing is sent before both typed");
}
