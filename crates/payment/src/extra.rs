//! Further charges that carry this payment's id (P12). A pending one is expired. A paid one goes back, unless nothing of
//! the payment's own stands: then it leads, and what becomes of it is decided as of any late success. All of them are
//! for a human to see.

use serde::{Deserialize, Serialize};

use super::{Alarm, Attempt, ChargeStatus, Disposition, Effect, Evidence};
use scantill_types::api::{Attention, Charge};
use scantill_types::{ChargeId, Timestamp, Timing};

/// A further charge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extra {
    /// Omise's id.
    pub id: ChargeId,
    /// Whether money stands on it.
    pub standing: Standing,
    /// Its facts as last read.
    #[serde(default)]
    pub facts: Option<Charge>,
}

/// Whether money stands on a further charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// None does, as far as it was read.
    Unpaid,
    /// It ended unpaid.
    Over,
    /// It was paid, and first read so at this time.
    Paid(Timestamp),
    /// It was paid where the payment's own charge was not: the payment's disposition is about it.
    Leads,
    /// It is being given back.
    Returning,
    /// It was given back.
    Returned,
    /// It could not be given back: a human must.
    Stuck,
}

impl Attempt {
    /// The facts of the charge that the disposition is about: the payment's own, or a further one that leads.
    pub fn money(&self) -> Option<&Charge> {
        match self.leading() {
            Some(extra) => extra.facts.as_ref(),
            None => self.charge.as_ref(),
        }
    }

    pub(super) fn leading(&self) -> Option<&Extra> {
        self.extras.iter().find(|extra| extra.standing == Standing::Leads)
    }

    pub(super) fn extra(mut self, at: Timestamp, timing: &Timing, evidence: Evidence) -> (Self, Vec<Effect>) {
        let mut effects = Vec::new();
        let known = self.extras.iter().position(|extra| extra.id == evidence.id);
        let index = known.unwrap_or_else(|| {
            effects.push(Effect::Alarm(Alarm::ExtraCharge));
            self.extras.push(Extra { id: evidence.id.clone(), standing: Standing::Unpaid, facts: None });
            self.extras.len() - 1
        });
        let standing = self.extras[index].standing;
        if !evidence.is_overtaken(self.extras[index].facts.as_ref()) {
            self.extras[index].facts = Some(evidence.facts());
        }
        match evidence.status {
            ChargeStatus::Pending => effects.push(Effect::ExpireExtra(evidence.id)),
            ChargeStatus::Successful if standing == Standing::Leads => {
                effects.extend(self.stands(at, timing, &evidence));
            }
            ChargeStatus::Successful => {
                self.extras[index].standing = self.paid_extra(at, timing, standing, &evidence);
            }
            ChargeStatus::Failed(_) | ChargeStatus::Expired if standing == Standing::Unpaid => {
                self.extras[index].standing = Standing::Over;
            }
            // A charge that was paid says so no more.
            _ if standing == Standing::Leads && self.attention != Some(Attention::StrangeStatus) => {
                self.attention = Some(Attention::StrangeStatus);
                effects.push(Effect::Alarm(Alarm::StrangeStatus));
            }
            ChargeStatus::Failed(_) | ChargeStatus::Expired | ChargeStatus::Strange(_) => {}
        }
        let is_news = known.is_none() || standing != self.extras[index].standing;
        let is_graver = matches!(self.attention, Some(Attention::Mismatch | Attention::ChargeMissing));
        if is_news && !is_graver {
            self.attention = Some(Attention::ExtraCharge);
        }
        (self, effects)
    }

    fn paid_extra(
        &mut self,
        at: Timestamp,
        timing: &Timing,
        standing: Standing,
        evidence: &Evidence,
    ) -> Standing {
        let is_back = self.order.is_back(evidence.voided, evidence.refunded_amount);
        match standing {
            Standing::Leads | Standing::Returned => standing,
            _ if is_back => Standing::Returned,
            Standing::Returning | Standing::Stuck => standing,
            Standing::Unpaid | Standing::Over => Standing::Paid(at),
            Standing::Paid(first) => {
                let is_clear = !evidence.is_given_back()
                    && self.refunds.taken_of(&evidence.id) == 0
                    && self.refunds.in_flight(&evidence.id).is_none();
                let agreed = first.plus_ms(timing.return_apart_ms) <= at && is_clear;
                if self.disposition.is_none() || !agreed {
                    return standing;
                }
                self.give_back(at, evidence.id.clone(), "extra_charge");
                Standing::Returning
            }
        }
    }

    /// Where the payment is over and nothing of its own stands, what was paid on a further charge is decided instead.
    pub(super) fn led(mut self, at: Timestamp) -> Self {
        let is_over = self.word().is_final() || self.closed.is_some();
        if !is_over || self.disposition.is_some() {
            return self;
        }
        let found = self.extras.iter().position(|extra| matches!(extra.standing, Standing::Paid(_)));
        let Some(index) = found else { return self };
        self.extras[index].standing = Standing::Leads;
        self.disposition = Some(match &self.closed {
            // Perhaps this is the money that they meant: no rule gives it back behind their backs.
            Some(_) => Disposition::Attention,
            None => self.late_disposition(at),
        });
        self
    }

    /// The payment's own charge was paid after all: what led until now is one of two, and goes back as such.
    pub(super) fn leader_yields(&mut self, at: Timestamp) -> Vec<Effect> {
        let Some(extra) = self.extras.iter_mut().find(|extra| extra.standing == Standing::Leads) else {
            return Vec::new();
        };
        extra.standing = match &self.disposition {
            Some(Disposition::Returned) => Standing::Returned,
            Some(Disposition::Returning(_)) => Standing::Returning,
            Some(Disposition::Attention) if self.attention == Some(Attention::ReturnFailed) => {
                Standing::Stuck
            }
            Some(
                Disposition::Undecided(_)
                | Disposition::Kept
                | Disposition::ToReturn(_)
                | Disposition::Attention,
            )
            | None => Standing::Paid(at),
        };
        // Whoever kept the one keeps the other in its place: the amounts are equal.
        self.disposition = self.disposition.take().filter(|known| *known == Disposition::Kept);
        self.attention = Some(Attention::ExtraCharge);
        vec![Effect::Alarm(Alarm::PaidTwice)]
    }

    /// Whether money stands on a further charge that a rule could not give back.
    pub fn has_stuck_charge(&self) -> bool {
        self.extras.iter().any(|extra| extra.standing == Standing::Stuck)
    }

    pub(super) fn stuck(&self) -> Option<Attention> {
        self.has_stuck_charge().then_some(Attention::ReturnFailed)
    }

    /// Somebody wants it given back all the same: after two reads that agree, as before.
    pub(super) fn try_stuck_again(&mut self, at: Timestamp) -> bool {
        let has_stuck = self.has_stuck_charge();
        for extra in self.extras.iter_mut().filter(|extra| extra.standing == Standing::Stuck) {
            extra.standing = Standing::Paid(at);
        }
        if has_stuck && self.attention == Some(Attention::ReturnFailed) {
            self.attention = Some(Attention::ExtraCharge);
        }
        has_stuck
    }

    /// What became of the refund of a further charge.
    pub(super) fn extra_ended(&mut self, charge: &ChargeId, was_returned: bool) {
        if let Some(extra) = self.extras.iter_mut().find(|extra| extra.is_returning(charge)) {
            extra.standing = if was_returned { Standing::Returned } else { Standing::Stuck };
        }
    }
}

impl Extra {
    /// Whether a rule is giving this charge back as a further one.
    pub(super) fn is_returning(&self, charge: &ChargeId) -> bool {
        self.id == *charge && self.standing == Standing::Returning
    }
}
