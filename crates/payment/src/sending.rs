//! From the intent to the answer of the POST.

use super::{
    AwaitingDecision, Disposition, Failed, PaymentAttempt, RefundInput, Remark, Sending, State, UnknownReason,
};
use scantill_types::api::FailureCode;
use scantill_types::{RefundId, SourceId, Timestamp, Timing};

impl PaymentAttempt {
    /// *May send* and *end wanted* are decided in one commit: whichever came first holds (P5). An end that was wanted
    /// before this one has ended the payment already.
    pub(super) fn permit(mut self, timing: &Timing, waited_ms: u64) -> (Self, Vec<Remark>) {
        if timing.permit_ms < waited_ms {
            return self.never_begun();
        }
        if !self.awaits_permit() {
            return self.ignored();
        }
        self.state = State::Sending(Sending { permitted: true });
        (self, Vec::new())
    }

    /// Nothing was sent, and nothing will be.
    pub(super) fn never_begun(mut self) -> (Self, Vec<Remark>) {
        if !self.awaits_permit() {
            return self.ignored();
        }
        self.state = State::failed(FailureCode::NotSent);
        (self, Vec::new())
    }

    fn awaits_permit(&self) -> bool {
        self.state == State::Sending(Sending { permitted: false })
    }

    /// Whether the permit was given, so that the POST may begin.
    pub fn may_send(&self) -> bool {
        self.state == State::Sending(Sending { permitted: true })
    }

    pub(super) fn source_created(mut self, source: SourceId) -> (Self, Vec<Remark>) {
        if !self.may_send() || self.source.is_some() {
            return self.ignored();
        }
        self.source = Some(source);
        if self.cancel_request.is_some() {
            // No charge was begun on the source, so there is nothing to expire.
            self.state = State::Cancelled;
        }
        (self, Vec::new())
    }

    /// Whether the payer's code was sent to the provider, or may have been. Only a payment that was proved not sent, and has
    /// neither a source nor a charge, leaves its code unused (P10).
    pub fn has_spent_its_code(&self) -> bool {
        let is_proved_unsent =
            matches!(&self.state, State::Failed(failed) if failed.code == FailureCode::NotSent);
        !is_proved_unsent || self.source.is_some() || !self.charges.is_empty()
    }

    pub(super) fn not_sent(self) -> (Self, Vec<Remark>) {
        self.never_became_a_charge(Failed { code: FailureCode::NotSent, refusal: None })
    }

    pub(super) fn refused(self, code: String) -> (Self, Vec<Remark>) {
        self.never_became_a_charge(Failed { code: FailureCode::Refused, refusal: Some(code) })
    }

    pub(super) fn source_lost(self) -> (Self, Vec<Remark>) {
        if self.source.is_some() {
            return self.ignored();
        }
        self.never_became_a_charge(Failed { code: FailureCode::NotCreated, refusal: None })
    }

    pub(super) fn answer_lost(mut self, at: Timestamp, doubt: UnknownReason) -> (Self, Vec<Remark>) {
        if !self.may_send() {
            return self.ignored();
        }
        self.state = State::unknown(at, doubt);
        (self, Vec::new())
    }

    /// Whoever sent it is gone: nothing is sent again, because the code is gone too, and only evidence decides.
    pub(super) fn restarted(mut self, at: Timestamp) -> (Self, Vec<Remark>) {
        let State::Sending(Sending { permitted }) = self.state else {
            return self.ignored();
        };
        let source_is_missing = self.order.source_first && self.source.is_none();
        self.state = match permitted {
            true if source_is_missing => State::failed(FailureCode::NotCreated),
            true => State::unknown(at, UnknownReason::Restarted),
            false => State::failed(FailureCode::NotSent),
        };
        (self, Vec::new())
    }

    /// Refunds on their way are in doubt too; a refund alone restarts a payment that is over.
    pub(super) fn restarted_whole(self, at: Timestamp) -> (Self, Vec<Remark>) {
        let in_flight: Vec<RefundId> = {
            let open = self.refunds.ours.iter().filter(|refund| !refund.is_over());
            open.map(|refund| refund.order.id.clone()).collect()
        };
        let (mut attempt, mut remarks) = self.asked_anew(at).restarted(at);
        for refund in in_flight {
            let (next, more) = attempt.refund_step(at, &refund, RefundInput::Restarted);
            attempt = next;
            remarks.extend(more);
        }
        (attempt, remarks)
    }

    /// While the proxy was down nobody could answer it: whoever is asked has the whole of a minute.
    pub(super) fn asked_anew(mut self, at: Timestamp) -> Self {
        if self.awaits_decision() {
            self.disposition = Some(Disposition::AwaitingDecision(AwaitingDecision { since: at }));
        }
        self
    }

    fn never_became_a_charge(mut self, failed: Failed) -> (Self, Vec<Remark>) {
        if !self.may_send() {
            return self.ignored();
        }
        self.state = State::Failed(failed);
        (self, Vec::new())
    }
}
