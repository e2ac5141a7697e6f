//! The PUT is on its way; and what is done when its answer does not come (P8).

use super::sale::{StoredPayment, StoredSale};
use super::{
    Call, CallError, Context, Effect, Input, Moment, Next, Phase, Sale, Sound, Timer, pairing, refused,
    waiting,
};
use crate::PaymentId;
use crate::api::{CancelPayment, CreatePayment, Ender};
use crate::payer_code::PayerCode;

#[derive(Clone, Debug)]
pub(super) struct Sending {
    pub(super) sale: Sale,
    pub(super) payment: PaymentId,
    pub(super) code: PayerCode,
    scanned_at_ms: u64,
    accepted: Option<PaymentId>,
}

impl Sending {
    pub(super) fn enter(
        context: &Context,
        moment: &Moment,
        sale: Sale,
        code: PayerCode,
        scanned_at_ms: u64,
        accepted: Option<PaymentId>,
    ) -> Next {
        let phase = Self { sale, payment: moment.payment_id(), code, scanned_at_ms, accepted };
        let stored = StoredPayment::sent(phase.payment.clone());
        let effects = vec![
            Effect::StopTimers,
            context.save(Some((&phase.sale, Some(stored)))),
            phase.put(moment),
            Effect::Wait(Timer::Deadline, context.timing().put_answer_ms),
            Effect::Play(Sound::Heard),
        ];
        (Phase::Sending(phase), effects)
    }

    pub(super) fn step(self, context: &mut Context, moment: &Moment, input: Input) -> Next {
        match input {
            Input::Payment(payment) if payment.id == self.payment => {
                waiting::show(context, moment, self.sale, payment)
            }
            Input::CallFailed(id, CallError::Refused(problem)) if id == self.payment => {
                if problem.never_created {
                    return refused::Refused::enter(context, self.sale, problem);
                }
                Abandoning::enter(self.sale, self.payment)
            }
            Input::CallFailed(id, CallError::Unauthenticated) if id == self.payment => {
                pairing::Pairing::enter(Some(stored(self.sale, self.payment)), None)
            }
            Input::CallFailed(id, CallError::Unreachable) if id == self.payment => {
                let again = Effect::Wait(Timer::Again, context.timing().call_again_ms);
                (Phase::Sending(self), vec![again])
            }
            Input::Elapsed(Timer::Again) => {
                let put = self.put(moment);
                (Phase::Sending(self), vec![put])
            }
            Input::Elapsed(Timer::Deadline) => Abandoning::enter(self.sale, self.payment),
            _ => context.ignore(Phase::Sending(self)),
        }
    }

    fn put(&self, moment: &Moment) -> Effect {
        let body = CreatePayment {
            sale_id: self.sale.id.clone(),
            amount: self.sale.amount,
            currency: self.sale.currency,
            code: self.code.expose_digits().to_owned(),
            scanned_ago_ms: moment.now_ms.saturating_sub(self.scanned_at_ms),
            reference: self.sale.reference.clone(),
            description: None,
            metadata: std::collections::BTreeMap::new(),
            accepted_payment_id: self.accepted.clone(),
        };
        Effect::Call(Call::Put(self.payment.clone(), Box::new(body)))
    }
}

/// The code or the answer is lost: the PUT became a cancel, repeated until the proxy answers it.
#[derive(Clone, Debug)]
pub(super) struct Abandoning {
    pub(super) sale: Sale,
    pub(super) payment: PaymentId,
}

impl Abandoning {
    pub(super) fn enter(sale: Sale, payment: PaymentId) -> Next {
        let phase = Self { sale, payment };
        let cancel = phase.cancel();
        (Phase::Abandoning(phase), vec![Effect::StopTimers, cancel])
    }

    pub(super) fn step(self, context: &mut Context, moment: &Moment, input: Input) -> Next {
        match input {
            Input::Payment(payment) if payment.id == self.payment => {
                waiting::show(context, moment, self.sale, payment)
            }
            Input::CallFailed(id, CallError::Unauthenticated) if id == self.payment => {
                pairing::Pairing::enter(Some(stored(self.sale, self.payment)), None)
            }
            Input::CallFailed(id, _) if id == self.payment => {
                let again = Effect::Wait(Timer::Again, context.timing().call_again_ms);
                (Phase::Abandoning(self), vec![again])
            }
            Input::Elapsed(Timer::Again) => {
                let cancel = self.cancel();
                (Phase::Abandoning(self), vec![cancel])
            }
            _ => context.ignore(Phase::Abandoning(self)),
        }
    }

    fn cancel(&self) -> Effect {
        Effect::Call(Call::Cancel(self.payment.clone(), cancel_body(&self.sale, Ender::Till)))
    }
}

/// The body of a cancel: enough to record a payment that never arrived.
pub(super) fn cancel_body(sale: &Sale, by: Ender) -> CancelPayment {
    CancelPayment { sale_id: sale.id.clone(), amount: sale.amount, currency: sale.currency, by }
}

fn stored(sale: Sale, id: PaymentId) -> StoredSale {
    StoredSale { sale, payment: Some(StoredPayment::sent(id)) }
}
