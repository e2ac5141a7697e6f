//! What becomes of a success (P16). Each standing is a struct with what matters in it alone.

use serde::{Deserialize, Serialize};

use super::reviews::is_about_money;
use super::{Approver, ChargeFacts, ChargeSnapshot, PaymentAttempt, RefundAttempt, RefundOrder, Remark};
use scantill_types::api::{self, Decision, ReviewReason};
use scantill_types::{ChargeId, RefundId, Timestamp, Timing};

/// What becomes of a success.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Disposition {
    /// Somebody must say.
    AwaitingDecision(AwaitingDecision),
    /// The merchant keeps the money.
    Accepted,
    /// The money is to be given back, once two reads agree that it is there.
    RefundDue(RefundDue),
    /// A refund is under way.
    Refunding(Refunding),
    /// The money was given back.
    Refunded,
    /// A human must look.
    InReview,
}

/// Somebody must say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AwaitingDecision {
    /// Since when.
    pub since: Timestamp,
}

/// To be given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefundDue {
    /// Why.
    pub why: RefundReason,
    /// Since when.
    pub since: Timestamp,
    /// When the first read said that the whole amount is there.
    #[serde(deserialize_with = "Option::deserialize")]
    pub read_at: Option<Timestamp>,
}

/// A refund is under way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refunding {
    /// Which.
    pub refund: RefundId,
}

/// Why money goes back by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundReason {
    /// The cashier gives it back.
    Cashier,
    /// The customer paid in another way.
    SettledOtherwise,
    /// The customer left.
    CustomerGone,
    /// Another payment of the sale is kept (P2).
    OtherPayment,
    /// A supervisor had let the sale go on (P14).
    Released,
    /// It was paid on a further charge, and nobody said in time that it is to be kept (P12).
    DuplicateCharge,
}

impl Disposition {
    /// The word for it.
    pub fn to_api(&self) -> api::Disposition {
        match self {
            Self::AwaitingDecision(_) => api::Disposition::AwaitingDecision,
            Self::Accepted => api::Disposition::Accepted,
            Self::RefundDue(_) => api::Disposition::RefundDue,
            Self::Refunding(_) => api::Disposition::Refunding,
            Self::Refunded => api::Disposition::Refunded,
            Self::InReview => api::Disposition::InReview,
        }
    }

    pub(super) fn refund_due(why: RefundReason, since: Timestamp) -> Self {
        Self::RefundDue(RefundDue { why, since, read_at: None })
    }
}

impl RefundReason {
    /// The word for it, for the books.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cashier => "cashier",
            Self::SettledOtherwise => "settled_otherwise",
            Self::CustomerGone => "customer_gone",
            Self::OtherPayment => "other_payment",
            Self::Released => "released",
            Self::DuplicateCharge => "duplicate_charge",
        }
    }
}

impl PaymentAttempt {
    /// Whether the cashier may say what becomes of it.
    pub fn awaits_decision(&self) -> bool {
        matches!(self.disposition, Some(Disposition::AwaitingDecision(_)))
    }

    /// Whether somebody may still say what becomes of it: a cashier while it is undecided, a supervisor after that.
    pub fn may_be_decided(&self) -> bool {
        let is_clear = self.money().is_some_and(|charge| charge.is_paid() && !charge.disputed);
        match &self.disposition {
            Some(Disposition::AwaitingDecision(_)) => true,
            Some(Disposition::InReview) => is_clear && !self.reviews.contains(ReviewReason::Mismatch),
            _ => false,
        }
    }

    pub(super) fn decided(mut self, at: Timestamp, decision: Decision) -> (Self, Vec<Remark>) {
        let is_back = self.is_fully_refunded();
        // One decision, one charge: what is still to be decided comes first.
        let is_tried_again = decision.gives_back() && !self.may_be_decided() && self.retry_failed_refund(at);
        if !self.may_be_decided() || (is_back && decision == Decision::Accept) {
            return if is_tried_again { (self, Vec::new()) } else { self.ignored() };
        }
        if is_back && decision != Decision::CallSupervisor {
            self.mark_refunded();
            self.end_reviews_of_decision();
            return (self, Vec::new());
        }
        self.end_reviews_of_decision();
        self.disposition = Some(match decision {
            Decision::Accept => {
                // What went back until now was seen by whoever keeps the rest.
                self.acknowledge();
                Disposition::Accepted
            }
            Decision::Refund => Disposition::refund_due(RefundReason::Cashier, at),
            Decision::SettledOtherwise => Disposition::refund_due(RefundReason::SettledOtherwise, at),
            Decision::CustomerGone => Disposition::refund_due(RefundReason::CustomerGone, at),
            Decision::CallSupervisor => {
                self.reviews.add(ReviewReason::SupervisorCalled);
                Disposition::InReview
            }
        });
        if self.payment_state().is_final() {
            // Whoever decides now knows better than those who had closed it.
            self.resolution = None;
        }
        (self, Vec::new())
    }

    /// Somebody decides about the money: what called for this decision is over, anything else stays.
    fn end_reviews_of_decision(&mut self) {
        self.reviews.retain(|reason| !is_about_money(reason));
        if self.payment_state().is_final() {
            self.reviews.remove(ReviewReason::CancelRefused);
        }
    }

    /// Whether this is why captured money waits for a person.
    pub(super) fn is_in_review_for(&self, reason: ReviewReason) -> bool {
        self.disposition == Some(Disposition::InReview) && self.reviews.first_about_money() == Some(reason)
    }

    /// Whether nobody has decided about a success: somebody is asked, or was asked in vain.
    pub fn is_undecided(&self) -> bool {
        self.awaits_decision() || self.is_in_review_for(ReviewReason::DecisionOverdue)
    }

    /// Nobody said in time what becomes of it.
    pub(super) fn unanswered(mut self, at: Timestamp, timing: &Timing) -> (Self, Vec<Remark>) {
        let Some(Disposition::AwaitingDecision(AwaitingDecision { since })) = self.disposition else {
            return self.ignored();
        };
        if since.plus_ms(timing.decide_ms.saturating_mul(2)) <= at {
            // The proxy had stopped meanwhile, so that nobody could be heard.
            return (self.asked_anew(at), Vec::new());
        }
        if self.charges.promoted().is_some() {
            // The till had said that it was not paid, so that most likely nothing was handed over (P12).
            self.disposition = Some(Disposition::refund_due(RefundReason::DuplicateCharge, at));
            return (self, Vec::new());
        }
        self.disposition = Some(Disposition::InReview);
        self.reviews.add(ReviewReason::DecisionOverdue);
        (self, Vec::new())
    }

    /// A second success of a sale, before it was committed as kept: the one that is kept stays (P2).
    #[must_use]
    pub fn beside_another_accepted(mut self, at: Timestamp) -> Self {
        self.disposition = Some(Disposition::refund_due(RefundReason::OtherPayment, at));
        self.reviews.remove(ReviewReason::DecisionOverdue);
        self.reviews.add(ReviewReason::PaidTwice);
        self
    }

    /// The sale keeps another payment, so that this money goes back (P2).
    pub(super) fn other_payment_accepted(self, at: Timestamp) -> (Self, Vec<Remark>) {
        if !self.is_undecided() {
            return self.ignored();
        }
        (self.beside_another_accepted(at), Vec::new())
    }

    /// A read said *successful*: what it means for money that is to go back, or went.
    pub(super) fn advance_refund_due(&mut self, at: Timestamp, timing: &Timing, evidence: &ChargeSnapshot) {
        let is_back = self.order.is_fully_refunded(evidence.voided, evidence.refunded_amount);
        // A read may be older than what is known.
        let has_gone = 0 < self.refunds.taken_of(&evidence.id);
        match &self.disposition {
            // They may have given it back in another way.
            Some(_) if self.is_resolved_for_good() && !is_back => {}
            Some(Disposition::RefundDue(_) | Disposition::Refunding(_)) if is_back => self.mark_refunded(),
            Some(_) if is_back && self.is_in_review_for(ReviewReason::RefundFailed) => self.mark_refunded(),
            // A part went back, or a dispute stands: no rule gives the rest back by itself.
            Some(Disposition::RefundDue(_)) if evidence.is_given_back() || has_gone => {
                self.disposition = Some(Disposition::InReview);
                self.reviews.add(ReviewReason::UnapprovedRefund);
            }
            Some(Disposition::RefundDue(wish)) => {
                let wish = *wish;
                self.disposition = Some(self.confirm_funds_present(at, timing, wish, &evidence.id));
            }
            Some(
                Disposition::AwaitingDecision(_)
                | Disposition::Accepted
                | Disposition::Refunding(_)
                | Disposition::Refunded
                | Disposition::InReview,
            )
            | None => {}
        }
    }

    fn acknowledge(&mut self) {
        let elsewhere = |charge: &ChargeFacts| charge.refunded_amount - self.refunds.standing_of(&charge.id);
        self.refunds.acknowledged = self.money().map_or(0, elsewhere).max(0);
    }

    pub(super) fn is_fully_refunded(&self) -> bool {
        self.money().is_some_and(|charge| self.order.is_fully_refunded(charge.voided, charge.refunded_amount))
    }

    pub(super) fn mark_refunded(&mut self) {
        self.disposition = Some(Disposition::Refunded);
        let settled = [
            ReviewReason::PaidLate,
            ReviewReason::PaidTwice,
            ReviewReason::DecisionOverdue,
            ReviewReason::RefundFailed,
        ];
        self.reviews.retain(|reason| !settled.contains(&reason));
    }

    /// The second read that says so, long enough after the first, begins the refund.
    fn confirm_funds_present(
        &mut self,
        at: Timestamp,
        timing: &Timing,
        wish: RefundDue,
        charge: &ChargeId,
    ) -> Disposition {
        let Some(first) = wish.read_at else {
            return Disposition::RefundDue(RefundDue { read_at: Some(at), ..wish });
        };
        if at < first.plus_ms(timing.return_apart_ms) || self.refunds.in_flight(charge).is_some() {
            return Disposition::RefundDue(wish);
        }
        Disposition::Refunding(Refunding { refund: self.give_back(at, charge.clone(), wish.why.as_str()) })
    }

    /// Begins the refund of a whole charge that a rule wants back.
    pub(super) fn give_back(&mut self, at: Timestamp, charge: ChargeId, reason: &str) -> RefundId {
        let of_charge = |refund: &&RefundAttempt| {
            refund.order.charge == charge && refund.order.approver == Approver::Rule
        };
        let id = RefundId::of_return(&charge, self.refunds.ours.iter().filter(of_charge).count());
        self.refunds.approve(RefundOrder {
            id: id.clone(),
            charge,
            amount: self.order.amount,
            refunded_before: 0,
            void: false,
            reason: Some(reason.to_owned()),
            approver: Approver::Rule,
            created_at: at,
        });
        id
    }
}
