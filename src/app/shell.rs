//! The till without its views: owns the machine and every guard, performs the machine's effects, and reports
//! each change.

mod acting;
mod checkout;
mod keys;
#[cfg(feature = "views")]
mod language;
mod place;
mod tab;

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use gloo_timers::callback::{Interval, Timeout};
use scantill_till::{CheckoutRequest, Effect, Input, Sale, Screen, Sound, Till, View};
use scantill_types::DeviceId;
use web_sys::HtmlElement;

use crate::app::host;
use crate::app::office_module::Office;
use crate::device::clock;
use crate::device::sound::Sounds;
use crate::device::storage::LocalStorage;
use crate::device::tab_lock::TabLock;
use crate::device::timers::Timers;
use crate::device::wake_lock::WakeLock;
use crate::input::event_sender::EventSender;
use crate::input::keyboard::Keyboard;
use crate::input::press_guard::PressGuard;
use crate::input::scanner_focus::ScannerFocus;
use crate::input::scanner_module::ScannerModule;
use crate::net::calls::Calls;
use crate::net::event_stream::EventStream;
use scantill_till::appearance::Appearance;
use scantill_till::catalogue::LANGUAGES;
use scantill_till::checkout::Checkout;
use scantill_till::page_address::AddressProblem;
use scantill_till::presence::Presence;
use scantill_till::scanner_panel::{ModuleState, ScannerPanel, Scanners};
use scantill_till::standing::Standing;
use scantill_till::view_model::{ViewModel, may_open_page};

/// Where a till runs and what it begins with.
pub(crate) struct Setup {
    pub(crate) origin: String,
    /// `None` means this browser's own device id.
    pub(crate) device: Option<DeviceId>,
    /// `None` means the language that this device used last, or the browser's.
    pub(crate) language: Option<&'static str>,
    /// The checkout that the address names.
    pub(crate) opening: Result<Option<CheckoutRequest>, AddressProblem>,
    /// Names the sale outside the till. `None` in a module.
    pub(crate) address: Option<Address>,
    /// Names the state outside the till. `None` in a module, which leaves the page's title alone.
    pub(crate) title: Option<fn(&str)>,
}

/// Names a sale outside the till.
pub(crate) type Address = Box<dyn Fn(Option<&Sale>)>;

/// A running till. Its clones are the same till.
#[derive(Clone)]
pub(crate) struct Shell(Rc<Inner>);

type Subscriber = Box<dyn Fn()>;

struct Inner {
    base: Base,
    /// `None` once the till is stopped.
    lock: RefCell<Option<TabLock>>,
    till: RefCell<Option<Till>>,
    queue: RefCell<VecDeque<Input>>,
    stepping: Cell<bool>,
    guards: RefCell<Option<Rc<Guards>>>,
    checkout: RefCell<Checkout>,
    view_model: RefCell<ViewModel>,
    scanners: RefCell<Scanners>,
    presence: Cell<Presence>,
    lingering: RefCell<Option<(Rc<Keyboard>, Timeout)>>,
    watch: RefCell<Option<Interval>>,
    subscriber: RefCell<Option<Subscriber>>,
    standing: Cell<Option<Standing>>,
    title: Option<fn(&str)>,
    wanted_language: Cell<&'static str>,
    #[cfg(feature = "views")]
    texts: Cell<language::Texts>,
}

/// What a till begins with each time that it becomes this tab's.
struct Base {
    host: HtmlElement,
    origin: String,
    storage: Rc<LocalStorage>,
    address: Option<Address>,
    opening: RefCell<Option<CheckoutRequest>>,
}

/// Everything that must end with the till.
struct Guards {
    storage: Rc<LocalStorage>,
    calls: Calls,
    events: EventStream,
    timers: Timers,
    sounds: Sounds,
    scanner_focus: ScannerFocus,
    keyboard: Rc<Keyboard>,
    scanner_module: ScannerModule,
    office: Office,
    press: PressGuard,
    wake: WakeLock,
}

impl PartialEq for Shell {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Shell {
    /// Starts a till on its host element.
    pub(crate) fn start(host: &HtmlElement, setup: Setup) -> Self {
        let Setup { origin, device, language, opening, address, title } = setup;
        let storage = Rc::new(LocalStorage::open(&origin, device));
        let notice = opening.as_ref().err().copied();
        let view = View::bare(Screen::Starting);
        let panel = ScannerPanel::default();
        let view_model =
            ViewModel { view, mark: None, has_scanner_focus: false, ready: false, called: 0, panel, notice };
        let (host, opening) = (host.clone(), RefCell::new(opening.ok().flatten()));
        let shell = Self(Rc::new(Inner {
            base: Base { host, origin, storage: storage.clone(), address, opening },
            lock: RefCell::default(),
            till: RefCell::default(),
            queue: RefCell::default(),
            stepping: Cell::new(false),
            guards: RefCell::default(),
            checkout: RefCell::default(),
            view_model: RefCell::new(view_model),
            scanners: RefCell::default(),
            presence: Cell::default(),
            lingering: RefCell::default(),
            watch: RefCell::default(),
            subscriber: RefCell::default(),
            standing: Cell::default(),
            title,
            wanted_language: Cell::new(LANGUAGES[0].0),
            #[cfg(feature = "views")]
            texts: Cell::default(),
        }));
        {
            let panel = &mut shell.0.scanners.borrow_mut().panel;
            (panel.limits, panel.camera.auto_open) = (storage.limits(), storage.camera_auto_open());
            panel.camera.choice = storage.camera_choice();
            panel.volume = storage.volume();
            panel.appearance = storage.appearance();
            if panel.appearance != Appearance::Device {
                host::appear(&shell.0.base.host, panel.appearance);
            }
        }
        #[cfg(feature = "views")]
        shell.begin_to_speak(language);
        #[cfg(not(feature = "views"))]
        let _ = language;
        shell.ask_for_turn();
        shell.watch_place();
        shell
    }

    pub(crate) fn feed(&self, input: Input) {
        if self.0.guards.borrow().is_none() {
            return self.feed_elsewhere(&input);
        }
        // The till ignores presses and scans while nobody can see it.
        if !self.is_visible() && matches!(input, Input::Press(_) | Input::Scanned { .. }) {
            return;
        }
        self.0.queue.borrow_mut().push_back(input);
        self.drain();
    }

    /// Plays a sound and shows its mark.
    fn play(&self, guards: &Guards, sound: Sound) {
        self.0.scanners.borrow_mut().panel.muted = !guards.sounds.play(sound);
        let mut view_model = self.0.view_model.borrow_mut();
        let number = view_model.mark.map_or(0, |(number, _)| number.wrapping_add(1));
        view_model.mark = Some((number, sound));
    }

    /// Calls `changed` after each change. Replaces an earlier callback.
    pub(crate) fn subscribe(&self, changed: impl Fn() + 'static) {
        *self.0.subscriber.borrow_mut() = self.is_running().then(|| Box::new(changed) as Subscriber);
    }

    /// Whether the till was not stopped. It may still be at rest.
    pub(crate) fn is_running(&self) -> bool {
        self.0.watch.borrow().is_some()
    }

    pub(crate) fn view_model(&self) -> ViewModel {
        self.0.view_model.borrow().clone()
    }

    /// Stops timers, calls, the stream and listeners.
    pub(crate) fn stop(&self) {
        let guards = self.0.guards.take();
        drop((self.0.subscriber.take(), self.0.watch.take()));
        if let Some(guards) = guards.filter(|_| self.0.presence.get().is_shown(clock::now_ms())) {
            self.linger(guards.keyboard.clone());
        }
        // Another tab may begin only now.
        drop(self.0.lock.take());
        self.0.checkout.borrow_mut().leave();
    }

    fn guards(&self) -> Guards {
        let Base { host, origin, storage, address, .. } = &self.0.base;
        self.0.scanners.borrow_mut().panel.office = ModuleState::NotYet;
        let weak = Rc::downgrade(&self.0);
        let sender = EventSender::new(move |event| {
            if let Some(inner) = weak.upgrade() {
                Self(inner).take(event);
            }
        });
        let scanner_focus = self.scanner_focus(host);
        let ask = self.ask(&scanner_focus, address.is_none());
        let limits = storage.limits();
        Guards {
            calls: Calls::new(origin.clone(), storage.clone(), sender.clone()),
            events: EventStream::new(origin.clone(), storage.clone(), sender.clone()),
            office: Office::new(host, origin.clone(), storage.clone(), &sender),
            timers: Timers::new(sender.clone()),
            sounds: Sounds::new(&sender, storage.volume()),
            keyboard: Rc::new(Keyboard::new(host, sender.clone(), ask.clone(), limits)),
            scanner_module: ScannerModule::new(sender, ask, storage.clone(), self.0.wanted_language.get()),
            press: PressGuard::new(host),
            wake: WakeLock::default(),
            scanner_focus,
            storage: storage.clone(),
        }
    }

    /// Steps through all inputs, in order; an input that an effect gives at once waits for its turn. While
    /// nobody can see the till all inputs wait, so that no outcome counts as shown.
    fn drain(&self) {
        if self.0.stepping.replace(true) {
            return;
        }
        while let Some(guards) = self.0.guards.borrow().clone().filter(|_| self.is_visible()) {
            if !self.step(&guards) && !self.open_checkout(&guards) && !self.end_checkout() {
                break;
            }
        }
        self.0.stepping.set(false);
        self.publish();
    }

    fn step(&self, guards: &Guards) -> bool {
        let Some(input) = self.0.queue.borrow_mut().pop_front() else { return false };
        let Some(till) = self.0.till.take() else { return false };
        if matches!(input, Input::Press(_)) {
            self.0.scanners.borrow_mut().begin_anew();
            self.0.scanners.borrow_mut().panel.office.reset_failure();
            self.0.view_model.borrow_mut().notice = None;
        }
        let (till, effects) = till.step(&clock::moment(), input);
        *self.0.till.borrow_mut() = Some(till);
        for effect in effects {
            self.perform(guards, effect);
        }
        true
    }

    fn perform(&self, guards: &Guards, effect: Effect) {
        match effect {
            Effect::Call(call) => guards.calls.start(call),
            Effect::Save(stored) => guards.storage.keep(&stored),
            Effect::Wait(timer, wait_ms) => guards.timers.set(timer, wait_ms),
            Effect::StopTimers => guards.timers.stop_all(),
            Effect::OpenStream => guards.events.open(),
            Effect::Play(sound) => self.play(guards, sound),
            Effect::ShowSale(sale) => {
                self.0.checkout.borrow_mut().show(sale.as_ref());
                // The address keeps naming an order that waits.
                let waits = self.view().is_some_and(|view| view.waiting.is_some());
                if let Some(address) = self.0.base.address.as_ref().filter(|_| !waits) {
                    address(sale.as_ref());
                }
            }
            Effect::Report(outcome) => self.0.checkout.borrow_mut().report(*outcome),
        }
    }

    fn view(&self) -> Option<View> {
        self.0.till.borrow().as_ref().map(Till::view)
    }

    fn publish(&self) {
        let (Some(view), Some(guards)) = (self.view(), self.0.guards.borrow().clone()) else { return };
        let (has_scanner_focus, ready) = (guards.scanner_focus.has(), guards.scanner_focus.is_ready());
        guards.scanner_module.show_customer(&view);
        self.show(view, has_scanner_focus, ready);
        if self.is_visible() {
            self.note_presence(&guards);
        }
    }

    fn show(&self, view: View, has_scanner_focus: bool, ready: bool) {
        {
            let mut view_model = self.0.view_model.borrow_mut();
            let panel = &mut self.0.scanners.borrow_mut().panel;
            // A payment comes first: its screen replaces the scanner's page.
            let stays = if panel.open {
                may_open_page(&view.screen)
            } else {
                matches!(view.screen, Screen::Scan { typed: None })
            };
            if !stays {
                panel.hide();
            }
            (view_model.view, view_model.has_scanner_focus, view_model.ready, view_model.panel) =
                (view, has_scanner_focus, ready, panel.clone());
        }
        self.repaint();
        self.announce();
    }

    /// Tells the views that something may have changed.
    fn repaint(&self) {
        if let Some(changed) = self.0.subscriber.borrow().as_ref() {
            changed();
        }
    }
}
