//! The till's machine: what a cashier sees and does, from the keypad to the outcome, without a browser.
//!
//! `Till::step` takes an input and gives back the till and the effects that the shell must perform. Each phase is a
//! struct in its own file; what outlives a phase stands in `Context`. Replies are matched by the payment's id and
//! version, so a late or doubled one can do no harm, and what does not belong to a phase is counted and dropped.

mod context;
mod effect;
mod ended;
mod entering;
mod input;
mod pairing;
mod recalling;
mod refused;
mod sale;
mod scanning;
mod sending;
mod starting;
mod view;
mod waiting;

#[cfg(test)]
mod tests;

pub use context::Stream;
pub use effect::{Call, Effect, Outcome, Sound, Timer};
pub use input::{CallError, Input, Moment, Press};
pub use sale::{Opening, Sale, Stored, StoredPayment};
pub use scanning::ScanProblem;
pub use view::{AmountProblem, Header, SaleView, Screen, Typed, View};

use context::Context;

/// The till: one phase at a time, and what outlives them.
#[derive(Clone, Debug)]
pub struct Till {
    context: Context,
    phase: Phase,
}

/// The phases exclude each other.
#[derive(Clone, Debug)]
enum Phase {
    Starting(starting::Starting),
    Pairing(pairing::Pairing),
    Recalling(recalling::Recalling),
    Entering(entering::Entering),
    Scanning(scanning::Scanning),
    Sending(sending::Sending),
    Abandoning(sending::Abandoning),
    Waiting(waiting::Waiting),
    Ended(ended::Ended),
    Refused(refused::Refused),
}

/// What a phase makes of an input.
type Next = (Phase, Vec<Effect>);

impl Till {
    /// A till that asks the proxy who it is, with what the last page left behind and what the address asks for.
    pub fn start(stored: Stored, opening: Option<Opening>) -> (Self, Vec<Effect>) {
        let (phase, effects) = starting::Starting::enter(stored.sale, opening);
        (Self { context: Context::new(stored.aside), phase }, effects)
    }

    /// Takes one input at one moment.
    #[must_use]
    pub fn step(mut self, moment: &Moment, input: Input) -> (Self, Vec<Effect>) {
        let mut effects = Vec::new();
        let Some(input) = self.context.listen(input, &mut effects) else {
            return (self, effects);
        };
        let (phase, more) = self.phase.step(&mut self.context, moment, input);
        effects.extend(more);
        (Self { context: self.context, phase }, effects)
    }

    /// What to paint.
    pub fn view(&self) -> View {
        view::view(&self.context, &self.phase)
    }

    /// How many inputs belonged to no phase: a figure for support, never a fault.
    pub fn ignored(&self) -> u32 {
        self.context.ignored
    }
}

impl Phase {
    fn step(self, context: &mut Context, moment: &Moment, input: Input) -> Next {
        match (self, input) {
            (phase, Input::Open(opening)) => context.open(phase, opening, moment),
            (phase, Input::Press(Press::ShowAside)) => context.show_aside(phase),
            (Self::Starting(phase), input) => phase.step(context, moment, input),
            (Self::Pairing(phase), input) => phase.step(context, moment, input),
            (Self::Recalling(phase), input) => phase.step(context, moment, input),
            (Self::Entering(phase), input) => phase.step(context, moment, &input),
            (Self::Scanning(phase), input) => phase.step(context, moment, input),
            (Self::Sending(phase), input) => phase.step(context, moment, input),
            (Self::Abandoning(phase), input) => phase.step(context, moment, input),
            (Self::Waiting(phase), input) => phase.step(context, moment, input),
            (Self::Ended(phase), input) => phase.step(context, moment, input),
            (Self::Refused(phase), input) => phase.step(context, moment, input),
        }
    }
}
