//! The supervisor's sheet: a module of its own, loaded when it is first opened.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::{AbortSignal, HtmlElement};

use crate::device::storage::LocalStorage;
use crate::input::event_sender::{EventSender, ShellEvent};
use crate::net::abort::AbortGuard;
use scantill_till::scanner_panel::ScannerCommand;

// The module receives a function that calls the proxy, and never the token.
#[wasm_bindgen(inline_js = "import { call } from './src/net/proof.js';
import { loadOffice } from './src/net/module.js';
let failures = 0;
export const openOffice = async (host, origin, name, token, signal, payment, act) => {
    let closed = 1;
    try {
        const office = await loadOffice(failures);
        await office.default();
        await office.open(host.shadowRoot, (path, init) => call(name, token, origin + path, init), signal, payment);
    } catch {
        failures++;
        closed = 0;
    }
    if (!signal.aborted) act('office', closed);
}")]
extern "C" {
    /// Calls `act` once the sheet is closed, or could not be loaded.
    #[wasm_bindgen(js_name = openOffice)]
    fn open_office(
        host: &HtmlElement,
        origin: &str,
        name: &str,
        token: &str,
        signal: &AbortSignal,
        payment: &str,
        act: &JsValue,
    );
}

/// The open sheet. Dropping it closes the sheet.
pub(crate) struct Office {
    host: HtmlElement,
    origin: String,
    storage: Rc<LocalStorage>,
    act: Closure<dyn Fn(String, u32)>,
    open: RefCell<Option<AbortGuard>>,
}

impl Office {
    pub(crate) fn new(
        host: &HtmlElement,
        origin: String,
        storage: Rc<LocalStorage>,
        sender: EventSender,
    ) -> Self {
        let act = Closure::<dyn Fn(String, u32)>::new(move |name: String, value| {
            if let Some(act) = ScannerCommand::named(&name, value) {
                sender.send(ShellEvent::ScannerCommand(act));
            }
        });
        Self { host: host.clone(), origin, storage, act, open: RefCell::default() }
    }

    /// Opens the sheet for this payment. False if it cannot be opened.
    pub(crate) fn open(&self, payment: &str) -> bool {
        let (Some(token), Some(abort)) = (self.storage.token(), AbortGuard::new()) else { return false };
        let (name, signal) = (self.storage.name(), abort.signal());
        open_office(&self.host, &self.origin, name, &token, &signal, payment, self.act.as_ref());
        *self.open.borrow_mut() = Some(abort);
        true
    }
}
