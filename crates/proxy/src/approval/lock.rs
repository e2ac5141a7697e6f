//! How wrong PINs lock. The rule, in three sentences:
//!
//! - Of one person at one device the fifth wrong PIN locks for 1 minute, the next ones for 5, 30 and 60 minutes and then
//!   twice as long each time, up to a day; a right PIN of that person at that device ends it.
//! - Of one person at all devices together the twentieth wrong PIN locks that person everywhere for 1 minute, the next
//!   ones for 5, 30 and at most 60 minutes; one is forgotten every six hours. A right PIN forgets none: else each day's
//!   right PINs would give many stolen tablets their guesses anew.
//! - Of names that nobody has, all together count as one person at that device.
//!
//! So one stolen tablet has 12 guesses at a person on the first day and one a day after that, and locks the person out
//! nowhere else; many have 20 at once and then one an hour.

use scantill_types::Timestamp;

const MINUTE_MS: u64 = 60_000;
const DAY_MS: u64 = 24 * 60 * MINUTE_MS;
/// A person mistypes less often than this, day after day.
const FORGETS_ONE_EACH_MS: u64 = 6 * 60 * MINUTE_MS;

/// How often wrong PINs were given, and until when no more are tried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tries {
    /// Wrong ones that are not forgotten.
    pub wrong: u32,
    /// No try before this.
    pub locked_until: Option<Timestamp>,
    /// When one was last forgotten, or the first counted.
    pub counted_from: Timestamp,
    /// Tries since the last one that was counted: their PINs were not checked.
    pub refused: u32,
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

    fn forgets_one_each_ms(self) -> Option<u64> {
        match self {
            Self::Device => None,
            Self::AllDevices => Some(FORGETS_ONE_EACH_MS),
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
        let (left, counted_from) = self.not_forgotten(scope, now);
        let wrong = left.saturating_add(1);
        let locked_until = scope.lock_ms(wrong).map(|lock_ms| now.plus_ms(lock_ms));
        Self { wrong, locked_until, counted_from, refused: 0 }
    }

    /// After the one that was counted last turned out to be right.
    #[must_use]
    pub fn after_a_right_one(self, scope: Scope) -> Self {
        match scope {
            Scope::Device => Self::default(),
            Scope::AllDevices => Self { wrong: self.wrong.saturating_sub(1), locked_until: None, ..self },
        }
    }

    /// After one more that is refused unread.
    #[must_use]
    pub fn after_a_refusal(self) -> Self {
        Self { refused: self.refused.saturating_add(1), ..self }
    }

    /// How many wrong ones still count, and from when on the next one is forgotten.
    fn not_forgotten(&self, scope: Scope, now: Timestamp) -> (u32, Timestamp) {
        let Some(each_ms) = scope.forgets_one_each_ms() else { return (self.wrong, now) };
        let forgotten = now.since_ms(self.counted_from) / each_ms;
        match u32::try_from(forgotten).ok().and_then(|forgotten| self.wrong.checked_sub(forgotten)) {
            None | Some(0) => (0, now),
            Some(left) => (left, self.counted_from.plus_ms(forgotten.saturating_mul(each_ms))),
        }
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
    fn a_thief_has_few_guesses_at_first_and_then_one_daily() {
        assert!((10..=13).contains(&guesses(Scope::Device, DAY_MS)));
        assert!(guesses(Scope::Device, 365 * DAY_MS) < 380);
    }

    #[test]
    fn a_right_pin_gives_no_other_tablet_its_guesses_anew() {
        let scope = Scope::AllDevices;
        let wrong = |tries: Tries, count| (0..count).fold(tries, |tries, _| tries.after_a_try(scope, NOW));
        let tries = wrong(Tries::default(), 15).after_a_try(scope, NOW).after_a_right_one(scope);
        assert_eq!((tries.wrong, tries.locked_until), (15, None));
        assert_eq!(wrong(tries, 5).wait_ms(NOW), Some(MINUTE_MS));
        let device = Tries::default().after_a_try(Scope::Device, NOW).after_a_right_one(Scope::Device);
        assert_eq!(device, Tries::default());
    }

    #[test]
    fn who_mistypes_four_times_a_day_is_never_locked_out() {
        let (scope, mut tries, mut now) = (Scope::AllDevices, Tries::default(), NOW);
        for _ in 0..365 {
            for _ in 0..4 {
                tries = tries.after_a_try(scope, now);
                assert_eq!(tries.wait_ms(now), None);
                now = now.plus_ms(MINUTE_MS);
                tries = tries.after_a_try(scope, now).after_a_right_one(scope);
            }
            now = now.plus_ms(DAY_MS - 4 * MINUTE_MS);
        }
    }

    #[test]
    fn one_tablet_alone_locks_its_person_out_nowhere_else() {
        let (mut here, mut everywhere, mut now) = (Tries::default(), Tries::default(), NOW);
        while now.since_ms(NOW) < 100 * DAY_MS {
            now = now.plus_ms(here.wait_ms(now).unwrap_or(0));
            (here, everywhere) =
                (here.after_a_try(Scope::Device, now), everywhere.after_a_try(Scope::AllDevices, now));
            assert_eq!(everywhere.wait_ms(now), None);
        }
    }

    #[test]
    fn a_lock_ends_when_it_says() {
        let tries = (0..5).fold(Tries::default(), |tries, _| tries.after_a_try(Scope::Device, NOW));
        assert_eq!(tries.wait_ms(NOW), Some(MINUTE_MS));
        assert_eq!(tries.wait_ms(NOW.plus_ms(MINUTE_MS - 1)), Some(1));
        assert_eq!(tries.wait_ms(NOW.plus_ms(MINUTE_MS)), None);
    }
}
