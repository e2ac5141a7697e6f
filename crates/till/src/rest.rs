//! What the view says of a till that nobody uses.

use crate::{ParkReason, ParkedView, Screen, View};

impl View {
    /// Whether the till may be given up: none of its payments is in hand or parked, and no order waits.
    pub fn is_free(&self) -> bool {
        let is_others = |parked: &ParkedView| parked.reason == ParkReason::OtherTill;
        matches!(self.screen, Screen::Amount { .. } | Screen::Scan { .. })
            && self.waiting.is_none()
            && self.parked.as_ref().is_none_or(is_others)
    }

    /// Whether the page may be loaded again: nobody is served and nothing waits.
    pub fn is_at_rest(&self) -> bool {
        let is_empty = match &self.screen {
            Screen::Amount { amount, .. } => amount.minor == 0,
            Screen::Pair { busy, .. } => !busy,
            _ => false,
        };
        is_empty && self.waiting.is_none() && self.parked.is_none()
    }
}
