//! Waiting for the customer's code; and the use of a scan on other screens.

use std::rc::Rc;

use super::{
    Context, Effect, Input, Next, Outcome, Phase, Press, Reading, Sale, Sound, StepContext, Timer,
    awaiting_outcome, resuming, submitting,
};
use scantill_types::PaymentId;
use scantill_types::api::Payment;
use scantill_types::payer_code::{self, Accepted, CodeRefusal};

/// Why a scan is not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScanProblem {
    /// The till does not accept this code.
    Code(CodeRefusal),
    /// The code was sent a moment ago: wallets spend each code once, even in a failure.
    SentAlready,
    /// Another payment is in progress.
    UnderWay,
    /// The sale is over, and the next has not begun.
    Over,
    /// First somebody must decide about the payment on the screen.
    Undecided,
}

#[derive(Clone, Debug)]
pub(super) struct Scanning {
    pub(super) sale: Sale,
    /// The text of the field for a code typed by hand, if it is open.
    pub(super) typed: Option<String>,
    /// An earlier payment of the same reference that the cashier accepted.
    accepted: Option<PaymentId>,
    /// The sale began at this keypad, and nothing was sent for it. Any other one may be an order.
    is_typed: bool,
}

impl Scanning {
    pub(super) fn enter(sale: Sale) -> Next {
        Self::enter_accepting(sale, None)
    }

    /// The cashier typed the amount.
    pub(super) fn enter_typed(sale: Sale) -> Next {
        Self { sale, typed: None, accepted: None, is_typed: true }.shown()
    }

    pub(super) fn enter_accepting(sale: Sale, accepted: Option<PaymentId>) -> Next {
        Self { sale, typed: None, accepted, is_typed: false }.shown()
    }

    fn shown(self) -> Next {
        let effects = vec![Effect::StopTimers, Effect::ShowSale(Some(self.sale.clone()))];
        (Phase::Scanning(self), effects)
    }

    pub(super) fn step(self, context: &mut Context, moment: &StepContext, input: Input) -> Next {
        match (self.typed.clone(), input) {
            (_, Input::Scanned { text, at_ms }) => self.scanned(context, moment, &text, at_ms),
            (Some(text), Input::Press(Press::SendTyped)) => {
                self.scanned(context, moment, &text, moment.now_ms)
            }
            (_, Input::Elapsed(Timer::Idle)) if self.is_typed => {
                context.draft = 0;
                leave(context, moment, None)
            }
            (Some(_), Input::Press(Press::Typed(text))) => self.typing(Some(text)),
            // An order stays; digits of a code do not.
            (Some(_), Input::Press(Press::Back | Press::TypeCode) | Input::Elapsed(Timer::Idle)) => {
                self.typing(None)
            }
            (None, Input::Press(Press::TypeCode)) => self.typing(Some(String::new())),
            // An earlier payment of this sale was paid after all, or is open again: nothing may be scanned
            // beside it.
            (_, Input::Payment(payment)) if payment.sale_id == self.sale.id && resuming::stands(&payment) => {
                awaiting_outcome::show(context, moment, self.sale, payment, Reading::News)
            }
            (_, Input::Press(Press::Back | Press::EndSale)) => leave(context, moment, None),
            _ => Phase::Scanning(self).ignore(),
        }
    }

    fn typing(self, typed: Option<String>) -> Next {
        (Phase::Scanning(Self { typed, ..self }), Vec::new())
    }

    fn scanned(self, context: &mut Context, moment: &StepContext, text: &str, at_ms: u64) -> Next {
        let (sale, accepted) = (self.sale.clone(), self.accepted.clone());
        send(context, moment, Phase::Scanning(self), &sale, accepted, text, at_ms)
    }
}

/// Sends a code for a sale. If it cannot be sent, the phase stays and shows a message.
pub(super) fn send(
    context: &mut Context,
    moment: &StepContext,
    phase: Phase,
    sale: &Sale,
    accepted: Option<PaymentId>,
    text: &str,
    at_ms: u64,
) -> Next {
    match judge(context, text) {
        Ok(read) => submitting::Submitting::enter(context, moment, sale.clone(), read.code, at_ms, accepted),
        Err(problem) => refuse(context, phase, problem),
    }
}

/// A scan that is not used gets a sound and a message.
pub(super) fn refuse(context: &mut Context, phase: Phase, problem: ScanProblem) -> Next {
    context.scan_problem = Some(problem);
    (phase, vec![Effect::Play(Sound::NotACode)])
}

/// Ends a sale whose payment, if any, captured no money.
pub(super) fn leave(context: &mut Context, moment: &StepContext, payment: Option<Rc<Payment>>) -> Next {
    leave_with(context, moment, Outcome::NotPaid(payment))
}

/// Ends a sale, and tells the host page before the next one begins.
pub(super) fn leave_with(context: &mut Context, moment: &StepContext, outcome: Outcome) -> Next {
    let (phase, mut effects) = context.next_sale(moment);
    effects.insert(0, Effect::Report(Box::new(outcome)));
    (phase, effects)
}

/// Judges a text by the account's grammar.
pub(super) fn judge(context: &Context, text: &str) -> Result<Accepted, ScanProblem> {
    let Some(terminal) = context.terminal.as_ref() else {
        return Err(ScanProblem::Code(CodeRefusal::Empty));
    };
    let accepted = payer_code::read(text, terminal.source_type, terminal.mode).map_err(ScanProblem::Code)?;
    let is_spent = context.last_sent_code.as_ref().is_some_and(|(_, spent)| *spent == accepted.code);
    if is_spent && !accepted.code.may_recur() { Err(ScanProblem::SentAlready) } else { Ok(accepted) }
}
