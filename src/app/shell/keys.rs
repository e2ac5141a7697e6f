//! Whose the keys of the page are: the till's while it shows something, and for a moment after.

use std::rc::Rc;

use gloo_timers::callback::Timeout;
use scantill_till::{Input, Screen, Sound};
use web_sys::HtmlElement;

use super::{Guards, Inner, Scene, Shell};
use crate::device::clock;
use crate::input::event_sender::{Ask, Signal, Situation};
use crate::input::keyboard::Keyboard;
use crate::input::scanner_focus::EarMark;
use scantill_till::checkout::Desk;
use scantill_till::presence;
use scantill_till::scanner_panel::{Module, Use};

impl Shell {
    /// Takes what a scanner, a camera or a key brings.
    pub(super) fn take(&self, signal: Signal) {
        match signal {
            Signal::Input(input) => self.feed(*input),
            Signal::Scan(source, scan) => {
                let used = self.0.scanners.borrow_mut().scanned(source, &scan);
                match used {
                    Use::Sale => {
                        let text = scan.text.expose().to_owned();
                        self.feed(Input::Scanned { text, at_ms: scan.at_ms });
                    }
                    Use::Test => {
                        if let Some(guards) = self.0.guards.borrow().clone() {
                            self.play(&guards, Sound::Heard);
                        }
                    }
                    Use::Nothing => {}
                }
            }
            Signal::Trace(trace) => self.0.scanners.borrow_mut().told(trace),
            Signal::Act(act) => return self.act(act),
            Signal::Loaded(loaded) => {
                self.0.scanners.borrow_mut().panel.module =
                    if loaded { Module::Loaded } else { Module::Failed }
            }
            Signal::SoundAllowed => self.0.scanners.borrow_mut().panel.muted = false,
        }
        self.publish();
    }

    /// The mark of who hears the scanner.
    pub(super) fn ear(&self, host: &HtmlElement) -> EarMark {
        let weak = Rc::downgrade(&self.0);
        EarMark::new(host, move || {
            if let Some(inner) = weak.upgrade() {
                Self(inner).drain();
            }
        })
    }

    /// A question for whoever brings keys and scans.
    pub(super) fn ask(&self, ear: &EarMark, is_module: bool) -> Ask {
        let weak = Rc::downgrade(&self.0);
        let (hears, has_focus) = (ear.listener(), ear.focus());
        Rc::new(move || {
            let (hears, has_focus) = (hears(), has_focus());
            let Some(inner) = weak.upgrade() else { return Situation::default() };
            // While a supervisor decides, nothing is scanned or typed for the till.
            if inner.scene.borrow().panel.office == Module::Loaded {
                return Situation::default();
            }
            situation(&inner, hears, is_module, has_focus)
        })
    }

    pub(super) fn note_presence(&self, guards: &Guards) {
        let (scene, mut presence) = (self.0.scene.borrow(), self.0.presence.get());
        let is_shown = is_shown(&scene, &self.0.desk.borrow(), guards);
        if presence.note(scene.name(), is_shown, clock::now_ms()) {
            guards.press.screen_changed();
        }
        self.0.presence.set(presence);
        guards.wake.hold(presence::is_open(&scene.view.screen));
    }

    /// A trigger that bounces must press nothing of the page, which may take the till away as soon as it was paid.
    pub(super) fn linger(&self, keyboard: Rc<Keyboard>) {
        keyboard.linger();
        let weak = Rc::downgrade(&self.0);
        let end = Timeout::new(presence::LINGER_MS, move || {
            if let Some(inner) = weak.upgrade() {
                inner.lingering.take();
            }
        });
        *self.0.lingering.borrow_mut() = Some((keyboard, end));
    }
}

/// Something of the till's own is on the screen: keys of a scan are for nobody else.
fn is_shown(scene: &Scene, desk: &Desk, guards: &Guards) -> bool {
    let screen = &scene.view.screen;
    scene.panel.open || desk.is_in_use(screen) || presence::is_outcome(screen) && guards.ear.is_visible()
}

fn situation(inner: &Inner, hears: bool, is_module: bool, has_focus: bool) -> Situation {
    let (scene, presence, now_ms) = (inner.scene.borrow(), inner.presence.get(), clock::now_ms());
    let screen = &scene.view.screen;
    let is_shown = !is_module || presence.is_shown(now_ms);
    // What lingers keeps keys from the page, and types nothing of them.
    let is_typed_on = !is_module || has_focus || !presence.is_over();
    let amount = match screen {
        Screen::Amount { amount, .. } if is_typed_on => Some(amount.minor).filter(|_| !scene.panel.open),
        _ => None,
    };
    let wants_scans = scene.panel.open || matches!(screen, Screen::Scan { .. });
    let confirms = presence::is_outcome(screen) && presence.is_read(now_ms);
    Situation { hears, is_used: is_shown || has_focus, is_shown, wants_scans, confirms, amount }
}
