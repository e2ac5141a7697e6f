//! Keys of the whole page: a keyboard-wedge scanner is heard without any field in focus.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use gloo_events::{EventListener, EventListenerOptions};
use gloo_timers::callback::Timeout;
use js_sys::Array;
use scantill_core::scan::keys::{self, Press, Read};
use scantill_core::scan::{Limits, Source};
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlElement, HtmlInputElement, KeyboardEvent};

use super::clock;
use super::door::{Ask, Door, Signal, Situation};
use super::field::{self, Remembered};
use crate::hearing::{Around, Edit, Focus, Heard, Hearing, Stroke};

/// A timer this late ran before keys that had waited behind a busy page: they are given a chance.
const LATE_MS: u64 = 30;
const CHANCE_MS: u64 = 60;

/// Hears keys until it is dropped.
pub(crate) struct Keyboard {
    inner: Rc<Inner>,
    _listeners: Vec<EventListener>,
}

struct Inner {
    hearing: RefCell<Hearing>,
    silence: RefCell<Option<Timeout>>,
    remembered: RefCell<Option<Remembered>>,
    /// Keys that went no further when they went down.
    kept: RefCell<Vec<String>>,
    catcher: RefCell<Option<HtmlInputElement>>,
    refocus: RefCell<Option<Timeout>>,
    host: HtmlElement,
    door: Door,
    ask: Ask,
}

impl Keyboard {
    pub(crate) fn new(host: &HtmlElement, door: Door, ask: Ask, limits: Limits) -> Self {
        let inner = Rc::new(Inner {
            hearing: RefCell::default(),
            silence: RefCell::default(),
            remembered: RefCell::default(),
            kept: RefCell::default(),
            catcher: RefCell::default(),
            refocus: RefCell::default(),
            host: host.clone(),
            door,
            ask,
        });
        let listeners =
            ["keydown", "keyup", "input", "focusout"].into_iter().filter_map(|kind| listen(&inner, kind));
        let keyboard = Self { _listeners: listeners.collect(), inner };
        keyboard.limit(limits);
        keyboard
    }

    /// Judges keys by other limits from now on.
    pub(crate) fn limit(&self, limits: Limits) {
        self.inner.hearing.borrow_mut().limit(limits);
    }
}

fn listen(inner: &Rc<Inner>, kind: &'static str) -> Option<EventListener> {
    let weak = Rc::downgrade(inner);
    let options = EventListenerOptions { passive: false, ..EventListenerOptions::run_in_capture_phase() };
    let window = web_sys::window()?;
    Some(EventListener::new_with_options(&window, kind, options, move |event| {
        if let Some(inner) = weak.upgrade() {
            inner.happened(event);
        }
    }))
}

impl Inner {
    fn happened(self: &Rc<Self>, event: &Event) {
        // A key that goes down anew is judged anew: where it was let go the page may not have been told.
        if self.was_kept(event) && event.type_() == "keyup" {
            return keep(event);
        }
        let situation = (self.ask)();
        let path = event.composed_path();
        let focus = field::focus(&path);
        if event.type_() == "focusout" {
            return self.lost(&path, situation);
        }
        // A key aimed at a field is the field's own while no scan is wanted.
        let is_foreign = focus == Focus::Editor || (focus == Focus::Field && !situation.wants_scans);
        if !situation.hears || is_foreign {
            return;
        }
        let at_ms = clock::whole(event.time_stamp());
        if !situation.is_used && !self.hearing.borrow().is_engaged(at_ms) {
            return;
        }
        let stroke = match event.dyn_ref::<KeyboardEvent>() {
            Some(key) => stroke(key, focus),
            None => field::catcher(&path).map(|field| {
                let value = field.value();
                *self.catcher.borrow_mut() = Some(field);
                Stroke::Written(value)
            }),
        };
        let Some(stroke) = stroke else { return };
        let around = Around { amount: situation.amount, focus };
        let heard = self.hearing.borrow_mut().stroke(at_ms, stroke, around);
        if heard.swallow {
            keep(event);
            self.kept.borrow_mut().extend(event.dyn_ref().map(place));
        }
        let remember = heard.remember.then(|| Remembered::of(&path));
        self.pass_on(heard);
        if let Some(remembered) = remember {
            *self.remembered.borrow_mut() = remembered;
        }
    }

    /// Whether a key went no further when it went down last: let go, it may tell the page no code either.
    fn was_kept(&self, event: &Event) -> bool {
        let Some(place) = event.dyn_ref().map(place) else { return false };
        let mut kept = self.kept.borrow_mut();
        let before = kept.len();
        kept.retain(|other| *other != place);
        kept.len() < before
    }

    /// A touch beside every button must not leave an input method without a field to write into.
    fn lost(&self, path: &Array, situation: Situation) {
        let own = path.includes(&self.host, 0) && situation.hears && situation.wants_scans;
        let Some(field) = field::catcher(path).filter(|_| own) else { return };
        *self.refocus.borrow_mut() = Some(Timeout::new(0, move || field::focus_if_free(&field)));
    }

    fn pass_on(self: &Rc<Self>, heard: Heard) {
        if let Some(remembered) = self.remembered.borrow().as_ref() {
            for edit in &heard.edits {
                match edit {
                    Edit::Insert(text) => remembered.insert(text),
                    Edit::Restore => remembered.restore(),
                }
            }
        }
        self.await_silence();
        heard.traces.into_iter().for_each(|trace| self.door.send(Signal::Trace(trace)));
        heard.inputs.into_iter().for_each(|input| self.door.send(Signal::Input(Box::new(input))));
        heard.scans.into_iter().for_each(|scan| self.door.send(Signal::Scan(Source::Keyboard, scan)));
    }

    /// Waits for the end of what is being typed, or clears up after it. One timer does for all keys of a burst: it asks
    /// anew when it runs, since each key would pay for a timer of its own.
    fn await_silence(self: &Rc<Self>) {
        match self.hearing.borrow().due_at_ms() {
            Some(due_at_ms) if self.silence.borrow().is_none() => self.wait_until(due_at_ms),
            Some(_) => {}
            None => *self.silence.borrow_mut() = None,
        }
        if !self.is_waiting()
            && let Some(field) = self.catcher.borrow_mut().take()
        {
            field.set_value("");
            self.hearing.borrow_mut().emptied();
        }
    }

    fn is_waiting(&self) -> bool {
        self.silence.borrow().is_some()
    }

    fn wait_until(self: &Rc<Self>, due_at_ms: u64) {
        let weak = Rc::downgrade(self);
        // A millisecond more, for what was cut off both times.
        let wait_ms = due_at_ms.saturating_add(1).saturating_sub(clock::now_ms());
        let wait_ms = u32::try_from(wait_ms).unwrap_or_default();
        *self.silence.borrow_mut() = Some(Timeout::new(wait_ms, move || silent(&weak, due_at_ms)));
    }
}

/// The timer for `waited_for_ms` ran.
fn silent(inner: &Weak<Inner>, waited_for_ms: u64) {
    let Some(inner) = inner.upgrade() else { return };
    let now_ms = clock::now_ms();
    let due_at_ms = inner.hearing.borrow().due_at_ms().unwrap_or(now_ms);
    if LATE_MS < now_ms.saturating_sub(waited_for_ms) {
        return inner.wait_until(now_ms.saturating_add(CHANCE_MS));
    }
    if now_ms < due_at_ms {
        return inner.wait_until(due_at_ms);
    }
    *inner.silence.borrow_mut() = None;
    let around = Around { amount: (inner.ask)().amount, focus: Focus::Nothing };
    let heard = inner.hearing.borrow_mut().silence(now_ms, around);
    inner.pass_on(heard);
}

/// The event goes no further and has no doing of its own.
fn keep(event: &Event) {
    event.prevent_default();
    event.stop_propagation();
}

/// The key itself, whatever it types meanwhile; by what it types where the browser tells no place.
fn place(event: &KeyboardEvent) -> String {
    Some(event.code()).filter(|code| !code.is_empty()).unwrap_or_else(|| event.key())
}

/// What a key's going down or up may mean to a scanner.
fn stroke(event: &KeyboardEvent, focus: Focus) -> Option<Stroke> {
    let (key, code) = (event.key(), event.code());
    if event.type_() == "keyup" {
        return (key == "Alt").then_some(Stroke::AltUp);
    }
    if key == "Backspace" && focus != Focus::Field {
        return Some(Stroke::Backspace);
    }
    let press = Press {
        key: &key,
        code: &code,
        shift: event.shift_key(),
        control: event.ctrl_key(),
        alt: event.alt_key(),
        alt_graph: event.get_modifier_state("AltGraph"),
        meta: event.meta_key(),
        repeat: event.repeat(),
        composing: event.is_composing(),
    };
    match keys::read(&press) {
        Read::Key(key) => Some(Stroke::Key(key)),
        Read::AltDigit(digit) => Some(Stroke::AltDigit(digit)),
        Read::Repeat => Some(Stroke::Repeat),
        Read::Nothing => None,
    }
}
