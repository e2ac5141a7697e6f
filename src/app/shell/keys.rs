//! Who receives the keys of the page: the till while it shows something, and for a moment after.

use std::rc::Rc;

use gloo_timers::callback::Timeout;
use scantill_till::{Input, Screen, Sound};
use web_sys::HtmlElement;

use super::{Guards, Inner, Shell};
use crate::device::clock;
use crate::input::event_sender::ShellEvent;
use crate::input::input_context::{InputContext, ReadInputContext};
use crate::input::keyboard::Keyboard;
use crate::input::scanner_focus::ScannerFocus;
use scantill_till::checkout::Checkout;
use scantill_till::presence;
use scantill_till::scanner_panel::{ModuleState, ScanUse};
use scantill_till::view_model::ViewModel;

impl Shell {
    /// Takes an event of a scanner, a camera or a key.
    pub(super) fn take(&self, event: ShellEvent) {
        match event {
            ShellEvent::Input(input) => self.feed(*input),
            // A scan that nobody sees is no scan, so that the same code counts later.
            ShellEvent::Scan(..) if !self.is_visible() => {}
            ShellEvent::Scan(source, scan) => {
                let used = self.0.scanners.borrow_mut().scanned(source, &scan);
                match used {
                    ScanUse::Sale => {
                        let text = scan.text.expose().to_owned();
                        self.feed(Input::Scanned { text, at_ms: scan.at_ms });
                    }
                    ScanUse::Test => {
                        if let Some(guards) = self.0.guards.borrow().clone() {
                            self.play(&guards, Sound::Heard);
                        }
                    }
                    ScanUse::Nothing => {}
                }
            }
            ShellEvent::Trace(trace) => self.0.scanners.borrow_mut().told(trace),
            ShellEvent::ScannerCommand(act) => return self.act(act),
            ShellEvent::Loaded(loaded) => {
                self.0.scanners.borrow_mut().panel.module =
                    if loaded { ModuleState::Loaded } else { ModuleState::Failed }
            }
            ShellEvent::SoundAllowed => self.0.scanners.borrow_mut().panel.muted = false,
        }
        self.publish();
    }

    /// Which till of the page receives scanner input.
    pub(super) fn scanner_focus(&self, host: &HtmlElement) -> ScannerFocus {
        let weak = Rc::downgrade(&self.0);
        ScannerFocus::new(host, move || {
            if let Some(inner) = weak.upgrade() {
                Self(inner).drain();
            }
        })
    }

    /// Reads the input context for keys and scans.
    pub(super) fn ask(&self, scanner_focus: &ScannerFocus, is_module: bool) -> ReadInputContext {
        let weak = Rc::downgrade(&self.0);
        let (has_scanner_focus, has_focus) = (scanner_focus.listener(), scanner_focus.focus());
        Rc::new(move || {
            let (has_scanner_focus, has_focus) = (has_scanner_focus(), has_focus());
            let Some(inner) = weak.upgrade() else { return InputContext::default() };
            // While a supervisor decides, the till takes no scan and no key.
            if inner.view_model.borrow().panel.office == ModuleState::Loaded {
                return InputContext::default();
            }
            input_context(&inner, has_scanner_focus, is_module, has_focus)
        })
    }

    pub(super) fn note_presence(&self, guards: &Guards) {
        let (view_model, mut presence) = (self.0.view_model.borrow(), self.0.presence.get());
        let is_shown = is_shown(&view_model, &self.0.checkout.borrow(), guards);
        if presence.note(view_model.name(), is_shown, clock::now_ms()) {
            guards.press.screen_changed();
        }
        self.0.presence.set(presence);
        guards.wake.hold(presence::is_open(&view_model.view.screen));
    }

    /// A trigger that bounces must press nothing on the host page, which may remove the till as soon as the
    /// sale is paid.
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

/// A screen of the till is shown: the keys of a scan are for the till only.
fn is_shown(view_model: &ViewModel, checkout: &Checkout, guards: &Guards) -> bool {
    let screen = &view_model.view.screen;
    view_model.panel.open
        || checkout.is_in_use(screen)
        || presence::is_outcome(screen) && guards.scanner_focus.is_visible()
}

fn input_context(inner: &Inner, has_scanner_focus: bool, is_module: bool, has_focus: bool) -> InputContext {
    let (view_model, presence, now_ms) = (inner.view_model.borrow(), inner.presence.get(), clock::now_ms());
    let screen = &view_model.view.screen;
    let is_shown = !is_module || presence.is_shown(now_ms);
    // A till that lingers keeps keys from the page and types none of them.
    let is_typed_on = !is_module || has_focus || !presence.is_over();
    let amount = match screen {
        Screen::Amount { amount, .. } if is_typed_on => Some(amount.minor).filter(|_| !view_model.panel.open),
        _ => None,
    };
    let wants_scans = view_model.panel.open || matches!(screen, Screen::Scan { .. });
    let confirms = presence::is_outcome(screen) && presence.is_read(now_ms);
    InputContext {
        has_scanner_focus,
        is_used: is_shown || has_focus,
        is_shown,
        wants_scans,
        confirms,
        amount,
    }
}
