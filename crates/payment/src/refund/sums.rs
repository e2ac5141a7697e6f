//! What went back of a charge, as far as is known: ours, and what others gave back.

use super::{RefundAttempt, RefundSnapshot, RefundState, RefundWatch, Refunds};
use scantill_types::ChargeId;
use scantill_types::api::RefundState as Word;

impl Refunds {
    /// What our own refunds took of a charge, or may have taken, in minor units.
    pub(crate) fn standing_of(&self, charge: &ChargeId) -> i64 {
        self.sum(charge, |refund| matches!(refund.counts_as(), Word::Done | Word::Sending | Word::Unknown))
    }

    /// What a read of a charge shows at least, once it is not older than what is known.
    pub(crate) fn gone_of(&self, charge: &ChargeId) -> i64 {
        let done = self.sum(charge, |refund| matches!(refund.state, RefundState::Done(_)));
        done.saturating_add(self.elsewhere_of(charge))
    }

    /// What cannot be given back any more: what went back, and what humans found to have gone.
    pub(crate) fn taken_of(&self, charge: &ChargeId) -> i64 {
        let done = self.sum(charge, |refund| refund.counts_as() == Word::Done);
        done.saturating_add(self.elsewhere_of(charge))
    }

    pub(super) fn elsewhere_of(&self, charge: &ChargeId) -> i64 {
        self.elsewhere.iter().filter(|seen| seen.charge == *charge).map(|seen| seen.amount).sum()
    }

    /// Whether a refund of the provider's is known, ours or another's.
    pub fn is_known(&self, provider_id: &str) -> bool {
        let is_ours = |refund: &RefundAttempt| matches!(&refund.state, RefundState::Done(done) if done.id == provider_id);
        self.ours.iter().any(is_ours) || self.elsewhere.iter().any(|seen| seen.id == provider_id)
    }

    /// Whether it is one of ours that is done.
    pub(super) fn knows(&self, seen: &RefundSnapshot) -> bool {
        let is_it =
            |refund: &RefundAttempt| matches!(&refund.state, RefundState::Done(done) if done.id == seen.id);
        self.ours.iter().any(is_it)
    }

    /// Each is kept once, as it was shown last.
    pub(super) fn note_elsewhere(&mut self, seen: &RefundSnapshot) {
        match self.elsewhere.iter_mut().find(|known| known.id == seen.id) {
            Some(known) => known.clone_from(seen),
            None => self.elsewhere.push(seen.clone()),
        }
    }

    /// It was not known to have happened when a human last kept the payment: what it explains needs no word any more.
    pub(super) fn explained_after_all(&mut self, refund: &RefundAttempt) {
        let unlisted = (self.acknowledged - self.elsewhere_of(&refund.order.charge)).max(0);
        self.acknowledged -= unlisted.min(refund.order.amount);
    }

    /// The charge was read: whatever of it was not there is known not to be there yet.
    pub(super) fn note_look(&mut self, charge: &ChargeId) {
        for refund in self.ours.iter_mut().filter(|refund| refund.order.charge == *charge) {
            let is_over = matches!(refund.state, RefundState::Done(_));
            refund.watch =
                refund.watch.filter(|_| !is_over).map(|watch| RefundWatch { looked: true, ..watch });
        }
    }

    fn sum(&self, charge: &ChargeId, counts: impl Fn(&RefundAttempt) -> bool) -> i64 {
        let counting = self.ours.iter().filter(|refund| refund.order.charge == *charge && counts(refund));
        counting.map(|refund| refund.order.amount).sum()
    }
}
