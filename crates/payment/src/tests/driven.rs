//! A payment that is driven through inputs at times of their own.

use super::*;
use scantill_types::RefundId;
use scantill_types::api::{Disposition as Word, PaymentOutcome, RefundState as RefundWord};

pub(super) const MINUTE_MS: i64 = 60_000;

pub(super) struct Driven {
    pub(super) attempt: PaymentAttempt,
    pub(super) remarks: Vec<Remark>,
    pub(super) alarms: Vec<ReviewReason>,
    pub(super) now: i64,
}

impl Driven {
    pub(super) fn after(inputs: impl IntoIterator<Item = Input>) -> Self {
        let mut driven =
            Self { attempt: PaymentAttempt::new(order()), remarks: Vec::new(), alarms: Vec::new(), now: 1 };
        for input in inputs {
            driven.feed(input);
        }
        driven
    }

    pub(super) fn kept() -> Self {
        Self::after([PERMIT, seen(ChargeStatus::Successful)])
    }

    pub(super) fn late() -> Self {
        Self::after([
            PERMIT,
            seen(ChargeStatus::Pending),
            CANCEL,
            Input::ExpireBegins,
            seen(ChargeStatus::Successful),
        ])
    }

    pub(super) fn feed(&mut self, input: Input) {
        let before = self.attempt.clone();
        (self.attempt, self.remarks) = before.clone().step(Timestamp(self.now), &Timing::default(), input);
        self.alarms = self.attempt.reviews_added_since(&before);
    }

    pub(super) fn at(&mut self, now: i64, input: Input) {
        self.now = now;
        self.feed(input);
    }

    pub(super) fn due(&self) -> Option<(i64, Action)> {
        self.attempt.due(Timestamp(self.now), &Timing::default()).map(|due| (due.at.0, due.action))
    }

    /// A round, as the driver makes it: what was done, and whether it changed the payment.
    pub(super) fn tend(&mut self, answers: impl Fn(&Action) -> Vec<Input>) -> Vec<(Action, bool)> {
        let (mut pass, mut changed_at, timing) = (PollPass::default(), None, Timing::default());
        let mut steps = Vec::new();
        while let Some(action) = pass.next(&self.attempt, Timestamp(self.now), changed_at, &timing) {
            let before = self.attempt.clone();
            for input in answers(&action) {
                self.feed(input);
            }
            let moved = self.attempt != before;
            changed_at = moved.then_some(Timestamp(self.now));
            steps.push((action, moved));
        }
        steps
    }

    pub(super) fn disposition(&self) -> Option<Word> {
        self.attempt.disposition.as_ref().map(Disposition::to_api)
    }

    pub(super) fn refund(&self, id: &RefundId) -> RefundWord {
        let ours = &self.attempt.refunds.ours;
        ours.iter().find(|refund| refund.order.id == *id).unwrap().api_state()
    }

    /// The provider's refunds that are known: id, amount and whether it is a void; ours before those made elsewhere.
    pub(super) fn known_refunds(&self) -> Vec<(&str, i64, bool)> {
        let Refunds { ours, elsewhere, .. } = &self.attempt.refunds;
        let done = ours.iter().filter_map(|refund| match &refund.state {
            RefundState::Done(done) => Some((done.id.as_str(), refund.order.amount, done.voided)),
            _ => None,
        });
        done.chain(elsewhere.iter().map(|seen| (seen.id.as_str(), seen.amount, seen.voided))).collect()
    }

    pub(super) fn begin(&mut self, id: &RefundId, refunded_amount: i64) {
        self.feed(Input::Refund(id.clone(), RefundInput::Begins { refunded_amount, is_paid: true }));
    }

    pub(super) fn ask(&mut self, order: RefundOrder) {
        self.feed(Input::RefundAsked(order));
    }
}

/// What is stored is read back as it was.
pub(super) fn survives_storage(attempt: &PaymentAttempt) -> bool {
    let stored = attempt.to_stored().unwrap();
    PaymentAttempt::from_stored(attempt.order.clone(), &stored).is_ok_and(|read| read == *attempt)
}

pub(super) fn refund_id(id: &str) -> RefundId {
    RefundId::parse(id).unwrap()
}

pub(super) fn wish(id: &str, amount: i64, refunded_before: i64) -> RefundOrder {
    RefundOrder {
        id: refund_id(id),
        charge: ChargeId::parse("chrg_1").unwrap(),
        amount,
        refunded_before,
        void: false,
        reason: None,
        approver: Approver::Supervisor("Mali".into()),
        created_at: Timestamp(1),
    }
}

pub(super) fn shown(id: &str, amount: i64) -> RefundSnapshot {
    RefundSnapshot {
        id: format!("rfnd_{id}"),
        charge: ChargeId::parse("chrg_1").unwrap(),
        amount,
        voided: false,
        refund: Some(id.into()),
        payment: Some("pay-1".into()),
    }
}

pub(super) fn refunded(amount: i64, refunds: Vec<RefundSnapshot>) -> Input {
    Input::ChargeRead(ChargeSnapshot {
        refunded_amount: amount,
        refunds,
        ..charge("chrg_1", ChargeStatus::Successful)
    })
}

pub(super) fn resolved_manually(finding: PaymentOutcome) -> Input {
    Input::Resolved(ManualResolution {
        finding,
        by: "Mali".into(),
        second: "Chai".into(),
        proof: "statement".into(),
        at: Timestamp(1),
    })
}
