//! The browser's camera interfaces. web-sys knows neither lights nor zooms of cameras.

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

/// The browser's cameras, if it shows any to this page.
pub(super) fn media_devices() -> Option<MediaDevices> {
    let devices = field(&web_sys::window()?.navigator(), "mediaDevices");
    devices.is_object().then(|| devices.unchecked_into())
}

// A worker's address cannot carry a hash, so the worker starts from a blob of a script that was fetched with
// one. Then a page of another origin can start it too. The build puts this script into the module's glue.
#[wasm_bindgen(inline_js = "export const readerScript = async (limit_ms) => {
    const { href } = new URL('../decoder/SCANTILL_NAME(decoder/decoder.js)', import.meta.url);
    const integrity = 'SCANTILL_SHA256(decoder/decoder.js)';
    const signal = AbortSignal.timeout(limit_ms);
    const read = async (cache) => (await fetch(href, { integrity, signal, cache })).blob();
    // What a browser keeps for ever may have been damaged on its way.
    const script = await read('default').catch(() => read('reload'));
    return [URL.createObjectURL(script), href];
}")]
extern "C" {
    /// The address of a blob with the script of the worker that reads pictures, and the script's own address.
    #[wasm_bindgen(catch, js_name = readerScript)]
    pub(super) async fn reader_script(limit_ms: u32) -> Result<JsValue, JsValue>;
}
