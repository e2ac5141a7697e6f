//! Requests to the proxy with the till's token, and with the proof of its key if the browser has keys.

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Response};

use crate::device::storage::LocalStorage;

#[wasm_bindgen(module = "/src/net/proof.js")]
extern "C" {
    #[wasm_bindgen(js_name = send)]
    fn send_proved(
        name: &str,
        credential: Option<&str>,
        method: &str,
        address: &str,
        body: Option<&str>,
        last_id: Option<&str>,
        signal: &AbortSignal,
    ) -> js_sys::Promise;

    /// A function that calls the proxy as this till.
    pub(crate) fn caller(name: &str, token: Option<&str>, origin: &str) -> js_sys::Function;

    /// Removes the till's key.
    pub(crate) fn forget(name: &str);
}

/// A request, ready to go out.
pub(super) struct SignedRequest<'a> {
    /// `None` for a call without a till; empty for a till that pairs and then makes its key.
    pub(super) credential: Option<&'a str>,
    pub(super) method: &'a str,
    pub(super) address: &'a str,
    pub(super) body: Option<&'a str>,
    /// The id of the last event that a stream received.
    pub(super) last_id: Option<&'a str>,
}

/// Sends it. A host page may have replaced `fetch` by a function of its own, which may answer anything.
pub(super) async fn send(
    storage: &LocalStorage,
    request: SignedRequest<'_>,
    signal: &AbortSignal,
) -> Option<Response> {
    let SignedRequest { credential, method, address, body, last_id } = request;
    let sent = send_proved(storage.name(), credential, method, address, body, last_id, signal);
    JsFuture::from(sent).await.ok()?.dyn_into().ok()
}
