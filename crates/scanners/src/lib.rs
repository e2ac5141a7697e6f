//! The module that the till loads on demand: scanners that speak HID POS, the camera, and the scanner's page.
//!
//! A browser without WebHID loads it when the page or the camera is opened; any other loads it soon after the
//! till. So it does not slow down the first load. It shares the till's rules and none of its state: till and
//! module exchange calls.

mod camera;
mod clipboard;
mod clock;
mod english;
mod hid;
mod page;
mod parts;
mod values;

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Function;
use scantill_till::scan::{Limits, Scan, Source, Trace};
use scantill_types::payer_code::Kind;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::ShadowRoot;

use camera::Camera;
use hid::{HidScanners, HidState};
use page::Page;

#[cfg(all(test, target_arch = "wasm32"))]
#[path = "../tests/browser.rs"]
mod browser;

/// The scanners of one till.
#[wasm_bindgen]
pub struct Scanners {
    inner: Rc<Inner>,
    hid: HidScanners,
    camera: Camera,
}

struct Inner {
    act: Function,
    known: RefCell<Known>,
    page: RefCell<Option<Page>>,
}

/// The callbacks for scans, and whether the till wants scans.
#[derive(Clone)]
struct Ears {
    scanned: Function,
    hears: Function,
}

/// The data that the page shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Known {
    limits: Limits,
    hid: HidState,
    reading: Option<Reading>,
    trace: Option<Trace>,
    copied: Copied,
    camera_auto_open: bool,
    /// The number of the chosen camera; 0 if none was chosen.
    camera_choice: u32,
}

/// The last scan, as far as it may be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Reading {
    masked: String,
    kind: Kind,
    source: Source,
    signs: u32,
    number: u32,
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
    /// Listens to every HID scanner that the browser grants. Calls `scanned(text, at_ms, seen)` for each scan
    /// while `hears()` is true, where `seen` means a camera's scan, and `act(name, value)` for each press on
    /// the page.
    #[wasm_bindgen(constructor)]
    pub fn new(scanned: Function, hears: Function, act: Function) -> Self {
        let known = RefCell::new(Known { hid: HidScanners::absence(), ..Known::default() });
        let ears = Ears { scanned, hears };
        let inner = Rc::new(Inner { act, known, page: RefCell::default() });
        let weak = Rc::downgrade(&inner);
        let stands = move |state| {
            if let Some(inner) = weak.upgrade() {
                inner.known.borrow_mut().hid = state;
                inner.paint();
            }
        };
        let camera = Camera::new(ears.clone(), inner.clone());
        Self { hid: HidScanners::start(ears, stands), inner, camera }
    }

    /// Opens the browser's dialog for choosing a scanner. Must be called directly in the handler of a click.
    pub fn choose(&self) {
        self.hid.choose();
    }

    /// Paints the page into its two places of a till's root, or paints it again. `camera` opens the camera in
    /// its place; without a place the camera is closed.
    #[allow(
        clippy::too_many_arguments,
        reason = "each is a plain value, which costs both modules no conversion"
    )]
    pub fn paint(
        &self,
        root: &ShadowRoot,
        limit_ms: u32,
        masked: Option<String>,
        kind: &str,
        signs: u32,
        number: u32,
        source: &str,
        trace: Option<String>,
        camera: bool,
        camera_auto_open: bool,
        camera_choice: u32,
    ) {
        let kind = Kind::parse(kind).unwrap_or(Kind::Other);
        let source = Source::parse(source).unwrap_or(Source::Keyboard);
        {
            let mut known = self.inner.known.borrow_mut();
            known.limits = Limits::with_mean_gap_ms(limit_ms.into());
            known.reading = masked.map(|masked| Reading { masked, kind, source, signs, number });
            known.take_trace(trace.and_then(|trace| Trace::parse(&trace).ok()));
            (known.camera_auto_open, known.camera_choice) = (camera_auto_open, camera_choice);
        }
        let mut page = self.inner.page.borrow_mut();
        if page.as_ref().is_none_or(|page| !page.stands_in(root)) {
            *page = Page::open(root, &self.inner);
        }
        drop(page);
        self.inner.paint();
        self.camera.stand(root, camera);
    }
}

impl Known {
    fn take_trace(&mut self, trace: Option<Trace>) {
        if self.trace != trace {
            (self.trace, self.copied) = (trace, Copied::NotYet);
        }
    }
}

impl Inner {
    /// Copies the trace, and shows whether that worked.
    fn copy_trace(self: &Rc<Self>) {
        let Some(trace) = self.known.borrow().trace.clone() else { return };
        let inner = self.clone();
        spawn_local(async move {
            let copied = clipboard::copy(&trace.to_string()).await;
            {
                let mut known = inner.known.borrow_mut();
                if known.trace.as_ref() != Some(&trace) {
                    return;
                }
                known.copied = if copied { Copied::Done } else { Copied::Refused };
            }
            inner.paint();
        });
    }

    fn paint(&self) {
        if let Some(page) = self.page.borrow().as_ref() {
            page.paint(&self.known.borrow());
        }
    }

    fn act(&self, name: &str, value: u32) {
        // The till's own function does not throw.
        let _ = self.act.call2(&JsValue::NULL, &name.into(), &value.into());
    }
}

impl Ears {
    fn hears(&self) -> bool {
        self.hears.call0(&JsValue::NULL).is_ok_and(|hears| hears.is_truthy())
    }

    fn tell(&self, source: Source, scan: &Scan) {
        let _ = self.scanned.call3(
            &JsValue::NULL,
            &scan.text.expose().into(),
            &JsValue::from_f64(ms(scan.at_ms)),
            &(source == Source::Camera).into(),
        );
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
