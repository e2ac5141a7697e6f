//! The time of an event. The event's own time shows the true gaps between keys that waited behind a busy
//! page. But browsers sometimes report 0, or times that are minutes off after a page was in the background.

/// An event waits no longer than this behind a busy page.
const LATE_MS_MAX: u64 = 2_500;
/// Clocks that round may put an event this far into the future.
const EARLY_MS_MAX: u64 = 200;
/// A clock that has not moved for this long is not running.
const STILL_MS_MAX: u64 = 200;

/// The times of one source of events, checked against the page's own clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct EventTimes {
    /// Added to the source's times, which may be off by a constant while their gaps are true.
    shift_ms: i64,
    /// The last event's own time.
    stamp: u64,
    /// When this time was first seen, on the page's clock.
    seen_at_ms: u64,
}

impl EventTimes {
    /// The time of an event that reports `stamp_ms` and is handled at `now_ms`: never in the future, and not
    /// long ago.
    pub fn read(&mut self, stamp_ms: u64, now_ms: u64) -> u64 {
        if stamp_ms != self.stamp {
            (self.stamp, self.seen_at_ms) = (stamp_ms, now_ms);
        }
        if stamp_ms == 0 || STILL_MS_MAX < now_ms.saturating_sub(self.seen_at_ms) {
            return now_ms;
        }
        let early_ms = now_ms.saturating_add(EARLY_MS_MAX);
        let plausible = now_ms.saturating_sub(LATE_MS_MAX)..=early_ms;
        // A source whose times are right again needs no correction.
        if plausible.contains(&stamp_ms) {
            self.shift_ms = 0;
        }
        let mut at_ms = stamp_ms.saturating_add_signed(self.shift_ms);
        if !plausible.contains(&at_ms) {
            self.shift_ms = now_ms.cast_signed().saturating_sub(stamp_ms.cast_signed());
            at_ms = now_ms;
        }
        at_ms.min(now_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The times that are read of these events, each handled at its time.
    fn read(events: &[(u64, u64)]) -> Vec<u64> {
        let mut times = EventTimes::default();
        events.iter().map(|(stamp_ms, now_ms)| times.read(*stamp_ms, *now_ms)).collect()
    }

    #[test]
    fn a_true_time_is_believed_behind_a_busy_page_too() {
        let events = [(1_000, 1_001), (1_010, 2_400), (1_160, 2_401), (2_410, 2_411)];
        assert_eq!(read(&events), [1_000, 1_010, 1_160, 2_410]);
    }

    #[test]
    fn an_event_without_a_running_clock_gets_the_pages_time() {
        assert_eq!(read(&[(0, 90_000), (0, 90_010), (0, 90_350)]), [90_000, 90_010, 90_350]);
        assert_eq!(read(&[(90_000, 90_000), (90_000, 90_200), (90_000, 90_201)]), [90_000, 90_000, 90_201]);
        assert_eq!(read(&[(5, 90_000), (5, 90_190), (5, 90_290), (5, 90_300)])[2..], [90_290, 90_300]);
    }

    #[test]
    fn a_time_that_is_minutes_off_keeps_its_gaps_alone() {
        for off_ms in [-180_000_i64, -5_000, 5_000, 180_000] {
            let off = |now_ms: u64| (now_ms.saturating_add_signed(off_ms), now_ms);
            let events = [off(200_000), off(200_012), (off(200_030).0, 200_090), off(200_500)];
            assert_eq!(read(&events), [200_000, 200_012, 200_030, 200_500], "{off_ms}");
        }
    }

    #[test]
    fn a_time_that_jumps_or_comes_right_again_is_followed() {
        let events = [(1_000, 1_000), (200_000, 2_000), (200_010, 2_010), (2_020, 2_020), (900, 9_000)];
        assert_eq!(read(&events), [1_000, 2_000, 2_010, 2_020, 9_000]);
    }

    proptest! {
        #[test]
        fn no_time_lies_in_the_future_or_long_ago(
            events in prop::collection::vec((any::<u64>(), 0..400_000_u64), 1..30),
        ) {
            let mut times = EventTimes::default();
            for (stamp_ms, now_ms) in events {
                let at_ms = times.read(stamp_ms, now_ms);
                prop_assert!(at_ms <= now_ms && now_ms - at_ms <= LATE_MS_MAX);
            }
        }
    }
}
