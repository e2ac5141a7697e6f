//! The sheet on which a supervisor decides about one payment, with a PIN.
//!
//! The till loads this module when the sheet is first opened, so that it does not slow down the first load.
//! The module gets no token: the till passes in a function that calls the proxy. `sheet` is the pure machine,
//! `effects` use the browser's interfaces, `views` paint.

mod effects;
mod sheet;
mod texts;
mod views;

use js_sys::{Function, Promise};
use scantill_types::PaymentId;
use wasm_bindgen::prelude::*;
use web_sys::{AbortSignal, ShadowRoot};

use effects::api::Api;

#[cfg(all(test, target_arch = "wasm32"))]
#[path = "../tests/browser.rs"]
mod browser;

/// A third of the size of std's allocator.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

/// Opens the sheet of a payment above the page of a till, whose shadow root is `root`. `fetch(path, init)`
/// calls the proxy as that till's device. The promise resolves once the sheet is closed, by a hand or by
/// `signal`.
#[wasm_bindgen]
pub fn open(root: ShadowRoot, fetch: Function, signal: AbortSignal, payment: &str) -> Promise {
    let Ok(payment) = PaymentId::parse(payment) else {
        return Promise::reject(&JsValue::from_str("this is no payment's id"));
    };
    if signal.aborted() {
        return Promise::resolve(&JsValue::UNDEFINED);
    }
    let mut begin = Some((root, Api::new(fetch, signal.clone()), signal, payment));
    Promise::new(&mut |resolve: Function, _: Function| {
        if let Some((root, api, signal, payment)) = begin.take() {
            views::open(&root, api, &signal, payment, resolve);
        }
    })
}
