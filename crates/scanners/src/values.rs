//! Plain objects of JavaScript.

use js_sys::{Object, Reflect};
use wasm_bindgen::JsValue;

/// A field of an object, or `undefined`.
pub(crate) fn field(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &JsValue::from_str(name)).unwrap_or_default()
}

pub(crate) fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        let _ = Reflect::set(&object, &JsValue::from_str(name), value);
    }
    object.into()
}

/// Whether this is the browser's error of that name.
pub(crate) fn is_error(error: &JsValue, name: &str) -> bool {
    field(error, "name") == *name
}
