//! A tablet that has no token, or whose token was revoked.

use super::sale::StoredSale;
use super::{
    Call, CallError, CheckoutRequest, Context, Effect, Input, Next, Phase, Press, StepContext, Timer,
    starting,
};

#[derive(Clone, Debug)]
pub(super) struct Pairing {
    pub(super) stored: Option<StoredSale>,
    pub(super) opening: Option<CheckoutRequest>,
    pub(super) problem: Option<CallError>,
    pub(super) busy: bool,
    /// The till has tried to pair without a code, which works while pairing is open.
    asked_openly: bool,
}

impl Pairing {
    pub(super) fn enter(stored: Option<StoredSale>, opening: Option<CheckoutRequest>) -> Next {
        let phase = Self { stored, opening, problem: None, busy: true, asked_openly: false };
        (Phase::Pairing(phase), vec![Effect::StopTimers, Effect::Call(Call::Pair(None))])
    }

    pub(super) fn step(self, context: &mut Context, moment: &StepContext, input: Input) -> Next {
        match input {
            Input::Press(Press::Pair(code)) if !self.busy => {
                let phase = Self { busy: true, problem: None, ..self };
                (Phase::Pairing(phase), vec![Effect::Call(Call::Pair(Some(code.trim().to_owned())))])
            }
            Input::Terminal(Ok(terminal)) => {
                starting::Starting::paired(context, moment, self.stored, self.opening, terminal)
            }
            // The operator of the proxy must list the page. Until then the till tries again, with or without
            // its token.
            Input::Terminal(Err(CallError::OriginRefused)) => {
                let again = Effect::Wait(Timer::Again, context.timing().call_again_ms);
                let problem = Some(CallError::OriginRefused);
                (Phase::Pairing(Self { busy: true, problem, ..self }), vec![again])
            }
            Input::Elapsed(Timer::Again) if self.is_refused() => {
                (Phase::Pairing(self), vec![Effect::Call(Call::Terminal)])
            }
            Input::Terminal(Err(CallError::Unauthenticated)) if self.is_refused() => {
                (Phase::Pairing(self), vec![Effect::Call(Call::Pair(None))])
            }
            Input::Terminal(Err(error)) => {
                let problem = (self.asked_openly || error == CallError::Unreachable).then_some(error);
                (Phase::Pairing(Self { busy: false, problem, asked_openly: true, ..self }), Vec::new())
            }
            _ => Phase::Pairing(self).ignore(),
        }
    }

    fn is_refused(&self) -> bool {
        self.problem == Some(CallError::OriginRefused)
    }
}
