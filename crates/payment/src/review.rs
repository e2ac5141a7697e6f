//! When a payment needs a human, and what there is to do about it.

use super::{ChargeFacts, Disposition, DuplicateState, PaymentAttempt, Remark, Reviews, State};
use scantill_types::Timestamp;
use scantill_types::api::{AutomaticAction, OperatorAction, ReviewReason};

/// A payment that has been in doubt for longer is for a human to see, though nothing is wrong yet.
const LONG_IN_DOUBT_MS: u64 = 5 * 60 * 1_000;

/// Why a person must look at a payment, and what there is to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReviewCase {
    /// Why.
    pub reason: ReviewReason,
    /// What happens without a person.
    pub automatic_action: AutomaticAction,
    /// What a person should do.
    pub operator_action: OperatorAction,
}

impl PaymentAttempt {
    /// The call for a human, if there is one.
    pub fn review_case(&self, now: Timestamp) -> Option<ReviewCase> {
        // What humans closed calls nobody, unless money stands on a further charge that they cannot have meant.
        let has_paid_extra = self.charges.duplicates.iter().any(|duplicate| {
            matches!(
                duplicate.standing,
                DuplicateState::Paid(_) | DuplicateState::Primary | DuplicateState::RefundFailed
            )
        });
        if self.resolution.is_some() && !has_paid_extra && !self.has_mismatched_refund() {
            return None;
        }
        let reason = self.reason(now)?;
        let automatic_action = self.by_itself(reason);
        Some(ReviewCase { reason, automatic_action, operator_action: self.to_do(reason, automatic_action) })
    }

    /// A person saw this reason, and nothing is left to decide. Reasons that this person did not see stay.
    pub(super) fn acknowledged(mut self, reason: ReviewReason) -> (Self, Vec<Remark>) {
        if !self.may_acknowledge(reason) {
            return self.ignored();
        }
        self.reviews.remove(reason);
        (self, Vec::new())
    }

    /// Whether nothing of the payment is left to decide.
    pub fn may_be_acknowledged(&self) -> bool {
        let is_settled =
            matches!(self.disposition, None | Some(Disposition::Accepted | Disposition::Refunded));
        let is_over = self.payment_state().is_final() || self.resolution.is_some();
        !self.reviews.is_empty() && is_settled && is_over
    }

    /// Whether a person may acknowledge this reason.
    pub fn may_acknowledge(&self, reason: ReviewReason) -> bool {
        self.may_be_acknowledged() && self.reviews.contains(reason)
    }

    /// Why a person must look, with what follows from a duplicate whose refund failed. Nobody acknowledges that away.
    pub fn all_reviews(&self) -> Reviews {
        let mut reviews = self.reviews.clone();
        if self.has_failed_duplicate_refund() && !reviews.contains(ReviewReason::RefundFailed) {
            reviews = Reviews::from(reviews.iter().chain([ReviewReason::RefundFailed]).collect::<Vec<_>>());
        }
        reviews
    }

    /// The reasons that were not there `before`: each is an alarm.
    pub fn reviews_added_since(&self, before: &Self) -> Vec<ReviewReason> {
        let known = before.all_reviews();
        self.all_reviews().iter().filter(|reason| !known.contains(*reason)).collect()
    }

    /// The reason that is shown. The failed refund of a duplicate comes before a decision that waits, since the supervisor
    /// who decides should know of it, and after everything else.
    pub fn review(&self) -> Option<ReviewReason> {
        let of_duplicate = self.has_failed_duplicate_refund().then_some(ReviewReason::RefundFailed);
        match self.reviews.first() {
            Some(ReviewReason::SupervisorCalled | ReviewReason::DecisionOverdue)
                if of_duplicate.is_some() =>
            {
                of_duplicate
            }
            first => first.or(of_duplicate),
        }
    }

    /// The reason that is shown. Two people have resolved all but what was found afterwards.
    fn first_unresolved(&self) -> Option<ReviewReason> {
        let found_later = |reason: &ReviewReason| {
            matches!(reason, ReviewReason::RefundFailed | ReviewReason::DuplicateCharge)
        };
        let later = self.resolution.as_ref().and_then(|_| self.all_reviews().iter().find(found_later));
        later.or_else(|| self.review())
    }

    fn reason(&self, now: Timestamp) -> Option<ReviewReason> {
        let is_old = LONG_IN_DOUBT_MS < now.since_ms(self.order.created_at);
        match self.first_unresolved() {
            _ if self.awaits_decision() => Some(ReviewReason::AwaitingDecision),
            Some(reason) => Some(reason),
            None if self.has_mismatched_refund() => Some(ReviewReason::RefundMismatch),
            None if is_old && self.is_giving_back() => Some(ReviewReason::OutcomeUnknown),
            None if is_old
                && !self.payment_state().is_final()
                && !matches!(self.state, State::Pending(_)) =>
            {
                Some(ReviewReason::OutcomeUnknown)
            }
            None => None,
        }
    }

    /// A return, or a refund, that is not over.
    fn is_giving_back(&self) -> bool {
        let returns = matches!(self.disposition, Some(Disposition::RefundDue(_) | Disposition::Refunding(_)));
        returns || self.refunds.ours.iter().any(|refund| !refund.is_over())
    }

    /// One that was answered with something else than what was asked for: no list proves that it did not happen.
    fn has_mismatched_refund(&self) -> bool {
        self.refunds.ours.iter().any(|refund| !refund.is_over() && refund.was_answered_strangely())
    }

    fn by_itself(&self, reason: ReviewReason) -> AutomaticAction {
        match &self.disposition {
            _ if reason == ReviewReason::AwaitingDecision => AutomaticAction::Asking,
            _ if self.has_mismatched_refund() => AutomaticAction::Looking,
            _ if self.is_giving_back() => AutomaticAction::GivingBack,
            _ if !self.payment_state().is_final() => AutomaticAction::Looking,
            _ => AutomaticAction::Nothing,
        }
    }

    /// Whether the money is there by the last read: a status that was read before it stops no decision.
    fn is_read_as_paid(&self) -> bool {
        self.disposition.is_some() && self.money().is_some_and(ChargeFacts::is_paid)
    }

    fn to_do(&self, reason: ReviewReason, automatic_action: AutomaticAction) -> OperatorAction {
        match reason {
            ReviewReason::AwaitingDecision => OperatorAction::AnswerOnTheTill,
            _ if self.has_mismatched_refund() => OperatorAction::CompareAndCloseRefund,
            ReviewReason::OutcomeUnknown => OperatorAction::Wait,
            ReviewReason::Mismatch | ReviewReason::ChargeMissing => OperatorAction::CompareAndClose,
            ReviewReason::UnexpectedStatus if !self.is_read_as_paid() => OperatorAction::CompareAndClose,
            ReviewReason::CancelRefused => OperatorAction::EndInDashboard,
            ReviewReason::RefundFailed if self.has_failed_duplicate_refund() && self.may_be_decided() => {
                OperatorAction::KeepOrReturn
            }
            ReviewReason::RefundFailed => OperatorAction::ReturnAgain,
            _ if automatic_action == AutomaticAction::GivingBack => OperatorAction::Wait,
            _ if self.may_be_acknowledged() => OperatorAction::Acknowledge,
            _ => OperatorAction::KeepOrReturn,
        }
    }
}
