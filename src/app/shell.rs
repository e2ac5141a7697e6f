//! The till without its views: owns the machine and every guard, does what the machine asks, and tells of each change.

mod acting;
mod checkout;
mod keys;
mod place;
mod tab;

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use gloo_timers::callback::{Interval, Timeout};
use scantill_till::{Effect, Input, Opening, Sale, Screen, Sound, Till, View};
use scantill_types::DeviceId;
use web_sys::HtmlElement;

use crate::app::office_module::Office;
use crate::device::clock;
use crate::device::sound::Sounds;
use crate::device::storage::Memory;
use crate::device::tab_lock::TabLock;
use crate::device::timers::Timers;
use crate::device::wake_lock::WakeLock;
use crate::input::event_sender::{Door, Signal};
use crate::input::feed::Feed;
use crate::input::keyboard::Keyboard;
use crate::input::press_guard::PressGuard;
use crate::input::scanner_focus::EarMark;
use crate::input::scanner_module::Later;
use crate::net::calls::Calls;
use crate::net::event_stream::Events;
use scantill_till::checkout::Desk;
use scantill_till::page_address::AddressProblem;
use scantill_till::presence::Presence;
use scantill_till::scanner_panel::{Module, Panel, Scanners};
use scantill_till::standing::Standing;

/// Where a till stands and what it begins with.
pub(crate) struct Setup {
    /// The proxy's origin.
    pub(crate) origin: String,
    /// The device; none means this browser's own.
    pub(crate) device: Option<DeviceId>,
    /// What the address asks for.
    pub(crate) opening: Result<Option<Opening>, AddressProblem>,
    /// Where a sale is named outside the till; a module has no such place.
    pub(crate) address: Option<Address>,
    /// Where the state is named outside the till; a module leaves the page's title alone.
    pub(crate) title: Option<fn(&str)>,
}

/// Names a sale outside the till.
pub(crate) type Address = Box<dyn Fn(Option<&Sale>)>;

/// All that is to be painted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scene {
    /// The machine's view.
    pub(crate) view: View,
    /// The last sound, to be seen as well, with its number.
    pub(crate) mark: Option<(u32, Sound)>,
    /// The scanner is heard here.
    pub(crate) hears: bool,
    /// And what it writes comes here.
    pub(crate) ready: bool,
    /// How many checkouts were opened that may take the focus from the page around.
    pub(crate) called: u32,
    /// How the scanners stand.
    pub(crate) panel: Panel,
    /// The address asked for something that cannot be opened.
    pub(crate) notice: Option<AddressProblem>,
}

impl Scene {
    /// The value of `data-screen`.
    pub(crate) fn name(&self) -> &'static str {
        if self.panel.open { "scanner" } else { self.view.screen.name() }
    }
}

/// A running till; its clones are the same till.
#[derive(Clone)]
pub(crate) struct Shell(Rc<Inner>);

type Subscriber = Box<dyn Fn()>;

struct Inner {
    base: Base,
    /// Gone when the till is.
    lock: RefCell<Option<TabLock>>,
    till: RefCell<Option<Till>>,
    queue: RefCell<VecDeque<Input>>,
    stepping: Cell<bool>,
    guards: RefCell<Option<Rc<Guards>>>,
    desk: RefCell<Desk>,
    scene: RefCell<Scene>,
    scanners: RefCell<Scanners>,
    presence: Cell<Presence>,
    lingering: RefCell<Option<(Rc<Keyboard>, Timeout)>>,
    watch: RefCell<Option<Interval>>,
    subscriber: RefCell<Option<Subscriber>>,
    standing: Cell<Option<Standing>>,
    title: Option<fn(&str)>,
}

/// What a till begins from, each time that it becomes this tab's.
struct Base {
    host: HtmlElement,
    origin: String,
    memory: Rc<Memory>,
    address: Option<Address>,
    opening: RefCell<Option<Opening>>,
}

/// Everything that must end with the till.
struct Guards {
    memory: Rc<Memory>,
    calls: Calls,
    events: Events,
    timers: Timers,
    sounds: Sounds,
    ear: EarMark,
    keyboard: Rc<Keyboard>,
    later: Later,
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
        let Setup { origin, device, opening, address, title } = setup;
        let memory = Rc::new(Memory::open(&origin, device));
        let notice = opening.as_ref().err().copied();
        let view = View::bare(Screen::Starting);
        let panel = Panel::default();
        let scene = Scene { view, mark: None, hears: false, ready: false, called: 0, panel, notice };
        let (host, opening) = (host.clone(), RefCell::new(opening.ok().flatten()));
        let shell = Self(Rc::new(Inner {
            base: Base { host, origin, memory: memory.clone(), address, opening },
            lock: RefCell::default(),
            till: RefCell::default(),
            queue: RefCell::default(),
            stepping: Cell::new(false),
            guards: RefCell::default(),
            desk: RefCell::default(),
            scene: RefCell::new(scene),
            scanners: RefCell::default(),
            presence: Cell::default(),
            lingering: RefCell::default(),
            watch: RefCell::default(),
            subscriber: RefCell::default(),
            standing: Cell::default(),
            title,
        }));
        {
            let panel = &mut shell.0.scanners.borrow_mut().panel;
            (panel.limits, panel.camera.habit) = (memory.limits(), memory.camera_habit());
            panel.camera.choice = memory.camera_choice();
        }
        shell.ask_for_turn();
        shell.watch_place();
        shell
    }

    /// Gives an input to the machine.
    pub(crate) fn feed(&self, input: Input) {
        if self.0.guards.borrow().is_none() {
            return self.feed_elsewhere(&input);
        }
        // What a hand does to an element that is in no document is not meant for the till.
        if !self.is_in_place() && matches!(input, Input::Press(_) | Input::Scanned { .. }) {
            return;
        }
        self.0.queue.borrow_mut().push_back(input);
        self.drain();
    }

    /// A sound, and its mark for the eye.
    fn play(&self, guards: &Guards, sound: Sound) {
        self.0.scanners.borrow_mut().panel.muted = !guards.sounds.play(sound);
        let mut scene = self.0.scene.borrow_mut();
        let number = scene.mark.map_or(0, |(number, _)| number.wrapping_add(1));
        scene.mark = Some((number, sound));
    }

    /// Calls back after each change, in place of who was called before.
    pub(crate) fn subscribe(&self, changed: impl Fn() + 'static) {
        *self.0.subscriber.borrow_mut() = self.is_running().then(|| Box::new(changed) as Subscriber);
    }

    /// Whether nobody has stopped the till; it may rest.
    pub(crate) fn is_running(&self) -> bool {
        self.0.watch.borrow().is_some()
    }

    pub(crate) fn scene(&self) -> Scene {
        self.0.scene.borrow().clone()
    }

    /// Ends everything: timers, calls, the stream, listeners.
    pub(crate) fn stop(&self) {
        let guards = self.0.guards.take();
        drop((self.0.subscriber.take(), self.0.watch.take()));
        if let Some(guards) = guards.filter(|_| self.0.presence.get().is_shown(clock::now_ms())) {
            self.linger(guards.keyboard.clone());
        }
        // Only now may another begin.
        drop(self.0.lock.take());
        self.0.desk.borrow_mut().leave();
    }

    fn guards(&self) -> Guards {
        let Base { host, origin, memory, address, .. } = &self.0.base;
        self.0.scanners.borrow_mut().panel.office = Module::NotYet;
        let weak = Rc::downgrade(&self.0);
        let door = Door::new(move |signal| {
            if let Some(inner) = weak.upgrade() {
                Self(inner).take(signal);
            }
        });
        let feeding = door.clone();
        let feed = Feed::new(move |input| feeding.send(Signal::Input(Box::new(input))));
        let ear = self.ear(host);
        let ask = self.ask(&ear, address.is_none());
        let limits = memory.limits();
        Guards {
            calls: Calls::new(origin.clone(), memory.clone(), feed.clone()),
            events: Events::new(origin.clone(), memory.clone(), feed.clone()),
            office: Office::new(host, origin.clone(), memory.clone(), door.clone()),
            timers: Timers::new(feed),
            sounds: Sounds::new(&door),
            keyboard: Rc::new(Keyboard::new(host, door.clone(), ask.clone(), limits)),
            later: Later::new(door, ask),
            press: PressGuard::new(host),
            wake: WakeLock::default(),
            ear,
            memory: memory.clone(),
        }
    }

    /// Steps through all inputs, in order; an input that an effect gives at once waits for its turn. While nobody can see
    /// the till all of them wait, so that no outcome counts as told.
    fn drain(&self) {
        if self.0.stepping.replace(true) {
            return;
        }
        while let Some(guards) = self.0.guards.borrow().clone().filter(|_| self.is_in_place()) {
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
            self.0.scanners.borrow_mut().panel.office.forgive();
            self.0.scene.borrow_mut().notice = None;
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
            Effect::Save(stored) => guards.memory.keep(&stored),
            Effect::Wait(timer, wait_ms) => guards.timers.set(timer, wait_ms),
            Effect::StopTimers => guards.timers.stop_all(),
            Effect::OpenStream => guards.events.open(),
            Effect::Play(sound) => self.play(guards, sound),
            Effect::ShowSale(sale) => {
                self.0.desk.borrow_mut().show(sale.as_ref());
                // The address goes on naming an order that waits.
                let waits = self.view().is_some_and(|view| view.waiting.is_some());
                if let Some(address) = self.0.base.address.as_ref().filter(|_| !waits) {
                    address(sale.as_ref());
                }
            }
            Effect::Report(outcome) => self.0.desk.borrow_mut().report(*outcome),
        }
    }

    fn view(&self) -> Option<View> {
        self.0.till.borrow().as_ref().map(Till::view)
    }

    fn publish(&self) {
        let (Some(view), Some(guards)) = (self.view(), self.0.guards.borrow().clone()) else { return };
        let (hears, ready) = (guards.ear.has(), guards.ear.is_ready());
        self.show(view, hears, ready);
        self.note_presence(&guards);
    }

    fn show(&self, view: View, hears: bool, ready: bool) {
        {
            let mut scene = self.0.scene.borrow_mut();
            let panel = &mut self.0.scanners.borrow_mut().panel;
            // A payment comes first: its screen takes the place of the scanner's page.
            let stays = if panel.open {
                may_open_page(&view.screen)
            } else {
                matches!(view.screen, Screen::Scan { typed: None })
            };
            if !stays {
                panel.hide();
            }
            (scene.view, scene.hears, scene.ready, scene.panel) = (view, hears, ready, panel.clone());
        }
        if let Some(changed) = self.0.subscriber.borrow().as_ref() {
            changed();
        }
        self.announce();
    }
}

/// The scanner's page may stand in front of these.
pub(crate) fn may_open_page(screen: &Screen) -> bool {
    matches!(screen, Screen::Amount { .. } | Screen::Scan { .. })
}
