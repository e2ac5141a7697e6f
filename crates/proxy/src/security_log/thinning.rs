//! How often each event came, in bounded memory.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::Kind;

/// More subjects than these are counted together, kind by kind.
const SUBJECTS_MAX: usize = 1_024;
/// After this time the counts begin anew, so that the log speaks of what goes on.
const SPAN: Duration = Duration::from_hours(1);

#[derive(Debug, Default)]
pub(super) struct Thinning(Mutex<Counts>);

#[derive(Debug, Default)]
struct Counts {
    began: Option<Instant>,
    times: HashMap<(Kind, String), u64>,
}

impl Thinning {
    /// How often this came in the span of now, with this time.
    pub(super) fn count(&self, kind: Kind, key: &str) -> u64 {
        self.count_at(kind, key, Instant::now())
    }

    fn count_at(&self, kind: Kind, key: &str, now: Instant) -> u64 {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.began.is_none_or(|began| SPAN <= now.duration_since(began)) {
            *counts = Counts { began: Some(now), times: HashMap::new() };
        }
        let own = (kind, key.to_owned());
        let is_full = SUBJECTS_MAX <= counts.times.len();
        let key = if is_full && !counts.times.contains_key(&own) { (kind, String::new()) } else { own };
        let times = counts.times.entry(key).or_default();
        *times = times.saturating_add(1);
        *times
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_of_one_kind_and_subject_and_of_one_hour() {
        let (thinning, now) = (Thinning::default(), Instant::now());
        let count = |kind, key, now| thinning.count_at(kind, key, now);
        assert_eq!([1, 2], [(); 2].map(|()| count(Kind::WrongPin, "a", now)));
        assert_eq!((count(Kind::WrongPin, "b", now), count(Kind::LockedPin, "a", now)), (1, 1));
        assert_eq!(count(Kind::WrongPin, "a", now + SPAN), 1);
    }

    #[test]
    fn strangers_without_number_take_bounded_memory() {
        let (thinning, now) = (Thinning::default(), Instant::now());
        let all = 3 * SUBJECTS_MAX;
        let logged = (0..all).filter(|stranger| {
            thinning.count_at(Kind::RefusedToken, &stranger.to_string(), now).is_power_of_two()
        });
        assert!(logged.count() <= SUBJECTS_MAX + 12);
        assert!(thinning.0.lock().unwrap().times.len() <= SUBJECTS_MAX + Kind::ALL.len());
    }
}
