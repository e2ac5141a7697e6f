//! The machine's timers: one of each name. All end with the till.

use std::cell::RefCell;

use gloo_timers::callback::Timeout;
use scantill_till::{Input, Timer};

use crate::input::event_sender::EventSender;

/// Browsers treat a longer wait as no wait.
const WAIT_MS_MAX: u32 = i32::MAX.unsigned_abs();

pub(crate) struct Timers {
    sender: EventSender,
    running: RefCell<Vec<(Timer, Timeout)>>,
}

impl Timers {
    pub(crate) fn new(sender: EventSender) -> Self {
        Self { sender, running: RefCell::default() }
    }

    /// Starts a timer, and stops one of the same name.
    pub(crate) fn set(&self, timer: Timer, wait_ms: u64) {
        let wait_ms = u32::try_from(wait_ms).unwrap_or(WAIT_MS_MAX).min(WAIT_MS_MAX);
        let sender = self.sender.clone();
        let timeout = Timeout::new(wait_ms, move || sender.send_input(Input::Elapsed(timer)));
        let mut running = self.running.borrow_mut();
        running.retain(|(name, _)| *name != timer);
        running.push((timer, timeout));
    }

    /// Stops all but the watch, which belongs to no phase.
    pub(crate) fn stop_all(&self) {
        self.running.borrow_mut().retain(|(name, _)| *name == Timer::Watch);
    }
}
