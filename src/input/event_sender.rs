//! The only way into the shell. Keys, scanners, calls, timers and modules send their events here; a stopped
//! till drops them.

use std::rc::Rc;

use scantill_till::Input;
use scantill_till::scan::{Scan, Source, Trace};

use scantill_till::scanner_panel::{ModuleEvent, ScannerCommand};

#[derive(Clone, Debug)]
pub(crate) enum ShellEvent {
    /// For the machine.
    Input(Box<Input>),
    /// A scan. The shell decides whether it is a repeat, a test or the customer's code.
    Scan(Source, Scan),
    /// The trace of a burst of keys, without its digits.
    Trace(Trace),
    /// A command from the scanner's page.
    ScannerCommand(ScannerCommand),
    /// The module that is loaded on demand is there, or could not be loaded.
    Loaded(bool),
    /// The browser allows sounds from now on.
    SoundAllowed,
}

impl From<ModuleEvent> for ShellEvent {
    fn from(event: ModuleEvent) -> Self {
        match event {
            ModuleEvent::Scan(source, scan) => Self::Scan(source, scan),
            ModuleEvent::Command(command) => Self::ScannerCommand(command),
        }
    }
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

    /// Sends an input for the machine.
    pub(crate) fn send_input(&self, input: Input) {
        self.send(ShellEvent::Input(Box::new(input)));
    }
}
