//! Date and time in the store's zone, in the shop's notation.

use js_sys::{Date, Object, Reflect};
use scantill_types::Timestamp;
use wasm_bindgen::{JsCast, JsValue};

/// Day, month, year, hours and minutes. If the browser does not know the zone, the tablet's own zone is used.
pub(crate) fn day_and_time(at: Timestamp, zone: Option<&str>, language: &str) -> String {
    in_zone(at, zone, language).or_else(|| in_zone(at, None, language)).unwrap_or_default()
}

#[allow(
    clippy::cast_precision_loss,
    reason = "a date's milliseconds lie far below the limit of exact numbers"
)]
fn in_zone(at: Timestamp, zone: Option<&str>, language: &str) -> Option<String> {
    let options = Object::new();
    let told = [("dateStyle", Some("medium")), ("timeStyle", Some("short")), ("hourCycle", Some("h23"))];
    for (name, value) in told.into_iter().chain([("timeZone", zone)]) {
        if let Some(value) = value {
            Reflect::set(&options, &name.into(), &value.into()).ok()?;
        }
    }
    let date = Date::new(&JsValue::from_f64(at.0 as f64));
    let format: js_sys::Function = Reflect::get(&date, &"toLocaleString".into()).ok()?.dyn_into().ok()?;
    // Called through its function: an unknown zone throws.
    format.call2(&date, &language.into(), &options).ok()?.as_string()
}
