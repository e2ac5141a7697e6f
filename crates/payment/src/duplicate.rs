//! Duplicate charges: they carry this payment's id beside its own charge (P12). A pending duplicate is expired. A paid one is
//! refunded, unless the payment's own charge was not paid: then the duplicate is promoted, and its disposition is decided
//! as that of any late success. Every duplicate needs review.

use serde::{Deserialize, Serialize};

use super::reviews::is_about_money;
use super::{ChargeSnapshot, ChargeStatus, Disposition, Effect, PaymentAttempt};
use scantill_types::api::{Charge, ReviewReason};
use scantill_types::{ChargeId, Timestamp, Timing};

/// A second charge that carries the payment's id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DuplicateCharge {
    /// Omise's id.
    pub id: ChargeId,
    /// Whether it was paid, and what became of its money.
    pub standing: DuplicateState,
    /// Its facts as last read.
    #[serde(default)]
    pub facts: Option<Charge>,
}

/// Whether a duplicate charge was paid, and what became of its money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DuplicateState {
    /// Not paid, as far as it was read.
    Unpaid,
    /// It ended unpaid.
    EndedUnpaid,
    /// It was paid, and first read so at this time.
    Paid(Timestamp),
    /// It was paid where the payment's own charge was not: the payment's disposition is about it.
    Primary,
    /// It is being given back.
    Refunding,
    /// It was given back.
    Refunded,
    /// It could not be given back: a human must.
    RefundFailed,
}

impl PaymentAttempt {
    /// The facts of the charge that the disposition is about: the payment's own, or a promoted duplicate.
    pub fn money(&self) -> Option<&Charge> {
        match self.promoted() {
            Some(duplicate) => duplicate.facts.as_ref(),
            None => self.charge.as_ref(),
        }
    }

    pub(super) fn promoted(&self) -> Option<&DuplicateCharge> {
        self.duplicates.iter().find(|duplicate| duplicate.standing == DuplicateState::Primary)
    }

    pub(super) fn duplicate(
        mut self,
        at: Timestamp,
        timing: &Timing,
        evidence: ChargeSnapshot,
    ) -> (Self, Vec<Effect>) {
        let mut effects = Vec::new();
        let known = self.duplicates.iter().position(|duplicate| duplicate.id == evidence.id);
        let index = known.unwrap_or_else(|| {
            self.duplicates.push(DuplicateCharge {
                id: evidence.id.clone(),
                standing: DuplicateState::Unpaid,
                facts: None,
            });
            self.duplicates.len() - 1
        });
        let standing = self.duplicates[index].standing;
        if !evidence.is_stale(self.duplicates[index].facts.as_ref()) {
            self.duplicates[index].facts = Some(evidence.facts());
        }
        match evidence.status {
            ChargeStatus::Pending => effects.push(Effect::ExpireDuplicate(evidence.id)),
            ChargeStatus::Successful if standing == DuplicateState::Primary => {
                self.stands(at, timing, &evidence);
            }
            ChargeStatus::Successful => {
                self.duplicates[index].standing = self.paid_duplicate(at, timing, standing, &evidence);
            }
            ChargeStatus::Failed(_) | ChargeStatus::Expired if standing == DuplicateState::Unpaid => {
                self.duplicates[index].standing = DuplicateState::EndedUnpaid;
            }
            // A charge that was paid says so no more.
            _ if standing == DuplicateState::Primary => self.reviews.add(ReviewReason::UnexpectedStatus),
            ChargeStatus::Failed(_) | ChargeStatus::Expired | ChargeStatus::Unexpected(_) => {}
        }
        let is_news = known.is_none() || standing != self.duplicates[index].standing;
        if is_news {
            self.reviews.add(ReviewReason::DuplicateCharge);
        }
        (self, effects)
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
        let found = self
            .duplicates
            .iter()
            .position(|duplicate| matches!(duplicate.standing, DuplicateState::Paid(_)));
        let Some(index) = found else { return self };
        self.duplicates[index].standing = DuplicateState::Primary;
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
        let Some(duplicate) =
            self.duplicates.iter_mut().find(|duplicate| duplicate.standing == DuplicateState::Primary)
        else {
            return;
        };
        duplicate.standing = match &self.disposition {
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
        // If the duplicate was accepted, the payment's own charge is accepted in its place: the amounts are equal.
        self.disposition = self.disposition.take().filter(|known| *known == Disposition::Accepted);
        // They were about the money on the duplicate.
        self.reviews.retain(|reason| !is_about_money(reason));
        self.reviews.add(ReviewReason::DuplicateCharge);
    }

    /// Whether the refund of a duplicate charge failed.
    pub fn has_failed_duplicate_refund(&self) -> bool {
        self.duplicates.iter().any(|duplicate| duplicate.standing == DuplicateState::RefundFailed)
    }

    /// Tries a failed refund of a duplicate again, after two reads that agree.
    pub(super) fn retry_failed_refund(&mut self, at: Timestamp) -> bool {
        let has_stuck = self.has_failed_duplicate_refund();
        for duplicate in
            self.duplicates.iter_mut().filter(|duplicate| duplicate.standing == DuplicateState::RefundFailed)
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
        if let Some(duplicate) = self.duplicates.iter_mut().find(|duplicate| duplicate.is_returning(charge)) {
            duplicate.standing =
                if was_returned { DuplicateState::Refunded } else { DuplicateState::RefundFailed };
            let replaced = [ReviewReason::DuplicateCharge, ReviewReason::Mismatch];
            self.reviews.retain(|reason| was_returned || !replaced.contains(&reason));
        }
    }
}

impl DuplicateCharge {
    /// Whether a rule is refunding this charge as a duplicate.
    pub(super) fn is_returning(&self, charge: &ChargeId) -> bool {
        self.id == *charge && self.standing == DuplicateState::Refunding
    }
}
