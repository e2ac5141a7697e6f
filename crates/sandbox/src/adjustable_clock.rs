//! A clock that can be stopped, moved and restarted. It runs on top of a base clock.

use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::clock::{Clock, Moment, Waiting};

/// The simulator's clock: the caller's clock, adjusted by the control API or by the library's user.
#[derive(Debug)]
pub struct AdjustableClock {
    base: Arc<dyn Clock>,
    state: Mutex<ClockState>,
    adjusted: Notify,
}

/// The difference between the adjustable clock and its base clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClockState {
    /// How far it runs ahead of the base clock.
    pub ahead_ms: i64,
    /// The time that a stopped clock shows.
    pub stopped_at: Option<Moment>,
}

impl AdjustableClock {
    pub fn over(base: Arc<dyn Clock>) -> Self {
        Self { base, state: Mutex::default(), adjusted: Notify::new() }
    }

    pub fn state(&self) -> ClockState {
        *self.lock()
    }

    /// Stops the clock until `move_ms` or `go`.
    pub fn stop(&self) {
        let now = self.now();
        self.adjust(|state, _| state.stopped_at = Some(now));
    }

    /// Restarts a stopped clock from the time that it shows.
    pub fn go(&self) {
        self.adjust(|state, base| {
            if let Some(stopped_at) = state.stopped_at.take() {
                state.ahead_ms = stopped_at.ms_since(base);
            }
        });
    }

    /// Forward or, when negative, back, from 1970 to 9000; a stopped clock stays stopped.
    pub fn move_ms(&self, ms: i64) {
        let moved = |from: Moment| from.plus_ms(ms).clamp(Moment::EPOCH, Moment::LAST);
        self.adjust(|state, base| match &mut state.stopped_at {
            Some(stopped_at) => *stopped_at = moved(*stopped_at),
            None => state.ahead_ms = moved(base.plus_ms(state.ahead_ms)).ms_since(base),
        });
    }

    fn adjust(&self, change: impl FnOnce(&mut ClockState, Moment)) {
        change(&mut self.lock(), self.base.now());
        self.adjusted.notify_waiters();
    }

    fn lock(&self) -> MutexGuard<'_, ClockState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for AdjustableClock {
    fn now(&self) -> Moment {
        let state = self.state();
        state.stopped_at.unwrap_or_else(|| self.base.now().plus_ms(state.ahead_ms))
    }

    fn wait_until(&self, moment: Moment) -> Waiting<'_> {
        Box::pin(async move {
            loop {
                let mut adjusted = pin!(self.adjusted.notified());
                adjusted.as_mut().enable();
                if self.now() >= moment {
                    return;
                }
                let state = self.state();
                let reached = async {
                    match state.stopped_at {
                        None => self.base.wait_until(moment.plus_ms(-state.ahead_ms)).await,
                        Some(_) => std::future::pending().await,
                    }
                };
                tokio::select! {
                    biased;
                    () = adjusted => {}
                    () = reached => {}
                }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::ManualClock;

    fn clocks() -> (Arc<ManualClock>, AdjustableClock) {
        let base = Arc::new(ManualClock::starting_at(Moment::from_ms(1_000)));
        let adjusted = AdjustableClock::over(Arc::clone(&base) as _);
        (base, adjusted)
    }

    #[test]
    fn a_stopped_clock_stands_until_it_is_moved_or_let_go() {
        let (base, clock) = clocks();
        clock.stop();
        base.advance_ms(500);
        assert_eq!(clock.now(), Moment::from_ms(1_000));
        clock.move_ms(60_000);
        assert_eq!(clock.now(), Moment::from_ms(61_000));
        clock.go();
        base.advance_ms(500);
        assert_eq!(clock.now(), Moment::from_ms(61_500));
        clock.move_ms(-1_500);
        assert_eq!(clock.now(), Moment::from_ms(60_000));
    }

    #[tokio::test]
    async fn moving_it_wakes_who_waits() {
        let (base, clock) = clocks();
        let waiting = clock.wait_until(Moment::from_ms(5_000));
        clock.move_ms(4_000);
        waiting.await;
        let waiting = clock.wait_until(Moment::from_ms(6_000));
        base.advance_ms(1_000);
        waiting.await;
        assert_eq!(clock.now(), Moment::from_ms(6_000));
    }
}
