//! How slow a scanner may be.

/// The smallest limit that a shop may set.
pub const LIMIT_MS_MIN: u64 = 20;
/// The largest limit that a shop may set.
pub const LIMIT_MS_MAX: u64 = 300;
/// Scanners have been seen with a mean of 100 ms; a hand that types digits needs more than this.
const LIMIT_MS: u64 = 140;
/// A pause of a scanner in the middle of a code has been seen to last 200 ms.
const PAUSE_MS: u64 = 250;
/// No hand types as fast as this for long, whatever it types.
const FAST_MS: u64 = 45;

/// What a shop may set for its scanner; kept on the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    mean_gap_ms_max: u64,
}

impl Limits {
    /// A limit for the mean gap between two keys, brought into the bounds that make sense.
    pub fn with_mean_gap_ms(limit_ms: u64) -> Self {
        Self { mean_gap_ms_max: limit_ms.clamp(LIMIT_MS_MIN, LIMIT_MS_MAX) }
    }

    /// A burst with a larger mean gap is a hand's.
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

    /// A burst with a smaller mean gap is a machine's, whatever it says.
    pub fn fast_gap_ms_max(self) -> u64 {
        FAST_MS.min(self.mean_gap_ms_max)
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { mean_gap_ms_max: LIMIT_MS }
    }
}
