//! How long a provider that says it is busy is left alone.

use scantill_types::Timing;

/// The pause after answers such as 429 and 503, on a clock that only runs forward. It grows with each failure in a
/// row, and jitter spreads those who wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backoff {
    failures: u32,
    until_ms: u64,
}

impl Backoff {
    /// The provider is busy, and perhaps said for how long. `jitter` is any byte: it takes up to half of the pause away.
    /// Gives the pause in milliseconds.
    pub fn failed(&mut self, now_ms: u64, retry_after_ms: Option<u64>, jitter: u8, timing: &Timing) -> u64 {
        // Many were asked at once: their failures count as one.
        if self.remaining_ms(now_ms) == 0 {
            self.failures = self.failures.saturating_add(1);
        }
        let doubled = timing.read_every_ms.saturating_mul(1_u64 << self.failures.min(16));
        let longest_ms = doubled.min(timing.read_backoff_max_ms);
        let spread_ms = longest_ms / 2 * u64::from(jitter) / u64::from(u8::MAX);
        let told_ms = retry_after_ms.unwrap_or(0).min(timing.read_backoff_max_ms);
        let pause_ms = told_ms.max(longest_ms - longest_ms / 2 + spread_ms);
        self.until_ms = self.until_ms.max(now_ms.saturating_add(pause_ms));
        pause_ms
    }

    /// It answered.
    pub fn succeeded(&mut self) {
        self.failures = 0;
    }

    /// How long it is still left alone.
    pub fn remaining_ms(&self, now_ms: u64) -> u64 {
        self.until_ms.saturating_sub(now_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_failure_in_a_row_doubles_the_pause_up_to_a_minute() {
        let (timing, mut backoff, mut now_ms) = (Timing::default(), Backoff::default(), 0);
        let mut pauses = Vec::new();
        for _ in 0..6 {
            pauses.push(backoff.failed(now_ms, None, u8::MAX, &timing));
            now_ms += backoff.remaining_ms(now_ms);
        }
        assert_eq!(pauses, [6_000, 12_000, 24_000, 48_000, 60_000, 60_000]);
        backoff.succeeded();
        assert_eq!(backoff.failed(now_ms, None, u8::MAX, &timing), 6_000);
    }

    #[test]
    fn jitter_takes_half_at_most_and_nothing_of_the_providers_own_pause() {
        let timing = Timing::default();
        assert_eq!(Backoff::default().failed(0, None, 0, &timing), 3_000);
        assert_eq!(Backoff::default().failed(0, Some(20_000), 0, &timing), 20_000);
        assert_eq!(Backoff::default().failed(0, Some(86_400_000), 0, &timing), 60_000);
    }

    #[test]
    fn failures_of_calls_that_were_under_way_together_count_once() {
        let (timing, mut backoff) = (Timing::default(), Backoff::default());
        for _ in 0..6 {
            backoff.failed(0, None, u8::MAX, &timing);
        }
        assert_eq!(backoff.remaining_ms(0), 6_000);
    }
}
