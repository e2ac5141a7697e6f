//! Guessing locks: too many wrong secrets within a while, and nobody may try for the rest of it.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Wrong secrets within the window that lock.
const WRONG_MAX: usize = 5;
const WINDOW_MS: u64 = 10 * 60 * 1_000;

/// Counts wrong secrets by what they would open. Times are of a clock that only runs forward.
#[derive(Debug, Default)]
pub struct Lockout {
    wrong: Mutex<HashMap<String, Vec<u64>>>,
}

impl Lockout {
    /// Whether too many wrong ones came of late.
    pub fn is_locked(&self, door: &str, now_ms: u64) -> bool {
        let mut wrong = self.wrong();
        wrong.retain(|_, times| times.iter().any(|at_ms| is_recent(*at_ms, now_ms)));
        let recent =
            wrong.get(door).map_or(0, |times| times.iter().filter(|at| is_recent(**at, now_ms)).count());
        WRONG_MAX <= recent
    }

    /// Takes the last count back: the secret was right after all.
    pub fn take_back(&self, door: &str) {
        if let Some(times) = self.wrong().get_mut(door) {
            times.pop();
        }
    }

    /// Counts a wrong one.
    pub fn count(&self, door: &str, now_ms: u64) {
        self.wrong().entry(door.to_owned()).or_default().push(now_ms);
    }

    fn wrong(&self) -> MutexGuard<'_, HashMap<String, Vec<u64>>> {
        self.wrong.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_recent(at_ms: u64, now_ms: u64) -> bool {
    now_ms.saturating_sub(at_ms) < WINDOW_MS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_wrong_ones_lock_their_door_alone_for_ten_minutes() {
        let lockout = Lockout::default();
        for now_ms in 0..5 {
            assert!(!lockout.is_locked("store_1", now_ms));
            lockout.count("store_1", now_ms);
        }
        assert!(lockout.is_locked("store_1", 5) && !lockout.is_locked("store_2", 5));
        assert!(lockout.is_locked("store_1", WINDOW_MS - 1));
        assert!(!lockout.is_locked("store_1", WINDOW_MS + 5));
    }
}
