//! Duplicate charges: they carry this payment's id beside its own charge (P12). A pending duplicate is expired. A paid one is
//! refunded, unless the payment's own charge was not paid: then the duplicate is promoted, and its disposition is decided
//! as that of any late success. Every duplicate needs review.

use super::reviews::is_about_money;
use super::{
    ChargeFacts, ChargeSnapshot, ChargeStatus, Contradiction, Disposition, DuplicateCharge, DuplicateExpire,
    DuplicateState, PaymentAttempt, Remark,
};
use scantill_types::api::ReviewReason;
use scantill_types::{ChargeId, Timestamp, Timing};

impl PaymentAttempt {
    /// The facts of the charge that the disposition is about: the payment's own, or a promoted duplicate.
    pub fn money(&self) -> Option<&ChargeFacts> {
        self.charges.primary()
    }

    pub(super) fn duplicate(
        mut self,
        at: Timestamp,
        timing: &Timing,
        evidence: &ChargeSnapshot,
    ) -> (Self, Vec<Remark>) {
        let mut remarks = Vec::new();
        let (index, is_new) = self.charges.note_duplicate(&evidence.id);
        let standing = self.charges.duplicates[index].standing;
        self.charges.duplicates[index].take_facts(evidence);
        match &evidence.status {
            ChargeStatus::Successful if standing == DuplicateState::Primary => {
                self.stands(at, timing, evidence);
            }
            ChargeStatus::Successful => {
                self.charges.duplicates[index].standing = self.paid_duplicate(at, timing, standing, evidence);
            }
            ChargeStatus::Failed(_) | ChargeStatus::Expired if standing == DuplicateState::Unpaid => {
                self.charges.duplicates[index].standing = DuplicateState::EndedUnpaid;
            }
            // A charge that was paid says so no more.
            ChargeStatus::Failed(_) | ChargeStatus::Expired | ChargeStatus::Unexpected(_)
                if standing == DuplicateState::Primary =>
            {
                self.reviews.add(ReviewReason::UnexpectedStatus);
            }
            ChargeStatus::Pending
            | ChargeStatus::Failed(_)
            | ChargeStatus::Expired
            | ChargeStatus::Unexpected(_) => {}
        }
        let is_news = is_new || standing != self.charges.duplicates[index].standing;
        if is_news {
            if self.reviews.contains(ReviewReason::DuplicateCharge) {
                remarks.push(Remark::Contradicted(Contradiction::DuplicateAgain));
            }
            self.reviews.add(ReviewReason::DuplicateCharge);
        }
        (self, remarks)
    }

    /// `POST /charges/{id}/expire` is about to be sent for a duplicate. One that changed nothing is repeated without a trace:
    /// only the first must be known after a restart.
    pub(super) fn duplicate_expire_begins(mut self, charge: &ChargeId) -> (Self, Vec<Remark>) {
        let is_wanted = |duplicate: &&mut DuplicateCharge| {
            duplicate.id == *charge && duplicate.expire != DuplicateExpire::NotDue
        };
        let Some(duplicate) = self.charges.duplicates.iter_mut().find(is_wanted) else {
            return self.ignored();
        };
        duplicate.expire = DuplicateExpire::Begun;
        (self, Vec::new())
    }

    fn paid_duplicate(
        &mut self,
        at: Timestamp,
        timing: &Timing,
        standing: DuplicateState,
        evidence: &ChargeSnapshot,
    ) -> DuplicateState {
        let is_back = self.order.is_fully_refunded(evidence.voided, evidence.refunded_amount);
        match standing {
            DuplicateState::Primary | DuplicateState::Refunded => standing,
            _ if is_back => DuplicateState::Refunded,
            DuplicateState::Refunding | DuplicateState::RefundFailed => standing,
            DuplicateState::Unpaid | DuplicateState::EndedUnpaid => DuplicateState::Paid(at),
            DuplicateState::Paid(first) => {
                let is_clear = !evidence.is_given_back()
                    && self.refunds.taken_of(&evidence.id) == 0
                    && self.refunds.in_flight(&evidence.id).is_none();
                let agreed = first.plus_ms(timing.return_apart_ms) <= at && is_clear;
                if self.disposition.is_none() || !agreed {
                    return standing;
                }
                self.give_back(at, evidence.id.clone(), "duplicate_charge");
                DuplicateState::Refunding
            }
        }
    }

    /// Promotes a paid duplicate where the payment is over and its own charge was not paid.
    pub(super) fn promote_duplicate(mut self, at: Timestamp) -> Self {
        let is_over = self.payment_state().is_final() || self.resolution.is_some();
        if !is_over || self.disposition.is_some() {
            return self;
        }
        if !self.charges.promote() {
            return self;
        }
        self.disposition = Some(match &self.resolution {
            // Perhaps this is the money that they meant: no rule gives it back behind their backs.
            Some(_) => Disposition::InReview,
            None => self.late_disposition(at),
        });
        self
    }

    /// Demotes the promoted duplicate: the payment's own charge was paid after all.
    pub(super) fn demote_duplicate(&mut self, at: Timestamp) {
        // No rule sends a refund again that failed before.
        let has_failed_refund = self.reviews.contains(ReviewReason::RefundFailed);
        let standing = match &self.disposition {
            Some(Disposition::Refunded) => DuplicateState::Refunded,
            Some(Disposition::Refunding(_)) => DuplicateState::Refunding,
            Some(Disposition::InReview) if has_failed_refund => DuplicateState::RefundFailed,
            Some(
                Disposition::AwaitingDecision(_)
                | Disposition::Accepted
                | Disposition::RefundDue(_)
                | Disposition::InReview,
            )
            | None => DuplicateState::Paid(at),
        };
        if !self.charges.demote(standing) {
            return;
        }
        // If the duplicate was accepted, the payment's own charge is accepted in its place: the amounts are equal.
        self.disposition = self.disposition.take().filter(|known| *known == Disposition::Accepted);
        // They were about the money on the duplicate.
        self.reviews.retain(|reason| !is_about_money(reason));
        self.reviews.add(ReviewReason::DuplicateCharge);
    }

    /// A failed refund says more of a duplicate than that it was found. Another duplicate must still be seen.
    pub(super) fn end_review_of_only_duplicate(&mut self) {
        if self.charges.duplicates.len() == 1 {
            self.reviews.remove(ReviewReason::DuplicateCharge);
        }
    }

    /// Whether the refund of a duplicate charge failed.
    pub fn has_failed_duplicate_refund(&self) -> bool {
        self.charges.has_failed_refund()
    }

    /// Tries a failed refund of a duplicate again, after two reads that agree.
    pub(super) fn retry_failed_refund(&mut self, at: Timestamp) -> bool {
        let has_stuck = self.has_failed_duplicate_refund();
        for duplicate in self
            .charges
            .duplicates
            .iter_mut()
            .filter(|duplicate| duplicate.standing == DuplicateState::RefundFailed)
        {
            duplicate.standing = DuplicateState::Paid(at);
        }
        if has_stuck {
            self.reviews.add(ReviewReason::DuplicateCharge);
        }
        has_stuck
    }

    /// What became of the refund of a duplicate charge. A duplicate whose refund failed is for a person as that alone.
    pub(super) fn duplicate_refund_ended(&mut self, charge: &ChargeId, was_returned: bool) {
        if let Some(duplicate) =
            self.charges.duplicates.iter_mut().find(|duplicate| duplicate.is_returning(charge))
        {
            duplicate.standing =
                if was_returned { DuplicateState::Refunded } else { DuplicateState::RefundFailed };
            if !was_returned {
                self.reviews.remove(ReviewReason::Mismatch);
                self.end_review_of_only_duplicate();
            }
        }
    }
}

impl DuplicateCharge {
    /// An older read says nothing, neither of its facts nor of its end.
    fn take_facts(&mut self, evidence: &ChargeSnapshot) {
        let is_over = self.standing != DuplicateState::Unpaid;
        if is_over && evidence.status == ChargeStatus::Pending {
            return;
        }
        self.facts = Some(evidence.facts());
        self.expire = match evidence.status {
            ChargeStatus::Pending => self.expire.wanted(),
            ChargeStatus::Successful
            | ChargeStatus::Failed(_)
            | ChargeStatus::Expired
            | ChargeStatus::Unexpected(_) => DuplicateExpire::NotDue,
        };
    }
}

impl DuplicateExpire {
    /// A read showed the charge pending: what was begun is not begun anew.
    fn wanted(self) -> Self {
        match self {
            Self::NotDue | Self::Due => Self::Due,
            Self::Begun => Self::Begun,
        }
    }
}
