//! Requests to the proxy as they go out: with the till's token, and the proof of its key where the browser has keys.

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
}

/// A request, ready to go out.
pub(super) struct Outgoing<'a> {
    /// None for a call by nobody; empty for a till that pairs, and then makes its key.
    pub(super) credential: Option<&'a str>,
    pub(super) method: &'a str,
    pub(super) address: &'a str,
    pub(super) body: Option<&'a str>,
    /// The last event that a stream has heard.
    pub(super) last_id: Option<&'a str>,
}

/// Sends it. A host page may have put a `fetch` of its own in place, which answers whatever it likes.
pub(super) async fn send(
    storage: &LocalStorage,
    request: Outgoing<'_>,
    signal: &AbortSignal,
) -> Option<Response> {
    let Outgoing { credential, method, address, body, last_id } = request;
    let sent = send_proved(storage.name(), credential, method, address, body, last_id, signal);
    JsFuture::from(sent).await.ok()?.dyn_into().ok()
}
