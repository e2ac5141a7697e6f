//! The supervisor's sheet: a module of its own, loaded when it is first opened.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::{AbortSignal, HtmlElement};

use crate::device::storage::LocalStorage;
use crate::input::event_sender::EventSender;
use crate::input::scanner_module::{EventCallback, event_callback};
use crate::net::abort::AbortGuard;

// The module receives a function that calls the proxy, and never the token.
#[wasm_bindgen(inline_js = "import { caller } from './src/net/proof.js';
import { loadOffice } from './src/net/module.js';
let failures = 0;
export const openOffice = async (host, origin, name, token, signal, payment, language, event) => {
    let closed = 1;
    try {
        const office = await loadOffice(failures);
        await office.default();
        await office.open(host.shadowRoot, caller(name, token, origin), signal, payment, language);
    } catch {
        failures++;
        closed = 0;
    }
    if (!signal.aborted) event('office', '', closed);
}")]
extern "C" {
    /// Calls `event` once the sheet is closed, or could not be loaded.
    #[wasm_bindgen(js_name = openOffice)]
    fn open_office(
        host: &HtmlElement,
        origin: &str,
        name: &str,
        token: &str,
        signal: &AbortSignal,
        payment: &str,
        language: &str,
        event: &JsValue,
    );
}

/// The open sheet. Dropping it closes the sheet.
pub(crate) struct Office {
    host: HtmlElement,
    origin: String,
    storage: Rc<LocalStorage>,
    event: EventCallback,
    open: RefCell<Option<AbortGuard>>,
}

impl Office {
    pub(crate) fn new(
        host: &HtmlElement,
        origin: String,
        storage: Rc<LocalStorage>,
        sender: &EventSender,
    ) -> Self {
        Self { host: host.clone(), origin, storage, event: event_callback(sender), open: RefCell::default() }
    }

    /// Opens the sheet for this payment in this language. False if it cannot be opened.
    pub(crate) fn open(&self, payment: &str, language: &str) -> bool {
        let (Some(token), Some(abort)) = (self.storage.token(), AbortGuard::new()) else { return false };
        let (name, signal) = (self.storage.name(), abort.signal());
        open_office(&self.host, &self.origin, name, &token, &signal, payment, language, self.event.as_ref());
        *self.open.borrow_mut() = Some(abort);
        true
    }
}
