//! Reads from the proxy by the function that the till gives: this module never sees its token.

use js_sys::Function;
use serde::de::DeserializeOwned;

use crate::device::{DONE, ask};

/// The answer of the proxy; `None` if there is none, or if it is no answer of the proxy.
pub(super) async fn read<T: DeserializeOwned>(call: &Function, path: &str) -> Option<T> {
    let (status, body) = ask(call, "GET", path).await?;
    serde_wasm_bindgen::from_value(body).ok().filter(|_| status == DONE)
}
