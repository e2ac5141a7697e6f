//! Loads the scanner module soon after the till. The module reads HID scanners and the camera, and paints the
//! page of settings, the last sales, and what the customer does.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::ShadowRoot;

use crate::device::clock;
use crate::device::storage::LocalStorage;
use crate::input::event_sender::{EventSender, ShellEvent};
use crate::input::input_context::ReadInputContext;
use crate::net::json;
use scantill_till::View;
use scantill_till::customer::CustomerDisplay;
use scantill_till::scanner_panel::{ModuleEvent, PageState};
use scantill_till::view_model::ViewModel;

/// The till's own needs come first.
const WAIT_MS: u32 = 500;

#[wasm_bindgen(module = "/src/net/module.js")]
extern "C" {
    /// Loads the module of the same build.
    #[wasm_bindgen(js_name = loadScanners)]
    fn load(failures: u32) -> Promise;
}

#[wasm_bindgen]
extern "C" {
    /// The module's one class.
    type Scanners;
    #[wasm_bindgen(method)]
    fn choose(this: &Scanners);
    #[wasm_bindgen(method)]
    fn speak(this: &Scanners, tag: &str) -> Promise;
    #[wasm_bindgen(method)]
    fn paint(this: &Scanners, root: &ShadowRoot, state: &JsValue, call: &Function);
    #[wasm_bindgen(method, js_name = showCustomer)]
    fn show_customer(this: &Scanners, shop: &str, screen: u32, amount: f64, currency: &str);
    #[wasm_bindgen(method)]
    fn free(this: &Scanners);
}

/// The module, once it is loaded.
pub(crate) struct ScannerModule {
    inner: Rc<Inner>,
    _soon: Timeout,
}

struct Inner {
    sender: EventSender,
    ask: ReadInputContext,
    storage: Rc<LocalStorage>,
    asked: Cell<bool>,
    failures: Cell<u32>,
    loaded: RefCell<Option<Loaded>>,
    gone: Cell<bool>,
    /// The language of the page.
    tag: Cell<&'static str>,
}

/// The module's object and its callbacks.
struct Loaded {
    scanners: Scanners,
    _event: EventCallback,
    _takes_scans: Closure<dyn Fn() -> bool>,
}

impl ScannerModule {
    pub(crate) fn new(
        sender: EventSender,
        ask: ReadInputContext,
        storage: Rc<LocalStorage>,
        tag: &'static str,
    ) -> Self {
        let (asked, failures, loaded, gone) =
            (Cell::default(), Cell::default(), RefCell::default(), Cell::default());
        let tag = Cell::new(tag);
        let inner = Rc::new(Inner { sender, ask, storage, asked, failures, loaded, gone, tag });
        let soon = {
            let inner = inner.clone();
            Timeout::new(WAIT_MS, move || inner.fetch())
        };
        Self { inner, _soon: soon }
    }

    /// Opens the browser's dialog for choosing a scanner.
    pub(crate) fn choose(&self) {
        if let Some(loaded) = self.inner.loaded.borrow().as_ref() {
            loaded.scanners.choose();
        }
    }

    /// Changes the language of what the module paints.
    #[cfg(feature = "views")]
    pub(crate) fn speak(&self, tag: &'static str) {
        self.inner.tag.set(tag);
        if let Some(loaded) = self.inner.loaded.borrow().as_ref() {
            // Until it has the texts it keeps those that it shows.
            drop(loaded.scanners.speak(tag));
        }
    }

    /// Tells the module what the customer sees.
    pub(crate) fn show_customer(&self, view: &View) {
        let Some(loaded) = &*self.inner.loaded.borrow() else { return };
        let CustomerDisplay { screen, amount } = CustomerDisplay::of(view);
        let shop = view.header.as_ref().map_or("", |header| &header.store_name);
        let (minor, currency) = amount.map_or((0, ""), |amount| (amount.minor, amount.currency.code()));
        #[allow(clippy::cast_precision_loss, reason = "a limit keeps amounts far below 2^53")]
        loaded.scanners.show_customer(shop, screen as u32, minor as f64, currency);
    }

    /// Lets the module paint into its places, as soon as it is loaded. `call` calls the proxy as this till.
    pub(crate) fn paint(&self, root: &ShadowRoot, view_model: &ViewModel, call: impl Fn() -> Function) {
        let Some(loaded) = &*self.inner.loaded.borrow() else { return self.inner.fetch() };
        let state = json::to_js(&PageState::from(view_model)).unwrap_or_default();
        loaded.scanners.paint(root, &state, &call());
    }
}

impl Drop for ScannerModule {
    fn drop(&mut self) {
        self.inner.gone.set(true);
        if let Some(loaded) = self.inner.loaded.take() {
            loaded.scanners.free();
        }
    }
}

impl Inner {
    fn fetch(self: &Rc<Self>) {
        if self.asked.replace(true) {
            return;
        }
        let inner = self.clone();
        spawn_local(async move {
            let loaded = inner.load().await;
            if let Some(loaded) = loaded {
                if inner.gone.get() {
                    return loaded.scanners.free();
                }
                *inner.loaded.borrow_mut() = Some(loaded);
                return inner.sender.send(ShellEvent::Loaded(true));
            }
            // Another try may succeed: networks come and go.
            inner.asked.set(false);
            inner.sender.send(ShellEvent::Loaded(false));
        });
    }

    async fn load(&self) -> Option<Loaded> {
        let Ok(module) = JsFuture::from(load(self.failures.get())).await else {
            self.failures.set(self.failures.get().wrapping_add(1));
            return None;
        };
        let start: Function = Reflect::get(&module, &"default".into()).ok()?.dyn_into().ok()?;
        JsFuture::from(Promise::resolve(&start.call0(&JsValue::NULL).ok()?)).await.ok()?;
        let class: Function = Reflect::get(&module, &"Scanners".into()).ok()?.dyn_into().ok()?;
        let event = event_callback(&self.sender);
        let ask = self.ask.clone();
        let takes_scans = Closure::<dyn Fn() -> bool>::new(move || ask().takes_scans());
        let callbacks = Array::of3(event.as_ref(), takes_scans.as_ref(), &self.storage.name().into());
        let scanners: Scanners = Reflect::construct(&class, &callbacks).ok()?.unchecked_into();
        if JsFuture::from(scanners.speak(self.tag.get())).await.is_err() {
            scanners.free();
            return None;
        }
        Some(Loaded { scanners, _event: event, _takes_scans: takes_scans })
    }
}

/// The function with which a module tells an event: its name, its text, its number.
pub(crate) type EventCallback = Closure<dyn Fn(String, String, f64)>;

/// A module's function for its events.
pub(crate) fn event_callback(sender: &EventSender) -> EventCallback {
    let sender = sender.clone();
    Closure::new(move |name: String, text, value| {
        if let Some(event) = ModuleEvent::from_parts(&name, text, clock::whole(value)) {
            sender.send(event.into());
        }
    })
}
