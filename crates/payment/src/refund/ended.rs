//! What the end of a refund means for its payment: money that was to go back is back, or must be tried again.

use super::{Approver, RefundAttempt};
use crate::{Contradiction, Disposition, PaymentAttempt, Refunding, Remark};
use scantill_types::Timestamp;
use scantill_types::api::{RefundState as Word, ReviewReason};

impl PaymentAttempt {
    /// Money that was to go back by itself, and did not, is for a human.
    pub(super) fn refund_ended(&mut self, at: Timestamp, refund: &RefundAttempt) -> Vec<Remark> {
        match refund.counts_as() {
            Word::Done => self.refund_done(refund),
            Word::Refused | Word::Absent => return self.not_returned(at, refund),
            Word::Approved | Word::Sending | Word::Unknown => {}
        }
        Vec::new()
    }

    fn refund_done(&mut self, refund: &RefundAttempt) {
        if !self.is_whole(refund) || self.disposition.is_none() {
            self.duplicate_refund_ended(&refund.order.charge, true);
        } else if self.disposition != Some(Disposition::Accepted) {
            self.mark_refunded();
        } else if refund.order.approver == Approver::Rule {
            // Somebody kept it because it could not be given back, and then it had been.
            self.disposition = Some(Disposition::InReview);
            self.reviews.add(ReviewReason::UnapprovedRefund);
        }
    }

    /// Whether nothing is left of the money once this refund is done.
    fn is_whole(&self, refund: &RefundAttempt) -> bool {
        self.money().is_some_and(|charge| charge.id == refund.order.charge)
            && self.order.amount <= refund.order.refunded_before.saturating_add(refund.order.amount)
    }

    fn not_returned(&mut self, at: Timestamp, refund: &RefundAttempt) -> Vec<Remark> {
        let returns = Some(Disposition::Refunding(Refunding { refund: refund.order.id.clone() }));
        // Humans had found that it was done, and nothing else took the money back.
        let was_believed = self.is_whole(refund)
            && self.disposition == Some(Disposition::Refunded)
            && !self.is_fully_refunded();
        let of_extra = self.charges.is_returning(&refund.order.charge);
        let is_returning = of_extra || self.disposition == returns;
        if is_returning && self.is_worth_another_try(refund, of_extra) {
            self.try_again(at, refund, of_extra);
            return Vec::new();
        }
        if of_extra {
            self.duplicate_refund_ended(&refund.order.charge, false);
        }
        if of_extra || !(is_returning || was_believed) {
            return Vec::new();
        }
        self.disposition = Some(Disposition::InReview);
        self.note_failed_refund();
        // Whoever closed it counted on that refund.
        if self.is_resolved_for_good() {
            self.resolution = None;
            return vec![Remark::Contradicted(Contradiction::ReopenedByEvidence)];
        }
        Vec::new()
    }

    /// The refund of the money that the disposition is about failed. If that stands on a duplicate, nothing else is to be
    /// seen of that duplicate.
    fn note_failed_refund(&mut self) {
        self.reviews.add(ReviewReason::RefundFailed);
        if self.charges.promoted().is_some() {
            self.end_review_of_only_duplicate();
        }
    }

    /// One lost packet calls nobody: what surely did not happen is tried once more (P16).
    fn is_worth_another_try(&self, refund: &RefundAttempt, of_extra: bool) -> bool {
        let is_of_rule = |other: &&RefundAttempt| {
            other.order.charge == refund.order.charge && other.order.approver == Approver::Rule
        };
        let others = self.refunds.ours.iter().filter(is_of_rule);
        let before = others.take_while(|other| other.order.id != refund.order.id).last();
        let was_tried_again = before.is_some_and(RefundAttempt::was_lost);
        refund.was_lost() && !was_tried_again && (of_extra || !self.is_resolved_for_good())
    }

    fn try_again(&mut self, at: Timestamp, refund: &RefundAttempt, of_extra: bool) {
        let reason = refund.order.reason.clone().unwrap_or_default();
        let next = self.give_back(at, refund.order.charge.clone(), &reason);
        if !of_extra {
            self.disposition = Some(Disposition::Refunding(Refunding { refund: next }));
        }
    }
}
