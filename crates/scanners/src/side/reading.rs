//! Reads from the proxy by the function that the till gives: this module never sees its token.

use js_sys::{Array, Function};
use serde::de::DeserializeOwned;

use crate::device::bindings::ask_proxy;

const DONE: f64 = 200.0;

/// The answer of the proxy; `None` if there is none, or if it is no answer of the proxy.
pub(super) async fn read<T: DeserializeOwned>(call: &Function, path: &str) -> Option<T> {
    let answer = Array::from(&ask_proxy(call, "GET", path).await.ok()?);
    let is_done = answer.get(0).as_f64() == Some(DONE);
    serde_wasm_bindgen::from_value(answer.get(1)).ok().filter(|_| is_done)
}
