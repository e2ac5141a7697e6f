//! How slow a scanner may be.

use serde::{Deserialize, Serialize};

/// The smallest limit that a shop may set.
pub const LIMIT_MS_MIN: u64 = 20;
/// The largest limit that a shop may set.
pub const LIMIT_MS_MAX: u64 = 300;
/// Scanners with a mean gap of 100 ms exist. A hand that types digits needs more than this limit.
const LIMIT_MS: u64 = 140;
/// A scanner's pause in the middle of a code may last 200 ms.
const PAUSE_MS: u64 = 250;
/// No hand types as fast as this for long.
const FAST_MS: u64 = 45;

/// What a shop may set for its scanner; kept on the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "u32", into = "u32")]
pub struct Limits {
    mean_gap_ms_max: u64,
}

impl Limits {
    /// Sets the limit for the mean gap between two keys, clamped to the allowed range.
    pub fn with_mean_gap_ms(limit_ms: u64) -> Self {
        Self { mean_gap_ms_max: limit_ms.clamp(LIMIT_MS_MIN, LIMIT_MS_MAX) }
    }

    /// A burst with a larger mean gap is typed by a hand.
    pub fn mean_gap_ms_max(self) -> u64 {
        self.mean_gap_ms_max
    }

    /// The same for digits that are no code of any kind.
    pub fn digits_gap_ms_max(self) -> u64 {
        self.mean_gap_ms_max.saturating_mul(3) / 4
    }

    /// A longer pause than this ends a burst.
    pub fn pause_ms_max(self) -> u64 {
        PAUSE_MS.max(self.mean_gap_ms_max.saturating_mul(2))
    }

    /// A burst with a smaller mean gap comes from a machine, for any text.
    pub fn fast_gap_ms_max(self) -> u64 {
        FAST_MS.min(self.mean_gap_ms_max)
    }
}

impl From<u32> for Limits {
    fn from(limit_ms: u32) -> Self {
        Self::with_mean_gap_ms(limit_ms.into())
    }
}

impl From<Limits> for u32 {
    fn from(limits: Limits) -> Self {
        Self::try_from(limits.mean_gap_ms_max).unwrap_or(Self::MAX)
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { mean_gap_ms_max: LIMIT_MS }
    }
}
