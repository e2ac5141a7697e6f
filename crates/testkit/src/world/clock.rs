//! The adjustable clock as the clock of the proxy's machine.

use scantill_proxy::clock::Clock;
use scantill_types::Timestamp;

use crate::AdjustableClock;

impl Clock for AdjustableClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.wall_ms())
    }

    fn monotonic_ms(&self) -> u64 {
        self.monotonic_ms()
    }
}
