//! Loads the scanner module on demand. The module reads HID scanners and the camera, and paints the scanner's
//! page.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use js_sys::{Array, Function, Promise, Reflect};
use scantill_till::scan::{Scan, ScanText, Source};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::ShadowRoot;

use crate::device::clock;
use crate::input::event_sender::{EventSender, ShellEvent};
use crate::input::input_context::ReadInputContext;
use scantill_till::scanner_panel::{ScannerCommand, ScannerPanel};

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
    #[allow(
        clippy::too_many_arguments,
        reason = "each is a plain value, which costs both modules no conversion"
    )]
    fn paint(
        this: &Scanners,
        root: &ShadowRoot,
        limit_ms: u32,
        masked: Option<&str>,
        kind: &str,
        signs: u32,
        number: u32,
        source: &str,
        trace: Option<&str>,
        camera: bool,
        camera_auto_open: bool,
        camera_choice: u32,
    );
    #[wasm_bindgen(method)]
    fn free(this: &Scanners);
}

/// The module, once it is loaded.
pub(crate) struct ScannerModule {
    inner: Rc<Inner>,
    _soon: Option<Timeout>,
}

struct Inner {
    sender: EventSender,
    ask: ReadInputContext,
    asked: Cell<bool>,
    failures: Cell<u32>,
    loaded: RefCell<Option<Loaded>>,
    gone: Cell<bool>,
}

/// The module's object and its callbacks.
struct Loaded {
    scanners: Scanners,
    _scanned: Closure<dyn Fn(String, f64, bool)>,
    _hears: Closure<dyn Fn() -> bool>,
    _act: Closure<dyn Fn(String, u32)>,
}

impl ScannerModule {
    /// A browser with HID support loads the module soon, any other on demand.
    pub(crate) fn new(sender: EventSender, ask: ReadInputContext) -> Self {
        let (asked, failures, loaded, gone) =
            (Cell::default(), Cell::default(), RefCell::default(), Cell::default());
        let inner = Rc::new(Inner { sender, ask, asked, failures, loaded, gone });
        let soon = has_hid().then(|| {
            let inner = inner.clone();
            Timeout::new(WAIT_MS, move || inner.fetch())
        });
        Self { inner, _soon: soon }
    }

    /// Opens the browser's dialog for choosing a scanner.
    pub(crate) fn choose(&self) {
        if let Some(loaded) = self.inner.loaded.borrow().as_ref() {
            loaded.scanners.choose();
        }
    }

    /// Lets the module paint into its places, as soon as it is loaded.
    pub(crate) fn paint(&self, root: &ShadowRoot, panel: &ScannerPanel) {
        let Some(loaded) = &*self.inner.loaded.borrow() else { return self.inner.fetch() };
        let limit_ms = u32::try_from(panel.limits.mean_gap_ms_max()).unwrap_or_default();
        let reading = panel.reading.as_ref();
        let trace = panel.trace.as_ref().map(ToString::to_string);
        loaded.scanners.paint(
            root,
            limit_ms,
            reading.map(|reading| reading.masked.as_str()),
            reading.map_or("", |reading| reading.kind.as_str()),
            reading.map_or(0, |reading| reading.signs),
            reading.map_or(0, |reading| reading.number),
            reading.map_or("", |reading| reading.source.as_str()),
            trace.as_deref(),
            panel.camera.wanted,
            panel.camera.auto_open,
            panel.camera.choice,
        );
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
        let sender = self.sender.clone();
        let scanned = Closure::<dyn Fn(String, f64, bool)>::new(move |text, at_ms, seen| {
            let scan = Scan { text: ScanText::new(text), at_ms: clock::whole(at_ms) };
            sender.send(ShellEvent::Scan(if seen { Source::Camera } else { Source::Hid }, scan));
        });
        let ask = self.ask.clone();
        let has_scanner_focus = Closure::<dyn Fn() -> bool>::new(move || ask().takes_scans());
        let sender = self.sender.clone();
        let act = Closure::<dyn Fn(String, u32)>::new(move |name: String, value| {
            if let Some(act) = ScannerCommand::named(&name, value) {
                sender.send(ShellEvent::ScannerCommand(act));
            }
        });
        let callbacks = Array::of3(scanned.as_ref(), has_scanner_focus.as_ref(), act.as_ref());
        let scanners = Reflect::construct(&class, &callbacks).ok()?.unchecked_into();
        Some(Loaded { scanners, _scanned: scanned, _hears: has_scanner_focus, _act: act })
    }
}

fn has_hid() -> bool {
    let navigator = web_sys::window().map(|window| window.navigator());
    navigator.is_some_and(|navigator| Reflect::has(&navigator, &"hid".into()).unwrap_or_default())
}
