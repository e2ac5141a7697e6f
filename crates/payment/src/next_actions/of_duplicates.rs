//! What duplicate charges ask for (P12).

use super::{Action, ScheduledAction, paced_from};
use crate::{DuplicateCharge, DuplicateExpire, DuplicateState, PaymentAttempt};
use scantill_types::{Timestamp, Timing};

impl PaymentAttempt {
    pub(super) fn of_duplicates(
        &self,
        now: Timestamp,
        timing: &Timing,
    ) -> impl Iterator<Item = ScheduledAction> {
        let timing = *timing;
        let of_one = move |duplicate: &DuplicateCharge| {
            let read = self.duplicate_read_at(duplicate, now, &timing);
            let read = read.map(|at| (at, Action::ReadDuplicate(duplicate.id.clone())));
            let expire = self.duplicate_expire_at(duplicate, now, &timing);
            let expire = expire.map(|at| (at, Action::ExpireDuplicate(duplicate.id.clone())));
            [expire, read].into_iter().flatten().map(|(at, action)| ScheduledAction { at, action })
        };
        self.charges.duplicates.iter().flat_map(of_one)
    }

    fn duplicate_read_at(
        &self,
        duplicate: &DuplicateCharge,
        now: Timestamp,
        timing: &Timing,
    ) -> Option<Timestamp> {
        let age_ms = now.since_ms(self.order.created_at);
        match duplicate.standing {
            // Until it is over it may still be paid, whatever became of its expire.
            DuplicateState::Unpaid => Some(now.plus_ms(timing.read_pause_ms(age_ms))),
            DuplicateState::Paid(first) if self.disposition.is_some() => {
                Some(paced_from(first.plus_ms(timing.return_apart_ms), now, timing))
            }
            DuplicateState::Paid(_)
            | DuplicateState::EndedUnpaid
            | DuplicateState::Primary
            | DuplicateState::Refunding
            | DuplicateState::Refunded
            | DuplicateState::RefundFailed => None,
        }
    }

    /// The wallet of the payer may forbid an end before `end_not_before`.
    fn duplicate_expire_at(
        &self,
        duplicate: &DuplicateCharge,
        now: Timestamp,
        timing: &Timing,
    ) -> Option<Timestamp> {
        let age_ms = now.since_ms(self.order.created_at);
        let at = match duplicate.expire {
            DuplicateExpire::Due => now,
            DuplicateExpire::Begun => now.plus_ms(timing.again_pause_ms(age_ms)),
            DuplicateExpire::NotDue => return None,
        };
        Some(self.order.end_not_before.max(at))
    }
}
