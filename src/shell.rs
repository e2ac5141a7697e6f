//! The till without its views: owns the machine and every guard, does what the machine asks, and tells of each change.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use scantill_core::DeviceId;
use scantill_core::till::{Effect, Input, Opening, Sale, Screen, Sound, Till, View};
use web_sys::HtmlElement;

use crate::address::AddressProblem;
use crate::desk::{Closed, Desk, Tell, Turn};
use crate::effects::Feed;
use crate::effects::call::Calls;
use crate::effects::clock;
use crate::effects::ear_mark::EarMark;
use crate::effects::keyboard::Keyboard;
use crate::effects::sound::Sounds;
use crate::effects::storage::Memory;
use crate::effects::stream::Events;
use crate::effects::timer::Timers;

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
    /// The address asked for something that cannot be opened.
    pub(crate) notice: Option<AddressProblem>,
}

/// A running till; its clones are the same till.
#[derive(Clone)]
pub(crate) struct Shell(Rc<Inner>);

type Subscriber = Box<dyn Fn()>;

struct Inner {
    till: RefCell<Option<Till>>,
    queue: RefCell<VecDeque<Input>>,
    stepping: Cell<bool>,
    guards: RefCell<Option<Rc<Guards>>>,
    desk: RefCell<Desk>,
    scene: RefCell<Scene>,
    subscriber: RefCell<Option<Subscriber>>,
}

/// Everything that must end with the till.
struct Guards {
    memory: Rc<Memory>,
    calls: Calls,
    events: Events,
    timers: Timers,
    sounds: Sounds,
    ear: EarMark,
    _keyboard: Keyboard,
    address: Option<Address>,
}

impl PartialEq for Shell {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Shell {
    /// Starts a till on its host element.
    pub(crate) fn start(host: &HtmlElement, setup: Setup) -> Self {
        let Setup { origin, device, opening, address } = setup;
        let memory = Rc::new(Memory::open(&origin, device));
        let notice = opening.as_ref().err().copied();
        let (till, effects) = Till::start(memory.stored(), opening.ok().flatten());
        let scene = Scene { view: till.view(), mark: None, hears: false, notice };
        let shell = Self(Rc::new(Inner {
            till: RefCell::new(Some(till)),
            queue: RefCell::default(),
            stepping: Cell::new(false),
            guards: RefCell::default(),
            desk: RefCell::default(),
            scene: RefCell::new(scene),
            subscriber: RefCell::default(),
        }));
        let guards = Rc::new(shell.guards(host, origin, memory, address));
        *shell.0.guards.borrow_mut() = Some(guards.clone());
        for effect in effects {
            shell.perform(&guards, effect);
        }
        shell.drain();
        shell
    }

    /// Gives an input to the machine.
    pub(crate) fn feed(&self, input: Input) {
        self.0.queue.borrow_mut().push_back(input);
        self.drain();
    }

    /// Begins a checkout for the host page.
    pub(crate) fn checkout(&self, opening: Opening, tell: Tell) {
        if self.0.guards.borrow().is_none() {
            return tell(Ok(Closed::Unmounted));
        }
        self.0.desk.borrow_mut().ask(opening, tell);
        self.drain();
    }

    /// Calls back after each change, in place of who was called before.
    pub(crate) fn subscribe(&self, changed: impl Fn() + 'static) {
        *self.0.subscriber.borrow_mut() = Some(Box::new(changed));
    }

    pub(crate) fn scene(&self) -> Scene {
        self.0.scene.borrow().clone()
    }

    /// Ends everything: timers, calls, the stream, listeners.
    pub(crate) fn stop(&self) {
        let guards = self.0.guards.take();
        self.0.subscriber.take();
        drop(guards);
        self.0.desk.borrow_mut().leave();
    }

    fn guards(
        &self,
        host: &HtmlElement,
        origin: String,
        memory: Rc<Memory>,
        address: Option<Address>,
    ) -> Guards {
        let weak = Rc::downgrade(&self.0);
        let feed = Feed::new(move |input| {
            if let Some(inner) = weak.upgrade() {
                Self(inner).feed(input);
            }
        });
        let weak = Rc::downgrade(&self.0);
        let ear = EarMark::new(host, move || {
            if let Some(inner) = weak.upgrade() {
                Self(inner).drain();
            }
        });
        let weak = Rc::downgrade(&self.0);
        let amount = move || weak.upgrade().and_then(|inner| amount(&inner.scene.borrow().view.screen));
        Guards {
            calls: Calls::new(origin.clone(), memory.clone(), feed.clone()),
            events: Events::new(origin, memory.clone(), feed.clone()),
            timers: Timers::new(feed.clone()),
            sounds: Sounds::new(),
            _keyboard: Keyboard::new(feed, ear.listener(), amount),
            ear,
            memory,
            address,
        }
    }

    /// Steps through all inputs, in order; an input that an effect gives at once waits for its turn.
    fn drain(&self) {
        if self.0.stepping.replace(true) {
            return;
        }
        while let Some(guards) = self.0.guards.borrow().clone() {
            if !self.step(&guards) && !self.open_checkout(&guards) {
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
            Effect::Play(sound) => {
                guards.sounds.play(sound);
                let mut scene = self.0.scene.borrow_mut();
                let number = scene.mark.map_or(0, |(number, _)| number.wrapping_add(1));
                scene.mark = Some((number, sound));
            }
            Effect::ShowSale(sale) => {
                self.0.desk.borrow_mut().show(sale.as_ref());
                if let Some(address) = &guards.address {
                    address(sale.as_ref());
                }
            }
            Effect::Report(outcome) => self.0.desk.borrow_mut().report(*outcome),
        }
    }

    /// Opens the host page's checkout once the till is free for it.
    fn open_checkout(&self, guards: &Guards) -> bool {
        let Some(view) = self.view() else { return false };
        let turn = self.0.desk.borrow_mut().turn(&view);
        let Turn::Open(opening) = turn else { return false };
        guards.ear.take();
        self.0.queue.borrow_mut().push_back(Input::Open(opening));
        self.step(guards);
        if let Some(view) = self.view() {
            self.0.desk.borrow_mut().opened(&view);
        }
        true
    }

    fn view(&self) -> Option<View> {
        self.0.till.borrow().as_ref().map(Till::view)
    }

    fn publish(&self) {
        let (Some(view), Some(guards)) = (self.view(), self.0.guards.borrow().clone()) else { return };
        {
            let mut scene = self.0.scene.borrow_mut();
            (scene.view, scene.hears) = (view, guards.ear.has());
        }
        if let Some(changed) = self.0.subscriber.borrow().as_ref() {
            changed();
        }
    }
}

fn amount(screen: &Screen) -> Option<i64> {
    match screen {
        Screen::Amount { amount, .. } => Some(amount.minor),
        _ => None,
    }
}
