//! What becomes of a success (P16). Each standing is a struct with what matters in it alone.

use serde::{Deserialize, Serialize};

use super::{Alarm, Approver, Attempt, Effect, Evidence, RefundAttempt, RefundOrder};
use scantill_types::api::{self, Attention, Charge, Decision};
use scantill_types::{ChargeId, RefundId, Timestamp, Timing};

/// What becomes of a success.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Disposition {
    /// Somebody must say.
    Undecided(Undecided),
    /// The merchant keeps the money.
    Kept,
    /// The money is to be given back, once two reads agree that it is there.
    ToReturn(ToReturn),
    /// A refund is under way.
    Returning(Returning),
    /// The money was given back.
    Returned,
    /// A human must look.
    Attention,
}

/// Somebody must say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undecided {
    /// Since when.
    pub since: Timestamp,
}

/// To be given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToReturn {
    /// Why.
    pub why: ReturnReason,
    /// Since when.
    #[serde(default)]
    pub since: Timestamp,
    /// When the first read said that the whole amount is there.
    pub read_at: Option<Timestamp>,
}

/// A refund is under way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Returning {
    /// Which.
    pub refund: RefundId,
}

/// Why money goes back by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReturnReason {
    /// The cashier gives it back.
    Cashier,
    /// The customer paid in another way.
    SettledOtherwise,
    /// The customer left.
    CustomerGone,
    /// Another payment of the sale is kept (P2).
    OtherPayment,
    /// A supervisor had let the sale go on (P14).
    Freed,
    /// It was paid on a further charge, and nobody said in time that it is to be kept (P12).
    ExtraCharge,
}

impl Disposition {
    /// The word for it.
    pub fn word(&self) -> api::Disposition {
        match self {
            Self::Undecided(_) => api::Disposition::Undecided,
            Self::Kept => api::Disposition::Kept,
            Self::ToReturn(_) => api::Disposition::ToReturn,
            Self::Returning(_) => api::Disposition::Returning,
            Self::Returned => api::Disposition::Returned,
            Self::Attention => api::Disposition::Attention,
        }
    }

    pub(super) fn to_return(why: ReturnReason, since: Timestamp) -> Self {
        Self::ToReturn(ToReturn { why, since, read_at: None })
    }
}

impl ReturnReason {
    /// The word for it, for the books.
    pub fn word(self) -> &'static str {
        match self {
            Self::Cashier => "cashier",
            Self::SettledOtherwise => "settled_otherwise",
            Self::CustomerGone => "customer_gone",
            Self::OtherPayment => "other_payment",
            Self::Freed => "freed",
            Self::ExtraCharge => "extra_charge",
        }
    }
}

impl Attempt {
    /// Whether the cashier may say what becomes of it.
    pub fn is_undecided(&self) -> bool {
        matches!(self.disposition, Some(Disposition::Undecided(_)))
    }

    /// Whether somebody may still say what becomes of it: a cashier while it is undecided, a supervisor after that.
    pub fn may_be_decided(&self) -> bool {
        let is_clear = self.money().is_some_and(|charge| charge.is_paid() && !charge.disputed);
        match &self.disposition {
            Some(Disposition::Undecided(_)) => true,
            Some(Disposition::Attention) => is_clear && self.attention != Some(Attention::Mismatch),
            _ => false,
        }
    }

    pub(super) fn decided(mut self, at: Timestamp, decision: Decision) -> (Self, Vec<Effect>) {
        let is_back = self.is_back();
        // One decision, one charge: what is still to be decided comes first.
        let is_tried_again = decision.gives_back() && !self.may_be_decided() && self.try_stuck_again(at);
        if !self.may_be_decided() || (is_back && decision == Decision::Keep) {
            return if is_tried_again { (self, Vec::new()) } else { self.ignored() };
        }
        if is_back && decision != Decision::CallSupervisor {
            self.gone_back();
            self.attention = self.stuck();
            return (self, Vec::new());
        }
        let (disposition, attention) = match decision {
            Decision::Keep => {
                // What went back until now was seen by whoever keeps the rest.
                self.acknowledge();
                (Disposition::Kept, None)
            }
            Decision::Return => (Disposition::to_return(ReturnReason::Cashier, at), None),
            Decision::SettledOtherwise => (Disposition::to_return(ReturnReason::SettledOtherwise, at), None),
            Decision::CustomerGone => (Disposition::to_return(ReturnReason::CustomerGone, at), None),
            Decision::CallSupervisor => (Disposition::Attention, Some(Attention::Supervisor)),
        };
        self.disposition = Some(disposition);
        if self.word().is_final() {
            // Whoever decides now knows better than those who had closed it.
            self.closed = None;
        }
        // What called for this decision is over; anything else that called for a human stays.
        let others = [Attention::ExtraCharge, Attention::EndRefused, Attention::StrangeStatus];
        let still = self.attention.filter(|reason| others.contains(reason)).or_else(|| self.stuck());
        self.attention = attention.or(still);
        (self, Vec::new())
    }

    /// Nobody said in time what becomes of it.
    pub(super) fn unanswered(mut self, at: Timestamp, timing: &Timing) -> (Self, Vec<Effect>) {
        let Some(Disposition::Undecided(Undecided { since })) = self.disposition else {
            return self.ignored();
        };
        if since.plus_ms(timing.decide_ms.saturating_mul(2)) <= at {
            // The proxy had stopped meanwhile, so that nobody could be heard.
            return (self.asked_anew(at), Vec::new());
        }
        if self.leading().is_some() {
            // The till had said that it was not paid, so that most likely nothing was handed over (P12).
            self.disposition = Some(Disposition::to_return(ReturnReason::ExtraCharge, at));
            return (self, vec![Effect::Alarm(Alarm::Unanswered)]);
        }
        self.disposition = Some(Disposition::Attention);
        self.attention = Some(Attention::Unanswered);
        (self, vec![Effect::Alarm(Alarm::Unanswered)])
    }

    /// A second success of a sale, before it was committed as kept: the one that is kept stays (P2).
    #[must_use]
    pub fn beside_another_kept(mut self, at: Timestamp) -> Self {
        self.disposition = Some(Disposition::to_return(ReturnReason::OtherPayment, at));
        self.attention = Some(Attention::PaidTwice);
        self
    }

    /// The sale keeps another payment, so that this money goes back (P2).
    pub(super) fn other_payment_kept(self, at: Timestamp) -> (Self, Vec<Effect>) {
        let is_undecided = match &self.disposition {
            Some(Disposition::Undecided(_)) => true,
            Some(Disposition::Attention) => self.attention == Some(Attention::Unanswered),
            _ => false,
        };
        if !is_undecided {
            return self.ignored();
        }
        (self.beside_another_kept(at), vec![Effect::Alarm(Alarm::PaidTwice)])
    }

    /// A read said *successful*: what it means for money that is to go back, or went.
    pub(super) fn returning_on(&mut self, at: Timestamp, timing: &Timing, evidence: &Evidence) {
        let is_back = self.order.is_back(evidence.voided, evidence.refunded_amount);
        // A read may be older than what is known.
        let has_gone = 0 < self.refunds.taken_of(&evidence.id);
        match &self.disposition {
            // They may have given it back in another way.
            Some(_) if self.is_closed_for_good() && !is_back => {}
            Some(Disposition::ToReturn(_) | Disposition::Returning(_)) if is_back => self.gone_back(),
            Some(Disposition::Attention) if is_back && self.attention == Some(Attention::ReturnFailed) => {
                self.gone_back();
            }
            // A part went back, or a dispute stands: no rule gives the rest back by itself.
            Some(Disposition::ToReturn(_)) if evidence.is_given_back() || has_gone => {
                self.disposition = Some(Disposition::Attention);
                self.attention = Some(Attention::GivenBack);
            }
            Some(Disposition::ToReturn(wish)) => {
                let wish = *wish;
                self.disposition = Some(self.seen_there(at, timing, wish, &evidence.id));
            }
            Some(
                Disposition::Undecided(_)
                | Disposition::Kept
                | Disposition::Returning(_)
                | Disposition::Returned
                | Disposition::Attention,
            )
            | None => {}
        }
    }

    fn acknowledge(&mut self) {
        let elsewhere = |charge: &Charge| charge.refunded_amount - self.refunds.standing_of(&charge.id);
        self.refunds.acknowledged = self.money().map_or(0, elsewhere).max(0);
    }

    pub(super) fn is_back(&self) -> bool {
        self.money().is_some_and(|charge| self.order.is_back(charge.voided, charge.refunded_amount))
    }

    pub(super) fn gone_back(&mut self) {
        self.disposition = Some(Disposition::Returned);
        let settled =
            [Attention::PaidLate, Attention::PaidTwice, Attention::Unanswered, Attention::ReturnFailed];
        self.attention = self.attention.filter(|reason| !settled.contains(reason)).or_else(|| self.stuck());
    }

    /// The second read that says so, long enough after the first, begins the refund.
    fn seen_there(
        &mut self,
        at: Timestamp,
        timing: &Timing,
        wish: ToReturn,
        charge: &ChargeId,
    ) -> Disposition {
        let Some(first) = wish.read_at else {
            return Disposition::ToReturn(ToReturn { read_at: Some(at), ..wish });
        };
        if at < first.plus_ms(timing.return_apart_ms) || self.refunds.in_flight(charge).is_some() {
            return Disposition::ToReturn(wish);
        }
        Disposition::Returning(Returning { refund: self.give_back(at, charge.clone(), wish.why.word()) })
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
