//! The time of day in the store's zone, in the shop's notation.

use js_sys::{Date, Object, Reflect};
use scantill_types::Timestamp;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// A date whose formatting may fail: a browser need not know every zone.
    type JsDate;
    #[wasm_bindgen(method, catch, js_name = toLocaleTimeString)]
    fn time_of_day(this: &JsDate, language: &str, options: &Object) -> Result<String, JsValue>;
}

/// Hours, minutes and seconds. If the browser does not know the zone, the time is in UTC and marked so.
#[allow(
    clippy::cast_precision_loss,
    reason = "a date's milliseconds lie far below the limit of exact numbers"
)]
pub(super) fn time_of_day(at: Timestamp, language: &str, zone: &str) -> String {
    let options = Object::new();
    // Setting a property of a new plain object does not fail.
    let set = |name: &str, value: &str| drop(Reflect::set(&options, &name.into(), &value.into()));
    for part in ["hour", "minute", "second"] {
        set(part, "2-digit");
    }
    set("hourCycle", "h23");
    set("timeZone", zone);
    let date: JsDate = Date::new(&JsValue::from_f64(at.0 as f64)).unchecked_into();
    date.time_of_day(language, &options)
        .or_else(|_| {
            set("timeZone", "UTC");
            set("timeZoneName", "short");
            date.time_of_day(language, &options)
        })
        .unwrap_or_default()
}
