//! Reads from the proxy by the function that the till gives: this module never sees its token.

use js_sys::{Function, Promise};
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Response};

/// As long as the till itself waits for what it reads.
const LIMIT_MS: u32 = 5_000;

/// The answer of the proxy; `None` if there is none, or if it is no answer of the proxy.
pub(super) async fn read<T: DeserializeOwned>(read: &Function, path: &str) -> Option<T> {
    let signal = AbortSignal::timeout_with_u32(LIMIT_MS);
    let asked = read.call2(&JsValue::NULL, &path.into(), &signal).ok()?;
    let answer: Response = JsFuture::from(Promise::resolve(&asked)).await.ok()?.dyn_into().ok()?;
    let body = JsFuture::from(answer.json().ok().filter(|_| answer.ok())?).await.ok()?;
    serde_wasm_bindgen::from_value(body).ok()
}
