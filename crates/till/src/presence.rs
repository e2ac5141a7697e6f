//! Since when the till shows its screen, and how long it keeps keys from the host page.

use crate::Screen;

/// A second scan, by an eager hand or a bouncing trigger, comes within this time after the till is done.
pub const LINGER_MS: u32 = 2_000;
/// An Enter that comes sooner was meant for the previous screen.
const CONFIRM_MS: u64 = 500;

/// The screen of the till.
#[derive(Clone, Copy, Debug, Default)]
pub struct Presence {
    screen: &'static str,
    changed_at_ms: u64,
    is_shown: bool,
    shown_until_ms: u64,
}

impl Presence {
    /// Notes the screen that is shown from now on. True if it is a new one.
    pub fn note(&mut self, screen: &'static str, is_shown: bool, now_ms: u64) -> bool {
        if self.is_shown && !is_shown {
            self.shown_until_ms = now_ms.saturating_add(LINGER_MS.into());
        }
        self.is_shown = is_shown;
        let is_new = self.screen != screen;
        if is_new {
            (self.screen, self.changed_at_ms) = (screen, now_ms);
        }
        is_new
    }

    /// A screen of the till is shown, or was a moment ago.
    pub fn is_shown(&self, now_ms: u64) -> bool {
        self.is_shown || now_ms < self.shown_until_ms
    }

    /// No screen of the till is shown any more.
    pub fn is_over(&self) -> bool {
        !self.is_shown
    }

    /// The cashier has had the time to read the screen.
    pub fn is_read(&self, now_ms: u64) -> bool {
        CONFIRM_MS <= now_ms.saturating_sub(self.changed_at_ms)
    }
}

/// The payment is over, and the cashier has not gone on.
pub fn is_outcome(screen: &Screen) -> bool {
    matches!(
        screen,
        Screen::Paid { .. }
            | Screen::GivenBack { .. }
            | Screen::Supervisor { .. }
            | Screen::Failed { .. }
            | Screen::Cancelled { .. }
            | Screen::Refused { .. }
    )
}

/// The customer is still there, and the screen must stay on.
pub fn is_open(screen: &Screen) -> bool {
    !matches!(
        screen,
        Screen::Starting
            | Screen::Pair { .. }
            | Screen::Elsewhere
            | Screen::OtherTill { .. }
            | Screen::Amount { .. }
            | Screen::Paid { .. }
            | Screen::GivenBack { .. }
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_kept_from_the_page_for_a_moment_after() {
        let mut presence = Presence::default();
        assert!(presence.note("paid", true, 1_000));
        assert!(presence.is_shown(90_000));
        assert!(presence.note("amount", false, 90_000));
        assert!(presence.is_shown(91_999) && !presence.is_shown(92_000));
        assert!(!presence.note("amount", false, 95_000) && !presence.is_shown(95_000));
    }

    #[test]
    fn a_screen_is_read_after_half_a_second() {
        let mut presence = Presence::default();
        presence.note("paid", true, 1_000);
        presence.note("paid", true, 1_400);
        assert!(!presence.is_read(1_499) && presence.is_read(1_500));
    }
}
