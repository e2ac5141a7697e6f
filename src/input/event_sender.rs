//! The one way into the shell: what keys, scanners, calls, timers and modules send it, unless the till is gone.

use std::rc::Rc;

use scantill_till::Input;
use scantill_till::scan::{Scan, Source, Trace};

use scantill_till::scanner_panel::ScannerCommand;

/// What happened.
#[derive(Clone, Debug)]
pub(crate) enum ShellEvent {
    /// For the machine.
    Input(Box<Input>),
    /// A scan. Whether it is a repeat, a test or the customer's code is for the shell to say.
    Scan(Source, Scan),
    /// How keys came, without their digits.
    Trace(Trace),
    /// The cashier did this on the scanner's page.
    ScannerCommand(ScannerCommand),
    /// The module that is loaded later is there, or it could not be loaded.
    Loaded(bool),
    /// The browser lets the till be heard from now on.
    SoundAllowed,
}

/// Sends events to the shell.
#[derive(Clone)]
pub(crate) struct EventSender(Rc<dyn Fn(ShellEvent)>);

impl EventSender {
    pub(crate) fn new(take: impl Fn(ShellEvent) + 'static) -> Self {
        Self(Rc::new(take))
    }

    pub(crate) fn send(&self, event: ShellEvent) {
        (self.0)(event);
    }

    /// Sends what the machine itself takes.
    pub(crate) fn send_input(&self, input: Input) {
        self.send(ShellEvent::Input(Box::new(input)));
    }
}
