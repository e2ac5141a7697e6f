//! Every end of a payment has its screen, its word and its next step.

use scantill_types::api::support_code;
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use super::fake_proxy::{Answer, FakeProxy, payment, problem, put_answer};
use super::stage::{Keys, Stage, until};

const CODE: &str = "28763443825664394";

/// A till whose payment ended with these fields.
async fn ended(proxy: &FakeProxy, changes: Value) -> Stage {
    proxy.on("PUT", "/v1/payments", move |asked| {
        let mut answer = put_answer(asked, 1, "failed");
        for (name, value) in changes.as_object().unwrap() {
            answer[name] = value.clone();
        }
        Answer::Json(201, answer)
    });
    let stage = Stage::at_scan().await;
    Keys::new().scan(CODE);
    until("the end", || !["scan", "sending"].contains(&stage.name().as_str())).await;
    stage
}

async fn check_failure(code: &str, title: &str, big_button: &str) {
    let proxy = FakeProxy::new();
    let stage = ended(&proxy, json!({ "failure_code": code })).await;
    assert_eq!((stage.name().as_str(), stage.text("h1").as_str()), ("failed", title), "{code}");
    assert!(stage.text(".money").contains("No money was taken"), "{code}");
    assert_eq!(stage.text(".print"), format!("Support code {}", support_code(code)));
    assert!(!code.contains('_') || !stage.text(".till").contains(code), "a customer can read {code}");
    let button = stage.find(".go").unwrap();
    assert_eq!(button.get_attribute("data-action").as_deref(), Some(big_button), "{code}");
    assert!(stage.find("svg.octagon").is_some());
}

#[wasm_bindgen_test]
async fn the_documented_failures_each_say_what_to_do() {
    check_failure("insufficient_balance", "Not enough balance", "scan-again").await;
    check_failure("timeout", "Not confirmed in time", "scan-again").await;
    check_failure("failed_processing", "It did not go through", "scan-again").await;
    check_failure("payment_rejected", "The wallet refused", "end-sale").await;
}

#[wasm_bindgen_test]
async fn omises_other_failures_each_say_what_to_do() {
    check_failure("insufficient_fund", "Not enough balance", "scan-again").await;
    check_failure("payment_expired", "Not confirmed in time", "scan-again").await;
    check_failure("payment_cancelled", "The customer cancelled", "scan-again").await;
    check_failure("invalid_barcode", "The code was not accepted", "scan-again").await;
    check_failure("failed_fraud_check", "The payment was stopped", "end-sale").await;
    check_failure("not_sent", "Nothing was sent", "scan-again").await;
    check_failure("refused", "Omise refused the payment", "end-sale").await;
    check_failure("not_created", "It never arrived", "scan-again").await;
}

#[wasm_bindgen_test]
async fn an_unknown_failure_goes_to_a_supervisor_with_its_code() {
    for code in ["internal_error", "undefined", "amount_mismatch", "invalid_account", "wallet_under_review"] {
        check_failure(code, "The payment failed", "end-sale").await;
    }
}

#[wasm_bindgen_test]
async fn a_refusal_of_omise_shows_two_support_codes_and_no_word() {
    let proxy = FakeProxy::new();
    let changes = json!({ "failure_code": "refused", "refusal": "locked_account_error" });
    let stage = ended(&proxy, changes).await;
    let codes =
        format!("Support code {} · {}", support_code("refused"), support_code("locked_account_error"));
    assert_eq!(stage.text(".print"), codes);
    assert!(!stage.text(".till").contains("locked"));
}

#[wasm_bindgen_test]
async fn a_failed_sale_takes_a_new_code_under_a_new_id() {
    let proxy = FakeProxy::new();
    let stage = ended(&proxy, json!({ "failure_code": "insufficient_balance" })).await;
    stage.press("scan-again").await;
    stage.screen("scan").await;
    Keys::new().scan("289431869362714645");
    until("a second PUT", || proxy.calls("PUT").len() == 2).await;
    let puts = proxy.calls("PUT");
    assert_ne!(puts[0].payment_id(), puts[1].payment_id());
    assert_eq!(puts[0].body["sale_id"], puts[1].body["sale_id"]);
}

#[wasm_bindgen_test]
async fn the_cashier_cancels_and_sees_the_end_only_when_it_is_one() {
    let proxy = FakeProxy::new();
    proxy.on("PUT", "/v1/payments", |asked| Answer::Json(201, put_answer(asked, 1, "pending")));
    proxy.on("POST", "/v1/payments/", |asked| {
        let mut answer = put_answer(asked, 2, "cancelling");
        answer["cancel_request"] = json!({ "by": "cashier", "at": "2026-11-20T07:05:40Z" });
        Answer::Json(202, answer)
    });
    let stage = Stage::at_scan().await;
    Keys::new().scan(CODE);
    stage.press("cancel").await;
    stage.screen("cancelling").await;
    assert_eq!(stage.text("h1"), "Cancelling");
    until("the call", || proxy.calls("POST /v1/payments/").len() == 1).await;
    let cancel = proxy.calls("POST /v1/payments/")[0].clone();
    assert_eq!(cancel.body["by"], "cashier");
    proxy
        .push_payment(&payment(
            &cancel.payment_id(),
            cancel.body["sale_id"].as_str().unwrap(),
            3,
            "cancelled",
        ))
        .await;
    stage.screen("cancelled").await;
    assert!(stage.text(".money").contains("No money was taken"));
    assert!(stage.find("svg.hollow").is_some());
}

#[wasm_bindgen_test]
async fn money_in_doubt_has_its_own_screen_and_can_be_parked() {
    let proxy = FakeProxy::new();
    let stage = ended(&proxy, json!({ "state": "unknown" })).await;
    assert_eq!(stage.name(), "unknown");
    assert!(stage.text(".money").contains("Do not scan again"));
    assert!(stage.find("[data-action=scan-again]").is_none());
    stage.press("park").await;
    stage.screen("amount").await;
    assert_eq!(stage.text("[data-action=show-parked]"), "1 payment in doubt");
}

#[wasm_bindgen_test]
async fn a_late_success_asks_for_one_decision() {
    let proxy = FakeProxy::new();
    proxy.on("POST", "/v1/payments/", |asked| {
        assert_eq!(asked.body, json!({ "decision": "accept" }));
        let mut answer = payment(&asked.payment_id(), "s-1", 2, "successful");
        answer["disposition"] = "accepted".into();
        Answer::Json(200, answer)
    });
    let stage = ended(&proxy, json!({ "state": "successful", "disposition": "awaiting_decision" })).await;
    assert_eq!(stage.name(), "decide");
    assert!(stage.find("[data-action=call-supervisor]").is_some());
    stage.press("accept").await;
    stage.screen("paid").await;
}

#[wasm_bindgen_test]
async fn late_money_calls_from_a_badge_and_keeps_screen_and_amount() {
    let proxy = FakeProxy::new();
    let stage = Stage::at_keypad().await;
    stage.press("digit-4").await;
    let mut late = payment("p-left", "s-left", 3, "cancelled");
    (late["disposition"], late["review"]) = ("awaiting_decision".into(), "paid_late".into());
    proxy.push_payment(&late).await;
    until("a badge", || stage.find("[data-action=show-parked]").is_some()).await;
    assert_eq!(stage.text(".badge[role=status]"), "฿22.25 was paid after all: decide now");
    assert!(stage.find(".mark[data-sound=attention]").is_some());
    assert!(stage.text(".sale").contains("0.04"), "{}", stage.text(".sale"));
    stage.press_all(&["double-zero", "digit-0", "charge"]).await;
    stage.screen("scan").await;
    until("the badge", || stage.text("[data-action=show-parked]") == "฿22.25 was paid after all: decide now")
        .await;
}

#[wasm_bindgen_test]
async fn money_that_went_back_never_says_hand_over() {
    let proxy = FakeProxy::new();
    let stage = ended(&proxy, json!({ "state": "successful", "disposition": "refunded" })).await;
    assert_eq!(stage.name(), "given_back");
    assert!(stage.text(".money").contains("Do not hand over"));
}

#[wasm_bindgen_test]
async fn a_refusal_of_the_proxy_says_why_and_what_to_do() {
    let refused = |code: &'static str| {
        move |_: &_| {
            let Answer::Json(status, mut body) = problem(409, code) else { unreachable!() };
            (body["never_created"], body["payment_id"]) = (true.into(), "p-other".into());
            Answer::Json(status, body)
        }
    };
    for (code, title, action) in [
        ("code_used", "The code was used before", "scan-again"),
        ("code_stale", "The code is too old", "scan-again"),
        ("sale_paid", "This sale is paid", "show-other"),
        ("reference_seen", "This order was charged before", "accept-reference"),
        ("code_of_a_newer_proxy", "The proxy refused", "scan-again"),
    ] {
        let proxy = FakeProxy::new();
        proxy.on("PUT", "/v1/payments", refused(code));
        let stage = Stage::at_scan().await;
        Keys::new().scan(CODE);
        stage.screen("refused").await;
        assert_eq!(stage.text("h1"), title);
        assert!(!stage.text(".till").contains(code) && stage.find(".print").is_some(), "{code}");
        assert!(stage.find(&format!("[data-action={action}]")).is_some(), "{code}");
    }
}
