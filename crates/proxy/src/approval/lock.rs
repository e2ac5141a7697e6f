//! How wrong PINs lock. The rule, in three sentences:
//!
//! - Of one person at one device the fifth wrong PIN locks for 1 minute, the next ones for 5, 30 and 60 minutes and then
//!   twice as long each time, up to a day; a right PIN of that person at that device ends it.
//! - Of one person at all devices together the twentieth wrong PIN locks that person everywhere for 1 minute, the next
//!   ones for 5, 30 and at most 60 minutes; a right PIN of that person at any device ends it.
//! - Of names that nobody has, all together count as one person at that device.
//!
//! So one stolen tablet has 12 guesses at a person on the first day and one a day after that, many have 20 at once and one for
//! each lock. One tablet alone comes to twenty only after a week in which the person gave no right PIN anywhere, and then
//! it locks the person out elsewhere for an hour a day at most.

use scantill_types::Timestamp;

const MINUTE_MS: u64 = 60_000;
const DAY_MS: u64 = 24 * 60 * MINUTE_MS;

/// How often wrong PINs were given, and until when no more are tried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tries {
    /// Wrong ones since the last right one.
    pub wrong: u32,
    /// No try before this.
    pub locked_until: Option<Timestamp>,
}

/// Which tries a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// One person at one device.
    Device,
    /// One person at all devices.
    AllDevices,
}

impl Scope {
    fn free(self) -> u32 {
        match self {
            Self::Device => 5,
            Self::AllDevices => 20,
        }
    }

    fn longest_ms(self) -> u64 {
        match self {
            Self::Device => DAY_MS,
            Self::AllDevices => 60 * MINUTE_MS,
        }
    }

    /// For how long so many wrong ones lock.
    fn lock_ms(self, wrong: u32) -> Option<u64> {
        let minutes = match wrong.checked_sub(self.free())? {
            0 => 1,
            1 => 5,
            2 => 30,
            more => 60_u64.checked_shl(more.saturating_sub(3)).filter(|_| more < 16).unwrap_or(u64::MAX),
        };
        Some(minutes.saturating_mul(MINUTE_MS).min(self.longest_ms()))
    }
}

impl Tries {
    /// How long nobody may try, if so.
    pub fn wait_ms(&self, now: Timestamp) -> Option<u64> {
        let until = self.locked_until.filter(|until| now < *until)?;
        Some(until.since_ms(now))
    }

    /// After one more that is taken for a wrong one before it is tried, so that parallel guesses do not outrun the count.
    #[must_use]
    pub fn after_a_try(self, scope: Scope, now: Timestamp) -> Self {
        let wrong = self.wrong.saturating_add(1);
        Self { wrong, locked_until: scope.lock_ms(wrong).map(|lock_ms| now.plus_ms(lock_ms)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_700_000_000_000);

    /// Guesses that a patient thief makes at one device within this time.
    fn guesses(scope: Scope, within_ms: u64) -> u32 {
        let (mut tries, mut now) = (Tries::default(), NOW);
        while now.since_ms(NOW) < within_ms {
            now = now.plus_ms(tries.wait_ms(now).unwrap_or(0));
            tries = tries.after_a_try(scope, now);
        }
        tries.wrong
    }

    #[test]
    fn locks_of_a_device_grow_from_a_minute_to_a_day() {
        let locks: Vec<_> =
            (1..=14).map(|wrong| Scope::Device.lock_ms(wrong).unwrap_or(0) / MINUTE_MS).collect();
        assert_eq!(locks, [0, 0, 0, 0, 1, 5, 30, 60, 120, 240, 480, 960, 1_440, 1_440]);
        assert_eq!(Scope::Device.lock_ms(u32::MAX), Some(DAY_MS));
    }

    #[test]
    fn locks_over_all_devices_begin_late_and_stay_at_an_hour() {
        let locks: Vec<_> =
            (18..=25).map(|wrong| Scope::AllDevices.lock_ms(wrong).unwrap_or(0) / MINUTE_MS).collect();
        assert_eq!(locks, [0, 0, 1, 5, 30, 60, 60, 60]);
    }

    #[test]
    fn a_thief_has_few_guesses_on_the_first_day_and_one_a_day_after_that() {
        assert!((10..=13).contains(&guesses(Scope::Device, DAY_MS)));
        assert!(guesses(Scope::Device, 365 * DAY_MS) < 380);
    }

    #[test]
    fn a_lock_ends_when_it_says() {
        let tries = (0..5).fold(Tries::default(), |tries, _| tries.after_a_try(Scope::Device, NOW));
        assert_eq!(tries.wait_ms(NOW), Some(MINUTE_MS));
        assert_eq!(tries.wait_ms(NOW.plus_ms(MINUTE_MS - 1)), Some(1));
        assert_eq!(tries.wait_ms(NOW.plus_ms(MINUTE_MS)), None);
    }
}
