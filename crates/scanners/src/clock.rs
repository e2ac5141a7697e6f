//! The clock of the page's events, waiting, and the time of day in a shop.

use js_sys::{Date, Object, Promise, Reflect};
use scantill_types::Timestamp;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    /// A date whose formatting may fail: a browser need not know every zone.
    type JsDate;
    #[wasm_bindgen(method, catch, js_name = toLocaleTimeString)]
    fn time_of_day(this: &JsDate, language: &str, options: &Object) -> Result<String, JsValue>;
}

/// Milliseconds on the clock of the events.
pub(crate) fn now_ms() -> f64 {
    web_sys::window().and_then(|window| window.performance()).map_or(0.0, |clock| clock.now())
}

/// The same in whole milliseconds.
pub(crate) fn now_whole_ms() -> u64 {
    crate::whole(now_ms())
}

pub(crate) async fn rest(wait_ms: f64) {
    #[allow(clippy::cast_possible_truncation, reason = "a rest is shorter than a second")]
    let wait_ms = wait_ms as i32;
    let rest = Promise::new(&mut |resolve, _| {
        if let Some(window) = web_sys::window() {
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, wait_ms);
        }
    });
    let _ = JsFuture::from(rest).await;
}

/// Hours and minutes in this zone; nothing if the browser does not know the zone.
#[allow(
    clippy::cast_precision_loss,
    reason = "a date's milliseconds lie far below the limit of exact numbers"
)]
pub(crate) fn time_of_day(at: Timestamp, language: &str, zone: &str) -> String {
    let options = Object::new();
    for (name, value) in
        [("hour", "2-digit"), ("minute", "2-digit"), ("hourCycle", "h23"), ("timeZone", zone)]
    {
        // Setting a property of a new plain object does not fail.
        let _ = Reflect::set(&options, &name.into(), &value.into());
    }
    let date: JsDate = Date::new(&JsValue::from_f64(at.0 as f64)).unchecked_into();
    date.time_of_day(language, &options).unwrap_or_default()
}
