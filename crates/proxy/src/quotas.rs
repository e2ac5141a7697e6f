//! What a device may ask for in a while: a bucket of tokens for each kind of request. An honest till never empties one; a
//! stolen or broken one costs the others nothing.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::http::Method;
use governor::clock;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{NotUntil, Quota, RateLimiter};
use serde::Deserialize;

use crate::clock::Clock;
use crate::storage::Device;

/// Buckets that are full again are forgotten at this pace.
const SWEEP_EVERY_MS: u64 = 60_000;
const MINUTE: Duration = Duration::from_mins(1);
const DAY: Duration = Duration::from_hours(24);

/// How much a device may ask for. `at_once` is the bucket's size, `per_minute` how fast it is filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DeviceLimits {
    /// Payments created, cancelled, taken over and read at the provider.
    pub changes_per_minute: NonZeroU32,
    /// The same, at once.
    pub changes_at_once: NonZeroU32,
    /// Requests that may carry a PIN.
    pub approvals_per_minute: NonZeroU32,
    /// The same, at once.
    pub approvals_at_once: NonZeroU32,
    /// Looks at one payment, the terminal or its supervisors.
    pub reads_per_minute: NonZeroU32,
    /// The same, at once.
    pub reads_at_once: NonZeroU32,
    /// Lists, and event streams that are opened.
    pub lists_per_minute: NonZeroU32,
    /// The same, at once.
    pub lists_at_once: NonZeroU32,
    /// Payments that never arrived, or were refused: each stays in storage. In a day, and as many at once.
    pub never_arrived_a_day: NonZeroU32,
    /// Event streams that are open; the oldest ends for one more.
    pub streams: NonZeroU32,
}

impl Default for DeviceLimits {
    fn default() -> Self {
        let count = |count| NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN);
        Self {
            // A till that repeats a call does so once a second, and begins with all its parked payments at once.
            changes_per_minute: count(120),
            changes_at_once: count(60),
            approvals_per_minute: count(30),
            approvals_at_once: count(20),
            // Without a stream a till reads each payment once a second or less often.
            reads_per_minute: count(1_200),
            reads_at_once: count(300),
            lists_per_minute: count(300),
            lists_at_once: count(100),
            never_arrived_a_day: count(1_000),
            streams: count(4),
        }
    }
}

/// What a request costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cost {
    /// It changes a payment, or reads the provider.
    Change,
    /// It may carry a PIN: that is slow to check, and may be guessed.
    Approval,
    /// It reads one row.
    Read,
    /// It reads many rows.
    List,
    /// It leaves a payment that never arrived in storage, for good.
    NeverArrived,
}

impl Cost {
    /// What a request to this path costs.
    pub fn of(method: &Method, path: &str) -> Self {
        const WITH_A_PIN: [&str; 3] = ["/release", "/acknowledge", "/disposition"];
        const OF_MANY_ROWS: [&str; 3] = ["/payments", "/reviews", "/events"];
        let ends_with_one = |ends: [&str; 3]| ends.iter().any(|end| path.ends_with(end));
        if matches!(*method, Method::GET | Method::HEAD) {
            return if ends_with_one(OF_MANY_ROWS) { Self::List } else { Self::Read };
        }
        let may_carry_a_pin = path.contains("/refunds/") || ends_with_one(WITH_A_PIN);
        if may_carry_a_pin { Self::Approval } else { Self::Change }
    }
}

/// Which device: named with its terminal, so that no other terminal's device can take its name.
type Key = (String, String, String, String);
type Buckets = RateLimiter<Key, HashMapStateStore<Key>, ByClock, NoOpMiddleware<Duration>>;

/// The buckets of all devices.
#[derive(Debug)]
pub struct Quotas {
    changes: Buckets,
    approvals: Buckets,
    reads: Buckets,
    lists: Buckets,
    never_arrived: Buckets,
    clock: Arc<dyn Clock>,
    swept_at_ms: AtomicU64,
}

impl Quotas {
    /// Full buckets.
    pub fn new(limits: &DeviceLimits, clock: Arc<dyn Clock>) -> Self {
        let buckets = |per_minute, at_once| {
            RateLimiter::new(quota(per_minute, at_once), HashMapStateStore::default(), ByClock(clock.clone()))
        };
        Self {
            changes: buckets(limits.changes_per_minute, limits.changes_at_once),
            approvals: buckets(limits.approvals_per_minute, limits.approvals_at_once),
            reads: buckets(limits.reads_per_minute, limits.reads_at_once),
            lists: buckets(limits.lists_per_minute, limits.lists_at_once),
            never_arrived: of_a_day(limits.never_arrived_a_day, ByClock(clock.clone())),
            swept_at_ms: AtomicU64::new(clock.monotonic_ms()),
            clock,
        }
    }

    /// Takes a token, or tells in how many seconds there is one.
    pub fn take(&self, device: &Device, kind: Cost) -> Result<(), u64> {
        self.sweep();
        let key = key(device);
        self.buckets(kind).check_key(&key).map_err(|empty| seconds_until(&empty, &*self.clock))
    }

    fn buckets(&self, kind: Cost) -> &Buckets {
        match kind {
            Cost::Change => &self.changes,
            Cost::Approval => &self.approvals,
            Cost::Read => &self.reads,
            Cost::List => &self.lists,
            Cost::NeverArrived => &self.never_arrived,
        }
    }

    /// What is idle is forgotten, so that there are as many buckets as devices that asked for much of late.
    fn sweep(&self) {
        let (now_ms, swept_at_ms) = (self.clock.monotonic_ms(), self.swept_at_ms.load(Ordering::Relaxed));
        if now_ms.saturating_sub(swept_at_ms) < SWEEP_EVERY_MS {
            return;
        }
        self.swept_at_ms.store(now_ms, Ordering::Relaxed);
        for buckets in [&self.changes, &self.approvals, &self.reads, &self.lists, &self.never_arrived] {
            buckets.retain_recent();
            buckets.shrink_to_fit();
        }
    }
}

fn key(device: &Device) -> Key {
    let Device { account, store_id, terminal, id, .. } = device;
    (account.clone(), store_id.to_string(), terminal.to_string(), id.to_string())
}

/// One token for each part of a minute.
fn quota(per_minute: NonZeroU32, at_once: NonZeroU32) -> Quota {
    let refilled_in = MINUTE / per_minute.get();
    Quota::with_period(refilled_in).unwrap_or(Quota::per_second(per_minute)).allow_burst(at_once)
}

fn of_a_day(count: NonZeroU32, clock: ByClock) -> Buckets {
    let quota = Quota::with_period(DAY / count.get()).unwrap_or(Quota::per_second(count)).allow_burst(count);
    RateLimiter::new(quota, HashMapStateStore::default(), clock)
}

/// The proxy's own clock, the one that only runs forward.
#[derive(Clone, Debug)]
pub(crate) struct ByClock(pub(crate) Arc<dyn Clock>);

impl clock::Clock for ByClock {
    type Instant = Duration;

    fn now(&self) -> Duration {
        Duration::from_millis(self.0.monotonic_ms())
    }
}

/// In how many whole seconds, counted up, an empty bucket has a token.
pub(crate) fn seconds_until(empty: &NotUntil<Duration>, clock: &dyn Clock) -> u64 {
    let wait = empty.wait_time_from(Duration::from_millis(clock.monotonic_ms()));
    wait.as_secs() + u64::from(0 < wait.subsec_nanos())
}

#[cfg(test)]
#[path = "quotas/tests.rs"]
mod tests;
