//! What the browser has for cameras and clocks. web-sys knows neither lights nor zooms of cameras.

use js_sys::{JsString, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    pub(super) type MediaDevices;
    #[wasm_bindgen(method, catch, js_name = getUserMedia)]
    pub(super) fn open(this: &MediaDevices, wanted: &JsValue) -> Result<Promise, JsValue>;

    #[derive(Clone)]
    pub(super) type Track;
    #[wasm_bindgen(method, catch, js_name = getCapabilities)]
    pub(super) fn capabilities(this: &Track) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, js_name = applyConstraints)]
    pub(super) fn apply(this: &Track, wanted: &JsValue) -> Result<Promise, JsValue>;

    /// Where this module was loaded from.
    #[wasm_bindgen(thread_local_v2, js_namespace = ["import", "meta"], js_name = url)]
    static MODULE: JsString;
}

/// The browser's cameras, where it shows any to this page.
pub(super) fn media_devices() -> Option<MediaDevices> {
    let devices = field(&web_sys::window()?.navigator(), "mediaDevices");
    devices.is_object().then(|| devices.unchecked_into())
}

/// The address of the worker that reads pictures.
pub(super) fn worker_address() -> Result<String, JsValue> {
    let module = MODULE.with(|module| String::from(module));
    web_sys::Url::new_with_base("../decoder/worker.js", &module).map(|address| address.href())
}

/// A field of an object, or `undefined`.
pub(super) fn field(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &JsValue::from_str(name)).unwrap_or_default()
}

pub(super) fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        let _ = Reflect::set(&object, &JsValue::from_str(name), value);
    }
    object.into()
}

/// Milliseconds on the clock of the events.
pub(super) fn now_ms() -> f64 {
    web_sys::window().and_then(|window| window.performance()).map_or(0.0, |clock| clock.now())
}

pub(super) async fn rest(wait_ms: f64) {
    #[allow(clippy::cast_possible_truncation, reason = "a rest is shorter than a second")]
    let wait_ms = wait_ms as i32;
    let rest = Promise::new(&mut |resolve, _| {
        if let Some(window) = web_sys::window() {
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, wait_ms);
        }
    });
    let _ = JsFuture::from(rest).await;
}
