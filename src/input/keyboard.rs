//! Keys of the whole page: a keyboard-wedge scanner works without any field in focus.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use gloo_events::{EventListener, EventListenerOptions};
use gloo_timers::callback::Timeout;
use js_sys::Array;
use scantill_till::scan::keys::{self, KeyPress, Read};
use scantill_till::scan::{EventTimes, Limits, Source};
use wasm_bindgen::JsCast;
use web_sys::{Event, EventTarget, HtmlElement, HtmlInputElement, KeyboardEvent};

use crate::device::clock;
use crate::input::event_sender::{EventSender, ShellEvent};
use crate::input::field::{self, Remembered};
use crate::input::input_context::{InputContext, ReadInputContext};
use crate::input::scanner_focus;
use scantill_till::key_router::{Edit, Focus, KeyActions, KeyContext, KeyInput, KeyRouter};

/// A timer that is this late ran before keys that had waited behind a busy page: it waits for them.
const LATE_MS: u64 = 30;
const CHANCE_MS: u64 = 60;

/// Listens to keys until it is dropped.
pub(crate) struct Keyboard {
    inner: Rc<Inner>,
    _listeners: Vec<EventListener>,
}

struct Inner {
    router: RefCell<KeyRouter>,
    times: Cell<EventTimes>,
    /// How long the last key waited until the page handled it.
    late_ms: Cell<u64>,
    alt_went_down: Cell<bool>,
    /// Keys of the burst that no target has received yet.
    held: RefCell<Vec<(EventTarget, KeyboardEvent)>>,
    replaying: Cell<bool>,
    /// The till is gone, and a scan still must not reach the page.
    lingers: Cell<bool>,
    silence: RefCell<Option<Timeout>>,
    remembered: RefCell<Option<Remembered>>,
    /// Keys whose keydown was kept from the page.
    kept: RefCell<Vec<String>>,
    catcher: RefCell<Option<HtmlInputElement>>,
    refocus: RefCell<Option<Timeout>>,
    host: HtmlElement,
    sender: EventSender,
    ask: ReadInputContext,
}

impl Keyboard {
    pub(crate) fn new(
        host: &HtmlElement,
        sender: EventSender,
        ask: ReadInputContext,
        limits: Limits,
    ) -> Self {
        let inner = Rc::new(Inner {
            router: RefCell::default(),
            times: Cell::default(),
            late_ms: Cell::default(),
            alt_went_down: Cell::default(),
            held: RefCell::default(),
            replaying: Cell::default(),
            lingers: Cell::default(),
            silence: RefCell::default(),
            remembered: RefCell::default(),
            kept: RefCell::default(),
            catcher: RefCell::default(),
            refocus: RefCell::default(),
            host: host.clone(),
            sender,
            ask,
        });
        let listeners =
            ["keydown", "keyup", "input", "focusout"].into_iter().filter_map(|kind| listen(&inner, kind));
        let keyboard = Self { _listeners: listeners.collect(), inner };
        keyboard.limit(limits);
        keyboard
    }

    /// Keeps scans from the page, unless another till takes them, and reports none.
    pub(crate) fn linger(&self) {
        self.inner.lingers.set(true);
    }

    /// Judges keys by these limits from now on.
    pub(crate) fn limit(&self, limits: Limits) {
        self.inner.router.borrow_mut().limit(limits);
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
        if self.replaying.get() {
            return;
        }
        // A new keydown is judged anew: the page may have missed the key's release.
        if self.was_kept(event) && event.type_() == "keyup" {
            return keep(event);
        }
        let input_context = self.input_context();
        let path = event.composed_path();
        let focus = field::focus(&path);
        if event.type_() == "focusout" {
            return self.lost(&path, input_context);
        }
        // A key into a field belongs to the field while no scan is wanted from there.
        let is_own = path.includes(&self.host, 0);
        let is_wanted = if is_own { input_context.wants_scans } else { input_context.is_shown };
        let is_foreign = focus == Focus::Editor || (focus == Focus::Field && !is_wanted);
        if !input_context.has_scanner_focus || is_foreign {
            return;
        }
        let at_ms = self.time(event);
        if !input_context.is_used && !self.router.borrow().is_engaged(at_ms) {
            return;
        }
        let Some(stroke) = self.stroke(event, &path, focus) else { return };
        let confirms = input_context.confirms && (is_own || field::is_nothing(&path));
        let context = KeyContext { amount: input_context.amount, focus, confirms };
        let actions = self.router.borrow_mut().stroke(at_ms, stroke, context);
        let (remember, swallow, confirm) = (actions.remember, actions.swallow, actions.confirm);
        self.pass_on(actions);
        if remember {
            self.held.borrow_mut().clear();
            *self.remembered.borrow_mut() = Remembered::of(&path);
        }
        if swallow {
            self.keep(event);
        }
        if confirm {
            field::press_first(&self.host);
        }
    }

    fn input_context(&self) -> InputContext {
        if self.lingers.get() {
            let has_scanner_focus = scanner_focus::is_free();
            return InputContext {
                has_scanner_focus,
                is_used: true,
                is_shown: true,
                ..InputContext::default()
            };
        }
        (self.ask)()
    }

    /// The time of an event on the page's own clock.
    fn time(&self, event: &Event) -> u64 {
        let (mut times, now_ms) = (self.times.get(), clock::now_ms());
        let at_ms = times.read(clock::whole(event.time_stamp()), now_ms);
        self.times.set(times);
        self.late_ms.set(now_ms.saturating_sub(at_ms));
        at_ms
    }

    fn stroke(&self, event: &Event, path: &Array, focus: Focus) -> Option<KeyInput> {
        if let Some(key) = event.dyn_ref::<KeyboardEvent>() {
            let is_alt = key.key() == "Alt";
            self.alt_went_down.set(key.alt_key() && (is_alt || self.alt_went_down.get()));
            return stroke(key, focus, self.alt_went_down.get());
        }
        let field = field::catcher(path)?;
        let value = field.value();
        *self.catcher.borrow_mut() = Some(field);
        Some(KeyInput::Text(value))
    }

    /// Keeps the event from the page. If a hand typed it, the host page receives it late.
    fn keep(&self, event: &Event) {
        keep(event);
        if let Some(key) = event.dyn_ref::<KeyboardEvent>() {
            self.kept.borrow_mut().push(place(key));
            if let Some(target) = event.composed_path().get(0).dyn_into().ok().filter(|_| !key.repeat()) {
                self.held.borrow_mut().push((target, key.clone()));
            }
        }
    }

    /// Sends the held events to the host page. The browser has no default action for such an event; the page
    /// may act on it.
    fn replay(&self) {
        self.replaying.set(true);
        for (target, key) in self.held.take() {
            for kind in ["keydown", "keyup"] {
                // The event itself has every field that its copy needs.
                if let Ok(again) = KeyboardEvent::new_with_keyboard_event_init_dict(kind, key.unchecked_ref())
                {
                    let _ = target.dispatch_event(&again);
                }
            }
        }
        self.replaying.set(false);
    }

    /// Whether the key's last keydown was kept from the page. Then its keyup must tell the page nothing
    /// either.
    fn was_kept(&self, event: &Event) -> bool {
        let Some(place) = event.dyn_ref().map(place) else { return false };
        let mut kept = self.kept.borrow_mut();
        let before = kept.len();
        kept.retain(|other| *other != place);
        kept.len() < before
    }

    /// A touch beside every button must not leave an input method without a field to write into.
    fn lost(&self, path: &Array, input_context: InputContext) {
        let own =
            path.includes(&self.host, 0) && input_context.has_scanner_focus && input_context.wants_scans;
        let Some(field) = field::catcher(path).filter(|_| own) else { return };
        *self.refocus.borrow_mut() = Some(Timeout::new(0, move || field::focus_if_free(&field)));
    }

    fn pass_on(self: &Rc<Self>, actions: KeyActions) {
        for edit in &actions.edits {
            match (edit, self.remembered.borrow().as_ref()) {
                (Edit::Replay, _) => self.replay(),
                (Edit::Insert(text), Some(remembered)) => remembered.insert(text),
                (Edit::Restore, Some(remembered)) => remembered.restore(),
                (_, None) => {}
            }
        }
        self.await_silence();
        actions.traces.into_iter().for_each(|trace| self.sender.send(ShellEvent::Trace(trace)));
        actions.inputs.into_iter().for_each(|input| self.sender.send_input(input));
        actions.scans.into_iter().for_each(|scan| self.sender.send(ShellEvent::Scan(Source::Keyboard, scan)));
    }

    /// Waits for the end of a burst, or clears up after it. One timer serves all keys of a burst: it computes
    /// the end again when it runs. A timer for each key would cost more.
    fn await_silence(self: &Rc<Self>) {
        match self.due_at_ms() {
            Some(due_at_ms) if self.silence.borrow().is_none() => self.wait_until(due_at_ms),
            Some(_) => {}
            None => *self.silence.borrow_mut() = None,
        }
        if !self.is_waiting()
            && let Some(field) = self.catcher.borrow_mut().take()
        {
            field.set_value("");
            self.router.borrow_mut().emptied();
        }
    }

    /// The time at which silence ends the burst, on the clock of the timer. Keys that came late extend it.
    fn due_at_ms(&self) -> Option<u64> {
        let due_at_ms = self.router.borrow().due_at_ms();
        due_at_ms.map(|due_at_ms| due_at_ms.saturating_add(self.late_ms.get()))
    }

    fn is_waiting(&self) -> bool {
        self.silence.borrow().is_some()
    }

    fn wait_until(self: &Rc<Self>, due_at_ms: u64) {
        let weak = Rc::downgrade(self);
        // One millisecond more, since both times were rounded down.
        let wait_ms = due_at_ms.saturating_add(1).saturating_sub(clock::now_ms());
        let wait_ms = u32::try_from(wait_ms).unwrap_or_default();
        *self.silence.borrow_mut() = Some(Timeout::new(wait_ms, move || silent(&weak, due_at_ms)));
    }
}

/// The timer for `waited_for_ms` ran.
fn silent(inner: &Weak<Inner>, waited_for_ms: u64) {
    let Some(inner) = inner.upgrade() else { return };
    let now_ms = clock::now_ms();
    let due_at_ms = inner.due_at_ms().unwrap_or(now_ms);
    if LATE_MS < now_ms.saturating_sub(waited_for_ms) {
        return inner.wait_until(now_ms.saturating_add(CHANCE_MS));
    }
    if now_ms < due_at_ms {
        return inner.wait_until(due_at_ms);
    }
    *inner.silence.borrow_mut() = None;
    let context = KeyContext { amount: inner.input_context().amount, ..KeyContext::default() };
    let actions = inner.router.borrow_mut().silence(now_ms, context);
    inner.pass_on(actions);
}

/// Stops the event and its default action.
fn keep(event: &Event) {
    event.prevent_default();
    event.stop_propagation();
}

/// The key itself, independent of what it types. If the browser names no place, it is what the key types.
fn place(event: &KeyboardEvent) -> String {
    Some(event.code()).filter(|code| !code.is_empty()).unwrap_or_else(|| event.key())
}

/// What a keydown or keyup may mean to a scanner.
fn stroke(event: &KeyboardEvent, focus: Focus, alt_went_down: bool) -> Option<KeyInput> {
    let (key, code) = (event.key(), event.code());
    if event.type_() == "keyup" {
        return (key == "Alt").then_some(KeyInput::AltUp);
    }
    if key == "Backspace" && focus != Focus::Field {
        return Some(KeyInput::Backspace);
    }
    let press = KeyPress {
        key: &key,
        code: &code,
        shift: event.shift_key(),
        control: event.ctrl_key(),
        alt: event.alt_key(),
        alt_went_down,
        alt_graph: event.get_modifier_state("AltGraph"),
        meta: event.meta_key(),
        repeat: event.repeat(),
        composing: event.is_composing(),
    };
    match keys::read(&press) {
        Read::Key(key) => Some(KeyInput::Key(key)),
        Read::Shortcut(key) => Some(KeyInput::Shortcut(key)),
        Read::Unknown => Some(KeyInput::Unknown),
        Read::AltDigit(digit) => Some(KeyInput::AltDigit(digit)),
        Read::Repeat => Some(KeyInput::Repeat),
        Read::Nothing => None,
    }
}
