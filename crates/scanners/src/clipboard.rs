//! The clipboard, if the browser lets a page write to it.

use js_sys::{Function, Promise};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::values::field;

/// Copies a text. False if the browser has no clipboard or refuses. Insecure pages have none.
pub(crate) async fn copy(text: &str) -> bool {
    let Some(window) = web_sys::window() else { return false };
    let clipboard = field(&window.navigator(), "clipboard");
    let Ok(write) = field(&clipboard, "writeText").dyn_into::<Function>() else { return false };
    match write.call1(&clipboard, &JsValue::from_str(text)) {
        Ok(writing) => JsFuture::from(Promise::resolve(&writing)).await.is_ok(),
        Err(_) => false,
    }
}
