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
use scantill_till::catalogue;
use scantill_types::PaymentId;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::{AbortSignal, ShadowRoot};

use effects::api::Api;
use texts::Language;

#[cfg(all(test, target_arch = "wasm32"))]
#[path = "../tests/browser.rs"]
mod browser;

/// A third of the size of std's allocator.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

/// Opens the sheet of a payment above the page of a till, whose shadow root is `root`. `fetch(path, init)`
/// calls the proxy as that till's device; `tag` is the till's language. The promise resolves once the sheet is
/// closed, by a hand or by `signal`, and rejects if the language's texts cannot be fetched.
#[wasm_bindgen]
pub fn open(root: ShadowRoot, fetch: Function, signal: AbortSignal, payment: &str, tag: &str) -> Promise {
    let Ok(payment) = PaymentId::parse(payment) else {
        return Promise::reject(&JsValue::from_str("this is no payment's id"));
    };
    let Some(tag) = catalogue::named(tag) else { return Promise::reject(&tag.into()) };
    future_to_promise(async move {
        let language = language(tag).await.ok_or_else(|| JsValue::from_str(tag))?;
        // The till may have been removed meanwhile.
        if signal.aborted() {
            return Ok(JsValue::UNDEFINED);
        }
        let api = Api::new(fetch, signal.clone());
        let mut begin = Some((api, (payment, language)));
        JsFuture::from(Promise::new(&mut |resolve: Function, _: Function| {
            if let Some((api, wanted)) = begin.take() {
                views::open(&root, api, &signal, wanted, resolve);
            }
        }))
        .await
    })
}

async fn language(tag: &'static str) -> Option<Language> {
    match Language::known(tag) {
        Some(language) => Some(language),
        None => texts::files::fetch(tag).await.and_then(|texts| Language::read(tag, texts)),
    }
}
