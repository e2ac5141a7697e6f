//! The clipboard, where the browser lets a page write to it.

use js_sys::{Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// Puts a text there; false where the browser has no way to. Insecure pages have none.
pub(crate) fn copy(text: &str) -> bool {
    let Some(window) = web_sys::window() else { return false };
    let clipboard = Reflect::get(&window.navigator(), &JsValue::from_str("clipboard")).unwrap_or_default();
    let write = Reflect::get(&clipboard, &JsValue::from_str("writeText"));
    let Some(write) = write.ok().and_then(|write| write.dyn_into::<Function>().ok()) else { return false };
    write.call1(&clipboard, &JsValue::from_str(text)).is_ok()
}
