//! Coming back to a payment after a reload: first it is asked for, and only then anything is said of it.

use super::sale::StoredPayment;
use super::{
    Call, CallError, Context, Effect, Input, Moment, Next, Phase, Sale, Timer, pairing, scanning, sending,
    waiting,
};
use crate::PaymentId;
use crate::api::{Disposition, Payment, ProblemCode};

#[derive(Clone, Debug)]
pub(super) struct Recalling {
    pub(super) sale: Sale,
    wanted: Wanted,
}

#[derive(Clone, Debug)]
enum Wanted {
    /// One attempt, by its id.
    Payment(PaymentId),
    /// Whatever there is for the sale: the tablet's own memory was lost.
    Sale,
}

impl Recalling {
    pub(super) fn enter(sale: Sale, payment: StoredPayment) -> Next {
        let call = Effect::Call(Call::Ask(payment.id.clone()));
        let phase = Self { sale, wanted: Wanted::Payment(payment.id) };
        (Phase::Recalling(phase), vec![Effect::StopTimers, call])
    }

    pub(super) fn enter_sale(sale: Sale) -> Next {
        let call = Effect::Call(Call::AskSale(sale.id.clone()));
        (Phase::Recalling(Self { sale, wanted: Wanted::Sale }), vec![Effect::StopTimers, call])
    }

    pub(super) fn step(self, context: &mut Context, moment: &Moment, input: Input) -> Next {
        match (&self.wanted, input) {
            (Wanted::Payment(id), Input::Payment(payment)) if payment.id == *id => {
                waiting::show(context, moment, self.sale, payment)
            }
            (Wanted::Sale, Input::SalePayments(sale_id, payments)) if sale_id == self.sale.id => {
                match payments.into_iter().find(stands) {
                    Some(payment) => waiting::show(context, moment, self.sale, payment),
                    None => scanning::Scanning::enter(context, self.sale),
                }
            }
            (
                _,
                Input::CallFailed(_, CallError::Unauthenticated)
                | Input::SaleCallFailed(CallError::Unauthenticated),
            ) => {
                let stored = self.stored();
                pairing::Pairing::enter(Some(stored), None)
            }
            // The proxy does not have it, but the PUT may still be on its way: only a recorded cancel settles that.
            // A proxy that cannot look just now (its store is busy) says nothing of the kind.
            (Wanted::Payment(id), Input::CallFailed(failed, CallError::Refused(problem)))
                if failed == *id && problem.status < 500 && problem.code != ProblemCode::Busy =>
            {
                sending::Abandoning::enter(self.sale, failed)
            }
            (_, Input::CallFailed(..) | Input::SaleCallFailed(_)) => {
                let again = Effect::Wait(Timer::Again, context.timing().call_again_ms);
                (Phase::Recalling(self), vec![again])
            }
            (wanted, Input::Elapsed(Timer::Again)) => {
                let call = match wanted {
                    Wanted::Payment(id) => Call::Ask(id.clone()),
                    Wanted::Sale => Call::AskSale(self.sale.id.clone()),
                };
                (Phase::Recalling(self), vec![Effect::Call(call)])
            }
            _ => context.ignore(Phase::Recalling(self)),
        }
    }

    fn stored(&self) -> super::sale::StoredSale {
        let payment = match &self.wanted {
            Wanted::Payment(id) => Some(StoredPayment { id: id.clone(), acknowledged: false }),
            Wanted::Sale => None,
        };
        super::sale::StoredSale { sale: self.sale.clone(), payment }
    }
}

/// Whether a payment still decides its sale: it is open, or money came of it.
fn stands(payment: &Payment) -> bool {
    !payment.state.is_final()
        || payment.disposition.is_some_and(|disposition| disposition != Disposition::Returned)
}
