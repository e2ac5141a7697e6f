//! A new screen ignores a press at the place where the finger pressed the old one. A bounce of the finger, or
//! of the glass, would press what the new screen has there.

use std::cell::Cell;
use std::rc::Rc;

use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::prelude::*;
use web_sys::{Event, HtmlElement};

use crate::device::clock;

#[wasm_bindgen]
extern "C" {
    /// A pointer event. web-sys measures it in whole pixels, or in parts of them, depending on a compiler
    /// flag.
    type Touch;
    #[wasm_bindgen(method, getter, js_name = clientX)]
    fn x(this: &Touch) -> f64;
    #[wasm_bindgen(method, getter, js_name = clientY)]
    fn y(this: &Touch) -> f64;
    #[wasm_bindgen(method, getter, js_name = detail)]
    fn count(this: &Touch) -> u32;
}

/// A bounce comes sooner, a press that is meant for the new screen later.
const GUARD_MS: u64 = 400;
/// A press longer ago than this did not cause the new screen, and its finger is gone.
const PRESS_MS_MAX: u64 = 1_000;
/// The width of a finger.
const FINGER_PX: f64 = 48.0;

/// Guards a till's screens until it is dropped.
pub(crate) struct PressGuard {
    finger: Rc<Finger>,
    _listeners: [EventListener; 2],
}

#[derive(Default)]
struct Finger {
    /// Where the finger last came down.
    down: Cell<(f64, f64)>,
    down_ms: Cell<Option<u64>>,
    /// Where it had come down when the screen changed, and until when the guard is active.
    before: Cell<(f64, f64)>,
    until_ms: Cell<u64>,
}

impl PressGuard {
    pub(crate) fn new(host: &HtmlElement) -> Self {
        let finger = Rc::<Finger>::default();
        let (down, clicked) = (finger.clone(), finger.clone());
        let options = EventListenerOptions { passive: false, ..EventListenerOptions::run_in_capture_phase() };
        let down = EventListener::new_with_options(host, "pointerdown", options, move |event| {
            down.down.set(place(event));
            down.down_ms.set(Some(clock::now_ms()));
        });
        let click = EventListener::new_with_options(host, "click", options, move |event| {
            if clicked.bounces(event) {
                event.prevent_default();
                event.stop_immediate_propagation();
            }
        });
        Self { finger, _listeners: [down, click] }
    }

    pub(crate) fn screen_changed(&self) {
        let (finger, now_ms) = (&self.finger, clock::now_ms());
        // A press causes one new screen. Later changes have other causes.
        let Some(down_ms) = finger.down_ms.take() else { return };
        if now_ms < down_ms.saturating_add(PRESS_MS_MAX) {
            finger.before.set(finger.down.get());
            finger.until_ms.set(now_ms.saturating_add(GUARD_MS));
        }
    }
}

impl Finger {
    /// A click by a key, or by a program, has no count.
    fn bounces(&self, event: &Event) -> bool {
        let ((x, y), (before_x, before_y)) = (place(event), self.before.get());
        event.unchecked_ref::<Touch>().count() != 0
            && clock::now_ms() < self.until_ms.get()
            && (x - before_x).abs().max((y - before_y).abs()) <= FINGER_PX
    }
}

fn place(event: &Event) -> (f64, f64) {
    let touch: &Touch = event.unchecked_ref();
    (touch.x(), touch.y())
}
