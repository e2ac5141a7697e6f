//! Time: the moments of objects, and the clock that the caller provides.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

/// A future that ends when a clock has reached a moment.
pub type Waiting<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// Where the simulator reads the time and waits.
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    fn now(&self) -> Moment;
    fn wait_until(&self, moment: Moment) -> Waiting<'_>;
}

/// A point in time: milliseconds since 1970 in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Moment(i64);

impl Moment {
    pub const EPOCH: Self = Self(0);
    /// The year 9000: an action long after it can still be written as a date.
    pub const LAST: Self = Self(221_845_392_000_000);

    pub const fn from_ms(ms: i64) -> Self {
        Self(ms)
    }

    pub const fn ms(self) -> i64 {
        self.0
    }

    #[must_use]
    pub const fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// Milliseconds from `earlier` to this moment; negative when it is later.
    pub const fn ms_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Whole seconds, the precision in which the API speaks.
    pub(crate) const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// `2026-11-23T06:00:00Z`, as the API writes it.
    pub(crate) fn iso(self) -> String {
        self.format("%Y-%m-%dT%H:%M:%SZ")
    }

    /// `2026-11-23T06:00:00.123Z`, for the control API.
    pub(crate) fn iso_ms(self) -> String {
        self.format("%Y-%m-%dT%H:%M:%S.%3fZ")
    }

    /// `Mon, 23 Nov 2026 06:00:00 GMT`, for the `Date` header.
    pub(crate) fn http_date(self) -> String {
        self.format("%a, %d %b %Y %H:%M:%S GMT")
    }

    /// Reads the dates that clients send: ISO 8601 with `Z` or an offset, `… UTC`, or a day alone.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim().replace(" UTC", "Z");
        let instant = text.parse::<jiff::Timestamp>().or_else(|_| format!("{text}T00:00:00Z").parse());
        Some(Self(instant.ok()?.as_millisecond()))
    }

    fn format(self, pattern: &str) -> String {
        jiff::Timestamp::from_millisecond(self.0).unwrap_or_default().strftime(pattern).to_string()
    }
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Moment {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Moment(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    fn wait_until(&self, moment: Moment) -> Waiting<'_> {
        let wait_ms = u64::try_from(moment.ms_since(self.now())).unwrap_or(0);
        Box::pin(tokio::time::sleep(Duration::from_millis(wait_ms)))
    }
}

/// A clock that only a test moves.
#[derive(Debug)]
pub struct ManualClock {
    now: watch::Sender<Moment>,
}

impl ManualClock {
    pub fn starting_at(moment: Moment) -> Self {
        Self { now: watch::Sender::new(moment) }
    }

    pub fn advance_ms(&self, ms: i64) {
        self.now.send_modify(|now| *now = now.plus_ms(ms));
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Moment {
        *self.now.borrow()
    }

    fn wait_until(&self, moment: Moment) -> Waiting<'_> {
        let mut changes = self.now.subscribe();
        Box::pin(async move {
            // The sender lives as long as `self`, so waiting cannot fail.
            let _ = changes.wait_for(|now| *now >= moment).await;
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected_ms: Option<i64>) {
        assert_eq!(Moment::parse(text).map(Moment::ms), expected_ms, "{text}");
    }

    #[test]
    fn dates_are_read_leniently() {
        check("2023-03-02T10:27:09Z", Some(1_677_752_829_000));
        check("2023-03-02T17:27:09+07:00", Some(1_677_752_829_000));
        check("2023-03-02 10:27:09 UTC", Some(1_677_752_829_000));
        check("2023-03-02", Some(1_677_715_200_000));
        check("yesterday", None);
        check("", None);
    }

    #[test]
    fn dates_are_written_as_recorded() {
        let moment = Moment::from_ms(1_677_752_829_123);
        assert_eq!(moment.iso(), "2023-03-02T10:27:09Z");
        assert_eq!(moment.iso_ms(), "2023-03-02T10:27:09.123Z");
        assert_eq!(moment.http_date(), "Thu, 02 Mar 2023 10:27:09 GMT");
    }

    #[tokio::test]
    async fn a_stopped_clock_wakes_its_waiters_when_moved() {
        let clock = ManualClock::starting_at(Moment::from_ms(1000));
        let waiting = clock.wait_until(Moment::from_ms(1500));
        clock.advance_ms(500);
        waiting.await;
        assert_eq!(clock.now(), Moment::from_ms(1500));
    }
}
