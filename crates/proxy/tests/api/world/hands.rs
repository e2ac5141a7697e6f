//! The machine's clock, which a test can set.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};

use scantill_proxy::clock::{Clock, SystemClock};
use scantill_types::Timestamp;

#[derive(Debug, Default)]
pub(crate) struct Hands {
    machine: SystemClock,
    set_by_ms: AtomicI64,
    passed_ms: AtomicU64,
}

impl Hands {
    /// Sets the clock by so much beside the truth. What measures how long something takes goes on.
    pub(crate) fn set_by_ms(&self, set_by_ms: i64) {
        self.set_by_ms.store(set_by_ms, Relaxed);
    }

    /// Lets so much time pass at once.
    #[allow(dead_code, reason = "the suite `security` needs it")]
    pub(crate) fn pass_ms(&self, passed_ms: u64) {
        self.passed_ms.fetch_add(passed_ms, Relaxed);
    }
}

impl Clock for Hands {
    fn now(&self) -> Timestamp {
        Timestamp(self.machine.now().0 + self.set_by_ms.load(Relaxed))
    }

    fn monotonic_ms(&self) -> u64 {
        self.machine.monotonic_ms() + self.passed_ms.load(Relaxed)
    }
}
