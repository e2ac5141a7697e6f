//! From the amount to paid.

use wasm_bindgen_test::wasm_bindgen_test;

use super::fake_proxy::{Answer, FakeProxy, payment, put_answer};
use super::stage::{Keys, Stage, everything_stored, frames, object, until};

const CODE: &str = "28763443825664394";

#[wasm_bindgen_test]
async fn the_keypad_takes_an_amount_to_the_scan() {
    let _proxy = FakeProxy::new();
    let stage = Stage::at_keypad().await;
    stage.press_all(&["digit-2", "double-zero", "digit-5", "delete", "digit-7"]).await;
    until("the figure", || stage.text(".figure") == "฿20.07").await;
    assert!(stage.text("[data-action=charge]").contains("฿20.07"));
    stage.press("charge").await;
    stage.screen("scan").await;
    assert_eq!(stage.text(".figure"), "฿20.07");
    stage.press("back").await;
    stage.screen("amount").await;
}

#[wasm_bindgen_test]
async fn an_amount_outside_the_limits_is_told_and_not_charged() {
    let _proxy = FakeProxy::new();
    let stage = Stage::at_keypad().await;
    stage.press("charge").await;
    until("a sentence", || stage.text(".sale .problem").contains("Type an amount")).await;
    stage.press_all(&["digit-9", "charge"]).await;
    until("the limit", || stage.text(".sale .problem").contains("฿20.00")).await;
    assert_eq!(stage.name(), "amount");
}

#[wasm_bindgen_test]
async fn a_scan_pays_without_any_field_in_focus() {
    let proxy = FakeProxy::new();
    proxy.on("PUT", "/v1/payments", |asked| Answer::Json(201, put_answer(asked, 1, "pending")));
    let stage = Stage::at_scan().await;
    Keys::new().scan(CODE);
    stage.screen("pending").await;
    let put = &proxy.calls("PUT")[0];
    assert_eq!((put.body["amount"].as_i64(), put.body["code"].as_str()), (Some(2225), Some(CODE)));
    assert!(put.body["scanned_ago_ms"].as_u64().unwrap() < 5_000);
    let sale_id = put.body["sale_id"].as_str().unwrap().to_owned();
    let mut paid = payment(&put.payment_id(), &sale_id, 2, "successful");
    paid["disposition"] = "accepted".into();
    proxy.push_payment(&paid).await;
    stage.screen("paid").await;
    assert_eq!(stage.text("h1"), "Paid");
    stage.press("next-sale").await;
    stage.screen("amount").await;
    assert_eq!(stage.text(".figure"), "฿0.00");
}

#[wasm_bindgen_test]
async fn the_payers_code_is_neither_kept_nor_put_in_an_address() {
    let proxy = FakeProxy::new();
    proxy.on("PUT", "/v1/payments", |asked| Answer::Json(201, put_answer(asked, 1, "pending")));
    let stage = Stage::at_scan().await;
    Keys::new().scan(CODE);
    stage.screen("pending").await;
    assert!(!everything_stored().contains(CODE));
    assert!(proxy.everything().iter().all(|asked| !asked.path.contains(CODE)));
    assert!(!web_sys::window().unwrap().location().href().unwrap().contains(CODE));
    assert!(!stage.shadow().inner_html().contains(CODE));
}

#[wasm_bindgen_test]
async fn the_payment_is_stored_before_it_is_sent() {
    let proxy = FakeProxy::new();
    proxy.on("PUT", "/v1/payments", |asked| {
        assert!(everything_stored().contains(&asked.payment_id()));
        Answer::Never
    });
    let stage = Stage::at_scan().await;
    Keys::new().scan(CODE);
    stage.screen("sending").await;
    until("the call", || proxy.calls("PUT").len() == 1).await;
}

#[wasm_bindgen_test]
async fn polling_alone_brings_the_result() {
    let proxy = FakeProxy::new();
    proxy.on("GET", "/v1/events", |_| Answer::Lost);
    proxy.on("PUT", "/v1/payments", |asked| Answer::Json(201, put_answer(asked, 1, "pending")));
    let mut polls = 0;
    proxy.on("GET", "/v1/payments/", move |asked| {
        polls += 1;
        let mut answer = payment(&asked.payment_id(), "s-1", polls, "pending");
        if 3 <= polls {
            (answer["state"], answer["disposition"]) = ("successful".into(), "accepted".into());
        }
        Answer::Json(200, answer)
    });
    let stage = Stage::at_scan().await;
    Keys::new().scan(CODE);
    stage.screen("paid").await;
}

#[wasm_bindgen_test]
async fn a_stream_that_breaks_is_resumed_where_it_ended() {
    let proxy = FakeProxy::new();
    proxy.on("PUT", "/v1/payments", |asked| Answer::Json(201, put_answer(asked, 1, "pending")));
    let stage = Stage::at_scan().await;
    Keys::new().scan(CODE);
    stage.screen("pending").await;
    let put = proxy.calls("PUT")[0].clone();
    let sale_id = put.body["sale_id"].as_str().unwrap().to_owned();
    proxy.push(": heartbeat\n\n").await;
    proxy.push_payment(&payment(&put.payment_id(), &sale_id, 7, "pending")).await;
    frames(3).await;
    proxy.end_stream();
    until("a second stream", || proxy.streams() == 2).await;
    let streams: Vec<_> = proxy.everything().into_iter().filter(|asked| asked.path == "/v1/events").collect();
    assert_eq!(streams[0].last_event_id, None);
    assert_eq!(streams[1].last_event_id.as_deref(), Some("e1-7"));
    assert_eq!(streams[1].token.as_deref(), Some("Bearer token-1"));
}

#[wasm_bindgen_test]
async fn a_hidden_page_closes_its_stream_and_polls_when_seen() {
    let proxy = FakeProxy::new();
    proxy.on("PUT", "/v1/payments", |asked| Answer::Json(201, put_answer(asked, 1, "pending")));
    proxy.on("GET", "/v1/payments/", |asked| {
        Answer::Json(200, payment(&asked.payment_id(), "s-1", 1, "pending"))
    });
    let stage = Stage::at_scan().await;
    until("a stream", || proxy.streams() == 1).await;
    Keys::new().scan(CODE);
    stage.screen("pending").await;
    let polls = proxy.calls("GET /v1/payments/").len();
    let hidden = Visibility::change("hidden");
    until("it is closed", || proxy.aborted_streams() == 1).await;
    frames(5).await;
    assert_eq!((proxy.streams(), proxy.calls("GET /v1/payments/").len()), (1, polls), "nothing while hidden");
    drop(hidden);
    until("it is open again", || proxy.streams() == 2).await;
    until("it has asked", || proxy.calls("GET /v1/payments/").len() == polls + 1).await;
}

#[wasm_bindgen_test]
async fn each_sound_has_a_mark_on_the_screen() {
    let proxy = FakeProxy::new();
    proxy.on("PUT", "/v1/payments", |asked| {
        let mut paid = put_answer(asked, 1, "successful");
        paid["disposition"] = "accepted".into();
        Answer::Json(201, paid)
    });
    let stage = Stage::at_scan().await;
    let mut keys = Keys::new();
    keys.scan("4006381333931");
    until("a refusal's mark", || stage.find(".mark[data-sound=not-a-code]").is_some()).await;
    keys.scan(CODE);
    until("a payment's mark", || stage.find(".mark[data-sound=paid]").is_some()).await;
    assert!(stage.text(".aloud").contains("Paid"), "and words for those who listen");
}

/// What the page says of its visibility, until it is dropped.
struct Visibility;

impl Visibility {
    fn change(state: &str) -> Self {
        tell_visibility(state);
        Self
    }
}

impl Drop for Visibility {
    fn drop(&mut self) {
        tell_visibility("visible");
    }
}

fn tell_visibility(state: &str) {
    let document = web_sys::window().unwrap().document().unwrap();
    let value = object(&[("value", state.into()), ("configurable", true.into())]);
    js_sys::Object::define_property(
        &document,
        &"visibilityState".into(),
        &wasm_bindgen::JsCast::unchecked_into(value),
    );
    document.dispatch_event(&web_sys::Event::new("visibilitychange").unwrap()).unwrap();
}

#[wasm_bindgen_test]
async fn a_code_typed_by_hand_is_grouped_and_enter_sends_it() {
    let proxy = FakeProxy::new();
    proxy.on("PUT", "/v1/payments", |asked| Answer::Json(201, put_answer(asked, 1, "pending")));
    let stage = Stage::at_scan().await;
    stage.press("type-code").await;
    stage.enter("code", "2876-3443 8256\t6439 4").await;
    until("groups", || {
        let field = stage.find("[data-field=code]").unwrap();
        wasm_bindgen::JsCast::unchecked_into::<web_sys::HtmlInputElement>(field).value()
            == "2876 3443 8256 6439 4"
    })
    .await;
    until("the count", || stage.text(".count") == "17 digits").await;
    assert!(stage.find("[data-field=code]:focus").is_some(), "the field has the focus by itself");
    let form: web_sys::HtmlFormElement = wasm_bindgen::JsCast::unchecked_into(stage.find("form").unwrap());
    form.request_submit().unwrap();
    stage.screen("pending").await;
    assert_eq!(proxy.calls("PUT")[0].body["code"], CODE);
}

#[wasm_bindgen_test]
async fn what_is_no_payment_code_is_told_and_not_sent() {
    let proxy = FakeProxy::new();
    let stage = Stage::at_scan().await;
    let mut keys = Keys::new();
    for (code, words) in [
        ("https://qr.alipay.com/fkx0123", "receives money"),
        ("4006381333931", "product"),
        ("28763443825664a94", "digits only"),
        ("123456789", "too short"),
        ("287634438256643942876344382566439", "too long"),
    ] {
        keys.scan(code);
        until(words, || stage.text(".problem").contains(words)).await;
    }
    assert_eq!(proxy.calls("PUT").len(), 0);
    assert_eq!(stage.name(), "scan");
}

#[wasm_bindgen_test]
async fn test_mode_sends_a_code_outside_the_grammar_with_warning() {
    let proxy = FakeProxy::new();
    proxy.on("PUT", "/v1/payments", |asked| {
        let mut answer = put_answer(asked, 1, "pending");
        answer["code_outside_grammar"] = true.into();
        Answer::Json(201, answer)
    });
    let stage = Stage::at_scan().await;
    Keys::new().scan("1234567890");
    stage.screen("pending").await;
    assert!(stage.text(".note").contains("test mode"));
}

#[wasm_bindgen_test]
async fn a_second_scan_while_one_is_sent_sends_nothing() {
    let proxy = FakeProxy::new();
    proxy.on("PUT", "/v1/payments", |asked| Answer::Json(201, put_answer(asked, 1, "pending")));
    let stage = Stage::at_scan().await;
    let mut keys = Keys::new();
    keys.scan(CODE);
    keys.scan(CODE);
    stage.screen("pending").await;
    keys.scan("289431869362714645");
    frames(5).await;
    assert_eq!(proxy.calls("PUT").len(), 1);
}
