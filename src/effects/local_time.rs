//! The time of day as the shop's people write it, in the tablet's own zone.

use js_sys::{Date, Object, Reflect};
use scantill_core::Timestamp;
use wasm_bindgen::JsValue;

/// Hours, minutes and seconds.
#[allow(
    clippy::cast_precision_loss,
    reason = "a date's milliseconds lie far below the limit of exact numbers"
)]
pub(crate) fn time_of_day(at: Timestamp, language: &str) -> String {
    let options = Object::new();
    for part in ["hour", "minute", "second"] {
        // A new plain object takes every property.
        let _ = Reflect::set(&options, &JsValue::from_str(part), &JsValue::from_str("2-digit"));
    }
    let _ = Reflect::set(&options, &JsValue::from_str("hourCycle"), &JsValue::from_str("h23"));
    let date = Date::new(&JsValue::from_f64(at.0 as f64));
    String::from(date.to_locale_time_string_with_options(language, &options))
}
