//! A `navigator.hid` whose scanners the test plugs in and out. Its objects are plain ones: nobody can
//! construct the browser's own.

use js_sys::{Array, DataView, Function, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{Event, EventTarget};

/// As in the browser: opening takes time, and a second call during or after it is refused.
const OPEN: &str = "
    if (this.changing || this.opened) return Promise.reject(new DOMException('open', 'InvalidStateError'));
    this.changing = true;
    return new Promise((resolve) => setTimeout(() => {
        this.changing = false;
        this.opened = true;
        this.openings++;
        resolve();
    }, 20));";
const CLOSE: &str = "this.opened = false; return Promise.resolve()";

/// A fake that replaces the browser's until it is dropped.
pub(super) struct FakeHid {
    hid: EventTarget,
    granted: Array,
}

/// A scanner, or a device that is none.
#[derive(Clone)]
pub(super) struct FakeDevice(EventTarget);

/// The byte layouts of known scanners.
#[derive(Clone, Copy, Debug)]
pub(super) enum Form {
    Honeywell,
    Zebra,
    WithoutAim,
}

impl FakeHid {
    /// A browser that has already granted these.
    pub(super) fn new(granted: &[&FakeDevice]) -> Self {
        let hid = EventTarget::new().unwrap();
        let granted: Array = granted.iter().map(|device| JsValue::from(&device.0)).collect();
        let answer = granted.clone();
        let devices = Closure::<dyn Fn() -> Promise>::new(move || {
            Promise::resolve(&JsValue::from(answer.slice(0, u32::MAX)))
        });
        set(&hid, "getDevices", &devices.into_js_value());
        define("hid", &hid);
        Self { hid, granted }
    }

    /// A browser, or a host page, that forbids WebHID.
    pub(super) fn forbidden() -> Self {
        let fake = Self::new(&[]);
        let refuse = Function::new_no_args("return Promise.reject(new DOMException('no', 'SecurityError'))");
        set(&fake.hid, "getDevices", &refuse);
        fake
    }

    /// The device that the dialog returns from now on, if any.
    pub(super) fn dialog(&self, chosen: Option<&FakeDevice>) {
        let chosen: Array = chosen.iter().map(|device| JsValue::from(&device.0)).collect();
        let granted = self.granted.clone();
        let choose = Closure::<dyn Fn() -> Promise>::new(move || {
            for device in chosen.iter() {
                granted.push(&device);
            }
            Promise::resolve(&JsValue::from(chosen.clone()))
        });
        set(&self.hid, "requestDevice", &choose.into_js_value());
    }

    /// The dialog fails with this error of the browser's.
    pub(super) fn dialog_fails(&self, name: &str) {
        let refuse = Function::new_no_args(&format!("return Promise.reject(new DOMException('', '{name}'))"));
        set(&self.hid, "requestDevice", &refuse);
    }

    pub(super) fn plug_in(&self, device: &FakeDevice) {
        if !self.granted.includes(&device.0, 0) {
            self.granted.push(&device.0);
        }
        self.tell("connect", device);
    }

    /// This closes the device. When it comes back, the browser returns the same object.
    pub(super) fn pull(&self, device: &FakeDevice) {
        let forget = Function::new_with_args("list, device", "list.splice(list.indexOf(device), 1)");
        forget.call2(&JsValue::NULL, &self.granted, &device.0).unwrap();
        set(&device.0, "opened", &JsValue::FALSE);
        self.tell("disconnect", device);
    }

    fn tell(&self, kind: &str, device: &FakeDevice) {
        let event = Event::new(kind).unwrap();
        set(&event, "device", &device.0);
        self.hid.dispatch_event(&event).unwrap();
    }
}

impl Drop for FakeHid {
    fn drop(&mut self) {
        let navigator = web_sys::window().unwrap().navigator();
        Reflect::delete_property(&navigator, &"hid".into()).unwrap();
    }
}

impl FakeDevice {
    /// A scanner in HID POS mode, without a description of its reports.
    pub(super) fn scanner(name: &str) -> Self {
        Self::with_collection(name, 0x8C, 0x02, &Array::new())
    }

    /// A scanner that describes its reports: data first, then their length.
    pub(super) fn described(name: &str) -> Self {
        let item = |usage: u32, count: u32| {
            let usages = Array::of1(&usage.into());
            object(&[("usages", usages.into()), ("reportSize", 8.into()), ("reportCount", count.into())])
        };
        let items = Array::of2(&item(0x008C_00FE, 20), &item(0x0001_003B, 1));
        let report = object(&[("reportId", 7.into()), ("items", items.into())]);
        Self::with_collection(name, 0x8C, 0x02, &Array::of1(&report))
    }

    /// A scanner that types: the browser shows only its maker's own collection.
    pub(super) fn keyboard(name: &str) -> Self {
        Self::with_collection(name, 0xFF8C, 0x01, &Array::new())
    }

    fn with_collection(name: &str, page: u16, usage: u16, reports: &Array) -> Self {
        let device = EventTarget::new().unwrap();
        let collection =
            object(&[("usagePage", page.into()), ("usage", usage.into()), ("inputReports", reports.into())]);
        set(&device, "productName", &name.into());
        set(&device, "collections", &Array::of1(&collection));
        set(&device, "opened", &JsValue::FALSE);
        set(&device, "openings", &0.into());
        set(&device, "open", &Function::new_no_args(OPEN));
        set(&device, "close", &Function::new_no_args(CLOSE));
        Self(device)
    }

    /// Another program has it.
    pub(super) fn taken(self) -> Self {
        let refuse =
            Function::new_no_args("return Promise.reject(new DOMException('in use', 'NotAllowedError'))");
        set(&self.0, "open", &refuse);
        self
    }

    pub(super) fn is_open(&self) -> bool {
        Reflect::get(&self.0, &"opened".into()).unwrap().is_truthy()
    }

    pub(super) fn openings(&self) -> f64 {
        Reflect::get(&self.0, &"openings".into()).unwrap().as_f64().unwrap()
    }

    /// Sends a code in one report.
    pub(super) fn scan(&self, form: Form, code: &str) {
        self.report(2, &report(form, b"]C0", code.as_bytes(), b'j', false));
    }

    /// Sends a code in one report with this time.
    pub(super) fn scan_at(&self, stamp_ms: f64, code: &str) {
        let event = report_event(2, &report(Form::Honeywell, b"]C0", code.as_bytes(), b'j', false));
        let stamp = object(&[("value", stamp_ms.into())]);
        Object::define_property(event.unchecked_ref::<Object>(), &"timeStamp".into(), stamp.unchecked_ref());
        self.0.dispatch_event(&event).unwrap();
    }

    pub(super) fn report(&self, id: u8, bytes: &[u8]) {
        self.0.dispatch_event(&report_event(id, bytes)).unwrap();
    }
}

fn report_event(id: u8, bytes: &[u8]) -> Event {
    let event = Event::new("inputreport").unwrap();
    let data = DataView::new(&Uint8Array::from(bytes).buffer(), 0, bytes.len());
    set(&event, "reportId", &id.into());
    set(&event, "data", &data);
    event
}

pub(super) fn report(form: Form, aim: &[u8], data: &[u8], maker_code: u8, more: bool) -> Vec<u8> {
    let mut report = vec![0; 63];
    report[0] = u8::try_from(data.len()).unwrap();
    let (aim_at, at, code_at) = match form {
        Form::Honeywell => (Some(1), 4, 60),
        Form::Zebra => (Some(2), 5, 61),
        Form::WithoutAim => (None, 1, 61),
    };
    if let Some(aim_at) = aim_at {
        report[aim_at..aim_at + aim.len()].copy_from_slice(aim);
    }
    report[at..at + data.len()].copy_from_slice(data);
    (report[code_at], report[62]) = (maker_code, u8::from(more));
    report
}

/// Removes the browser's own WebHID.
pub(super) fn without_hid() -> FakeHid {
    let fake = FakeHid::new(&[]);
    define("hid", &JsValue::UNDEFINED);
    fake
}

fn define(name: &str, value: &JsValue) {
    let navigator = web_sys::window().unwrap().navigator();
    let descriptor = object(&[("value", value.clone()), ("configurable", JsValue::TRUE)]);
    Object::define_property(&navigator, &name.into(), descriptor.unchecked_ref());
}

fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        set(&object, name, value);
    }
    object.into()
}

fn set(object: &JsValue, name: &str, value: &JsValue) {
    Reflect::set(object, &name.into(), value).unwrap();
}
