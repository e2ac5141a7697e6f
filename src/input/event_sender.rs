//! The one door through which everything comes that a scanner, a camera or a key brings, unless the till is gone.

use std::rc::Rc;

use scantill_till::Input;
use scantill_till::scan::{Scan, Source, Trace};

use scantill_till::scanner_panel::Act;

/// What came.
#[derive(Clone, Debug)]
pub(crate) enum Signal {
    /// For the machine.
    Input(Box<Input>),
    /// A scan. Whether it is a repeat, a test or the customer's code is for the shell to say.
    Scan(Source, Scan),
    /// How keys came, without their digits.
    Trace(Trace),
    /// The cashier did this on the scanner's page.
    Act(Act),
    /// The module that is loaded later is there, or it could not be loaded.
    Loaded(bool),
    /// The browser lets the till be heard from now on.
    SoundAllowed,
}

/// Gives signals to the shell.
#[derive(Clone)]
pub(crate) struct Door(Rc<dyn Fn(Signal)>);

impl Door {
    pub(crate) fn new(take: impl Fn(Signal) + 'static) -> Self {
        Self(Rc::new(take))
    }

    pub(crate) fn send(&self, signal: Signal) {
        (self.0)(signal);
    }
}

/// What the till makes of keys and scans at this moment.
#[derive(Clone, Copy, Debug, Default)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a question of its own, and most of their answers go together"
)]
pub(crate) struct Situation {
    /// The till has the page's ear.
    pub(crate) hears: bool,
    /// It is the page's own till, or somebody uses it: else keys are the page's around it, which may have a scanner too.
    pub(crate) is_used: bool,
    /// Something of its own is on the screen, or was a moment ago: no scan may come to anything of the page around.
    pub(crate) is_shown: bool,
    /// A scan would be used: also one that is aimed at a field of the till's own.
    pub(crate) wants_scans: bool,
    /// An outcome is on the screen long enough to be read: Enter is its first button.
    pub(crate) confirms: bool,
    /// What stands on the keypad's screen, if that is up.
    pub(crate) amount: Option<i64>,
}

impl Situation {
    /// Whether a scan of a device that is nobody's keyboard is the till's.
    pub(crate) fn hears_scanners(self) -> bool {
        self.hears && self.is_used
    }
}

/// Asks the shell for the situation.
pub(crate) type Ask = Rc<dyn Fn() -> Situation>;
