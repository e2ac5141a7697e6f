//! Coming back to a payment after a reload: the till reads the payment before it says anything about it.

use super::sale::{StoredPayment, StoredSale};
use super::{
    Call, CallError, Context, Effect, Input, Listing, Next, Outcome, Phase, Press, Reading, Sale,
    ScanProblem, StepContext, Timer, awaiting_outcome, rejected, scanning, submitting,
};
use scantill_types::PaymentId;
use scantill_types::api::{CancelledBy, Disposition, Payment, Problem, ProblemCode};

#[derive(Clone, Debug)]
pub(super) struct Resuming {
    pub(super) sale: Sale,
    wanted: Wanted,
    reading: Reading,
    /// The proxy had the payment and does not find it any more.
    pub(super) missing: bool,
}

#[derive(Clone, Debug)]
enum Wanted {
    /// A payment of this tablet that the proxy may not have received.
    Attempt(PaymentId),
    /// A payment that the proxy has had, and who cancelled it. If it is missing now, only a person can say
    /// why.
    Known(PaymentId, Option<CancelledBy>),
    /// A payment that blocked this sale, and the refusal that named it.
    Other(PaymentId, Box<Problem>),
    /// Any payment of the sale: the tablet's storage was lost.
    Sale,
}

impl Resuming {
    pub(super) fn enter(sale: Sale, payment: StoredPayment, reading: Reading) -> Next {
        let wanted = if payment.acknowledged {
            Wanted::Known(payment.id, payment.end)
        } else {
            Wanted::Attempt(payment.id)
        };
        Self::ask(sale, wanted, reading)
    }

    /// Shows the payment that blocks the sale.
    pub(super) fn enter_other(sale: Sale, id: PaymentId, problem: Problem) -> Next {
        Self::ask(sale, Wanted::Other(id, Box::new(problem)), Reading::Named)
    }

    pub(super) fn enter_sale(sale: Sale) -> Next {
        Self::ask(sale, Wanted::Sale, Reading::Named)
    }

    fn ask(sale: Sale, wanted: Wanted, reading: Reading) -> Next {
        let shown = Effect::ShowSale(Some(sale.clone()));
        let phase = Self { sale, wanted, reading, missing: false };
        let call = phase.call();
        (Phase::Resuming(phase), vec![Effect::StopTimers, shown, call])
    }

    pub(super) fn step(self, context: &mut Context, moment: &StepContext, input: Input) -> Next {
        match input {
            Input::Payment(payment) if self.id() == Some(&payment.id) => {
                let end = self.end();
                awaiting_outcome::show_ending(context, moment, self.sale, payment, self.reading, end)
            }
            Input::Listed(Listing::Sale(sale_id), payments, _)
                if sale_id == self.sale.id && self.id().is_none() =>
            {
                let mut payments = payments.into_iter();
                match payments.find(|payment| payment.sale_id == sale_id && stands(payment)) {
                    Some(payment) => {
                        awaiting_outcome::show(context, moment, self.sale, payment, self.reading)
                    }
                    None => scanning::Scanning::enter(self.sale),
                }
            }
            Input::CallFailed(id, error) if self.id() == Some(&id) => match &error {
                CallError::Refused(problem) if says_no(problem) => self.not_there(context, &error),
                _ => self.again(context, &error),
            },
            Input::ListFailed(Listing::Sale(_), error) => self.again(context, &error),
            Input::Elapsed(Timer::Again) => {
                let call = self.call();
                (Phase::Resuming(self), vec![call])
            }
            Input::Press(Press::Park) if self.may_be_parked(context) => self.park(context, moment),
            Input::Scanned { .. } => scanning::refuse(context, Phase::Resuming(self), ScanProblem::UnderWay),
            _ => Phase::Resuming(self).ignore(),
        }
    }

    /// A 404 or 409 is never evidence that nothing was paid (P8).
    fn not_there(self, context: &mut Context, error: &CallError) -> Next {
        match self.wanted {
            // The PUT may still be under way: only a recorded cancel settles that.
            Wanted::Attempt(id) => submitting::CancellingUnconfirmed::enter(self.sale, id),
            // Another terminal's payment: this till knows no more than the refusal said.
            Wanted::Other(_, problem) => {
                rejected::Rejected::enter(self.sale, Problem { payment_id: None, ..*problem })
            }
            Wanted::Known(..) | Wanted::Sale => Self { missing: true, ..self }.again(context, error),
        }
    }

    fn again(self, context: &Context, error: &CallError) -> Next {
        (Phase::Resuming(self), vec![context.again(error)])
    }

    /// The queue need not wait for a missing answer.
    pub(super) fn may_be_parked(&self, context: &Context) -> bool {
        self.missing || !context.reachable
    }

    fn park(self, context: &mut Context, moment: &StepContext) -> Next {
        let stored = self.stored();
        if stored.payment.is_some() {
            context.park_payment(stored);
        }
        scanning::leave_with(context, moment, Outcome::InDoubt(None))
    }

    pub(super) fn id(&self) -> Option<&PaymentId> {
        match &self.wanted {
            Wanted::Attempt(id) | Wanted::Known(id, _) | Wanted::Other(id, _) => Some(id),
            Wanted::Sale => None,
        }
    }

    fn end(&self) -> Option<CancelledBy> {
        match self.wanted {
            Wanted::Known(_, end) => end,
            _ => None,
        }
    }

    fn call(&self) -> Effect {
        Effect::Call(match self.id() {
            Some(id) => Call::Read(id.clone()),
            None => Call::List(Listing::Sale(self.sale.id.clone())),
        })
    }

    pub(super) fn stored(&self) -> StoredSale {
        let payment = match &self.wanted {
            Wanted::Attempt(id) => Some(StoredPayment::sent(id.clone())),
            Wanted::Known(id, end) => Some(StoredPayment { end: *end, ..StoredPayment::known(id.clone()) }),
            Wanted::Other(..) | Wanted::Sale => None,
        };
        StoredSale { sale: self.sale.clone(), payment }
    }
}

/// A proxy that cannot read its database now says nothing about the payment.
pub(super) fn says_no(problem: &Problem) -> bool {
    problem.status < 500 && problem.code != ProblemCode::Busy && problem.retry_after_s.is_none()
}

/// Whether a payment still decides its sale: it is open and its sale was not released, or it captured money.
pub(super) fn stands(payment: &Payment) -> bool {
    (!payment.state.is_final() && payment.released.is_none())
        || payment.disposition.is_some_and(|disposition| disposition != Disposition::Refunded)
}
