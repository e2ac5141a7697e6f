//! Typing the amount.

use super::{AmountProblem, Context, Effect, Input, Moment, Next, Phase, Press, Sale, scanning};
use crate::Currency;
use crate::api::Terminal;

/// Amounts of more digits are not taken by any source, and would not fit the screen.
const AMOUNT_MAX: i64 = 999_999_999;

#[derive(Clone, Debug)]
pub(super) struct Entering {
    pub(super) amount: i64,
    pub(super) problem: Option<AmountProblem>,
}

impl Entering {
    pub(super) fn enter(context: &Context) -> Next {
        let effects = vec![Effect::StopTimers, context.save(None), Effect::ShowSale(None)];
        (Phase::Entering(Self { amount: 0, problem: None }), effects)
    }

    pub(super) fn enter_with(context: &Context, amount: i64, problem: AmountProblem) -> Next {
        let (_, effects) = Self::enter(context);
        let amount = amount.clamp(0, AMOUNT_MAX);
        (Phase::Entering(Self { amount, problem: Some(problem) }), effects)
    }

    pub(super) fn step(self, context: &mut Context, moment: &Moment, input: &Input) -> Next {
        match input {
            Input::Press(Press::Digit(digit @ 0..=9)) => (self.typed(&[*digit]), Vec::new()),
            Input::Press(Press::DoubleZero) => (self.typed(&[0, 0]), Vec::new()),
            Input::Press(Press::Delete) => {
                (Phase::Entering(Self { amount: self.amount / 10, problem: None }), Vec::new())
            }
            Input::Press(Press::Charge) => self.charge(context, moment),
            _ => context.ignore(Phase::Entering(self)),
        }
    }

    fn typed(self, digits: &[u8]) -> Phase {
        let grown = digits.iter().fold(self.amount, |amount, digit| amount * 10 + i64::from(*digit));
        if AMOUNT_MAX < grown {
            return Phase::Entering(Self { problem: Some(AmountProblem::TooManyDigits), ..self });
        }
        Phase::Entering(Self { amount: grown, problem: None })
    }

    fn charge(self, context: &mut Context, moment: &Moment) -> Next {
        let Some(terminal) = context.terminal.as_ref() else {
            return context.ignore(Phase::Entering(self));
        };
        let currency = terminal.currency;
        if let Some(problem) = amount_problem(self.amount, currency, terminal) {
            return (Phase::Entering(Self { problem: Some(problem), ..self }), Vec::new());
        }
        let sale = Sale { id: moment.sale_id(), amount: self.amount, currency, reference: None };
        scanning::Scanning::enter(context, sale)
    }
}

/// Why this amount cannot be charged here.
pub(super) fn amount_problem(amount: i64, currency: Currency, terminal: &Terminal) -> Option<AmountProblem> {
    if currency != terminal.currency {
        return Some(AmountProblem::OtherCurrency);
    }
    if amount <= 0 {
        return Some(AmountProblem::Nothing);
    }
    if amount < terminal.limits.min {
        return Some(AmountProblem::TooSmall);
    }
    (terminal.limits.max < amount).then_some(AmountProblem::TooLarge)
}
