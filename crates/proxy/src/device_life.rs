//! How long a device's token is good: it ends when it was not used for too long, and at an age.

use scantill_types::Timestamp;
use serde::{Deserialize, Serialize};

const DAY_MS: u64 = 24 * 60 * 60 * 1_000;
/// More is no end.
const DAYS_MAX: u64 = 3_660;
/// How exactly it is recorded when a device was seen: no write for each request.
const SEEN_EVERY_MS_MAX: u64 = 10 * 60 * 1_000;

/// How long a device's token is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "Days")]
pub struct DeviceLife {
    /// Since the device was last seen.
    pub idle_ms: u64,
    /// Since it was paired.
    pub life_ms: u64,
}

/// As the configuration says it.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Days {
    idle_days: u64,
    life_days: u64,
}

impl Default for Days {
    /// A shop may close for a month; a tablet is looked after once a year.
    fn default() -> Self {
        Self { idle_days: 45, life_days: 365 }
    }
}

impl From<Days> for DeviceLife {
    fn from(days: Days) -> Self {
        let ms = |days: u64| days.saturating_mul(DAY_MS);
        Self { idle_ms: ms(days.idle_days), life_ms: ms(days.life_days) }
    }
}

impl Default for DeviceLife {
    fn default() -> Self {
        Days::default().into()
    }
}

/// Why a token is not good any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// An operator revoked it.
    #[error("this device was revoked")]
    Revoked,
    /// Another device was paired with its terminal.
    #[error("another device was paired with this terminal")]
    Replaced,
    /// It was not used for too long.
    #[error("this device was not used for too long")]
    Idle,
    /// It reached its age.
    #[error("this device was paired too long ago")]
    Age,
}

impl DeviceLife {
    /// Whether it is neither nothing nor endless.
    pub fn is_usable(self) -> bool {
        let bounds = DAY_MS..=DAYS_MAX * DAY_MS;
        bounds.contains(&self.idle_ms) && bounds.contains(&self.life_ms)
    }

    /// When a token ends that is not used again.
    pub fn ends_at(self, paired_at: Timestamp, seen_at: Timestamp) -> Timestamp {
        paired_at.plus_ms(self.life_ms).min(seen_at.plus_ms(self.idle_ms))
    }

    /// Why a token is not good any more, if so.
    pub fn end(self, paired_at: Timestamp, seen_at: Timestamp, now: Timestamp) -> Option<EndReason> {
        if paired_at.plus_ms(self.life_ms) <= now {
            return Some(EndReason::Age);
        }
        (seen_at.plus_ms(self.idle_ms) <= now).then_some(EndReason::Idle)
    }

    /// Whether to record that a device is seen. A clock that was set back is followed: else its device would not end
    /// for as long as the clock was ahead.
    pub fn is_news(self, seen_at: Timestamp, now: Timestamp) -> bool {
        self.seen_every_ms() <= now.since_ms(seen_at).max(seen_at.since_ms(now))
    }

    /// How exactly it is recorded when a device was seen.
    pub fn seen_every_ms(self) -> u64 {
        SEEN_EVERY_MS_MAX.min(self.idle_ms / 10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIFE: DeviceLife = DeviceLife { idle_ms: 100, life_ms: 1_000 };

    #[test]
    fn a_token_ends_when_idle_and_at_its_age() {
        let at = Timestamp;
        assert_eq!(LIFE.end(at(0), at(500), at(599)), None);
        assert_eq!(LIFE.end(at(0), at(500), at(600)), Some(EndReason::Idle));
        assert_eq!(LIFE.end(at(0), at(990), at(999)), None);
        assert_eq!(LIFE.end(at(0), at(990), at(1_000)), Some(EndReason::Age));
        assert_eq!((LIFE.ends_at(at(0), at(500)), LIFE.ends_at(at(0), at(950))), (at(600), at(1_000)));
    }

    #[test]
    fn a_device_is_recorded_as_seen_now_and_then() {
        let (at, life) = (Timestamp, DeviceLife::default());
        assert_eq!(life.seen_every_ms(), SEEN_EVERY_MS_MAX);
        assert_eq!((LIFE.is_news(at(500), at(509)), LIFE.is_news(at(500), at(510))), (false, true));
        assert!(LIFE.is_news(at(500), at(490)), "the clock was set back");
    }

    #[test]
    fn lives_are_days_and_have_ends() {
        let read = |text: &str| toml::from_str::<DeviceLife>(text);
        assert_eq!(read("").unwrap(), DeviceLife::default());
        assert_eq!(read("idle_days = 2").unwrap().idle_ms, 2 * DAY_MS);
        assert!(read("idle_days = 3660\nlife_days = 3660").unwrap().is_usable());
        for wrong in ["idle_days = 0", "life_days = 0", "life_days = 3661", "idle_days = 1000000000000000"] {
            assert!(!read(wrong).unwrap().is_usable(), "{wrong}");
        }
        read("idle_hours = 1").unwrap_err();
    }
}
