//! What the browser has for cameras. web-sys knows neither lights nor zooms of cameras.

use js_sys::Promise;
use wasm_bindgen::prelude::*;

use crate::values::field;

#[wasm_bindgen]
extern "C" {
    pub(super) type MediaDevices;
    #[wasm_bindgen(method, catch, js_name = getUserMedia)]
    pub(super) fn open(this: &MediaDevices, wanted: &JsValue) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch, js_name = enumerateDevices)]
    pub(super) fn all(this: &MediaDevices) -> Result<Promise, JsValue>;

    #[derive(Clone)]
    pub(super) type Track;
    #[wasm_bindgen(method, catch, js_name = getCapabilities)]
    pub(super) fn capabilities(this: &Track) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, js_name = getSettings)]
    pub(super) fn settings(this: &Track) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, js_name = applyConstraints)]
    pub(super) fn apply(this: &Track, wanted: &JsValue) -> Result<Promise, JsValue>;
}

/// The browser's cameras, where it shows any to this page.
pub(super) fn media_devices() -> Option<MediaDevices> {
    let devices = field(&web_sys::window()?.navigator(), "mediaDevices");
    devices.is_object().then(|| devices.unchecked_into())
}

// Where the worker that reads pictures is. It refuses to work for another build than its own.
#[wasm_bindgen(
    inline_js = "export const worker = () => new URL('../../../decoder/worker.js?SCANTILL_BUILD', import.meta.url).href"
)]
extern "C" {
    #[wasm_bindgen(js_name = worker)]
    pub(super) fn worker_address() -> String;
}
