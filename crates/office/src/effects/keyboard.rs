//! Keys of the whole page while the sheet is open. The till lets them pass.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use gloo_events::{EventListener, EventListenerOptions};
use gloo_timers::callback::Timeout;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, KeyboardEvent};

use super::clock::whole;
use crate::sheet::{Around, KeyPress, KeyRouter, Routed, Stroke};

/// Listens to keys until it is dropped.
pub(crate) struct Keyboard {
    inner: Rc<Inner>,
    _listeners: Vec<EventListener>,
}

struct Inner {
    router: RefCell<KeyRouter>,
    takes_digits: Cell<bool>,
    alt_went_down: Cell<bool>,
    silence: RefCell<Option<Timeout>>,
    told: Box<dyn Fn(Stroke)>,
}

impl Keyboard {
    pub(crate) fn new(told: impl Fn(Stroke) + 'static) -> Self {
        let (router, silence) = (RefCell::default(), RefCell::default());
        let (takes_digits, alt_went_down) = (Cell::default(), Cell::default());
        let inner = Rc::new(Inner { router, takes_digits, alt_went_down, silence, told: Box::new(told) });
        let listeners = ["keydown", "keyup"].into_iter().filter_map(|kind| listen(&inner, kind)).collect();
        Self { inner, _listeners: listeners }
    }

    /// Whether the sheet takes digits from now on.
    pub(crate) fn take_digits(&self, takes_digits: bool) {
        self.inner.takes_digits.set(takes_digits);
    }
}

fn listen(inner: &Rc<Inner>, kind: &'static str) -> Option<EventListener> {
    let weak = Rc::downgrade(inner);
    let options = EventListenerOptions { passive: false, ..EventListenerOptions::run_in_capture_phase() };
    let window = web_sys::window()?;
    Some(EventListener::new_with_options(&window, kind, options, move |event| {
        if let (Some(inner), Some(event)) = (weak.upgrade(), event.dyn_ref()) {
            inner.happened(event);
        }
    }))
}

impl Inner {
    fn happened(self: &Rc<Self>, event: &KeyboardEvent) {
        let around = Around { takes_digits: self.takes_digits.get(), on_button: is_on_button(event) };
        let at_ms = whole(event.time_stamp());
        let (key, code) = (event.key(), event.code());
        if key == "Alt" {
            self.alt_went_down.set(event.type_() == "keydown");
        }
        if event.type_() == "keyup" {
            if key == "Alt" {
                let routed = self.router.borrow_mut().alt_up(at_ms, around);
                self.pass_on(routed);
            }
            return;
        }
        let press = KeyPress {
            key: &key,
            code: &code,
            shift: event.shift_key(),
            control: event.ctrl_key(),
            alt: event.alt_key(),
            alt_went_down: self.alt_went_down.get(),
            alt_graph: event.get_modifier_state("AltGraph"),
            meta: event.meta_key(),
            repeat: event.repeat(),
            composing: event.is_composing(),
        };
        let routed = self.router.borrow_mut().key(at_ms, &press, around);
        if routed.swallow {
            event.prevent_default();
            event.stop_propagation();
        }
        self.pass_on(routed);
        self.await_silence(at_ms);
    }

    fn pass_on(&self, routed: Routed) {
        routed.strokes.into_iter().for_each(|stroke| (self.told)(stroke));
    }

    /// Judges a burst without a suffix after a pause.
    fn await_silence(self: &Rc<Self>, now_ms: u64) {
        let due_at_ms = self.router.borrow().due_at_ms();
        *self.silence.borrow_mut() = due_at_ms.map(|due_at_ms| {
            let weak = Rc::downgrade(self);
            let wait_ms = u32::try_from(due_at_ms.saturating_sub(now_ms)).unwrap_or_default();
            Timeout::new(wait_ms, move || silent(&weak, due_at_ms))
        });
    }
}

fn silent(inner: &Weak<Inner>, due_at_ms: u64) {
    let Some(inner) = inner.upgrade() else { return };
    let around = Around { takes_digits: inner.takes_digits.get(), on_button: false };
    let routed = inner.router.borrow_mut().silence(due_at_ms, around);
    inner.pass_on(routed);
}

fn is_on_button(event: &Event) -> bool {
    let target = event.composed_path().get(0).dyn_into::<Element>().ok();
    target.is_some_and(|target| target.tag_name() == "BUTTON")
}
