//! What the till does with keys and scans now.

use std::rc::Rc;

/// What the till does with keys and scans now.
#[derive(Clone, Copy, Debug, Default)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a question of its own, and most of their answers go together"
)]
pub(crate) struct InputContext {
    /// Scans go to this till, and to no other of the page.
    pub(crate) has_scanner_focus: bool,
    /// It is a page of its own, or somebody uses it. Otherwise keys are the host page's, which may have a
    /// scanner too.
    pub(crate) is_used: bool,
    /// The till shows a screen, or did a moment ago: no scan may reach anything of the host page.
    pub(crate) is_shown: bool,
    /// A scan would be used, also one into a field of the till itself.
    pub(crate) wants_scans: bool,
    /// An outcome has been shown long enough to be read: Enter presses its first button.
    pub(crate) confirms: bool,
    /// The amount on the keypad's screen, if that is up.
    pub(crate) amount: Option<i64>,
}

impl InputContext {
    /// Whether the till takes a scan of a device that is no keyboard.
    pub(crate) fn takes_scans(self) -> bool {
        self.has_scanner_focus && self.is_used
    }
}

/// Reads the context from the shell, for each key.
pub(crate) type ReadInputContext = Rc<dyn Fn() -> InputContext>;
