//! JSON parsed by the browser: a parser of our own would be a tenth of what a tablet loads.

#[cfg(target_arch = "wasm32")]
mod reader;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Reads a text; `None` if it is no JSON or has another shape. Fields that the type does not know are
/// ignored.
#[cfg(target_arch = "wasm32")]
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Option<T> {
    T::deserialize(reader::Reader(js_sys::JSON::parse(text).ok()?)).ok()
}

/// Writes a value; `None` if it cannot be written, which does not happen with our types.
#[cfg(target_arch = "wasm32")]
pub(crate) fn write<T: Serialize + ?Sized>(value: &T) -> Option<String> {
    js_sys::JSON::stringify(&to_js(value)?).ok().map(String::from)
}

/// The value as `JSON.parse` would return it.
pub(crate) fn to_js<T: Serialize + ?Sized>(value: &T) -> Option<wasm_bindgen::JsValue> {
    value.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).ok()
}

#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_str(text).ok()
}

#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn write<T: Serialize + ?Sized>(value: &T) -> Option<String> {
    serde_json::to_string(value).ok()
}
