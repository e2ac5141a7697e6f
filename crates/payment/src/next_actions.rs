//! What the service does for a payment, and when: the one list of it. It follows from the state alone, so that a restart
//! loses nothing.

mod of_disposition;
mod of_duplicates;
mod of_refunds;
mod of_state;
mod watching;

use super::PaymentAttempt;
use scantill_types::{ChargeId, RefundId, Timestamp, Timing};

/// An action with its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduledAction {
    /// Not before this.
    pub at: Timestamp,
    /// What to do.
    pub action: Action,
}

/// What the service does for a payment. Its result comes back as an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Read the charge.
    Read,
    /// Look for a charge with this payment's id.
    LookupCharge,
    /// Ask Omise to end the charge.
    Expire,
    /// The payment's deadline has passed: read it once more, and request a cancel if it is still open (P11).
    RequestCancel,
    /// The answer to the POST should have come long ago: look for the charge.
    StopAwaitingAnswer,
    /// Nobody decided about a late success in time (P16).
    EndDecisionTime,
    /// Read a duplicate charge.
    ReadDuplicate(ChargeId),
    /// Ask Omise to end a duplicate charge (P12).
    ExpireDuplicate(ChargeId),
    /// Read the charge, and then send this refund.
    SendRefund(RefundId),
    /// Look for this refund, whose answer was lost.
    LookupRefund(RefundId),
    /// This refund was not begun, or not answered, in time.
    StopAwaitingRefund(RefundId),
}

impl PaymentAttempt {
    /// All that the service does after something happened at `now`, the next first; empty for a payment that is over for
    /// good.
    pub fn next_actions(&self, now: Timestamp, timing: &Timing) -> Vec<ScheduledAction> {
        let main = match &self.resolution {
            None => [self.of_state(now, timing), self.of_disposition(now, timing)],
            // What humans closed is not worked on any more, but watched as an unpaid end is (P15, P18).
            Some(closed) if self.is_resolved_for_good() => [self.watch(closed.at, now, timing), None],
            Some(closed) => [self.watch(closed.at, now, timing), self.of_disposition(now, timing)],
        };
        let refunds = self.of_refunds(now, timing);
        let duplicates = self.of_duplicates(now, timing);
        let mut actions: Vec<ScheduledAction> =
            main.into_iter().flatten().chain(refunds).chain(duplicates).collect();
        actions.sort_by_key(|next| next.at);
        actions
    }

    /// The first of the next actions.
    pub fn due(&self, now: Timestamp, timing: &Timing) -> Option<ScheduledAction> {
        self.next_actions(now, timing).into_iter().next()
    }

    /// How one of this payment's charges is looked at.
    fn look_at(&self, charge: &ChargeId) -> Action {
        if self.charges.is_bound(charge) { Action::Read } else { Action::ReadDuplicate(charge.clone()) }
    }

    /// How this payment's charge is looked at: by its id where that is known.
    pub fn look(&self) -> Action {
        if self.charges.bound.is_some() { Action::Read } else { Action::LookupCharge }
    }
}

/// The time of an action that is due first at `first`. If it did not help, it is repeated, each time after a longer pause.
fn paced_from(first: Timestamp, now: Timestamp, timing: &Timing) -> Timestamp {
    if now <= first { first } else { now.plus_ms(timing.again_pause_ms(now.since_ms(first))) }
}
