//! From the approval of a refund to what became of it.

use super::{
    Approver, RefundAttempt, RefundDone, RefundInput, RefundOrder, RefundRefused, RefundSending,
    RefundSnapshot, RefundState, RefundUnknown, RefundWatch, Refunds,
};
use crate::{ChargeSnapshot, Contradiction, PaymentAttempt, RefundResolution, Remark, UnknownReason};
use scantill_types::api::{RefundOutcome, RefundState as Word};
use scantill_types::{RefundId, Timestamp};

/// The refusal of a refund whose charge was not any more what its approver saw.
const APPROVAL_VOID: &str = "approval_void";
/// The refusal of a refund of which no byte left.
const NOT_SENT: &str = "not_sent";

impl RefundAttempt {
    /// `None` where the input fits no edge from here.
    fn step(&self, at: Timestamp, payment: &str, input: RefundInput) -> Option<RefundState> {
        let refused = |code: &str| RefundState::Refused(RefundRefused { code: code.to_owned() });
        let unknown = |doubt| RefundState::Unknown(RefundUnknown { since: at, doubt, first_list: None });
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
            // A refusal, too, may be the answer to a copy of a request that was carried out.
            RefundInput::Answered(seen) if is_sending || is_unknown || self.may_have_happened() => {
                match self.order.matches(&seen, payment) {
                    true => RefundState::Done(RefundDone { id: seen.id, voided: seen.voided, at }),
                    false if self.may_have_happened() => return None,
                    // Something happened under our id that was not asked for: no list proves anything any more.
                    false if !self.was_answered_strangely() => unknown(UnknownReason::Mismatch),
                    false => return None,
                }
            }
            RefundInput::Listed(first) => match &self.state {
                RefundState::Unknown(known) if self.resolution.is_none() => {
                    RefundState::Unknown(RefundUnknown { first_list: Some(first), ..*known })
                }
                _ => return None,
            },
            RefundInput::NotSent if is_sending => refused(NOT_SENT),
            RefundInput::Refused { code } if is_sending => refused(&code),
            RefundInput::AnswerLost(doubt) if is_sending => unknown(doubt),
            RefundInput::AnswerOverdue if is_sending => unknown(UnknownReason::AnswerLost),
            RefundInput::Restarted if is_sending => unknown(UnknownReason::Restarted),
            // What a human approved is not sent hours later behind their back; what a rule wants goes on.
            RefundInput::Restarted | RefundInput::AnswerOverdue if self.is_of_a_human() => refused(NOT_SENT),
            RefundInput::ConfirmedAbsent if is_unknown && !self.was_answered_strangely() => {
                RefundState::Absent
            }
            _ => return None,
        })
    }

    /// A charge lists a refund that is this one.
    fn seen(
        &self,
        at: Timestamp,
        payment: &str,
        seen: &RefundSnapshot,
        evidence: &ChargeSnapshot,
    ) -> Option<RefundState> {
        match &self.state {
            // The answer had named another one: where the charge does not list that, it was misnamed.
            RefundState::Done(done) if !evidence.refunds.iter().any(|listed| listed.id == done.id) => {
                let (id, voided) = (seen.id.clone(), seen.voided);
                Some(RefundState::Done(RefundDone { id, voided, at: done.at }))
            }
            _ => self.step(at, payment, RefundInput::Answered(seen.clone())),
        }
    }

    /// Something was answered, if not what was asked for: then it may well have happened.
    pub(crate) fn was_answered_strangely(&self) -> bool {
        matches!(&self.state, RefundState::Unknown(unknown) if unknown.doubt == UnknownReason::Mismatch)
    }

    /// It left, and did not happen as far as is known.
    fn may_have_happened(&self) -> bool {
        match &self.state {
            RefundState::Absent => true,
            RefundState::Refused(_) => !self.never_left(),
            _ => false,
        }
    }

    /// Whether no byte of it left.
    fn never_left(&self) -> bool {
        matches!(&self.state, RefundState::Refused(refused) if [NOT_SENT, APPROVAL_VOID].contains(&refused.code.as_str()))
    }

    /// Whether nothing came of it by chance alone: the same may well be done under another id.
    pub(super) fn was_lost(&self) -> bool {
        let was_not_sent = matches!(&self.state, RefundState::Refused(refused) if refused.code == NOT_SENT);
        self.resolution.is_none() && (self.state == RefundState::Absent || was_not_sent)
    }

    /// What was learned of it; what humans had found of it is over with that (P18).
    fn settle(&mut self, at: Timestamp, state: RefundState) -> Vec<Remark> {
        let was_over = self.may_have_happened();
        let closed = self.resolution.take();
        self.state = state;
        let happened = matches!(self.state, RefundState::Done(_));
        // Lists were read for the proof; after a refusal nobody has looked yet.
        let looked = self.state == RefundState::Absent;
        self.watch = self.may_have_happened().then_some(RefundWatch { since: at, looked });
        match closed {
            _ if was_over && happened => vec![Remark::Contradicted(Contradiction::RefundedAfterAll)],
            Some(closed) if happened != (closed.finding == RefundOutcome::Done) => {
                vec![Remark::Contradicted(Contradiction::ReopenedByEvidence)]
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
    fn matches(&self, seen: &RefundSnapshot, payment: &str) -> bool {
        seen.refund.as_deref() == Some(self.id.as_str())
            && seen.payment.as_deref() == Some(payment)
            && seen.charge == self.charge
            && seen.amount == self.amount
    }
}

impl Refunds {
    /// Whether all that went back of a charge is what we were asked for, or may be, or was acknowledged.
    pub(crate) fn explain(&self, evidence: &ChargeSnapshot) -> bool {
        let elsewhere = self.elsewhere_of(&evidence.id);
        let explained = self.standing_of(&evidence.id).saturating_add(self.acknowledged);
        let is_silent_void = evidence.voided && explained == 0;
        !evidence.disputed
            && !is_silent_void
            && elsewhere <= self.acknowledged
            && evidence.refunded_amount <= explained
    }
}

impl PaymentAttempt {
    pub(crate) fn refund_asked(mut self, order: RefundOrder) -> (Self, Vec<Remark>) {
        let known = self.refunds.ours.iter().any(|refund| refund.order.id == order.id);
        if known || self.may_refund(&order).is_err() {
            return self.ignored();
        }
        self.refunds.approve(order);
        (self, Vec::new())
    }

    pub(crate) fn refund_step(
        mut self,
        at: Timestamp,
        id: &RefundId,
        input: RefundInput,
    ) -> (Self, Vec<Remark>) {
        let payment = self.order.payment.to_string();
        let is_held_back = |refund: &RefundAttempt| refund.order.id == *id && self.is_held_back(refund);
        if matches!(input, RefundInput::Begins { .. }) && self.refunds.ours.iter().any(is_held_back) {
            return self.ignored();
        }
        let found = self.refunds.ours.iter().find(|refund| refund.order.id == *id);
        let other = match &input {
            RefundInput::Answered(seen) if seen.refund.as_deref() == Some(id.as_str()) => Some(seen.clone()),
            _ => None,
        };
        let next = found.and_then(|refund| refund.step(at, &payment, input));
        let Some(state) = next else { return self.answered_again(at, id, other.as_ref()) };
        let remarks = self.settle_refund(at, id, state);
        (self, remarks)
    }

    fn settle_refund(&mut self, at: Timestamp, id: &RefundId, state: RefundState) -> Vec<Remark> {
        let is_it = |refund: &&mut RefundAttempt| refund.order.id == *id;
        let Some(refund) = self.refunds.ours.iter_mut().find(is_it) else { return Vec::new() };
        let mut remarks = refund.settle(at, state);
        let settled = refund.clone();
        if let RefundState::Done(done) = &settled.state {
            self.refunds.elsewhere.retain(|seen| seen.id != done.id);
        }
        if remarks.contains(&Remark::Contradicted(Contradiction::RefundedAfterAll)) {
            self.refunds.explained_after_all(&settled);
        }
        remarks.extend(self.refund_ended(at, &settled));
        remarks
    }

    /// Omise answers with another refund than the one that is known, as after a request that was delivered twice: its
    /// charge tells how many there are.
    fn answered_again(
        mut self,
        at: Timestamp,
        id: &RefundId,
        seen: Option<&RefundSnapshot>,
    ) -> (Self, Vec<Remark>) {
        let is_it = |refund: &&mut RefundAttempt| refund.order.id == *id;
        let known = self.refunds.ours.iter_mut().find(is_it);
        let is_another = |done: &RefundDone| seen.is_some_and(|seen| seen.id != done.id);
        match known {
            Some(RefundAttempt { state: RefundState::Done(done), watch, .. }) if is_another(done) => {
                *watch = Some(RefundWatch { since: at, looked: false });
                (self, Vec::new())
            }
            _ => self.ignored(),
        }
    }

    /// What humans found of a refund in doubt stands beside its state, and is undone by evidence (P18, P19).
    pub(crate) fn refund_closed(mut self, id: &RefundId, closed: RefundResolution) -> (Self, Vec<Remark>) {
        let is_in_doubt = |refund: &&mut RefundAttempt| {
            refund.order.id == *id
                && matches!(refund.state, RefundState::Unknown(_))
                && refund.resolution.is_none()
        };
        let Some(refund) = self.refunds.ours.iter_mut().find(is_in_doubt) else { return self.ignored() };
        let at = closed.at;
        if closed.finding == RefundOutcome::Absent {
            refund.watch = Some(RefundWatch { since: at, looked: true });
        }
        refund.resolution = Some(closed);
        let ended = refund.clone();
        let remarks = self.refund_ended(at, &ended);
        (self, remarks)
    }

    /// Takes what a read of the charge lists: ours are settled by it, others are kept apart.
    pub(crate) fn refunds_seen(&mut self, at: Timestamp, evidence: &ChargeSnapshot) -> Vec<Remark> {
        let mut remarks = Vec::new();
        let payment = self.order.payment.to_string();
        for seen in
            evidence.refunds.iter().filter(|seen| !self.refunds.knows(seen)).cloned().collect::<Vec<_>>()
        {
            let is_ours = |refund: &&RefundAttempt| refund.order.matches(&seen, &payment);
            let is_elsewhere = self.refunds.elsewhere.iter().any(|known| known.id == seen.id);
            let ours = self.refunds.ours.iter().find(is_ours);
            let ours = ours.filter(|refund| !(is_elsewhere && refund.api_state() == Word::Done));
            let next = ours.and_then(|refund| {
                let state = refund.seen(at, &payment, &seen, evidence)?;
                Some((refund.order.id.clone(), state))
            });
            match next {
                Some((id, state)) => remarks.extend(self.settle_refund(at, &id, state)),
                // A second refund that carries the id of one of ours was not asked for either.
                None => self.refunds.note_elsewhere(&seen),
            }
        }
        self.refunds.note_look(&evidence.id);
        remarks
    }

    /// Whether nothing is sent of it: a rule wanted it of a payment that humans closed meanwhile.
    pub(crate) fn is_held_back(&self, refund: &RefundAttempt) -> bool {
        let is_of_a_rule = refund.order.approver == Approver::Rule;
        // A further charge is none that they can have meant.
        let is_of_extra = self.charges.is_returning(&refund.order.charge);
        self.is_resolved_for_good() && is_of_a_rule && !is_of_extra && refund.state == RefundState::Approved
    }
}
