//! Asking the proxy who we are, before anything else.

use super::sale::StoredSale;
use super::{
    Call, CallError, Context, Effect, Input, Moment, Next, Opening, Phase, Timer, entering, pairing,
    recalling, scanning,
};

#[derive(Clone, Debug)]
pub(super) struct Starting {
    pub(super) stored: Option<StoredSale>,
    opening: Option<Opening>,
}

impl Starting {
    pub(super) fn enter(stored: Option<StoredSale>, opening: Option<Opening>) -> Next {
        (Phase::Starting(Self { stored, opening }), vec![Effect::Call(Call::Terminal)])
    }

    pub(super) fn with(self, opening: Opening) -> Self {
        Self { opening: Some(opening), ..self }
    }

    pub(super) fn step(self, context: &mut Context, moment: &Moment, input: Input) -> Next {
        match input {
            Input::Terminal(Ok(terminal)) => {
                context.terminal = Some(terminal);
                let (phase, mut effects) = self.resume(context, moment);
                effects.push(Effect::OpenStream);
                effects.extend(context.ask_aside());
                (phase, effects)
            }
            Input::Terminal(Err(CallError::Unauthenticated)) => {
                pairing::Pairing::enter(self.stored, self.opening)
            }
            Input::Terminal(Err(CallError::OriginRefused)) => {
                let (pairing, _) = pairing::Pairing::enter(self.stored, self.opening);
                pairing.step(context, moment, input)
            }
            Input::Terminal(Err(_)) => {
                let again = Effect::Wait(Timer::Again, context.timing().call_again_ms);
                (Phase::Starting(self), vec![again])
            }
            Input::Elapsed(Timer::Again) => (Phase::Starting(self), vec![Effect::Call(Call::Terminal)]),
            _ => context.ignore(Phase::Starting(self)),
        }
    }

    /// A payment in hand comes first, then what the address asks for, then a sale without an attempt.
    fn resume(self, context: &mut Context, moment: &Moment) -> Next {
        match (self.stored, self.opening) {
            (Some(StoredSale { sale, payment: Some(payment) }), _) => {
                recalling::Recalling::enter(sale, payment)
            }
            (Some(StoredSale { sale, payment: None }), Some(opening))
                if opening.sale_id == Some(sale.id.clone()) =>
            {
                scanning::Scanning::enter(context, sale)
            }
            (_, Some(opening)) => context.open_sale(opening, moment),
            (Some(StoredSale { sale, payment: None }), None) => scanning::Scanning::enter(context, sale),
            (None, None) => entering::Entering::enter(context),
        }
    }
}
