//! A charge as it was read, held against what was ordered: the only thing that moves a state (P12, P13).

use serde::{Deserialize, Serialize};

use super::{
    AwaitingDecision, Cancelling, ChargeFacts, Contradiction, Disposition, PaymentAttempt, Pending,
    RefundReason, RefundSnapshot, Remark, State, UnknownReason,
};
use scantill_types::api::{FailureCode, ReviewReason};
use scantill_types::{ChargeId, Money, PaymentId, SaleId, Timestamp, Timing};

/// What was ordered of Omise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// The payment's id, in the charge's metadata.
    pub payment: PaymentId,
    /// The sale's id, in the charge's metadata.
    pub sale: SaleId,
    /// Minor units.
    pub amount: i64,
    /// The currency of the amount.
    pub currency: scantill_types::Currency,
    /// Real money.
    pub livemode: bool,
    /// Our installation's id, in the charge's metadata (P4).
    pub installation: String,
    /// When the PUT was taken on.
    pub created_at: Timestamp,
    /// No end is asked of Omise before this: WeChat forbids it.
    pub end_not_before: Timestamp,
    /// A source is created first and committed, and only then the charge (P9).
    pub source_first: bool,
}

/// A charge read from the API under the payment's account.
#[expect(clippy::struct_excessive_bools, reason = "these are Omise's own words, each a fact by itself")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChargeSnapshot {
    /// Omise's id.
    pub id: ChargeId,
    /// Amount and currency; none where the currency is not one of ours.
    pub amount: Option<Money>,
    /// Real money.
    pub livemode: bool,
    /// From the metadata.
    pub payment: Option<String>,
    /// From the metadata.
    pub sale: Option<String>,
    /// From the metadata.
    pub installation: Option<String>,
    /// What Omise says of the payment.
    pub status: ChargeStatus,
    /// Minor units that went back.
    pub refunded_amount: i64,
    /// Voided or reversed.
    pub voided: bool,
    /// A dispute is open.
    pub disputed: bool,
    /// Omise would still void it (P20).
    pub can_perform_void: bool,
    /// The refunds that the charge lists.
    pub refunds: Vec<RefundSnapshot>,
    /// When it was paid.
    pub paid_at: Option<Timestamp>,
    /// When Omise stops waiting.
    pub expires_at: Option<Timestamp>,
}

/// The charge's status. It is read, never guessed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChargeStatus {
    /// The payer has not acted.
    Pending,
    /// Paid.
    Successful,
    /// Not paid, and why.
    Failed(FailureCode),
    /// Omise stopped waiting.
    Expired,
    /// `reversed`, or a word that no rule knows: it never moves a payment (P13).
    Unexpected(String),
}

impl ChargeStatus {
    /// The word for the status.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Pending => "pending",
            Self::Successful => "successful",
            Self::Failed(_) => "failed",
            Self::Expired => "expired",
            Self::Unexpected(word) => word,
        }
    }
}

impl ChargeSnapshot {
    pub(super) fn is_given_back(&self) -> bool {
        self.voided || self.disputed || self.refunded_amount != 0
    }

    /// What is older than what was read before says nothing: an answer that was overtaken, a stale read.
    pub(super) fn is_stale(&self, known: Option<&ChargeFacts>) -> bool {
        self.status == ChargeStatus::Pending && known.is_some_and(ChargeFacts::is_paid)
    }

    pub(super) fn facts(&self) -> ChargeFacts {
        ChargeFacts {
            id: self.id.clone(),
            status: self.status.clone(),
            refunded_amount: self.refunded_amount,
            voided: self.voided,
            disputed: self.disputed,
            can_perform_void: self.can_perform_void,
            paid_at: self.paid_at,
            expires_at: self.expires_at,
        }
    }
}

impl Order {
    /// Whether the whole of a charge went back.
    pub(super) fn is_fully_refunded(&self, voided: bool, refunded_amount: i64) -> bool {
        voided || self.amount <= refunded_amount
    }

    /// Whether a charge is the one that was ordered: amount, currency, mode and metadata agree.
    pub fn matches(&self, evidence: &ChargeSnapshot) -> bool {
        evidence.amount == Some(Money::new(self.amount, self.currency))
            && evidence.livemode == self.livemode
            && evidence.payment.as_deref() == Some(self.payment.as_str())
            && evidence.sale.as_deref() == Some(self.sale.as_str())
            && evidence.installation.as_deref() == Some(self.installation.as_str())
    }
}

impl PaymentAttempt {
    pub(super) fn seen(
        mut self,
        at: Timestamp,
        timing: &Timing,
        evidence: &ChargeSnapshot,
    ) -> (Self, Vec<Remark>) {
        if !self.order.matches(evidence) {
            return (self.mismatched(at), Vec::new());
        }
        let mut remarks = self.refunds_seen(at, evidence);
        if self.charges.bound.is_some() && !self.charges.is_bound(&evidence.id) {
            let (attempt, more) = self.duplicate(at, timing, evidence);
            remarks.extend(more);
            return (attempt, remarks);
        }
        let before = (self.payment_state(), self.disposition.clone());
        if !evidence.is_stale(self.charges.bound.as_ref()) {
            self.charges.bound = Some(evidence.facts());
        }
        self.reviews.remove(ReviewReason::ChargeMissing);
        let mut attempt = match &evidence.status {
            ChargeStatus::Pending => self.still_pending(at),
            ChargeStatus::Successful => self.succeeded(at, timing, evidence),
            ChargeStatus::Failed(code) => self.ended_unpaid(State::failed(code.clone())),
            ChargeStatus::Expired => self.ended_unpaid(State::Expired),
            ChargeStatus::Unexpected(_) => self.strange(at),
        };
        // What humans found is undone by evidence (P18).
        // A charge that is found pending contradicts nothing yet, and another payment may hold the sale by now.
        let is_decided = before != (attempt.payment_state(), attempt.disposition.clone())
            && attempt.payment_state().is_final();
        if attempt.resolution.is_some() && is_decided {
            attempt.resolution = None;
            remarks.push(Remark::Contradicted(Contradiction::ReopenedByEvidence));
        }
        (attempt, remarks)
    }

    fn mismatched(mut self, at: Timestamp) -> Self {
        self.reviews.add(ReviewReason::Mismatch);
        if self.may_send() {
            self.state = State::unknown(at, UnknownReason::Mismatch);
        }
        self
    }

    /// What was bound may never have been there: the answer that named it was wrong. Or the provider errs for a moment.
    pub(super) fn bound_missing(mut self) -> (Self, Vec<Remark>) {
        let is_known = self.reviews.contains(ReviewReason::ChargeMissing);
        if self.charges.bound.is_none() || self.payment_state().is_final() || is_known {
            return self.ignored();
        }
        self.reviews.add(ReviewReason::ChargeMissing);
        (self, Vec::new())
    }

    fn still_pending(mut self, at: Timestamp) -> Self {
        self.state = match self.state {
            State::Sending(_) | State::Unknown(_) => match self.cancel_request {
                Some(_) => State::Cancelling(Cancelling::begun(at, false)),
                None => State::Pending(Pending { since: at, end_refused: false }),
            },
            State::Cancelling(cancelling) if cancelling.is_hopeless() => {
                self.reviews.add(ReviewReason::CancelRefused);
                State::Pending(Pending { since: cancelling.since, end_refused: true })
            }
            State::Cancelling(cancelling) => State::Cancelling(cancelling.still_pending()),
            // A stale read of a charge that was final: what is final stays so.
            state @ (State::Pending(_)
            | State::Successful
            | State::Failed(_)
            | State::Expired
            | State::Cancelled) => state,
        };
        self
    }

    fn succeeded(mut self, at: Timestamp, timing: &Timing, evidence: &ChargeSnapshot) -> Self {
        self.demote_duplicate(at);
        match self.state {
            State::Sending(_) | State::Unknown(_) | State::Pending(_) | State::Cancelling(_) => {
                self.state = State::Successful;
                self.disposition =
                    self.disposition.take().or_else(|| Some(self.fresh_disposition(at, evidence)));
            }
            State::Failed(_) | State::Expired | State::Cancelled if self.disposition.is_none() => {
                self.disposition = Some(self.late_disposition(at));
                self.reviews.add(ReviewReason::PaidLate);
            }
            State::Successful | State::Failed(_) | State::Expired | State::Cancelled => {}
        }
        self.stands(at, timing, evidence);
        self
    }

    /// The charge that the disposition is about was read as paid.
    pub(super) fn stands(&mut self, at: Timestamp, timing: &Timing, evidence: &ChargeSnapshot) {
        self.advance_refund_due(at, timing, evidence);
        let is_back = self.disposition == Some(Disposition::Refunded);
        if is_back || !evidence.is_given_back() || self.refunds.explain(evidence) {
            return;
        }
        self.disposition = Some(Disposition::InReview);
        self.reviews.add(ReviewReason::UnapprovedRefund);
    }

    /// A success that nobody asked to end in time is kept (P11, P16).
    fn fresh_disposition(&self, at: Timestamp, evidence: &ChargeSnapshot) -> Disposition {
        match (&self.released, &self.cancel_request) {
            (Some(_), _) => Disposition::refund_due(RefundReason::Released, at),
            (None, Some(_)) if !self.was_paid_before_its_end(evidence) => {
                Disposition::AwaitingDecision(AwaitingDecision { since: at })
            }
            (None, _) => Disposition::Accepted,
        }
    }

    pub(super) fn late_disposition(&self, at: Timestamp) -> Disposition {
        match &self.released {
            Some(_) => Disposition::refund_due(RefundReason::Released, at),
            None => Disposition::AwaitingDecision(AwaitingDecision { since: at }),
        }
    }

    fn ended_unpaid(mut self, end: State) -> Self {
        self.state = match self.state {
            State::Cancelling(cancelling) if cancelling.expire_begun => State::Cancelled,
            State::Sending(_) | State::Unknown(_) | State::Pending(_) | State::Cancelling(_) => end,
            State::Successful => {
                self.reviews.add(ReviewReason::UnexpectedStatus);
                State::Successful
            }
            state @ (State::Failed(_) | State::Expired | State::Cancelled) => state,
        };
        self
    }

    fn strange(mut self, at: Timestamp) -> Self {
        self.reviews.add(ReviewReason::UnexpectedStatus);
        // The charge exists, so that nothing is in doubt but its end.
        if matches!(self.state, State::Sending(_) | State::Unknown(_)) {
            self.state = match self.cancel_request {
                Some(_) => State::Cancelling(Cancelling::begun(at, true)),
                None => State::Pending(Pending { since: at, end_refused: false }),
            };
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_status_has_the_word_of_omise() {
        for (status, expected) in [
            (ChargeStatus::Pending, "pending"),
            (ChargeStatus::Successful, "successful"),
            (ChargeStatus::Failed(FailureCode::Timeout), "failed"),
            (ChargeStatus::Expired, "expired"),
            (ChargeStatus::Unexpected("reversed".into()), "reversed"),
        ] {
            assert_eq!(status.as_str(), expected);
        }
    }
}
