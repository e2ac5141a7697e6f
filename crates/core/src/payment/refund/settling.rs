//! From the approval of a refund to what became of it.

use super::{
    Approver, RefundAttempt, RefundDone, RefundInput, RefundOrder, RefundRefused, RefundSending, RefundState,
    RefundUnknown, Refunds, SeenRefund,
};
use crate::api::{Attention, RefundClosed, RefundFinding, RefundState as Word};
use crate::payment::{Alarm, Attempt, Disposition, Doubt, Effect, Evidence, Returning};
use crate::{ChargeId, RefundId, Timestamp};

/// The refusal of a refund whose charge was not any more what its approver saw.
const APPROVAL_VOID: &str = "approval_void";
/// The refusal of a refund of which no byte left.
const NOT_SENT: &str = "not_sent";

impl RefundAttempt {
    /// `None` where the input fits no edge from here.
    fn step(&self, at: Timestamp, payment: &str, input: RefundInput) -> Option<RefundState> {
        let refused = |code: &str| RefundState::Refused(RefundRefused { code: code.to_owned() });
        let unknown = |doubt| RefundState::Unknown(RefundUnknown { since: at, doubt });
        let (is_sending, is_unknown) =
            (matches!(self.state, RefundState::Sending(_)), matches!(self.state, RefundState::Unknown(_)));
        Some(match input {
            RefundInput::Begins { refunded_amount, is_paid } if self.state == RefundState::Approved => {
                if is_paid && refunded_amount == self.order.refunded_before {
                    RefundState::Sending(RefundSending { since: at })
                } else {
                    refused(APPROVAL_VOID)
                }
            }
            RefundInput::Answered(seen) if is_sending || is_unknown => {
                match self.order.is_met_by(&seen, payment) {
                    true => RefundState::Done(RefundDone { id: seen.id, voided: seen.voided, at }),
                    // Something happened under our id that was not asked for: no list proves anything any more.
                    false if !self.was_answered_strangely() => unknown(Doubt::Mismatch),
                    false => return None,
                }
            }
            RefundInput::NotSent if is_sending => refused(NOT_SENT),
            RefundInput::Refused { code } if is_sending => refused(&code),
            RefundInput::AnswerLost(doubt) if is_sending => unknown(doubt),
            RefundInput::AnswerOverdue if is_sending => unknown(Doubt::AnswerLost),
            RefundInput::Restarted if is_sending => unknown(Doubt::Restarted),
            // What a human approved is not sent hours later behind their back; what a rule wants goes on.
            RefundInput::Restarted | RefundInput::AnswerOverdue if self.is_of_a_human() => refused(NOT_SENT),
            RefundInput::ProvedAbsent if is_unknown && !self.was_answered_strangely() => RefundState::Absent,
            _ => return None,
        })
    }

    /// Something was answered, if not what was asked for: then it may well have happened.
    pub(in crate::payment) fn was_answered_strangely(&self) -> bool {
        matches!(&self.state, RefundState::Unknown(unknown) if unknown.doubt == Doubt::Mismatch)
    }

    /// What was learned of it; what humans had found of it is over with that (P18).
    fn settle(&mut self, state: RefundState) -> Vec<Effect> {
        let closed = self.closed.take();
        self.state = state;
        let happened = matches!(self.state, RefundState::Done(_));
        match closed {
            Some(closed) if happened != (closed.finding == RefundFinding::Done) => {
                vec![Effect::Alarm(Alarm::ReopenedByEvidence)]
            }
            Some(_) | None => Vec::new(),
        }
    }

    fn is_of_a_human(&self) -> bool {
        self.state == RefundState::Approved && self.order.approver != Approver::Rule
    }
}

impl RefundOrder {
    /// Whether a refund of the provider's is the one that was asked for.
    fn is_met_by(&self, seen: &SeenRefund, payment: &str) -> bool {
        seen.refund.as_deref() == Some(self.id.as_str())
            && seen.payment.as_deref() == Some(payment)
            && seen.charge == self.charge
            && seen.amount == self.amount
    }
}

impl Refunds {
    /// Whether all that went back of a charge is what we were asked for, or may be, or was acknowledged.
    pub(in crate::payment) fn explain(&self, evidence: &Evidence) -> bool {
        let elsewhere = self.elsewhere.iter().filter(|seen| seen.charge == evidence.id);
        let elsewhere: i64 = elsewhere.map(|seen| seen.amount).sum();
        let explained = self.standing_of(&evidence.id).saturating_add(self.acknowledged);
        let is_silent_void = evidence.voided && explained == 0;
        !evidence.disputed
            && !is_silent_void
            && elsewhere <= self.acknowledged
            && evidence.refunded_amount <= explained
    }

    /// What our own refunds took of a charge, or may have taken, in minor units.
    pub(in crate::payment) fn standing_of(&self, charge: &ChargeId) -> i64 {
        let stands = |refund: &&RefundAttempt| {
            refund.order.charge == *charge
                && matches!(refund.counts_as(), Word::Done | Word::Sending | Word::Unknown)
        };
        self.ours.iter().filter(stands).map(|refund| refund.order.amount).sum()
    }
}

impl Attempt {
    pub(in crate::payment) fn refund_asked(mut self, order: RefundOrder) -> (Self, Vec<Effect>) {
        let known = self.refunds.ours.iter().any(|refund| refund.order.id == order.id);
        if known || self.may_refund(&order).is_err() {
            return self.ignored();
        }
        self.refunds.approve(order);
        (self, Vec::new())
    }

    pub(in crate::payment) fn refund_step(
        mut self,
        at: Timestamp,
        id: &RefundId,
        input: RefundInput,
    ) -> (Self, Vec<Effect>) {
        let payment = self.order.payment.to_string();
        let is_held_back = |refund: &RefundAttempt| refund.order.id == *id && self.is_held_back(refund);
        if matches!(input, RefundInput::Begins { .. }) && self.refunds.ours.iter().any(is_held_back) {
            return self.ignored();
        }
        let found = self.refunds.ours.iter_mut().find(|refund| refund.order.id == *id);
        let next = found.as_ref().and_then(|refund| refund.step(at, &payment, input));
        let (Some(refund), Some(state)) = (found, next) else { return self.ignored() };
        let mut effects = refund.settle(state);
        let ended = refund.clone();
        effects.extend(self.refund_ended(&ended));
        (self, effects)
    }

    /// What humans found of a refund in doubt stands beside its state, and is undone by evidence (P18, P19).
    pub(in crate::payment) fn refund_closed(
        mut self,
        id: &RefundId,
        closed: RefundClosed,
    ) -> (Self, Vec<Effect>) {
        let is_in_doubt = |refund: &&mut RefundAttempt| {
            refund.order.id == *id
                && matches!(refund.state, RefundState::Unknown(_))
                && refund.closed.is_none()
        };
        let Some(refund) = self.refunds.ours.iter_mut().find(is_in_doubt) else { return self.ignored() };
        refund.closed = Some(closed);
        let ended = refund.clone();
        let effects = self.refund_ended(&ended);
        (self, effects)
    }

    /// Takes what a read of the charge lists: ours are settled by it, others are kept apart.
    pub(in crate::payment) fn refunds_seen(&mut self, at: Timestamp, evidence: &Evidence) -> Vec<Effect> {
        let mut effects = Vec::new();
        let payment = self.order.payment.to_string();
        for seen in &evidence.refunds {
            let is_ours = |refund: &&mut RefundAttempt| refund.order.is_met_by(seen, &payment);
            let Some(refund) = self.refunds.ours.iter_mut().find(is_ours) else {
                if !self.refunds.elsewhere.contains(seen) {
                    self.refunds.elsewhere.push(seen.clone());
                }
                continue;
            };
            if let Some(state) = refund.step(at, &payment, RefundInput::Answered(seen.clone())) {
                effects.extend(refund.settle(state));
                let ended = refund.clone();
                effects.extend(self.refund_ended(&ended));
            }
        }
        effects
    }

    /// Whether nothing is sent of it: a rule wanted it of a payment that humans closed meanwhile.
    pub(in crate::payment) fn is_held_back(&self, refund: &RefundAttempt) -> bool {
        let is_of_a_rule = refund.order.approver == Approver::Rule;
        // A further charge is none that they can have meant.
        let is_of_extra = self.extras.iter().any(|extra| extra.is_returning(&refund.order.charge));
        self.is_closed_for_good() && is_of_a_rule && !is_of_extra && refund.state == RefundState::Approved
    }

    /// Money that was to go back by itself, and did not, is for a human.
    fn refund_ended(&mut self, refund: &RefundAttempt) -> Vec<Effect> {
        match refund.counts_as() {
            Word::Done
                if self.is_whole(refund)
                    && self.disposition.as_ref().is_some_and(|known| *known != Disposition::Kept) =>
            {
                self.gone_back();
                Vec::new()
            }
            Word::Done => {
                self.extra_ended(&refund.order.charge, true);
                Vec::new()
            }
            Word::Refused | Word::Absent => self.not_returned(refund),
            Word::Approved | Word::Sending | Word::Unknown => Vec::new(),
        }
    }

    /// Whether nothing is left of the money once this refund is done.
    fn is_whole(&self, refund: &RefundAttempt) -> bool {
        self.money().is_some_and(|charge| charge.id == refund.order.charge)
            && self.order.amount <= refund.order.refunded_before.saturating_add(refund.order.amount)
    }

    fn not_returned(&mut self, refund: &RefundAttempt) -> Vec<Effect> {
        let returns = Some(Disposition::Returning(Returning { refund: refund.order.id.clone() }));
        // Humans had found that it was done, and nothing else took the money back.
        let was_believed =
            self.is_whole(refund) && self.disposition == Some(Disposition::Returned) && !self.is_back();
        let of_extra = self.extras.iter().any(|extra| extra.is_returning(&refund.order.charge));
        if of_extra {
            self.extra_ended(&refund.order.charge, false);
        } else if self.disposition == returns || was_believed {
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
}
