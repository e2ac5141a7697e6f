//! Why a person must look at a payment: all reasons that hold, and the one that is shown.

use scantill_types::api::ReviewReason;
use serde::{Deserialize, Serialize};

/// The reasons why a person must look at a payment, the one of highest priority first. Each is added by its cause and
/// removed by the end of that cause, so that none hides another for good. A reason that is added is an alarm, once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<ReviewReason>")]
pub struct Reviews(Vec<ReviewReason>);

/// The place of a reason in the order in which a person should take them up; the lowest is shown.
///
/// 1. The till's question comes first, because it is answered within a minute or not at all.
/// 2. Then what is wrong with the charge, the gravest first: nobody should decide about money before having seen what
///    there is.
/// 3. Then what waits for a decision about the money, the newest step of its story first: a refund that failed was
///    decided before. Till and office act on these, so that they come before what was only found, a duplicate.
/// 4. Then what was paid too late or twice, what the end of the payment makes harmless, and what mends itself as a rule.
const fn priority(reason: ReviewReason) -> u8 {
    match reason {
        ReviewReason::AwaitingDecision => 0,
        ReviewReason::Mismatch => 1,
        ReviewReason::UnexpectedStatus => 2,
        ReviewReason::ChargeMissing => 3,
        ReviewReason::UnapprovedRefund => 4,
        ReviewReason::RefundFailed => 5,
        ReviewReason::SupervisorCalled => 6,
        ReviewReason::DecisionOverdue => 7,
        ReviewReason::DuplicateCharge => 8,
        ReviewReason::PaidTwice => 9,
        ReviewReason::PaidLate => 10,
        ReviewReason::CancelRefused => 11,
        ReviewReason::RefundMismatch => 12,
        ReviewReason::OutcomeUnknown => 13,
    }
}

/// Whether a reason says why captured money waits for a person.
pub(super) const fn is_about_money(reason: ReviewReason) -> bool {
    match reason {
        ReviewReason::Mismatch
        | ReviewReason::UnapprovedRefund
        | ReviewReason::RefundFailed
        | ReviewReason::SupervisorCalled
        | ReviewReason::DecisionOverdue
        | ReviewReason::PaidTwice
        | ReviewReason::PaidLate => true,
        ReviewReason::AwaitingDecision
        | ReviewReason::ChargeMissing
        | ReviewReason::UnexpectedStatus
        | ReviewReason::DuplicateCharge
        | ReviewReason::CancelRefused
        | ReviewReason::RefundMismatch
        | ReviewReason::OutcomeUnknown => false,
    }
}

/// Whether a reason is newer knowledge of the charge or its money than a mismatch that was read before. A duplicate, and
/// a charge that is missing for a moment, say nothing of what was read.
const fn ends_mismatch(reason: ReviewReason) -> bool {
    !matches!(reason, ReviewReason::Mismatch | ReviewReason::ChargeMissing | ReviewReason::DuplicateCharge)
}

impl Reviews {
    /// The reason of highest priority.
    pub fn first(&self) -> Option<ReviewReason> {
        self.iter().next()
    }

    /// The reason of highest priority among those that say why captured money waits for a person.
    pub(super) fn first_about_money(&self) -> Option<ReviewReason> {
        self.iter().find(|reason| is_about_money(*reason))
    }

    /// All of them, the one of highest priority first.
    pub fn iter(&self) -> impl Iterator<Item = ReviewReason> {
        self.0.iter().copied()
    }

    /// Whether a reason holds.
    pub fn contains(&self, reason: ReviewReason) -> bool {
        self.0.contains(&reason)
    }

    /// Whether nobody must look.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a reason, unless it is there. A mismatch holds until something newer is known of the charge or its money.
    pub fn add(&mut self, reason: ReviewReason) {
        if ends_mismatch(reason) {
            self.remove(ReviewReason::Mismatch);
        }
        if !self.contains(reason) {
            self.0.push(reason);
            self.0.sort_by_key(|reason| priority(*reason));
        }
    }

    /// Removes a reason whose cause is over.
    pub fn remove(&mut self, reason: ReviewReason) {
        self.0.retain(|known| *known != reason);
    }

    pub(super) fn retain(&mut self, holds: impl Fn(ReviewReason) -> bool) {
        self.0.retain(|reason| holds(*reason));
    }
}

impl From<Vec<ReviewReason>> for Reviews {
    fn from(reasons: Vec<ReviewReason>) -> Self {
        let mut reviews = Self(reasons);
        reviews.0.sort_by_key(|reason| priority(*reason));
        reviews.0.dedup();
        reviews
    }
}
