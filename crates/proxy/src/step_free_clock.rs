//! A clock that makes no steps while payments are open: a machine's clock that is set by hours must neither end nor delay
//! an open payment.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use scantill_types::Timestamp;

use crate::clock::Clock;
use crate::storage::Storage;

/// The machine's clock is read this often.
const LOOK: Duration = Duration::from_mins(1);
/// Less than this is the ordinary drift.
const STEP_MS: i64 = 1_000;

/// The machine's time as it was, carried on by a clock that only runs forward.
#[derive(Debug)]
pub struct StepFreeClock {
    machine: Arc<dyn Clock>,
    /// The time at which the forward clock stood at zero.
    zero_ms: AtomicI64,
}

impl StepFreeClock {
    /// Begins at the machine's time.
    pub fn new(machine: Arc<dyn Clock>) -> Self {
        let steady = Self { machine, zero_ms: AtomicI64::new(0) };
        steady.follow();
        steady
    }

    /// Begins not before what the storage tell of: a machine that was without power may wake up hours behind.
    pub fn not_before(&self, newest: Timestamp) {
        let behind_ms = i64::try_from(newest.since_ms(self.now())).unwrap_or(i64::MAX);
        self.zero_ms.fetch_add(behind_ms, Ordering::Relaxed);
    }

    /// How far the machine's time is ahead of this one.
    pub fn lag_ms(&self) -> i64 {
        self.machine.now().0.saturating_sub(self.now().0)
    }

    /// Takes over the machine's time.
    pub fn follow(&self) {
        let ran_ms = i64::try_from(self.machine.monotonic_ms()).unwrap_or(i64::MAX);
        self.zero_ms.store(self.machine.now().0.saturating_sub(ran_ms), Ordering::Relaxed);
    }

    /// Follows the machine's time whenever nothing is under way. Runs until it is dropped.
    pub async fn follow_in_pauses(self: Arc<Self>, storage: Arc<dyn Storage>) {
        loop {
            tokio::time::sleep(LOOK).await;
            self.follow_if_idle(storage.as_ref()).await;
        }
    }

    async fn follow_if_idle(&self, storage: &dyn Storage) {
        let lag_ms = self.lag_ms();
        if lag_ms.abs() < STEP_MS {
            return;
        }
        match storage.count_unsettled().await {
            Ok(0) => {
                tracing::warn!(
                    lag_ms,
                    "the machine's clock was set; nothing is open, so its time is taken over"
                );
                self.follow();
                if let Err(error) = storage.shift_due_times(lag_ms).await {
                    tracing::error!(lag_ms, %error, "what was planned keeps the time before");
                }
            }
            Ok(open) => {
                tracing::warn!(
                    lag_ms,
                    open,
                    "the machine's clock was set; its time is taken over once nothing is open"
                );
            }
            Err(error) => {
                tracing::warn!(lag_ms, %error, "the machine's clock was set, and the storage cannot be read");
            }
        }
    }
}

impl Clock for StepFreeClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.zero_ms.load(Ordering::Relaxed)).plus_ms(self.machine.monotonic_ms())
    }

    fn monotonic_ms(&self) -> u64 {
        self.machine.monotonic_ms()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{AdjustableClock, SystemEntropy};
    use crate::storage::SqliteStorage;

    #[tokio::test]
    async fn a_clock_that_was_set_is_followed_in_a_pause_alone() {
        let folder = tempfile::TempDir::new().unwrap();
        let storage = SqliteStorage::open(folder.path(), &SystemEntropy).unwrap();
        let machine = Arc::new(AdjustableClock::default());
        let steady = StepFreeClock::new(machine.clone());
        machine.move_by(3_600_500, 500);
        assert_eq!((steady.now(), steady.lag_ms()), (Timestamp(500), 3_600_000));
        steady.follow_if_idle(&storage).await;
        assert_eq!((steady.now(), steady.lag_ms()), (Timestamp(3_600_500), 0));
        steady.not_before(Timestamp(3_000_000));
        assert_eq!(steady.lag_ms(), 0, "the storage is older");
        steady.not_before(Timestamp(3_700_500));
        assert_eq!((steady.now(), steady.lag_ms()), (Timestamp(3_700_500), -100_000));
        steady.follow();
        machine.move_by(-3_600_500, 500);
        assert_eq!(steady.now(), Timestamp(3_601_000));
    }
}
