//! Times are in the store's zone, with any zone of the tablet.

use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use super::fake_proxy::{Answer, FakeProxy, put_answer, terminal};
use super::stage::{Keys, Stage};

const CODE: &str = "28763443825664394";

/// The facts of a payment that ended at 07:05:32 UTC, in a store of this zone.
async fn facts_in(zone: &'static str) -> String {
    let proxy = FakeProxy::new();
    proxy.on("POST", "/v1/pair", move |_| {
        let mut terminal = terminal();
        terminal["time_zone"] = zone.into();
        Answer::Json(200, json!({ "token": "token-1", "token_type": "Bearer", "terminal": terminal }))
    });
    proxy.on("PUT", "/v1/payments", |asked| {
        let mut paid = put_answer(asked, 1, "successful");
        paid["disposition"] = "accepted".into();
        Answer::Json(201, paid)
    });
    let stage = Stage::at_scan().await;
    Keys::new().scan(CODE);
    stage.screen("paid").await;
    stage.text(".facts")
}

#[wasm_bindgen_test]
async fn a_time_is_shown_in_the_stores_zone() {
    for (zone, time) in
        [("Asia/Bangkok", "14:05:32"), ("Asia/Singapore", "15:05:32"), ("America/Lima", "02:05:32")]
    {
        let facts = facts_in(zone).await;
        assert!(facts.contains(time), "{zone}: {facts}");
    }
}

#[wasm_bindgen_test]
async fn an_unknown_zone_gives_utc_and_says_so() {
    for zone in ["Mars/Base", ""] {
        let facts = facts_in(zone).await;
        assert!(facts.contains("07:05:32 UTC"), "{zone}: {facts}");
    }
}
