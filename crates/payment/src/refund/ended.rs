//! What the end of a refund means for its payment: money that was to go back is back, or must be tried again.

use super::{Approver, RefundAttempt};
use crate::{Alarm, Attempt, Disposition, Effect, Returning};
use scantill_types::Timestamp;
use scantill_types::api::{Attention, RefundState as Word};

impl Attempt {
    /// Money that was to go back by itself, and did not, is for a human.
    pub(super) fn refund_ended(&mut self, at: Timestamp, refund: &RefundAttempt) -> Vec<Effect> {
        match refund.counts_as() {
            Word::Done => self.refund_done(refund),
            Word::Refused | Word::Absent => self.not_returned(at, refund),
            Word::Approved | Word::Sending | Word::Unknown => Vec::new(),
        }
    }

    fn refund_done(&mut self, refund: &RefundAttempt) -> Vec<Effect> {
        if !self.is_whole(refund) || self.disposition.is_none() {
            self.extra_ended(&refund.order.charge, true);
        } else if self.disposition != Some(Disposition::Kept) {
            self.gone_back();
        } else if refund.order.approver == Approver::Rule {
            // Somebody kept it because it could not be given back, and then it had been.
            self.disposition = Some(Disposition::Attention);
            self.attention = Some(Attention::GivenBack);
            return vec![Effect::Alarm(Alarm::GivenBack)];
        }
        Vec::new()
    }

    /// Whether nothing is left of the money once this refund is done.
    fn is_whole(&self, refund: &RefundAttempt) -> bool {
        self.money().is_some_and(|charge| charge.id == refund.order.charge)
            && self.order.amount <= refund.order.refunded_before.saturating_add(refund.order.amount)
    }

    fn not_returned(&mut self, at: Timestamp, refund: &RefundAttempt) -> Vec<Effect> {
        let returns = Some(Disposition::Returning(Returning { refund: refund.order.id.clone() }));
        // Humans had found that it was done, and nothing else took the money back.
        let was_believed =
            self.is_whole(refund) && self.disposition == Some(Disposition::Returned) && !self.is_back();
        let of_extra = self.extras.iter().any(|extra| extra.is_returning(&refund.order.charge));
        let is_returning = of_extra || self.disposition == returns;
        if is_returning && self.is_worth_another_try(refund, of_extra) {
            self.try_again(at, refund, of_extra);
            return Vec::new();
        }
        if of_extra {
            self.extra_ended(&refund.order.charge, false);
        } else if is_returning || was_believed {
            self.disposition = Some(Disposition::Attention);
        } else {
            return Vec::new();
        }
        self.attention = Some(Attention::ReturnFailed);
        let mut effects = vec![Effect::Alarm(Alarm::ReturnFailed)];
        // Whoever closed it counted on that refund.
        if !of_extra && self.is_closed_for_good() {
            self.closed = None;
            effects.push(Effect::Alarm(Alarm::ReopenedByEvidence));
        }
        effects
    }

    /// One lost packet calls nobody: what surely did not happen is tried once more (P16).
    fn is_worth_another_try(&self, refund: &RefundAttempt, of_extra: bool) -> bool {
        let is_of_rule = |other: &&RefundAttempt| {
            other.order.charge == refund.order.charge && other.order.approver == Approver::Rule
        };
        let others = self.refunds.ours.iter().filter(is_of_rule);
        let before = others.take_while(|other| other.order.id != refund.order.id).last();
        let was_tried_again = before.is_some_and(RefundAttempt::was_lost);
        refund.was_lost() && !was_tried_again && (of_extra || !self.is_closed_for_good())
    }

    fn try_again(&mut self, at: Timestamp, refund: &RefundAttempt, of_extra: bool) {
        let reason = refund.order.reason.clone().unwrap_or_default();
        let next = self.give_back(at, refund.order.charge.clone(), &reason);
        if !of_extra {
            self.disposition = Some(Disposition::Returning(Returning { refund: next }));
        }
    }
}
