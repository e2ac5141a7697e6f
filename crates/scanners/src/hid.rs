//! Scanners that speak HID POS, through the browser's WebHID.
//!
//! A scanner is chosen once in the browser's own dialog; afterwards it is found again by itself, after a reload and
//! after its plug was pulled.

mod bindings;

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use gloo_events::EventListener;
use js_sys::{Array, Object, Promise, Reflect};
use scantill_core::scan::Source;
use scantill_core::scan::hid::{HidReader, HidVerdict, SCANNER_PAGE, SCANNER_USAGE};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};

use crate::Ears;
use bindings::{Device, Hid, InputReport, forms, is_scanner};

/// Makers whose scanners may be chosen in any mode, so that the till can say how to change it: Honeywell, Youjie,
/// Zebra, Datalogic, Newland.
const MAKERS: [u16; 5] = [0x0C2E, 0x23D0, 0x05E0, 0x05F9, 0x1EAB];

/// Listens to HID scanners until it is dropped.
pub(crate) struct HidScanners(Rc<Inner>);

/// How it stands with HID scanners.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum HidState {
    /// The browser has not answered yet.
    #[default]
    Unknown,
    /// The page came without HTTPS, and then the browser hides its scanners.
    Insecure,
    /// This browser has no WebHID.
    Missing,
    /// The page around, or a policy, forbids it.
    Forbidden,
    /// None is connected.
    Idle,
    /// These are heard, by their names.
    Connected(Vec<String>),
    /// The device is no scanner in HID POS mode.
    OtherMode(String),
    /// Another page or program has it.
    Busy(String),
}

struct Inner {
    hid: Option<Hid>,
    scanners: RefCell<Vec<Open>>,
    listeners: RefCell<Vec<EventListener>>,
    ears: Ears,
    stands: Box<dyn Fn(HidState)>,
}

/// A scanner that is listened to. The browser hands out the same device after a replug, so that there must be no
/// second one for it.
struct Open {
    device: Device,
    _listener: EventListener,
}

impl HidScanners {
    /// Listens to every scanner that the browser grants already.
    pub(crate) fn start(ears: Ears, stands: impl Fn(HidState) + 'static) -> Self {
        let (hid, stands) = (bindings::hid(), Box::new(stands));
        let inner =
            Rc::new(Inner { hid, scanners: RefCell::default(), listeners: RefCell::default(), ears, stands });
        inner.listen();
        if let Some(granted) = inner.hid.as_ref().map(Hid::devices) {
            let inner = inner.clone();
            spawn_local(async move { inner.adopt_all(granted, HidState::Idle).await });
        }
        Self(inner)
    }

    /// How it stands before the browser has answered.
    pub(crate) fn absence() -> HidState {
        let secure = web_sys::window().is_some_and(|window| window.is_secure_context());
        match (bindings::hid(), secure) {
            (Some(_), _) => HidState::Unknown,
            (None, false) => HidState::Insecure,
            (None, true) => HidState::Missing,
        }
    }

    /// Opens the browser's dialog. It must be called in a click's own turn, before anything is awaited.
    pub(crate) fn choose(&self) {
        let Some(chosen) = self.0.hid.as_ref().map(|hid| hid.choose(&filters())) else { return };
        let inner = self.0.clone();
        spawn_local(async move {
            let without = inner.state();
            inner.adopt_all(chosen, without).await;
        });
    }
}

impl Drop for HidScanners {
    fn drop(&mut self) {
        self.0.listeners.borrow_mut().clear();
        self.0.scanners.borrow_mut().clear();
    }
}

impl Inner {
    fn listen(self: &Rc<Self>) {
        let Some(hid) = &self.hid else { return };
        let on = |kind, act: fn(Rc<Self>, Device)| {
            let weak = Rc::downgrade(self);
            EventListener::new(hid.unchecked_ref(), kind, move |event| {
                let device = Reflect::get(event, &JsValue::from_str("device")).unwrap_or_default();
                if let (Some(inner), true) = (weak.upgrade(), device.is_object()) {
                    act(inner, device.unchecked_into());
                }
            })
        };
        let plugged = on("connect", |inner, device| {
            spawn_local(async move {
                let state = inner.adopt(device).await;
                inner.tell(state);
            });
        });
        let pulled = on("disconnect", |inner, device| inner.lose(&device));
        *self.listeners.borrow_mut() = vec![plugged, pulled];
    }

    /// Listens to all of these; `without` is how it stands where there are none.
    async fn adopt_all(self: Rc<Self>, devices: Result<Promise, JsValue>, without: HidState) {
        let devices = match devices {
            Ok(devices) => JsFuture::from(devices).await,
            Err(error) => Err(error),
        };
        let Ok(devices) = devices else {
            // A policy of the page around says so only when it is asked.
            return self.tell(HidState::Forbidden);
        };
        let mut state = without;
        for device in Array::from(&devices).iter() {
            state = self.adopt(device.unchecked_into()).await;
        }
        self.tell(state);
    }

    /// Opens a device and listens to it, once.
    async fn adopt(self: &Rc<Self>, device: Device) -> HidState {
        let name = device.name();
        if !is_scanner(&device) {
            return HidState::OtherMode(name);
        }
        if self.has(&device) {
            return self.state();
        }
        if !device.opened() {
            let opened = match device.open() {
                Ok(opening) => JsFuture::from(opening).await,
                Err(error) => Err(error),
            };
            if opened.is_err() {
                return HidState::Busy(name);
            }
        }
        // Another event may have adopted it in the meantime.
        if !self.has(&device) {
            let listener = self.reports_of(&device);
            self.scanners.borrow_mut().push(Open { device, _listener: listener });
        }
        self.state()
    }

    fn reports_of(self: &Rc<Self>, device: &Device) -> EventListener {
        let weak = Rc::downgrade(self);
        let reader = RefCell::new(HidReader::new(&forms(device)));
        EventListener::new(device.unchecked_ref(), "inputreport", move |event| {
            reported(&weak, &mut reader.borrow_mut(), event.unchecked_ref());
        })
    }

    fn has(&self, device: &Device) -> bool {
        self.scanners.borrow().iter().any(|open| Object::is(&open.device, device))
    }

    fn lose(&self, device: &Device) {
        self.scanners.borrow_mut().retain(|open| !Object::is(&open.device, device));
        self.tell(self.state());
    }

    fn state(&self) -> HidState {
        let names: Vec<String> = self.scanners.borrow().iter().map(|open| open.device.name()).collect();
        if names.is_empty() { HidState::Idle } else { HidState::Connected(names) }
    }

    fn tell(&self, state: HidState) {
        (self.stands)(state);
    }
}

fn reported(inner: &Weak<Inner>, reader: &mut HidReader, report: &InputReport) {
    let Some(inner) = inner.upgrade().filter(|inner| inner.ears.hears()) else { return };
    if let HidVerdict::Scan(scan) = reader.report(report.id(), &report.bytes(), crate::whole(report.at_ms()))
    {
        inner.ears.tell(Source::Hid, &scan);
    }
}

/// Any scanner in HID POS mode, and the known makers' in any other.
fn filters() -> JsValue {
    let object = |fields: &[(&str, u16)]| {
        let object = Object::new();
        for (name, value) in fields {
            let _ = Reflect::set(&object, &JsValue::from_str(name), &JsValue::from(*value));
        }
        object
    };
    let scanners = object(&[("usagePage", SCANNER_PAGE), ("usage", SCANNER_USAGE)]);
    let makers = MAKERS.map(|maker| object(&[("vendorId", maker)]));
    let filters: Array = [scanners].iter().chain(&makers).collect();
    let options = Object::new();
    let _ = Reflect::set(&options, &JsValue::from_str("filters"), &filters);
    options.into()
}
