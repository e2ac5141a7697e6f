//! The proof that no charge exists (P14): a clock alone never proves it, and neither does one look.

use super::{PaymentAttempt, Remark, State, Unknown, UnknownReason};
use scantill_types::api::{FailureCode, ReviewReason};
use scantill_types::{Timestamp, Timing};

/// The search for what may have come of a lost POST. Its times are of a clock that only runs forward, so it lives in
/// memory. What its first list proved is persisted beside it, and a restart goes on from there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_field_names, reason = "units come last")]
pub struct AbsenceProof {
    quiet_since_ms: u64,
    first_empty_ms: Option<u64>,
    /// How long before `first_empty_ms` the first list was read, in an earlier run.
    earlier_ms: u64,
}

/// What a complete list without the payment is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListVerdict {
    /// Nothing: it comes too early, or too soon after the first one.
    TooEarly,
    /// It is the first that counts.
    First,
    /// It is the second, and proves the absence.
    Proved,
}

impl AbsenceProof {
    /// A search for a charge whose POST was over, or could not be under way any more, at `quiet_since_ms`.
    pub fn new(quiet_since_ms: u64) -> Self {
        Self { quiet_since_ms, first_empty_ms: None, earlier_ms: 0 }
    }

    /// A search that goes on at `now_ms` after a restart: its first list was read `earlier_ms` before, when the POST had
    /// long been over.
    pub fn resumed(now_ms: u64, earlier_ms: u64) -> Self {
        Self { quiet_since_ms: now_ms, first_empty_ms: Some(now_ms), earlier_ms }
    }

    /// A complete list, begun at `began_ms`, held nothing of the payment.
    pub fn found_nothing(&mut self, began_ms: u64, timing: &Timing) -> ListVerdict {
        match self.first_empty_ms {
            None if began_ms < self.quiet_since_ms.saturating_add(timing.absent_quiet_ms) => {
                ListVerdict::TooEarly
            }
            None => {
                self.first_empty_ms = Some(began_ms);
                ListVerdict::First
            }
            Some(_) if began_ms < self.next_list_ms(timing) => ListVerdict::TooEarly,
            Some(_) => ListVerdict::Proved,
        }
    }

    /// The earliest time at which the next list says something: after an hour without a proxy nobody should wait for the
    /// rare looks at an old payment.
    pub fn next_list_ms(&self, timing: &Timing) -> u64 {
        match self.first_empty_ms {
            None => self.quiet_since_ms.saturating_add(timing.absent_quiet_ms),
            Some(first_ms) => first_ms.saturating_add(timing.absent_apart_ms.saturating_sub(self.earlier_ms)),
        }
    }
}

impl PaymentAttempt {
    /// What the first list proved is on record, so that a restart does not begin the proof anew (P14).
    pub(super) fn listed(mut self, first: Option<Timestamp>) -> (Self, Vec<Remark>) {
        let State::Unknown(unknown) = &mut self.state else { return self.ignored() };
        unknown.first_list = first;
        (self, Vec::new())
    }

    pub(super) fn confirmed_absent(mut self) -> (Self, Vec<Remark>) {
        let State::Unknown(Unknown { doubt, .. }) = &self.state else {
            return self.ignored();
        };
        let charge_was_seen = self.charges.bound.is_some() || *doubt == UnknownReason::Mismatch;
        if charge_was_seen || self.reviews.contains(ReviewReason::Mismatch) {
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
        let mut search = AbsenceProof::new(1_000);
        assert_eq!(search.found_nothing(120_999, &timing), ListVerdict::TooEarly);
        assert_eq!(search.next_list_ms(&timing), 121_000);
        assert_eq!(search.found_nothing(121_000, &timing), ListVerdict::First);
        assert_eq!(search.next_list_ms(&timing), 181_000);
        assert_eq!(search.found_nothing(180_999, &timing), ListVerdict::TooEarly);
        assert_eq!(search.found_nothing(181_000, &timing), ListVerdict::Proved);
    }

    #[test]
    fn a_search_goes_on_after_a_restart_from_its_first_list() {
        let timing = Timing::default();
        let mut search = AbsenceProof::resumed(500, 20_000);
        assert_eq!(search.next_list_ms(&timing), 40_500);
        assert_eq!(search.found_nothing(40_499, &timing), ListVerdict::TooEarly);
        assert_eq!(search.found_nothing(40_500, &timing), ListVerdict::Proved);
        let mut long_down = AbsenceProof::resumed(500, 3_600_000);
        assert_eq!(long_down.found_nothing(500, &timing), ListVerdict::Proved);
    }
}
