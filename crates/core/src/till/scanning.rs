//! Waiting for the customer's code.

use std::rc::Rc;

use super::{
    Context, Effect, Input, Moment, Next, Outcome, Phase, Press, Sale, Sound, entering, recalling, sending,
    waiting,
};
use crate::PaymentId;
use crate::api::Payment;
use crate::payer_code::{self, Accepted, CodeRefusal};

/// Why what was read is not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScanProblem {
    /// It is no code that this till takes.
    Code(CodeRefusal),
    /// It is the code that was sent a moment ago: wallets spend each code once, even in a failure (R6).
    SentAlready,
}

#[derive(Clone, Debug)]
pub(super) struct Scanning {
    pub(super) sale: Sale,
    pub(super) problem: Option<ScanProblem>,
    /// What stands in the field for a code typed by hand, if it is open.
    pub(super) typed: Option<String>,
    /// An earlier payment of the same reference that the cashier accepted.
    accepted: Option<PaymentId>,
}

impl Scanning {
    pub(super) fn enter(context: &Context, sale: Sale) -> Next {
        Self::enter_accepting(context, sale, None)
    }

    pub(super) fn enter_accepting(context: &Context, sale: Sale, accepted: Option<PaymentId>) -> Next {
        let effects =
            vec![Effect::StopTimers, context.save(Some((&sale, None))), Effect::ShowSale(Some(sale.clone()))];
        (Phase::Scanning(Self { sale, problem: None, typed: None, accepted }), effects)
    }

    pub(super) fn step(self, context: &mut Context, moment: &Moment, input: Input) -> Next {
        match (self.typed.clone(), input) {
            (_, Input::Scanned { text, at_ms }) => self.scanned(context, moment, &text, at_ms),
            (Some(text), Input::Press(Press::SendTyped)) => {
                self.scanned(context, moment, &text, moment.now_ms)
            }
            (Some(_), Input::Press(Press::Typed(text))) => {
                (Phase::Scanning(Self { typed: Some(text), problem: None, ..self }), Vec::new())
            }
            (typed, Input::Press(Press::TypeCode)) => {
                let typed = if typed.is_some() { None } else { Some(String::new()) };
                (Phase::Scanning(Self { typed, problem: None, ..self }), Vec::new())
            }
            // An earlier attempt of this sale was paid after all, or is open again: nothing may be scanned beside it.
            (_, Input::Payment(payment))
                if payment.sale_id == self.sale.id && recalling::stands(&payment) =>
            {
                waiting::show(context, moment, self.sale, payment)
            }
            (_, Input::Press(Press::Back | Press::EndSale)) => leave(context, None),
            _ => context.ignore(Phase::Scanning(self)),
        }
    }

    fn scanned(self, context: &mut Context, moment: &Moment, text: &str, at_ms: u64) -> Next {
        match judge(context, text) {
            Ok(accepted) => {
                context.spent = Some(accepted.code.clone());
                sending::Sending::enter(context, moment, self.sale, accepted.code, at_ms, self.accepted)
            }
            Err(problem) => {
                let phase = Self { problem: Some(problem), ..self };
                (Phase::Scanning(phase), vec![Effect::Play(Sound::NotACode)])
            }
        }
    }
}

/// Ends a sale without a payment that was kept.
pub(super) fn leave(context: &Context, payment: Option<Rc<Payment>>) -> Next {
    let (phase, mut effects) = entering::Entering::enter(context);
    effects.push(Effect::Report(Box::new(Outcome::NotPaid(payment))));
    (phase, effects)
}

/// Judges a text by the account's grammar.
pub(super) fn judge(context: &Context, text: &str) -> Result<Accepted, ScanProblem> {
    let Some(terminal) = context.terminal.as_ref() else {
        return Err(ScanProblem::Code(CodeRefusal::Empty));
    };
    let accepted = payer_code::read(text, terminal.source_type, terminal.mode).map_err(ScanProblem::Code)?;
    let again = context.spent.as_ref() == Some(&accepted.code) && !accepted.code.may_recur();
    if again { Err(ScanProblem::SentAlready) } else { Ok(accepted) }
}
