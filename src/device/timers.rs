//! The machine's timers: one of each name, all gone with the till.

use std::cell::RefCell;

use gloo_timers::callback::Timeout;
use scantill_till::{Input, Timer};

use crate::input::feed::Feed;

/// Browsers take a longer wait for none at all.
const WAIT_MS_MAX: u32 = i32::MAX.unsigned_abs();

/// The timers that run.
pub(crate) struct Timers {
    feed: Feed,
    running: RefCell<Vec<(Timer, Timeout)>>,
}

impl Timers {
    pub(crate) fn new(feed: Feed) -> Self {
        Self { feed, running: RefCell::default() }
    }

    /// Starts a timer in place of one of the same name.
    pub(crate) fn set(&self, timer: Timer, wait_ms: u64) {
        let wait_ms = u32::try_from(wait_ms).unwrap_or(WAIT_MS_MAX).min(WAIT_MS_MAX);
        let feed = self.feed.clone();
        let timeout = Timeout::new(wait_ms, move || feed.send(Input::Elapsed(timer)));
        let mut running = self.running.borrow_mut();
        running.retain(|(name, _)| *name != timer);
        running.push((timer, timeout));
    }

    /// Stops all but the watch, which is of no phase.
    pub(crate) fn stop_all(&self) {
        self.running.borrow_mut().retain(|(name, _)| *name == Timer::Watch);
    }
}
