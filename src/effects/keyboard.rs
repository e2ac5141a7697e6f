//! Keys of the whole page: a keyboard-wedge scanner is heard without any field in focus.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use gloo_events::{EventListener, EventListenerOptions};
use gloo_timers::callback::Timeout;
use js_sys::Array;
use scantill_core::wedge::SILENCE_MS;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

use super::{Feed, clock};
use crate::hearing::{Around, Hearing, Stroke};

/// A timer this late ran before keys that had waited behind a busy page: they are given a chance.
const LATE_MS: u64 = 30;
const CHANCE_MS: u64 = 60;
/// Kinds of `<input>` that take no text.
const WITHOUT_TEXT: [&str; 9] =
    ["button", "submit", "reset", "checkbox", "radio", "image", "file", "color", "range"];

/// Hears keys until it is dropped.
pub(crate) struct Keyboard {
    _listener: Option<EventListener>,
    _inner: Rc<Inner>,
}

struct Inner {
    hearing: RefCell<Hearing>,
    silence: RefCell<Option<Timeout>>,
    feed: Feed,
    hears: Rc<dyn Fn() -> bool>,
    amount: Box<dyn Fn() -> Option<i64>>,
}

impl Keyboard {
    /// `hears` says whether this till has the ear, `amount` what stands on the keypad's screen.
    pub(crate) fn new(
        feed: Feed,
        hears: Rc<dyn Fn() -> bool>,
        amount: impl Fn() -> Option<i64> + 'static,
    ) -> Self {
        let (hearing, silence) = (RefCell::default(), RefCell::default());
        let inner = Rc::new(Inner { hearing, silence, feed, hears, amount: Box::new(amount) });
        let weak = Rc::downgrade(&inner);
        let options = EventListenerOptions { passive: false, ..EventListenerOptions::run_in_capture_phase() };
        let listener = web_sys::window().map(|window| {
            EventListener::new_with_options(&window, "keydown", options, move |event| {
                if let (Some(inner), Some(event)) = (weak.upgrade(), event.dyn_ref::<KeyboardEvent>()) {
                    inner.pressed(event);
                }
            })
        });
        Self { _listener: listener, _inner: inner }
    }
}

impl Inner {
    fn pressed(self: &Rc<Self>, event: &KeyboardEvent) {
        let held = event.repeat() || event.ctrl_key() || event.meta_key() || event.alt_key();
        if held || event.is_composing() || !(self.hears)() {
            return;
        }
        let path = event.composed_path();
        let (Some(stroke), false) = (stroke(event), is_editable(&path)) else { return };
        let around = Around { amount: (self.amount)(), on_button: is_button(&path) };
        let at_ms = clock::whole(event.time_stamp());
        let heard = self.hearing.borrow_mut().stroke(at_ms, stroke, around);
        if heard.swallow {
            event.prevent_default();
            event.stop_propagation();
        }
        self.await_silence(at_ms.saturating_add(SILENCE_MS));
        heard.inputs.into_iter().for_each(|input| self.feed.send(input));
    }

    fn await_silence(self: &Rc<Self>, due_at_ms: u64) {
        let weak = Rc::downgrade(self);
        // A millisecond more, for what was cut off both times.
        let wait_ms = due_at_ms.saturating_add(1).saturating_sub(clock::now_ms());
        let wait_ms = u32::try_from(wait_ms).unwrap_or_default();
        *self.silence.borrow_mut() = Some(Timeout::new(wait_ms, move || silent(&weak, due_at_ms)));
    }
}

fn silent(inner: &Weak<Inner>, due_at_ms: u64) {
    let Some(inner) = inner.upgrade() else { return };
    let now_ms = clock::now_ms();
    if LATE_MS < now_ms.saturating_sub(due_at_ms) {
        return inner.await_silence(now_ms.saturating_add(CHANCE_MS));
    }
    let scan = inner.hearing.borrow_mut().silence(now_ms);
    if let Some(input) = scan {
        inner.feed.send(input);
    }
}

/// Digits by their place on the keyboard, so that no layout, Shift or Caps Lock turns them into signs.
fn stroke(event: &KeyboardEvent) -> Option<Stroke> {
    let (code, key) = (event.code(), event.key());
    let place = code.strip_prefix("Digit").or_else(|| code.strip_prefix("Numpad")).unwrap_or_default();
    if let (Some(digit @ '0'..='9'), 1) = (place.chars().next(), place.len()) {
        return Some(Stroke::Character(digit));
    }
    match key.as_str() {
        "Enter" => Some(Stroke::Enter),
        "Tab" => Some(Stroke::Tab),
        "Backspace" => Some(Stroke::Backspace),
        _ => {
            let mut characters = key.chars();
            let character = characters.next()?;
            characters.next().is_none().then_some(Stroke::Character(character))
        }
    }
}

fn elements(path: &Array) -> impl Iterator<Item = HtmlElement> {
    path.iter().filter_map(|target| target.dyn_into().ok())
}

/// A key aimed at a field is the field's own.
fn is_editable(path: &Array) -> bool {
    elements(path).any(|element| match element.tag_name().as_str() {
        "TEXTAREA" | "SELECT" => true,
        "INPUT" => {
            let kind = element.get_attribute("type").unwrap_or_default().to_ascii_lowercase();
            !WITHOUT_TEXT.contains(&kind.as_str())
        }
        _ => element.is_content_editable(),
    })
}

fn is_button(path: &Array) -> bool {
    elements(path).any(|element| {
        let role = element.get_attribute("role").unwrap_or_default();
        matches!(element.tag_name().as_str(), "BUTTON" | "A" | "SUMMARY" | "INPUT") || role == "button"
    })
}
