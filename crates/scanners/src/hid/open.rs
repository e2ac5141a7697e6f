//! An open scanner, whose reports the till receives.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use gloo_events::EventListener;
use js_sys::{Object, Reflect};
use scantill_till::scan::hid::{HidReader, HidVerdict};
use scantill_till::scan::{EventTimes, Source};
use scantill_till::scanner_panel::ModuleEvent;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::Inner;
use super::bindings::{HidDevice, InputReport, forms};
use crate::clock;
use crate::values::{field, is_error};

/// Another till of the same page may open or close the device at the same time; neither takes this long.
const OPENING_MS_MAX: f64 = 3_000.0;
const OPENING_STEP_MS: f64 = 50.0;
/// How many tills of the page use a device. The number is stored at the device itself: each till has a module
/// of its own.
const HEARD_BY: &str = "scantillHeardBy";

/// A scanner with a listener. After a replug the browser returns the same device, so a second listener for it
/// must not exist.
pub(super) struct Open {
    device: HidDevice,
    _listener: EventListener,
}

impl Open {
    pub(super) fn is(&self, device: &HidDevice) -> bool {
        Object::is(&self.device, device)
    }

    pub(super) fn name(&self) -> String {
        self.device.name()
    }

    pub(super) fn listen(inner: &Rc<Inner>, device: HidDevice) -> Self {
        let weak = Rc::downgrade(inner);
        let reader = RefCell::new((HidReader::new(&forms(&device)), EventTimes::default()));
        let listener = EventListener::new(device.unchecked_ref(), "inputreport", move |event| {
            let (reader, times) = &mut *reader.borrow_mut();
            reported(&weak, reader, times, event.unchecked_ref());
        });
        count(&device, 1.0);
        Self { device, _listener: listener }
    }

    /// Stops listening, and closes the device.
    pub(super) fn close(self) {
        let device = self.device.clone();
        drop(self);
        close_unheard(&device);
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        count(&self.device, -1.0);
    }
}

/// Closes a device, unless another till of the page uses it.
pub(super) fn close_unheard(device: &HidDevice) {
    if count(device, 0.0) <= 0.0
        && let Ok(closing) = device.close()
    {
        spawn_local(async move {
            let _ = JsFuture::from(closing).await;
        });
    }
}

/// Changes the number of tills that use a device, and returns it.
fn count(device: &HidDevice, change: f64) -> f64 {
    let heard_by = field(device, HEARD_BY).as_f64().unwrap_or_default() + change;
    let _ = Reflect::set(device, &HEARD_BY.into(), &heard_by.into());
    heard_by
}

/// Opens a device. False if another page or program has it.
pub(super) async fn open(device: &HidDevice) -> bool {
    let began_ms = clock::now_ms();
    while !device.opened() {
        let opened = match device.open() {
            Ok(opening) => JsFuture::from(opening).await,
            Err(error) => Err(error),
        };
        match opened {
            Ok(_) => return device.opened(),
            Err(error) if is_error(&error, "InvalidStateError") => {}
            Err(_) => return false,
        }
        if OPENING_MS_MAX < clock::now_ms() - began_ms {
            return device.opened();
        }
        clock::rest(OPENING_STEP_MS).await;
    }
    true
}

fn reported(inner: &Weak<Inner>, reader: &mut HidReader, times: &mut EventTimes, report: &InputReport) {
    let Some(inner) = inner.upgrade().filter(|inner| inner.till.takes_scans()) else { return };
    let at_ms = times.read(crate::whole(report.at_ms()), crate::whole(clock::now_ms()));
    if let HidVerdict::Scan(scan) = reader.report(report.id(), &report.bytes(), at_ms) {
        inner.till.tell(&ModuleEvent::Scan(Source::Hid, scan));
    }
}
