//! What time it is at the provider. A charge is looked for on the provider's clock, since ours may be set by hours while a
//! payment is in doubt (P14).

use std::sync::{Arc, Mutex, PoisonError};

use scantill_types::Timestamp;

use crate::clock::Clock;

/// A moment on the provider's clock, as far as it can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProviderTime {
    /// It was not before this.
    pub earliest: Timestamp,
    /// It was not after this.
    pub latest: Timestamp,
}

/// The provider's clock, as the `Date` of its answers tells.
#[derive(Debug)]
pub struct ProviderClock {
    clock: Arc<dyn Clock>,
    heard: Mutex<Option<Heard>>,
}

/// What the last answer said, and both of our clocks when it came.
#[derive(Clone, Copy, Debug)]
struct Heard {
    theirs: Timestamp,
    wall: Timestamp,
    monotonic_ms: u64,
}

impl ProviderClock {
    /// A clock that was not heard yet.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, heard: Mutex::default() }
    }

    /// The time there now; none before the first answer. The wall clock may have been set since, and the other stands
    /// still while the machine sleeps: the truth lies between what they say.
    pub fn now(&self) -> Option<ProviderTime> {
        let heard = (*self.heard.lock().unwrap_or_else(PoisonError::into_inner))?;
        let ran_ms = self.clock.monotonic_ms().saturating_sub(heard.monotonic_ms);
        let passed_ms = self.clock.now().since_ms(heard.wall);
        let after = |wait_ms: u64| heard.theirs.plus_ms(wait_ms);
        Some(ProviderTime { earliest: after(ran_ms.min(passed_ms)), latest: after(ran_ms.max(passed_ms)) })
    }

    /// Takes the `Date` of an answer.
    pub(crate) fn hear(&self, date: &str) {
        let Ok(date) = jiff::fmt::rfc2822::parse(date) else { return };
        let theirs = Timestamp(date.timestamp().as_millisecond());
        let heard = Heard { theirs, wall: self.clock.now(), monotonic_ms: self.clock.monotonic_ms() };
        *self.heard.lock().unwrap_or_else(PoisonError::into_inner) = Some(heard);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::AdjustableClock;

    const DATE: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
    const DATE_MS: i64 = 784_111_777_000;

    fn after(wall_ms: i64, monotonic_ms: u64) -> (i64, i64) {
        let machine = Arc::new(AdjustableClock::default());
        let clock = ProviderClock::new(machine.clone());
        clock.hear(DATE);
        machine.move_by(wall_ms, monotonic_ms);
        let now = clock.now().unwrap();
        (now.earliest.0 - DATE_MS, now.latest.0 - DATE_MS)
    }

    #[test]
    fn it_is_learned_from_answers_alone() {
        let clock = ProviderClock::new(Arc::new(AdjustableClock::default()));
        assert_eq!(clock.now(), None);
        clock.hear("not a date");
        assert_eq!(clock.now(), None);
        assert_eq!(after(0, 0), (0, 0));
    }

    #[test]
    fn it_goes_on_whatever_becomes_of_our_clocks() {
        assert_eq!(after(500, 500), (500, 500));
        assert_eq!(after(-25_200_000, 500), (0, 500), "set back");
        assert_eq!(after(25_200_000, 500), (500, 25_200_000), "set forward");
        assert_eq!(after(28_800_000, 100), (100, 28_800_000), "asleep");
    }
}
