//! Scanners that speak HID POS, through the browser's WebHID.
//!
//! A user chooses a scanner once in the browser's dialog. Afterwards the module finds it without a dialog,
//! after a reload and after a replug.

mod bindings;
mod open;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_events::EventListener;
use js_sys::{Array, Object, Promise, Reflect};
use scantill_till::scan::hid::{SCANNER_PAGE, SCANNER_USAGE};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};

use crate::TillCallbacks;
use crate::values::{is_error, object};
use bindings::{Hid, HidDevice, is_scanner};
use open::Open;

/// Makers whose scanners may be chosen in any mode, so that the till can say how to change it: Honeywell, Youjie,
/// Zebra, Datalogic, Newland.
const MAKERS: [u16; 5] = [0x0C2E, 0x23D0, 0x05E0, 0x05F9, 0x1EAB];

/// Listens to HID scanners until it is dropped.
pub(crate) struct HidScanners(Rc<Inner>);

/// The state of HID scanners.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum HidState {
    /// The browser has not answered yet.
    #[default]
    Unknown,
    /// The page was loaded without HTTPS: then the browser hides its scanners.
    Insecure,
    /// This browser has no WebHID.
    Missing,
    /// The host page, or a policy, forbids it.
    Forbidden,
    /// None is connected.
    Idle,
    /// These scanners are open, by their names.
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
    till: TillCallbacks,
    stands: Box<dyn Fn(HidState)>,
    gone: Cell<bool>,
}

impl HidScanners {
    /// Listens to every scanner that the browser has already granted.
    pub(crate) fn start(till: TillCallbacks, stands: impl Fn(HidState) + 'static) -> Self {
        let (hid, stands) = (bindings::hid(), Box::new(stands));
        let (scanners, listeners, gone) = (RefCell::default(), RefCell::default(), Cell::default());
        let inner = Rc::new(Inner { hid, scanners, listeners, till, stands, gone });
        inner.listen();
        if let Some(granted) = inner.hid.as_ref().map(Hid::devices) {
            let inner = inner.clone();
            spawn_local(async move { inner.adopt_all(granted, HidState::Idle).await });
        }
        Self(inner)
    }

    /// The state before the browser has answered.
    pub(crate) fn absence() -> HidState {
        let secure = web_sys::window().is_some_and(|window| window.is_secure_context());
        match (bindings::hid(), secure) {
            (Some(_), _) => HidState::Unknown,
            (None, false) => HidState::Insecure,
            (None, true) => HidState::Missing,
        }
    }

    /// Opens the browser's dialog. Must be called directly in the handler of a click, before anything is
    /// awaited.
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
        self.0.gone.set(true);
        self.0.scanners.take().into_iter().for_each(Open::close);
    }
}

impl Inner {
    fn listen(self: &Rc<Self>) {
        let Some(hid) = &self.hid else { return };
        let on = |kind, act: fn(Rc<Self>, HidDevice)| {
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
                inner.tell_unless_heard(state);
            });
        });
        let pulled = on("disconnect", |inner, device| inner.lose(&device));
        *self.listeners.borrow_mut() = vec![plugged, pulled];
    }

    /// Listens to all of these devices; `without` is the state if there are none.
    async fn adopt_all(self: Rc<Self>, devices: Result<Promise, JsValue>, without: HidState) {
        let devices = match devices {
            Ok(devices) => JsFuture::from(devices).await,
            Err(error) => Err(error),
        };
        let mut state = without;
        match devices {
            Ok(devices) => {
                for device in Array::from(&devices).iter() {
                    state = self.adopt(device.unchecked_into()).await;
                }
            }
            // A policy of the host page shows only when the call is made.
            Err(error) if is_error(&error, "SecurityError") => state = HidState::Forbidden,
            Err(_) => {}
        }
        self.tell_unless_heard(state);
    }

    /// Opens a device and listens to it, once. Returns the resulting state.
    async fn adopt(self: &Rc<Self>, device: HidDevice) -> HidState {
        let name = device.name();
        if !is_scanner(&device) {
            return HidState::OtherMode(name);
        }
        if !self.has(&device) && !open::open(&device).await {
            let is_here = self.is_attached(&device).await;
            return if is_here { HidState::Busy(name) } else { self.state() };
        }
        // Meanwhile another event may have opened it, or the till was removed.
        if self.gone.get() {
            open::close_unheard(&device);
        } else if !self.has(&device) {
            self.scanners.borrow_mut().push(Open::listen(self, device));
        }
        self.state()
    }

    async fn is_attached(&self, device: &HidDevice) -> bool {
        let Some(Ok(devices)) = self.hid.as_ref().map(Hid::devices) else { return false };
        let devices = JsFuture::from(devices).await.unwrap_or_default();
        Array::from(&devices).iter().any(|other| Object::is(&other, device))
    }

    fn has(&self, device: &HidDevice) -> bool {
        self.scanners.borrow().iter().any(|open| open.is(device))
    }

    fn lose(&self, device: &HidDevice) {
        self.scanners.borrow_mut().retain(|open| !open.is(device));
        self.tell(self.state());
    }

    fn state(&self) -> HidState {
        let names: Vec<String> = self.scanners.borrow().iter().map(Open::name).collect();
        if names.is_empty() { HidState::Idle } else { HidState::Connected(names) }
    }

    /// Reports the problem of a device only if no other scanner is open.
    fn tell_unless_heard(&self, state: HidState) {
        let heard = !self.scanners.borrow().is_empty();
        self.tell(if heard { self.state() } else { state });
    }

    fn tell(&self, state: HidState) {
        (self.stands)(state);
    }
}

/// Any scanner in HID POS mode, and the known makers' in any other.
fn filters() -> JsValue {
    let number = |name, value: u16| (name, JsValue::from(value));
    let scanners = object(&[number("usagePage", SCANNER_PAGE), number("usage", SCANNER_USAGE)]);
    let makers = MAKERS.map(|maker| object(&[number("vendorId", maker)]));
    let filters: Array = [scanners].iter().chain(&makers).collect();
    object(&[("filters", filters.into())])
}
