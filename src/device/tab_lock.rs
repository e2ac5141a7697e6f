//! One tab of a browser runs a till. The browser's own locks decide which. If the browser has none (a page
//! without HTTPS) or refuses one (a page whose data are blocked), a record in its storage decides, which the
//! tab that runs the till renews.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use js_sys::{Date, Function, Object, Promise, Reflect};
use scantill_types::DeviceId;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use crate::device::clock;
use crate::device::storage::local_storage;
use crate::net::abort::AbortGuard;

/// A page that is being reloaded releases its lock a little late: that is no other tab.
const HANDOVER_MS: u32 = 400;
/// How often the record is renewed. An older record means that its tab is gone.
const BEAT_MS: u32 = 1_000;
const BEAT_MS_MAX: u64 = 3_000;

#[wasm_bindgen]
extern "C" {
    type Locks;
    #[wasm_bindgen(method, catch)]
    fn request(this: &Locks, name: &str, options: &Object, held: &JsValue) -> Result<Promise, JsValue>;
}

/// The lock of one till. Dropping it releases the lock.
pub(crate) struct TabLock(Rc<Inner>);

struct Inner {
    name: String,
    told: Box<dyn Fn(bool)>,
    locks: Option<Locks>,
    /// The browser has locks and refuses to grant one.
    refused: Cell<bool>,
    /// The number of the request that holds the lock.
    held: Cell<Option<u32>>,
    count: Cell<u32>,
    release: RefCell<Option<Function>>,
    queued: RefCell<Option<AbortGuard>>,
    pause: RefCell<Option<Timeout>>,
    /// The name of this tab in the record.
    tab: DeviceId,
    listeners: RefCell<Vec<EventListener>>,
}

impl TabLock {
    /// Requests the lock. `told(true)` means that the till is this tab's, `told(false)` that it is another's.
    pub(crate) fn new(name: &str, told: impl Fn(bool) + 'static) -> Self {
        let moment = clock::moment();
        let inner = Rc::new(Inner {
            name: name.to_owned(),
            told: Box::new(told),
            locks: locks(),
            refused: Cell::new(false),
            held: Cell::new(None),
            count: Cell::new(1),
            release: RefCell::default(),
            queued: RefCell::default(),
            pause: RefCell::default(),
            tab: DeviceId::generate(moment.unix_ms, moment.random),
            listeners: RefCell::default(),
        });
        if inner.locks.is_some() {
            inner.queue();
            let waiting = Rc::downgrade(&inner);
            let late = Timeout::new(HANDOVER_MS, move || {
                if let Some(inner) = waiting.upgrade() {
                    (inner.told)(false);
                }
            });
            *inner.pause.borrow_mut() = Some(late);
        } else {
            inner.keep_record();
        }
        Self(inner)
    }

    /// Takes the till away from the tab that runs it.
    pub(crate) fn take_over(&self) {
        self.0.queued.take();
        match self.0.locks() {
            Some(_) => self.0.request("steal", &JsValue::TRUE),
            None => self.0.beat(true),
        }
    }
}

impl Drop for TabLock {
    fn drop(&mut self) {
        self.0.pause.take();
        self.0.queued.take();
        self.0.let_go();
    }
}

impl Inner {
    fn locks(&self) -> Option<&Locks> {
        self.locks.as_ref().filter(|_| !self.refused.get())
    }

    fn keep_record(self: &Rc<Self>) {
        self.watch_record();
        self.beat(false);
    }

    /// Waits until the tab that runs the till is closed.
    fn queue(self: &Rc<Self>) {
        let Some(abort) = AbortGuard::new() else { return };
        let signal = abort.signal();
        *self.queued.borrow_mut() = Some(abort);
        self.request("signal", &signal);
    }

    fn request(self: &Rc<Self>, option: &str, value: &JsValue) {
        let Some(locks) = self.locks() else { return };
        let number = self.count.replace(self.count.get().wrapping_add(1));
        let options = Object::new();
        let _ = Reflect::set(&options, &JsValue::from_str(option), value);
        let (holding, losing) = (Rc::downgrade(self), Rc::downgrade(self));
        let held = Closure::once_into_js(move |_: JsValue| {
            holding.upgrade().map_or(JsValue::UNDEFINED, |inner| inner.hold(number))
        });
        let Ok(promise) = locks.request(&self.name, &options, &held) else { return self.do_without() };
        spawn_local(async move {
            // The promise is rejected when another tab takes the lock away.
            if let Err(error) = JsFuture::from(promise).await
                && let Some(inner) = losing.upgrade()
            {
                inner.lose(number, &error);
            }
        });
    }

    /// Holds the lock until the promise resolves.
    fn hold(&self, number: u32) -> JsValue {
        self.pause.take();
        self.held.set(Some(number));
        let until = Promise::new(&mut |resolve, _| {
            *self.release.borrow_mut() = Some(resolve);
        });
        (self.told)(true);
        until.into()
    }

    fn lose(self: &Rc<Self>, number: u32, error: &JsValue) {
        if self.held.get() == Some(number) {
            self.held.set(None);
            (self.told)(false);
            self.queue();
        } else if !is_aborted(error) {
            self.do_without();
        }
    }

    fn do_without(self: &Rc<Self>) {
        if !self.refused.replace(true) {
            self.keep_record();
        }
    }

    fn let_go(&self) {
        if let Some(release) = self.release.take() {
            let _ = release.call0(&JsValue::UNDEFINED);
        }
        if self.held.take().is_some()
            && self.locks().is_none()
            && let Some(storage) = local_storage()
        {
            let _ = storage.remove_item(&self.record());
        }
    }

    fn watch_record(self: &Rc<Self>) {
        let Some(window) = web_sys::window() else { return };
        let (changed, leaving) = (Rc::downgrade(self), Rc::downgrade(self));
        let changed = EventListener::new(&window, "storage", move |_| {
            if let Some(inner) = changed.upgrade() {
                inner.beat(false);
            }
        });
        let leaving = EventListener::new(&window, "pagehide", move |_| {
            if let Some(inner) = leaving.upgrade() {
                inner.let_go();
            }
        });
        self.listeners.borrow_mut().extend([changed, leaving]);
    }

    /// Renews the record, or reads whose it is.
    fn beat(self: &Rc<Self>, takes: bool) {
        let (ours, now_ms) = (self.tab.as_str(), clock::whole(Date::now()));
        let storage = local_storage();
        let record = storage.as_ref().and_then(|storage| storage.get_item(&self.record()).ok()?);
        let other =
            record.as_deref().and_then(|record| record.split_once(' ')).is_some_and(|(tab, at_ms)| {
                let age_ms = now_ms.checked_sub(at_ms.parse().unwrap_or(0));
                tab != ours && age_ms.is_some_and(|age_ms| age_ms < BEAT_MS_MAX)
            });
        let is_ours = takes || !other;
        if let (true, Some(storage)) = (is_ours, &storage) {
            let _ = storage.set_item(&self.record(), &format!("{ours} {now_ms}"));
        }
        let beating = Rc::downgrade(self);
        *self.pause.borrow_mut() = Some(Timeout::new(BEAT_MS, move || {
            if let Some(inner) = beating.upgrade() {
                inner.beat(false);
            }
        }));
        let was_told = self.count.replace(0) == 0;
        if !was_told || self.held.get().is_some() != is_ours {
            self.held.set(is_ours.then_some(0));
            (self.told)(is_ours);
        }
    }

    fn record(&self) -> String {
        format!("{}:tab", self.name)
    }
}

/// This tab itself aborted the request.
fn is_aborted(error: &JsValue) -> bool {
    Reflect::get(error, &JsValue::from_str("name")).is_ok_and(|name| name == "AbortError")
}

fn locks() -> Option<Locks> {
    let navigator = web_sys::window()?.navigator();
    let locks = Reflect::get(&navigator, &JsValue::from_str("locks")).ok()?;
    locks.is_object().then(|| locks.unchecked_into())
}
