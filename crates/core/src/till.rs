//! The till's machine: what a cashier sees and does, from the keypad to the outcome, without a browser.
//!
//! `Till::step` takes an input and gives back the till and the effects that the shell must perform. Each phase is a
//! struct in its own file; what outlives a phase stands in `Context`. Replies are matched by the payment's id and
//! version, so a late or doubled one can do no harm, and what does not belong to a phase is counted and dropped.

mod aside;
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

pub use aside::AsideReason;
pub use context::Stream;
pub use effect::{Call, Effect, Outcome, Sound, Timer};
pub use input::{CallError, Input, Moment, Press};
pub use sale::{Opening, Sale, Stored, StoredPayment};
pub use scanning::ScanProblem;
pub use view::{AmountProblem, AsideView, Header, SaleView, Screen, Typed, View};

use crate::{DeviceId, PaymentId};
use context::Context;

/// The till: one phase at a time, and what outlives them.
#[derive(Clone, Debug)]
pub struct Till {
    context: Context,
    phase: Phase,
    /// What the browser keeps.
    kept: Stored,
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
    /// The till of a device, which asks the proxy who it is, with what the last page left behind and what the address
    /// asks for.
    pub fn start(device: DeviceId, stored: Stored, opening: Option<Opening>) -> (Self, Vec<Effect>) {
        let (phase, effects) = starting::Starting::enter(stored.sale.clone(), opening);
        (Self { context: Context::new(device, stored.aside.clone()), phase, kept: stored }, effects)
    }

    /// Takes one input at one moment.
    #[must_use]
    pub fn step(mut self, moment: &Moment, input: Input) -> (Self, Vec<Effect>) {
        let Some(input) = self.context.listen(input) else {
            return (self, Vec::new());
        };
        let heard = match &input {
            Input::Payment(payment) => Some(payment.clone()),
            _ => None,
        };
        let (phase, mut effects) = self.phase.step(&mut self.context, moment, input);
        effects.extend(heard.and_then(|payment| self.context.hear_of(&payment, phase.has(&payment.id))));
        self.phase = phase;
        self.keep(&mut effects);
        (self, effects)
    }

    /// What is aside changes without a change of the phase, and is kept all the same.
    fn keep(&mut self, effects: &mut Vec<Effect>) {
        let saved = effects.iter().rev().find_map(|effect| match effect {
            Effect::Save(stored) => Some(stored),
            _ => None,
        });
        if let Some(stored) = saved {
            self.kept.clone_from(stored);
        }
        if self.kept.aside != self.context.aside {
            self.kept.aside.clone_from(&self.context.aside);
            effects.push(Effect::Save(self.kept.clone()));
        }
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

    /// Whether this payment is in hand.
    fn has(&self, id: &PaymentId) -> bool {
        let in_hand = match self {
            Self::Starting(starting::Starting { stored, .. })
            | Self::Pairing(pairing::Pairing { stored, .. }) => {
                stored.as_ref().and_then(|stored| stored.payment.as_ref()).map(|payment| &payment.id)
            }
            Self::Recalling(phase) => phase.id(),
            Self::Sending(phase) => Some(&phase.payment),
            Self::Abandoning(phase) => Some(&phase.payment),
            Self::Waiting(phase) => Some(&phase.payment.id),
            Self::Ended(phase) => Some(&phase.payment.id),
            Self::Entering(_) | Self::Scanning(_) | Self::Refused(_) => None,
        };
        in_hand == Some(id)
    }
}
