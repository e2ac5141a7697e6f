//! Everything that the views show: the till's view, and what the shell adds to it.

use crate::page_address::AddressProblem;
use crate::scanner_panel::ScannerPanel;
use crate::{Screen, Sound, View};

/// Everything that the views show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViewModel {
    pub view: View,
    /// The last sound with its number, so that it is shown as well.
    pub mark: Option<(u32, Sound)>,
    /// Scans go to this till, and to no other of the page.
    pub has_scanner_focus: bool,
    /// The keys of a scanner reach this till now.
    pub ready: bool,
    /// How many checkouts were opened that may take the focus from the host page.
    pub called: u32,
    /// The state of the scanners.
    pub panel: ScannerPanel,
    /// The address names a sale that cannot be opened.
    pub notice: Option<AddressProblem>,
}

impl ViewModel {
    /// The value of `data-screen`.
    pub fn name(&self) -> &'static str {
        if self.panel.open { "scanner" } else { self.view.screen.name() }
    }
}

/// The scanner's page may cover these screens.
pub fn may_open_page(screen: &Screen) -> bool {
    matches!(screen, Screen::Amount { .. } | Screen::Scan { .. })
}
