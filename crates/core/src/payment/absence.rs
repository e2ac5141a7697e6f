//! The proof that no charge exists (P14): a clock alone never proves it, and neither does one look.

use super::{Attempt, Doubt, Effect, State, Unknown};
use crate::Timing;
use crate::api::{Attention, FailureCode};

/// The search for the charge of a payment in doubt. Its times are of a clock that only runs forward, so it lives in
/// memory and begins anew after a restart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Search {
    quiet_since_ms: u64,
    first_empty_ms: Option<u64>,
}

impl Search {
    /// A search for a charge whose POST was over, or could not be under way any more, at `quiet_since_ms`.
    pub fn new(quiet_since_ms: u64) -> Self {
        Self { quiet_since_ms, first_empty_ms: None }
    }

    /// A complete list, begun at `began_ms`, held no charge of the payment. `true` if that proves the absence.
    pub fn found_nothing(&mut self, began_ms: u64, timing: &Timing) -> bool {
        if began_ms < self.quiet_since_ms.saturating_add(timing.absent_quiet_ms) {
            return false;
        }
        let first_ms = *self.first_empty_ms.get_or_insert(began_ms);
        first_ms.saturating_add(timing.absent_apart_ms) <= began_ms
    }

    /// The earliest time at which the next list says something: after an hour without a proxy nobody should wait for the
    /// rare looks at an old payment.
    pub fn next_list_ms(&self, timing: &Timing) -> u64 {
        match self.first_empty_ms {
            None => self.quiet_since_ms.saturating_add(timing.absent_quiet_ms),
            Some(first_ms) => first_ms.saturating_add(timing.absent_apart_ms),
        }
    }
}

impl Attempt {
    pub(super) fn proved_absent(mut self) -> (Self, Vec<Effect>) {
        let State::Unknown(Unknown { doubt, .. }) = &self.state else {
            return self.ignored();
        };
        let charge_was_seen = self.charge.is_some() || *doubt == Doubt::Mismatch;
        if charge_was_seen || self.attention == Some(Attention::Mismatch) {
            return self.ignored();
        }
        self.state = State::failed(FailureCode::NotCreated);
        (self, Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absence_needs_two_minutes_of_quiet_and_two_lists_a_minute_apart() {
        let timing = Timing::default();
        let mut search = Search::new(1_000);
        assert!(!search.found_nothing(120_999, &timing));
        assert_eq!(search.next_list_ms(&timing), 121_000);
        assert!(!search.found_nothing(121_000, &timing));
        assert_eq!(search.next_list_ms(&timing), 181_000);
        assert!(!search.found_nothing(180_999, &timing));
        assert!(search.found_nothing(181_000, &timing));
    }
}
