//! What keys and scans meet in the till.

use std::rc::Rc;

/// What the till does with keys and scans at this moment.
#[derive(Clone, Copy, Debug, Default)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a question of its own, and most of their answers go together"
)]
pub(crate) struct InputContext {
    /// Scans come to this till, and to no other of the page.
    pub(crate) has_scanner_focus: bool,
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

impl InputContext {
    /// Whether a scan of a device that is nobody's keyboard is the till's.
    pub(crate) fn takes_scans(self) -> bool {
        self.has_scanner_focus && self.is_used
    }
}

/// Reads the context from the shell, for each key.
pub(crate) type ReadInputContext = Rc<dyn Fn() -> InputContext>;
