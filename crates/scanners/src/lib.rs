//! The module that the till loads soon after itself: scanners that speak HID POS, the camera, the page of
//! settings, the last sales, and what the customer does.
//!
//! So it does not slow down the first load. It shares the till's rules and none of its state: till and
//! module exchange calls.

mod camera;
mod clipboard;
mod clock;
mod customer;
mod device;
mod hid;
mod page;
mod parts;
mod settings;
mod side;
mod texts;
mod values;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_events::EventListener;
use js_sys::{Function, Promise};
use scantill_till::catalogue;
use scantill_till::scanner_panel::{ModuleEvent, PageState, ScannerCommand};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{future_to_promise, spawn_local};
use web_sys::ShadowRoot;

use camera::Camera;
use customer::Customer;
use device::DeviceState;
use hid::{HidScanners, HidState};
use page::Page;
use side::Side;
use texts::Language;

#[cfg(all(test, target_arch = "wasm32"))]
#[path = "../tests/browser.rs"]
mod browser;

/// The scanners of one till.
#[wasm_bindgen]
pub struct Scanners {
    inner: Rc<Inner>,
    hid: HidScanners,
    camera: Rc<Camera>,
    side: Rc<Side>,
    _voices: Option<EventListener>,
}

struct Inner {
    till: TillCallbacks,
    customer: Rc<Customer>,
    known: RefCell<Known>,
    page: RefCell<Option<Page>>,
    /// The till's root, once it showed a place.
    root: RefCell<Option<ShadowRoot>>,
    /// Calls the proxy as this till.
    call: RefCell<Option<Function>>,
    /// The language that is wanted.
    tag: Cell<&'static str>,
    /// The one that is painted; `None` until its texts are fetched.
    language: Cell<Option<Language>>,
}

/// The till's functions: for events, and whether it takes scans now.
#[derive(Clone)]
struct TillCallbacks {
    event: Function,
    takes_scans: Function,
}

/// The data that the page shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Known {
    state: PageState,
    hid: HidState,
    copied: Copied,
    device: DeviceState,
}

/// Whether the trace is on the clipboard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Copied {
    #[default]
    NotYet,
    Done,
    /// The browser refused the clipboard.
    Refused,
}

impl std::fmt::Debug for Scanners {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Scanners").finish_non_exhaustive()
    }
}

#[wasm_bindgen]
impl Scanners {
    /// Listens to every HID scanner that the browser grants. Calls `event(name, text, value)` with each
    /// `ModuleEvent`; a scan only while `takes_scans()` is true. `name` distinguishes the till in this browser.
    #[wasm_bindgen(constructor)]
    pub fn new(event: Function, takes_scans: Function, name: String) -> Self {
        let known = RefCell::new(Known { hid: HidScanners::absence(), ..Known::default() });
        let till = TillCallbacks { event, takes_scans };
        let language = texts::files::at_once();
        let inner = Rc::new(Inner {
            till: till.clone(),
            customer: Customer::of(name),
            known,
            page: RefCell::default(),
            root: RefCell::default(),
            call: RefCell::default(),
            tag: Cell::new(language.map_or("", Language::tag)),
            language: Cell::new(language),
        });
        let weak = Rc::downgrade(&inner);
        let stands = move |state| {
            if let Some(inner) = weak.upgrade() {
                inner.known.borrow_mut().hid = state;
                inner.paint();
            }
        };
        let camera = Rc::new(Camera::new(till.clone(), inner.clone()));
        let weak = Rc::downgrade(&inner);
        let voices = customer::heard(move || weak.upgrade().iter().for_each(|inner| inner.paint()));
        let hid = HidScanners::start(till, stands);
        Self { hid, inner, camera, side: Rc::default(), _voices: voices }
    }

    /// The till shows something else: `screen` is the number of a `CustomerScreen`, `amount` is in minor units.
    #[wasm_bindgen(js_name = showCustomer)]
    pub fn show_customer(&self, shop: String, screen: u32, amount: f64, currency: &str) {
        let display = customer::display(screen, amount, currency);
        self.inner.customer.show(shop, display, self.inner.language.get());
    }

    /// Changes the language. What is painted stays until the texts are there, and is then painted anew. Rejects
    /// if the texts cannot be fetched.
    pub fn speak(&self, tag: &str) -> Promise {
        let Some(tag) = catalogue::named(tag) else { return Promise::reject(&tag.into()) };
        if self.inner.tag.replace(tag) == tag && self.inner.language.get().is_some() {
            return Promise::resolve(&JsValue::UNDEFINED);
        }
        // A module that was freed meanwhile must not live on in this promise.
        let (inner, camera) = (Rc::downgrade(&self.inner), Rc::downgrade(&self.camera));
        let side = Rc::downgrade(&self.side);
        future_to_promise(async move {
            let language = match Language::known(tag) {
                Some(language) => Some(language),
                None => texts::files::fetch(tag).await.and_then(|texts| Language::read(tag, texts)),
            };
            let language = language.ok_or_else(|| JsValue::from_str(tag))?;
            if let (Some(inner), Some(camera), Some(side)) =
                (inner.upgrade(), camera.upgrade(), side.upgrade())
                && inner.tag.get() == tag
            {
                inner.show_language(language, &camera);
                inner.paint_side(&side);
            }
            Ok(JsValue::UNDEFINED)
        })
    }

    /// Opens the browser's dialog for choosing a scanner. Must be called directly in the handler of a click.
    pub fn choose(&self) {
        self.hid.choose();
    }

    /// Paints the page into its two places of a till's root, or paints it again. `state` is a `PageState`. If it
    /// wants the camera, the camera opens in its place; without a place the camera is closed. `call(path, init)`
    /// calls the proxy as this till.
    pub fn paint(&self, root: &ShadowRoot, state: JsValue, call: Function) {
        // The till of the same build writes it.
        let Ok(state) = serde_wasm_bindgen::from_value(state) else { return };
        self.inner.known.borrow_mut().take(state);
        self.inner.root.replace(Some(root.clone()));
        self.inner.call.replace(Some(call));
        self.inner.paint_page(&self.camera);
        self.inner.paint_side(&self.side);
    }
}

impl Known {
    fn take(&mut self, state: PageState) {
        if self.state.trace != state.trace {
            self.copied = Copied::NotYet;
        }
        self.state = state;
    }
}

impl Inner {
    /// Paints everything anew. A hand that chose the language keeps its place.
    fn show_language(self: &Rc<Self>, language: Language, camera: &Camera) {
        let had_focus = self.page.take().is_some_and(|page| page.has_focus());
        self.language.set(Some(language));
        camera.close();
        self.paint_page(camera);
        if had_focus && let Some(page) = self.page.borrow().as_ref() {
            page.focus_language(language);
        }
    }

    /// Paints the page where the till last showed its places, and the camera in its own.
    fn paint_page(self: &Rc<Self>, camera: &Camera) {
        let Some(root) = self.root.borrow().clone() else { return };
        {
            let mut page = self.page.borrow_mut();
            if page.as_ref().is_none_or(|page| !page.stands_in(&root)) {
                *page = self.language.get().and_then(|language| Page::open(&root, self, language));
            }
        }
        self.paint();
        let wants_camera = self.known.borrow().state.camera.wanted;
        camera.stand(&root, wants_camera);
    }

    /// Fills the place beside the keypad or the scan.
    fn paint_side(&self, side: &Rc<Side>) {
        if let (Some(root), Some(call)) = (&*self.root.borrow(), &*self.call.borrow()) {
            side.stand(root, self.language.get(), call);
        }
    }

    /// Copies the trace, and shows whether that worked.
    fn copy_trace(self: &Rc<Self>) {
        let Some(trace) = self.known.borrow().state.trace.clone() else { return };
        let inner = self.clone();
        spawn_local(async move {
            let copied = clipboard::copy(&trace.to_string()).await;
            {
                let mut known = inner.known.borrow_mut();
                if known.state.trace.as_ref() != Some(&trace) {
                    return;
                }
                known.copied = if copied { Copied::Done } else { Copied::Refused };
            }
            inner.paint();
        });
    }

    fn paint(&self) {
        if let Some(page) = self.page.borrow().as_ref() {
            page.paint(self);
        }
    }

    fn command(&self, command: ScannerCommand) {
        self.till.tell(&ModuleEvent::Command(command));
    }
}

impl TillCallbacks {
    fn takes_scans(&self) -> bool {
        self.takes_scans.call0(&JsValue::NULL).is_ok_and(|takes| takes.is_truthy())
    }

    fn tell(&self, event: &ModuleEvent) {
        let Some((name, text, value)) = event.parts() else { return };
        // The till's own function does not throw.
        let _ = self.event.call3(&JsValue::NULL, &name.into(), &text.into(), &JsValue::from_f64(ms(value)));
    }
}

#[allow(clippy::cast_precision_loss, reason = "a page lives less than 2^53 ms")]
fn ms(at_ms: u64) -> f64 {
    at_ms as f64
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates, as it should"
)]
fn whole(ms: f64) -> u64 {
    ms as u64
}
