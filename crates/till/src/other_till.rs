//! A payment that another till holds: this till shows it and may take it over (P3).

use std::rc::Rc;

use super::sale::{StoredPayment, StoredSale};
use super::{
    Call, Context, Effect, Input, Next, Phase, Press, Reading, Sale, ScanProblem, StepContext,
    awaiting_outcome, parked, scanning,
};
use scantill_types::api::Payment;

#[derive(Clone, Debug)]
pub(super) struct OtherTill {
    pub(super) sale: Sale,
    pub(super) payment: Rc<Payment>,
}

impl OtherTill {
    /// The payment keeps its badge, so that the cashier finds it again.
    pub(super) fn enter(context: &mut Context, sale: Sale, payment: Rc<Payment>) -> Next {
        let heard = StoredPayment::heard(&payment, &context.device);
        context.park_payment(StoredSale { sale: sale.clone(), payment: Some(heard) });
        let effects = vec![Effect::StopTimers, Effect::ShowSale(Some(sale.clone()))];
        (Phase::OtherTill(Self { sale, payment }), effects)
    }

    pub(super) fn step(self, context: &mut Context, moment: &StepContext, input: Input) -> Next {
        match input {
            Input::Payment(payment)
                if payment.id == self.payment.id && self.payment.version <= payment.version =>
            {
                // The other till announces how the payment ended.
                if payment.holder != context.device && parked::is_over(&payment) {
                    return context.next_sale(moment);
                }
                awaiting_outcome::show(context, moment, self.sale, payment, Reading::Earlier)
            }
            Input::Press(Press::TakeOver) => {
                let call = Effect::Call(Call::TakeOver(self.payment.id.clone()));
                (Phase::OtherTill(self), vec![call])
            }
            Input::Press(Press::NextSale) => context.next_sale(moment),
            Input::Scanned { .. } => scanning::refuse(context, Phase::OtherTill(self), ScanProblem::UnderWay),
            _ => Phase::OtherTill(self).ignore(),
        }
    }
}
