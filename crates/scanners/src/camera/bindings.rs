//! What the browser has for cameras. web-sys knows neither lights nor zooms of cameras.

use js_sys::{JsString, Promise};
use wasm_bindgen::prelude::*;

use crate::values::field;

#[wasm_bindgen]
extern "C" {
    pub(super) type MediaDevices;
    #[wasm_bindgen(method, catch, js_name = getUserMedia)]
    pub(super) fn open(this: &MediaDevices, wanted: &JsValue) -> Result<Promise, JsValue>;

    #[derive(Clone)]
    pub(super) type Track;
    #[wasm_bindgen(method, catch, js_name = getCapabilities)]
    pub(super) fn capabilities(this: &Track) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, js_name = getSettings)]
    pub(super) fn settings(this: &Track) -> Result<JsValue, JsValue>;
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
