//! A wall clock and a monotonic clock that a test sets.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Both clocks. By default they stand at zero, and only the test moves them.
#[derive(Debug, Default)]
pub struct AdjustableClock {
    /// When the machine's clocks were first read, if these follow them.
    follows_since: Option<Instant>,
    wall_ms: AtomicI64,
    monotonic_ms: AtomicU64,
}

impl AdjustableClock {
    /// Clocks that go as the machine's do, beside which the test may set them.
    pub fn running() -> Self {
        Self { follows_since: Some(Instant::now()), ..Self::default() }
    }

    /// Moves both, each by so much.
    pub fn move_by(&self, wall_ms: i64, monotonic_ms: u64) {
        self.wall_ms.fetch_add(wall_ms, Relaxed);
        self.pass_ms(monotonic_ms);
    }

    /// Sets the wall clock to so much beside the machine's, or beside zero. The monotonic clock goes on.
    pub fn set_by_ms(&self, set_by_ms: i64) {
        self.wall_ms.store(set_by_ms, Relaxed);
    }

    /// Moves the monotonic clock alone.
    pub fn pass_ms(&self, passed_ms: u64) {
        self.monotonic_ms.fetch_add(passed_ms, Relaxed);
    }

    /// Milliseconds of the wall clock since 1970.
    pub fn wall_ms(&self) -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let machine_ms =
            self.follows_since.map_or(0, |_| i64::try_from(since.as_millis()).unwrap_or(i64::MAX));
        machine_ms + self.wall_ms.load(Relaxed)
    }

    /// Milliseconds of the clock that only runs forward.
    pub fn monotonic_ms(&self) -> u64 {
        let passed = self.follows_since.map_or(0, |since| since.elapsed().as_millis());
        u64::try_from(passed).unwrap_or(u64::MAX) + self.monotonic_ms.load(Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_stands_until_it_is_moved() {
        let clock = AdjustableClock::default();
        clock.move_by(-3, 5);
        assert_eq!((clock.wall_ms(), clock.monotonic_ms()), (-3, 5));
        clock.set_by_ms(7);
        assert_eq!((clock.wall_ms(), clock.monotonic_ms()), (7, 5));
    }

    #[test]
    fn a_running_clock_is_set_beside_the_machines() {
        let clock = AdjustableClock::running();
        let before_ms = clock.wall_ms();
        clock.set_by_ms(-3_600_000);
        assert!(clock.wall_ms() < before_ms - 3_000_000 && 0 < before_ms);
        clock.pass_ms(60_000);
        assert!(60_000 <= clock.monotonic_ms());
    }
}
