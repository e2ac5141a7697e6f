//! Whether a refund may be asked for. The charge's facts decide, not the payment's state (P19).

use super::{RefundAttempt, RefundOrder, RefundState, Refunds};
use crate::{PaymentAttempt, State};
use scantill_types::ChargeId;
use scantill_types::api::{RefundState as Word, ReviewReason};

/// Omise takes at most so many refunds of one charge (P20).
const REFUNDS_MAX: usize = 15;

/// Why a refund may not be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RefundRefusal {
    /// It is not known whether money stands.
    #[error("the payment is in doubt: wait until it is known whether money was taken")]
    ChargeInDoubt,
    /// No money stands on the charge.
    #[error("nothing was paid on this charge")]
    NotPaid,
    /// Somebody disputes it: the provider gives it back, or nobody.
    #[error("the payment is disputed: the dispute decides about the money")]
    Disputed,
    /// One at a time.
    #[error("another refund of this payment is under way: wait until it is over")]
    InFlight,
    /// More than is left.
    #[error("more than is left of the payment: {left_minor} minor units")]
    TooLarge {
        /// What is left, in minor units.
        left_minor: i64,
    },
    /// Nothing, or less than nothing.
    #[error("a refund is at least one minor unit")]
    TooSmall,
    /// The approver looked at an older payment.
    #[error("{refunded_minor} minor units had gone back already: look again, then approve again")]
    Changed {
        /// What went back, in minor units.
        refunded_minor: i64,
    },
    /// The provider takes no more of them.
    #[error("a payment is refunded at most 15 times")]
    TooMany,
}

impl PaymentAttempt {
    /// Whether this refund may be asked for now.
    pub fn may_refund(&self, order: &RefundOrder) -> Result<(), RefundRefusal> {
        let facts = self.money().filter(|charge| charge.id == order.charge);
        let in_doubt = self.charges.promoted().is_none()
            && matches!(self.state, State::Sending(_) | State::Unknown(_))
            || self.reviews.contains(ReviewReason::Mismatch);
        let Some(facts) = facts.filter(|_| !in_doubt) else { return Err(RefundRefusal::ChargeInDoubt) };
        if !facts.is_paid() {
            return Err(if self.payment_state().is_final() {
                RefundRefusal::NotPaid
            } else {
                RefundRefusal::ChargeInDoubt
            });
        }
        if facts.voided {
            return Err(RefundRefusal::TooLarge { left_minor: 0 });
        }
        if facts.disputed {
            return Err(RefundRefusal::Disputed);
        }
        if self.refunds.in_flight(&order.charge).is_some() {
            return Err(RefundRefusal::InFlight);
        }
        self.may_take(order, facts.refunded_amount)
    }

    fn may_take(&self, order: &RefundOrder, refunded_minor: i64) -> Result<(), RefundRefusal> {
        // What is known to have gone back counts before the charge was read again.
        let refunded_minor = refunded_minor.max(self.refunds.gone_of(&order.charge));
        if order.refunded_before != refunded_minor {
            return Err(RefundRefusal::Changed { refunded_minor });
        }
        if order.amount < 1 {
            return Err(RefundRefusal::TooSmall);
        }
        let taken_minor = refunded_minor.max(self.refunds.taken_of(&order.charge));
        let left_minor = self.order.amount.saturating_sub(taken_minor).max(0);
        if left_minor < order.amount {
            return Err(RefundRefusal::TooLarge { left_minor });
        }
        if REFUNDS_MAX <= self.refunds.done_of(&order.charge) {
            return Err(RefundRefusal::TooMany);
        }
        Ok(())
    }
}

impl Refunds {
    /// The one of this charge that is under way.
    pub fn in_flight(&self, charge: &ChargeId) -> Option<&RefundAttempt> {
        self.ours.iter().find(|refund| refund.order.charge == *charge && !refund.is_over())
    }

    pub(crate) fn approve(&mut self, order: RefundOrder) {
        self.ours.push(RefundAttempt { order, state: RefundState::Approved, resolution: None, watch: None });
    }

    fn done_of(&self, charge: &ChargeId) -> usize {
        let is_done =
            |refund: &&RefundAttempt| refund.order.charge == *charge && refund.counts_as() == Word::Done;
        let elsewhere = self.elsewhere.iter().filter(|seen| seen.charge == *charge);
        self.ours.iter().filter(is_done).count() + elsewhere.count()
    }
}
