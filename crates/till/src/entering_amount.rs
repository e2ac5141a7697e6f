//! The cashier types the amount.

use super::{
    AmountProblem, Context, Effect, Input, Next, Phase, Press, Sale, Sound, StepContext, Timer, scanning,
};
use scantill_types::Currency;
use scantill_types::api::Terminal;

/// No source accepts more digits, and they would not fit the screen.
const AMOUNT_MAX: i64 = 999_999_999;

#[derive(Clone, Debug)]
pub(super) struct EnteringAmount {
    pub(super) amount: i64,
    pub(super) problem: Option<AmountProblem>,
}

impl EnteringAmount {
    pub(super) fn enter(context: &mut Context) -> Next {
        let amount = std::mem::take(&mut context.draft).clamp(0, AMOUNT_MAX);
        Self { amount, problem: None }.shown()
    }

    /// Shows an empty amount with a problem. A figure in another currency must not be charged by a scan.
    pub(super) fn enter_with(amount: i64, problem: AmountProblem) -> Next {
        let amount = if problem == AmountProblem::OtherCurrency { 0 } else { amount.clamp(0, AMOUNT_MAX) };
        Self { amount, problem: Some(problem) }.shown()
    }

    fn shown(self) -> Next {
        (Phase::EnteringAmount(self), vec![Effect::StopTimers, Effect::ShowSale(None)])
    }

    pub(super) fn step(self, context: &mut Context, moment: &StepContext, input: &Input) -> Next {
        match input {
            Input::Scanned { text, at_ms } => self.scanned(context, moment, text, *at_ms),
            Input::Press(Press::Digit(digit @ 0..=9)) => (self.typed(&[*digit]), Vec::new()),
            Input::Press(Press::DoubleZero) => (self.typed(&[0, 0]), Vec::new()),
            Input::Press(Press::Delete) => {
                (Phase::EnteringAmount(Self { amount: self.amount / 10, problem: None }), Vec::new())
            }
            Input::Press(Press::Charge) => self.charge(context, moment),
            // Whoever typed it has gone.
            Input::Elapsed(Timer::Idle) => {
                (Phase::EnteringAmount(Self { amount: 0, problem: None }), Vec::new())
            }
            _ => Phase::EnteringAmount(self).ignore(),
        }
    }

    fn typed(self, digits: &[u8]) -> Phase {
        let grown = digits.iter().fold(self.amount, |amount, digit| amount * 10 + i64::from(*digit));
        if AMOUNT_MAX < grown {
            return Phase::EnteringAmount(Self { problem: Some(AmountProblem::TooManyDigits), ..self });
        }
        Phase::EnteringAmount(Self { amount: grown, problem: None })
    }

    fn charge(self, context: &mut Context, moment: &StepContext) -> Next {
        match self.sale(context, moment) {
            Ok(sale) => {
                context.recalled = None;
                scanning::Scanning::enter_typed(sale)
            }
            Err(problem) => (Phase::EnteringAmount(Self { problem, ..self }), Vec::new()),
        }
    }

    /// A scan charges the typed amount if that can be charged.
    fn scanned(self, context: &mut Context, moment: &StepContext, text: &str, at_ms: u64) -> Next {
        match self.sale(context, moment) {
            Ok(sale) => {
                let phase = Phase::EnteringAmount(self);
                let (phase, mut effects) = scanning::send(context, moment, phase, &sale, None, text, at_ms);
                if matches!(phase, Phase::Submitting(_)) {
                    context.recalled = None;
                    effects.insert(0, Effect::ShowSale(Some(sale)));
                }
                (phase, effects)
            }
            Err(problem) => {
                (Phase::EnteringAmount(Self { problem, ..self }), vec![Effect::Play(Sound::NotACode)])
            }
        }
    }

    /// The sale of the typed amount, or why it cannot be charged.
    fn sale(&self, context: &Context, moment: &StepContext) -> Result<Sale, Option<AmountProblem>> {
        let terminal = context.terminal.as_ref().ok_or(None)?;
        let currency = terminal.currency;
        match amount_problem(self.amount, currency, terminal) {
            Some(problem) => Err(Some(problem)),
            None => Ok(Sale { id: moment.sale_id(), amount: self.amount, currency, reference: None }),
        }
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
