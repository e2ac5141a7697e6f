//! From an unknown tablet to a till.

use wasm_bindgen_test::wasm_bindgen_test;

use super::fake_proxy::{Answer, FakeProxy, problem, terminal};
use super::stage::{Stage, clear, everything_stored, until};

#[wasm_bindgen_test]
async fn a_new_tablet_pairs_by_itself_while_pairing_is_open() {
    let proxy = FakeProxy::new();
    let stage = Stage::at_keypad().await;
    let pair = &proxy.calls("POST /v1/pair")[0];
    assert_eq!(
        (pair.body["device_id"].as_str(), pair.body.get("code")),
        (Some("tablet"), Some(&serde_json::Value::Null))
    );
    assert!(stage.text(".store").contains("Baan Coffee POS-01"));
    assert!(stage.find(".mode").is_some(), "test mode is shown");
    let again = stage.reload();
    again.screen("amount").await;
    assert_eq!(proxy.calls("POST /v1/pair").len(), 1);
    assert_eq!(proxy.calls("GET /v1/terminal")[0].token.as_deref(), Some("Bearer token-1"));
}

#[wasm_bindgen_test]
async fn a_wrong_pairing_code_is_told_and_the_right_one_pairs() {
    let proxy = FakeProxy::new();
    proxy.on("POST", "/v1/pair", |asked| match asked.body["code"].as_str() {
        Some("K7-RIGHT") => Answer::Json(
            200,
            serde_json::json!({ "token": "token-1", "token_type": "Bearer", "terminal": terminal() }),
        ),
        _ => problem(403, "pairing_refused"),
    });
    let stage = Stage::new();
    let is_centred = "const box = (part) => root.querySelector(part).getBoundingClientRect();
        const [state, title, button] = ['.state', 'h1', '[data-action=pair]'].map(box);
        return Math.abs((title.top - state.top) - (state.bottom - button.bottom)) < 40";
    let is_centred = js_sys::Function::new_with_args("root", is_centred);
    until("the form", || stage.find("[data-action=pair]").is_some()).await;
    assert!(is_centred.call1(&wasm_bindgen::JsValue::NULL, &stage.shadow()).unwrap().is_truthy());
    stage.enter("pairing-code", "K7-WRONG").await;
    assert_eq!(stage.text(".problem"), "", "nobody has typed anything yet");
    stage.press("pair").await;
    until("a sentence", || stage.text(".problem").contains("wrong, used, or too old")).await;
    stage.enter("pairing-code", " K7-RIGHT ").await;
    stage.press("pair").await;
    stage.screen("amount").await;
}

#[wasm_bindgen_test]
async fn a_till_with_a_revoked_token_says_use_another_till() {
    let proxy = FakeProxy::new();
    let stage = Stage::at_scan().await;
    proxy.on("POST", "/v1/pair", |_| problem(403, "pairing_refused"));
    proxy.on("PUT", "/v1/payments", |_| problem(401, "unauthenticated"));
    super::stage::Keys::new().scan("28763443825664394");
    stage.screen("pair").await;
    until("the words", || stage.text("h1") == "Use another till").await;
    assert!(everything_stored().contains("\"acknowledged\":false"), "the payment in hand is not forgotten");
}

#[wasm_bindgen_test]
async fn a_proxy_that_does_not_answer_yet_is_asked_again() {
    let proxy = FakeProxy::new();
    clear();
    let mut lost = 2;
    proxy.script(move |asked| {
        lost -= i32::from(asked.path == "/v1/terminal");
        (asked.path == "/v1/terminal" && 0 <= lost).then_some(Answer::Lost)
    });
    let stage = Stage::at_paired();
    until("the bar", || stage.text(".bar").contains("No connection")).await;
    stage.screen("amount").await;
    assert_eq!(stage.text(".bar"), "");
}

#[wasm_bindgen_test]
async fn a_hotels_login_page_unpairs_nothing() {
    let proxy = FakeProxy::new();
    let stage = Stage::at_scan().await;
    let mut walls = 1;
    proxy.script(move |asked| {
        walls -= i32::from(asked.method == "PUT");
        (asked.method == "PUT" && 0 <= walls).then_some(Answer::Html(401))
    });
    proxy.on("PUT", "/v1/payments", |asked| {
        Answer::Json(201, super::fake_proxy::put_answer(asked, 1, "pending"))
    });
    super::stage::Keys::new().scan("28763443825664394");
    stage.screen("pending").await;
}

#[wasm_bindgen_test]
async fn an_unlisted_page_is_told_so_until_it_is_listed() {
    let proxy = FakeProxy::new();
    clear();
    let listed = std::rc::Rc::new(std::cell::Cell::new(false));
    let (pairs, asks) = (listed.clone(), listed.clone());
    proxy.script(move |asked| (asked.path == "/v1/pair" && !pairs.get()).then_some(Answer::Lost));
    proxy.on("GET", "/v1/origin", move |_| Answer::Json(200, serde_json::json!({ "allowed": asks.get() })));
    let stage = Stage::new();
    until("the words", || stage.text("h1") == "The proxy does not allow this page’s origin").await;
    assert!(stage.find("input").is_none(), "no code helps");
    assert_eq!(stage.text(".bar"), "", "the proxy is there");
    let told = js_sys::Reflect::get(&stage.till, &"state".into()).unwrap();
    assert_eq!(told, "not_allowed", "a checkout waits");
    assert!(proxy.calls("GET /v1/origin").iter().all(|asked| asked.token.is_none()));
    listed.set(true);
    stage.screen("amount").await;
}
