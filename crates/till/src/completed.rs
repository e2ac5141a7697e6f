//! The payment is over: paid, not paid, or paid although somebody cancelled it.

use std::rc::Rc;

use super::sale::{StoredPayment, StoredSale};
use super::{
    Call, Context, Effect, Input, Next, Outcome, Phase, Press, Reading, Sale, ScanProblem, Sound,
    StepContext, awaiting_outcome, parked, scanning,
};
use scantill_types::api::{CancelledBy, Disposition, Payment, PaymentState};

#[derive(Clone, Debug)]
pub(super) struct Completed {
    pub(super) sale: Sale,
    pub(super) payment: Rc<Payment>,
    /// It had ended before the till read it: the cashier hears no sound.
    pub(super) earlier: bool,
}

/// What an ended payment means for the goods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Hand over.
    Paid,
    /// Paid, and refunded or about to be refunded: do not hand over.
    GivenBack,
    /// Paid after somebody cancelled it: the cashier must decide.
    Undecided,
    /// Paid, and a supervisor must decide.
    Supervisor,
    /// Cancelled, unpaid.
    Cancelled,
    /// Not paid.
    NotPaid,
}

impl Completed {
    pub(super) fn enter(
        context: &mut Context,
        moment: &StepContext,
        sale: Sale,
        payment: Rc<Payment>,
        reading: Reading,
    ) -> Next {
        let phase = Self { sale, payment, earlier: reading != Reading::News };
        // The till shows a paid sale once. It shows it again only if the address or the host page names it
        // (P2).
        if reading == Reading::Earlier
            && phase.meaning() == Meaning::Paid
            && context.seen.contains(&phase.payment.id)
        {
            let payment = StoredPayment::heard(&phase.payment, &context.device);
            context.leave(phase.sale.clone(), &phase.payment);
            context.recalled = Some(StoredSale { sale: phase.sale, payment: Some(payment) });
            return context.next_sale(moment);
        }
        context.remember(&phase.payment.id);
        let mut effects = vec![Effect::StopTimers, Effect::ShowSale(Some(phase.sale.clone()))];
        phase.announce(&mut effects);
        (Phase::Completed(phase), effects)
    }

    pub(super) fn step(self, context: &mut Context, moment: &StepContext, input: Input) -> Next {
        match input {
            Input::Payment(payment)
                if payment.id == self.payment.id && self.payment.version < payment.version =>
            {
                awaiting_outcome::show(context, moment, self.sale, payment, Reading::News)
            }
            Input::Press(Press::NextSale) if self.may_leave() => {
                context.leave(self.sale, &self.payment);
                context.next_sale(moment)
            }
            Input::Press(Press::ScanAgain) if self.may_scan_again() => {
                context.leave(self.sale.clone(), &self.payment);
                scanning::Scanning::enter(self.sale)
            }
            // A fresh code begins the next attempt.
            Input::Scanned { text, at_ms } if self.may_scan_again() => {
                let (sale, payment) = (self.sale.clone(), self.payment.clone());
                let next = scanning::send(context, moment, Phase::Completed(self), &sale, None, &text, at_ms);
                if matches!(next.0, Phase::Submitting(_)) {
                    context.leave(sale, &payment);
                }
                next
            }
            Input::Scanned { .. } => {
                let undecided = self.meaning() == Meaning::Undecided;
                let problem = if undecided { ScanProblem::Undecided } else { ScanProblem::Over };
                scanning::refuse(context, Phase::Completed(self), problem)
            }
            Input::Press(Press::EndSale) if self.may_scan_again() => {
                context.leave(self.sale, &self.payment);
                let outcome =
                    if is_ended_by_another(&self.payment) { Outcome::InDoubt } else { Outcome::NotPaid };
                scanning::leave_with(context, moment, outcome(Some(self.payment)))
            }
            Input::Press(Press::Decide(decision)) if self.meaning() == Meaning::Undecided => {
                let call = Effect::Call(Call::Decide(self.payment.id.clone(), decision));
                (Phase::Completed(self), vec![call])
            }
            _ => Phase::Completed(self).ignore(),
        }
    }

    pub(super) fn meaning(&self) -> Meaning {
        match (self.payment.disposition, self.payment.state) {
            (Some(_), _) if self.payment.is_given_back() => Meaning::GivenBack,
            (Some(Disposition::Accepted), _) => Meaning::Paid,
            (Some(Disposition::AwaitingDecision), _) => Meaning::Undecided,
            (Some(Disposition::RefundDue | Disposition::Refunding | Disposition::Refunded), _) => {
                Meaning::GivenBack
            }
            // A successful payment always carries a disposition. Without one, the till does not call it paid.
            (Some(Disposition::InReview), _) | (None, PaymentState::Successful) => Meaning::Supervisor,
            // Money was captured in the wrong way: the till must not say *no money was taken*.
            (None, _) if parked::is_strange(&self.payment) => Meaning::Supervisor,
            (None, PaymentState::Cancelled) => Meaning::Cancelled,
            (None, _) => Meaning::NotPaid,
        }
    }

    /// Another scan for the sale is safe only if the sale has no captured money.
    pub(super) fn may_scan_again(&self) -> bool {
        matches!(self.meaning(), Meaning::Cancelled | Meaning::NotPaid)
    }

    /// No decision is awaited here.
    pub(super) fn is_settled(&self) -> bool {
        self.may_leave() || self.may_scan_again()
    }

    fn may_leave(&self) -> bool {
        matches!(self.meaning(), Meaning::Paid | Meaning::GivenBack | Meaning::Supervisor)
    }

    /// Always tells the host page. Plays a sound for the cashier if the end is news.
    fn announce(&self, effects: &mut Vec<Effect>) {
        let payment = || self.payment.clone();
        let (sound, outcome) = match self.meaning() {
            Meaning::Paid => (Sound::Paid, Some(Outcome::Paid(payment()))),
            Meaning::Undecided => (Sound::Attention, None),
            // Perhaps only a part was refunded: a host page must neither hand over nor count it as unpaid.
            Meaning::GivenBack | Meaning::Supervisor => {
                (Sound::Attention, Some(Outcome::InDoubt(Some(payment()))))
            }
            Meaning::Cancelled | Meaning::NotPaid => (Sound::NotPaid, None),
        };
        if !self.earlier {
            effects.push(Effect::Play(sound));
        }
        effects.extend(outcome.map(|outcome| Effect::Report(Box::new(outcome))));
    }
}

/// Another payment paid the sale: the host page must not be told that the sale was not paid.
fn is_ended_by_another(payment: &Payment) -> bool {
    payment.cancel_request.as_ref().is_some_and(|end| end.by == CancelledBy::OtherPayment)
}
