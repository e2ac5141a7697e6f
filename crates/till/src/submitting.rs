//! The PUT is under way; and the steps if its answer does not come (P8).

use super::sale::{StoredPayment, StoredSale};
use super::{
    Call, CallError, Context, Effect, Input, Next, Outcome, Phase, Press, Reading, Sale, ScanProblem, Sound,
    StepContext, Timer, awaiting_outcome, rejected, scanning,
};
use scantill_types::PaymentId;
use scantill_types::api::{CancelPayment, CancelledBy, CreatePayment, ProblemCode};
use scantill_types::payer_code::PayerCode;

#[derive(Clone, Debug)]
pub(super) struct Submitting {
    pub(super) sale: Sale,
    pub(super) payment: PaymentId,
    pub(super) code: PayerCode,
    scanned_at_ms: u64,
    accepted: Option<PaymentId>,
}

impl Submitting {
    pub(super) fn enter(
        context: &mut Context,
        moment: &StepContext,
        sale: Sale,
        code: PayerCode,
        scanned_at_ms: u64,
        accepted: Option<PaymentId>,
    ) -> Next {
        let payment = moment.payment_id();
        context.last_sent_code = Some((payment.clone(), code.clone()));
        let phase = Self { sale, payment, code, scanned_at_ms, accepted };
        let effects = vec![
            Effect::StopTimers,
            phase.put(moment),
            Effect::Wait(Timer::Deadline, context.timing().put_answer_ms),
            Effect::Play(Sound::Heard),
        ];
        (Phase::Submitting(phase), effects)
    }

    pub(super) fn step(self, context: &mut Context, moment: &StepContext, input: Input) -> Next {
        match input {
            Input::Payment(payment) if payment.id == self.payment => {
                awaiting_outcome::show(context, moment, self.sale, payment, Reading::News)
            }
            Input::CallFailed(id, CallError::Refused(problem))
                if id == self.payment && problem.retry_after_s.is_none() =>
            {
                if problem.never_created {
                    let is_spent = matches!(problem.code, ProblemCode::CodeUsed | ProblemCode::CodeStale);
                    // A code that was not sent to Omise is not spent.
                    context.last_sent_code = context.last_sent_code.take().filter(|_| is_spent);
                    return rejected::Rejected::enter(self.sale, problem);
                }
                CancellingUnconfirmed::enter(self.sale, self.payment)
            }
            Input::CallFailed(id, error @ (CallError::Unreachable | CallError::Refused(_)))
                if id == self.payment =>
            {
                (Phase::Submitting(self), vec![context.again(&error)])
            }
            Input::Elapsed(Timer::Again) => {
                let put = self.put(moment);
                (Phase::Submitting(self), vec![put])
            }
            Input::Elapsed(Timer::Deadline) => CancellingUnconfirmed::enter(self.sale, self.payment),
            Input::Scanned { .. } => {
                scanning::refuse(context, Phase::Submitting(self), ScanProblem::UnderWay)
            }
            _ => Phase::Submitting(self).ignore(),
        }
    }

    fn put(&self, moment: &StepContext) -> Effect {
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

/// The code or the answer is lost: the till sends a cancel instead of the PUT, and repeats it until the proxy
/// answers.
#[derive(Clone, Debug)]
pub(super) struct CancellingUnconfirmed {
    pub(super) sale: Sale,
    pub(super) payment: PaymentId,
}

impl CancellingUnconfirmed {
    pub(super) fn enter(sale: Sale, payment: PaymentId) -> Next {
        let phase = Self { sale, payment };
        let cancel = phase.cancel();
        (Phase::CancellingUnconfirmed(phase), vec![Effect::StopTimers, cancel])
    }

    pub(super) fn step(self, context: &mut Context, moment: &StepContext, input: Input) -> Next {
        match input {
            Input::Payment(payment) if payment.id == self.payment => {
                awaiting_outcome::show(context, moment, self.sale, payment, Reading::News)
            }
            Input::CallFailed(id, error) if id == self.payment => {
                (Phase::CancellingUnconfirmed(self), vec![context.again(&error)])
            }
            Input::Elapsed(Timer::Again) => {
                let cancel = self.cancel();
                (Phase::CancellingUnconfirmed(self), vec![cancel])
            }
            // The till continues to cancel it in the background (P8).
            Input::Press(Press::Park) => {
                let payment = Some(StoredPayment::sent(self.payment));
                context.park_payment(StoredSale { sale: self.sale, payment });
                scanning::leave_with(context, moment, Outcome::InDoubt(None))
            }
            Input::Scanned { .. } => {
                scanning::refuse(context, Phase::CancellingUnconfirmed(self), ScanProblem::UnderWay)
            }
            _ => Phase::CancellingUnconfirmed(self).ignore(),
        }
    }

    fn cancel(&self) -> Effect {
        Effect::Call(Call::Cancel(self.payment.clone(), cancel_body(&self.sale, CancelledBy::Till)))
    }
}

/// The body of a cancel. It suffices to record a payment that never arrived.
pub(super) fn cancel_body(sale: &Sale, by: CancelledBy) -> CancelPayment {
    CancelPayment { sale_id: sale.id.clone(), amount: sale.amount, currency: sale.currency, by }
}
