//! The attempt is over: paid, not paid, or paid although somebody wanted the end.

use std::rc::Rc;

use super::sale::StoredPayment;
use super::{
    Call, Context, Effect, Input, Moment, Next, Outcome, Phase, Press, Sale, Sound, entering, scanning,
};
use crate::api::{Disposition, Payment, PaymentState};

#[derive(Clone, Debug)]
pub(super) struct Ended {
    pub(super) sale: Sale,
    pub(super) payment: Rc<Payment>,
}

/// What an ended payment means for the goods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Hand over.
    Paid,
    /// Paid, and given back, or about to be: do not hand over.
    GivenBack,
    /// Paid, after somebody wanted the end: somebody must say.
    Undecided,
    /// Paid, and a supervisor was called.
    Supervisor,
    /// Ended on demand, unpaid.
    Cancelled,
    /// Not paid.
    NotPaid,
}

impl Ended {
    pub(super) fn enter(context: &mut Context, sale: Sale, payment: Rc<Payment>) -> Next {
        let phase = Self { sale, payment };
        let stored = StoredPayment::heard(&phase.payment);
        let mut effects = vec![
            Effect::StopTimers,
            context.save(Some((&phase.sale, Some(stored)))),
            Effect::ShowSale(Some(phase.sale.clone())),
        ];
        effects.extend(phase.announce());
        (Phase::Ended(phase), effects)
    }

    pub(super) fn step(self, context: &mut Context, _: &Moment, input: Input) -> Next {
        match input {
            Input::Payment(payment)
                if payment.id == self.payment.id && self.payment.version < payment.version =>
            {
                Self::enter(context, self.sale, payment)
            }
            Input::Press(Press::NextSale) if self.may_leave() => {
                context.aside.retain(|aside| !aside.is(&self.payment.id));
                entering::Entering::enter(context)
            }
            Input::Press(Press::ScanAgain) if self.may_scan_again() => {
                scanning::Scanning::enter(context, self.sale)
            }
            Input::Press(Press::EndSale) if self.may_scan_again() => {
                scanning::leave(context, Some(self.payment))
            }
            Input::Press(Press::Decide(decision)) if self.meaning() == Meaning::Undecided => {
                let call = Effect::Call(Call::Decide(self.payment.id.clone(), decision));
                (Phase::Ended(self), vec![call])
            }
            _ => context.ignore(Phase::Ended(self)),
        }
    }

    pub(super) fn meaning(&self) -> Meaning {
        match (self.payment.disposition, self.payment.state) {
            (Some(_), _) if self.payment.is_given_back() => Meaning::GivenBack,
            (Some(Disposition::Kept), _) => Meaning::Paid,
            (Some(Disposition::Undecided), _) => Meaning::Undecided,
            (Some(Disposition::ToReturn | Disposition::Returning | Disposition::Returned), _) => {
                Meaning::GivenBack
            }
            // A success always carries a disposition; one without is not ours to call paid.
            (Some(Disposition::Attention), _) | (None, PaymentState::Successful) => Meaning::Supervisor,
            (None, PaymentState::Cancelled) => Meaning::Cancelled,
            (None, _) => Meaning::NotPaid,
        }
    }

    /// Another scan for the sale is safe only where no money stands.
    fn may_scan_again(&self) -> bool {
        matches!(self.meaning(), Meaning::Cancelled | Meaning::NotPaid)
    }

    /// Nobody waits for a decision here.
    pub(super) fn is_settled(&self) -> bool {
        self.may_leave() || self.may_scan_again()
    }

    fn may_leave(&self) -> bool {
        matches!(self.meaning(), Meaning::Paid | Meaning::GivenBack | Meaning::Supervisor)
    }

    fn announce(&self) -> Vec<Effect> {
        match self.meaning() {
            Meaning::Paid => {
                vec![Effect::Play(Sound::Paid), Effect::Report(Box::new(Outcome::Paid(self.payment.clone())))]
            }
            Meaning::Undecided => vec![Effect::Play(Sound::Attention)],
            // Perhaps only a part went back: a host page must neither hand over nor count it as unpaid.
            Meaning::GivenBack | Meaning::Supervisor => {
                vec![
                    Effect::Play(Sound::Attention),
                    Effect::Report(Box::new(Outcome::InDoubt(Some(self.payment.clone())))),
                ]
            }
            Meaning::Cancelled | Meaning::NotPaid => vec![Effect::Play(Sound::NotPaid)],
        }
    }
}
