//! The cashier keeps sight of every payment, after a power cut and while the proxy is silent.

use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::Event;

use super::fake_proxy::{Answer, FakeProxy, payment, put_answer};
use super::stage::{Keys, Stage, busy, clear, object, until};

const CODE: &str = "28763443825664394";

fn list(payments: &[serde_json::Value]) -> Answer {
    Answer::Json(200, json!({ "payments": payments, "next_cursor": null }))
}

/// The browser reports this state of its network.
fn network(kind: &str) {
    web_sys::window().unwrap().dispatch_event(&Event::new(kind).unwrap()).unwrap();
}

#[wasm_bindgen_test]
async fn stale_storage_shows_the_open_payment_before_the_keypad() {
    let proxy = FakeProxy::new();
    proxy.on("GET", "/v1/payments?unsettled=true", |_| list(&[payment("p-lost", "s-lost", 2, "pending")]));
    let stage = Stage::new();
    stage.screen("pending").await;
    assert_eq!(stage.text(".figure"), "฿22.25");
}

#[wasm_bindgen_test]
async fn an_unseen_paid_payment_is_shown_without_a_sound() {
    let proxy = FakeProxy::new();
    proxy.on("GET", "/v1/payments?limit=20", |_| {
        let mut paid = payment("p-dark", "s-dark", 4, "successful");
        paid["disposition"] = "accepted".into();
        list(&[paid])
    });
    let stage = Stage::new();
    stage.screen("paid").await;
    assert!(stage.text("h1").starts_with("Paid at "), "{}", stage.text("h1"));
    assert!(stage.text(".aloud").contains("before the till started"));
    assert!(stage.find(".mark[data-sound=paid]").is_none());
    let again = stage.reload();
    again.screen("amount").await;
}

#[wasm_bindgen_test]
async fn another_tills_payment_is_taken_over_after_asking() {
    let proxy = FakeProxy::new();
    let theirs = || {
        let mut theirs = payment("p-theirs", "s-theirs", 2, "pending");
        theirs["holder"] = "colleague".into();
        theirs
    };
    proxy.on("GET", "/v1/payments?unsettled=true", move |_| list(&[theirs()]));
    proxy.on("GET", "/v1/payments/p-theirs", move |_| Answer::Json(200, theirs()));
    proxy.on("POST", "/v1/payments/p-theirs/holder", |asked| {
        assert_eq!(asked.body, json!({}));
        Answer::Json(200, payment("p-theirs", "s-theirs", 3, "pending"))
    });
    let stage = Stage::at_keypad().await;
    stage.press("digit-4").await;
    until("a badge", || stage.text("[data-action=show-parked]") == "฿22.25 is on another till").await;
    stage.press("show-parked").await;
    stage.screen("other_till").await;
    assert!(stage.shows_shape());
    assert_eq!(proxy.calls("POST /v1/payments/").len(), 0);
    stage.press("next-sale").await;
    stage.screen("amount").await;
    assert_eq!(stage.text(".figure"), "฿0.04", "what was being typed is there again");
    stage.press_all(&["show-parked", "take-over"]).await;
    stage.screen("pending").await;
}

#[wasm_bindgen_test]
async fn a_network_that_goes_and_comes_is_told_on_every_screen() {
    let proxy = FakeProxy::new();
    let stage = Stage::at_keypad().await;
    until("a stream", || proxy.streams() == 1).await;
    for screen in ["amount", "scan"] {
        if screen == "scan" {
            stage.press_all(&["digit-2", "double-zero", "digit-5", "charge"]).await;
            stage.screen("scan").await;
        }
        proxy.on("GET", "/v1/terminal", |_| Answer::Lost);
        network("offline");
        until("the bar", || stage.text(".bar").contains("No connection")).await;
        assert!(stage.find(".ear").is_none(), "no scan can be sent");
        proxy.on("GET", "/v1/terminal", |_| Answer::Json(200, super::fake_proxy::terminal()));
        network("online");
        until("no bar", || stage.text(".bar").is_empty()).await;
    }
}

#[wasm_bindgen_test]
async fn a_proxy_that_is_silent_is_missed_within_five_seconds() {
    let proxy = FakeProxy::new();
    let stage = Stage::at_keypad().await;
    until("a stream", || proxy.streams() == 1).await;
    proxy.push(": \n\n").await;
    proxy.on("GET", "/v1/", |_| Answer::Never);
    let clock = web_sys::window().unwrap().performance().unwrap();
    let silent_ms = clock.now();
    until("the bar", || stage.text(".bar").contains("No connection")).await;
    assert!(clock.now() - silent_ms < 5_000.0);
    assert_eq!(stage.name(), "amount");
}

#[wasm_bindgen_test]
async fn no_answer_yet_has_a_way_to_the_next_sale() {
    let proxy = FakeProxy::new();
    proxy.on("PUT", "/v1/payments", |_| Answer::Never);
    let mut cancels = 0;
    proxy.on("POST", "/v1/payments/", move |asked| {
        cancels += 1;
        if cancels < 4 { Answer::Lost } else { Answer::Json(200, put_answer(asked, 1, "cancelled")) }
    });
    let stage = Stage::at_scan().await;
    Keys::new().scan(CODE);
    until("giving up", || stage.text("h1") == "No answer yet").await;
    stage.press("park").await;
    stage.screen("amount").await;
    assert_eq!(stage.text("[data-action=show-parked]"), "1 payment in doubt");
    until("it is ended in the background", || stage.find("[data-action=show-parked]").is_none()).await;
    assert_eq!(
        proxy
            .calls("PUT")
            .iter()
            .map(super::fake_proxy::Asked::payment_id)
            .collect::<std::collections::HashSet<_>>()
            .len(),
        1
    );
}

#[wasm_bindgen_test]
async fn money_that_moved_wrongly_is_no_waiting_for_the_customer() {
    let proxy = FakeProxy::new();
    proxy.on("PUT", "/v1/payments", |asked| {
        let mut answer = put_answer(asked, 1, "pending");
        answer["review"] = "mismatch".into();
        Answer::Json(201, answer)
    });
    let stage = Stage::at_scan().await;
    Keys::new().scan(CODE);
    stage.screen("supervisor").await;
    assert!(stage.text(".next").contains("not the one that this till asked for"));
    assert!(stage.find("[role=timer]").is_none());
    stage.press("next-sale").await;
    stage.screen("amount").await;
    assert_eq!(stage.text("[data-action=show-parked]"), "฿22.25: call a supervisor");
}

#[wasm_bindgen_test]
async fn each_end_has_its_own_words() {
    for (by, title) in [
        ("cashier", "Cancelled"),
        ("deadline", "Not confirmed in time"),
        ("till", "Ended without an answer"),
        ("other_payment", "Ended by another payment"),
        ("supervisor", "Ended by a supervisor"),
    ] {
        let proxy = FakeProxy::new();
        proxy.on("PUT", "/v1/payments", move |asked| {
            let mut answer = put_answer(asked, 1, "cancelled");
            answer["cancel_request"] = json!({ "by": by, "at": "2026-11-20T07:05:40Z" });
            Answer::Json(201, answer)
        });
        let stage = Stage::at_scan().await;
        Keys::new().scan(CODE);
        stage.screen("cancelled").await;
        assert_eq!(stage.text("h1"), title);
        assert_eq!(stage.text(".money"), "No money was taken.", "{by}");
    }
}

#[wasm_bindgen_test]
async fn a_scan_after_a_failure_begins_the_next_attempt_of_the_sale() {
    let proxy = FakeProxy::new();
    let mut puts = 0;
    proxy.on("PUT", "/v1/payments", move |asked| {
        puts += 1;
        let mut answer = put_answer(asked, 1, if puts == 1 { "failed" } else { "successful" });
        if puts == 1 {
            answer["failure_code"] = "insufficient_balance".into();
        } else {
            answer["disposition"] = "accepted".into();
        }
        Answer::Json(201, answer)
    });
    let stage = Stage::at_keypad().await;
    let _checkout = stage.till.checkout(&object(&[("amount", 2225.into())]));
    stage.screen("scan").await;
    Keys::new().scan(CODE);
    stage.screen("failed").await;
    Keys::new().scan("289431869362714645");
    stage.screen("paid").await;
    let sales: Vec<_> = proxy.calls("PUT").iter().map(|put| put.body["sale_id"].clone()).collect();
    assert_eq!((sales.len(), &sales[0]), (2, &sales[1]));
}

#[wasm_bindgen_test]
async fn what_never_left_the_shop_may_be_scanned_again() {
    let proxy = FakeProxy::new();
    let mut puts = 0;
    proxy.on("PUT", "/v1/payments", move |asked| {
        puts += 1;
        if puts == 2 {
            return Answer::Json(201, put_answer(asked, 1, "pending"));
        }
        let refusal = json!({ "type": "", "status": 503, "code": "provider_unreachable", "detail": "", "never_created": true });
        Answer::Json(503, refusal)
    });
    let stage = Stage::at_keypad().await;
    let _checkout = stage.till.checkout(&object(&[("amount", 2225.into())]));
    stage.screen("scan").await;
    Keys::new().scan(CODE);
    stage.screen("refused").await;
    // Read sooner, it would count as a bouncing trigger.
    busy(1_300.0);
    Keys::new().scan(CODE);
    stage.screen("pending").await;
}

#[wasm_bindgen_test]
async fn leaving_the_typed_code_keeps_sale_and_amount() {
    let _proxy = FakeProxy::new();
    let stage = Stage::at_scan().await;
    stage.press("type-code").await;
    until("the field", || stage.find("[data-field=code]").is_some()).await;
    stage.press("back").await;
    until("the scan", || stage.find("[data-field=code]").is_none()).await;
    assert_eq!((stage.name().as_str(), stage.text(".figure").as_str()), ("scan", "฿22.25"));
    stage.press("back").await;
    stage.screen("amount").await;
    stage.press_all(&["digit-7", "digit-7", "digit-7"]).await;
    let again = stage.reload();
    until("the amount", || again.text(".figure") == "฿7.77").await;
    clear();
}
