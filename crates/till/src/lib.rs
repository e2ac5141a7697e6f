//! The till's machine: what a cashier sees and does, from the keypad to the outcome, without a browser.
//!
//! `Till::step` takes an input and returns the till and the effects that the shell must perform. Each phase
//! is a struct in its own file; `Context` holds what outlives a phase. The machine matches replies by the
//! payment's id and version, so a late or repeated reply does no harm. It drops an input that does not belong
//! to the phase.

pub mod advice;
pub mod appearance;
mod awaiting_outcome;
pub mod catalogue;
pub mod checkout;
mod completed;
mod context;
pub mod customer;
pub mod digit_groups;
mod effect;
mod entering_amount;
mod input;
pub mod key_router;
mod other_till;
pub mod page_address;
mod pairing;
mod parked;
pub mod presence;
pub mod recent_sales;
mod rejected;
mod rest;
mod resuming;
mod sale;
pub mod scan;
pub mod scanner_panel;
mod scanning;
pub mod sse;
pub mod standing;
mod starting;
mod submitting;
pub mod transitions;
mod view;
pub mod view_model;
pub mod volume;

#[cfg(test)]
mod tests;

pub use context::Stream;
pub use effect::{Call, Effect, Listing, Outcome, Sound, Timer};
pub use input::{CallError, Input, Press, StepContext};
pub use parked::ParkReason;
pub use sale::{CheckoutRequest, Sale, Stored, StoredPayment, StoredSale};
pub use scanning::ScanProblem;
pub use view::{AmountProblem, Header, ParkedView, SaleView, Screen, Typed, View};

use std::mem::discriminant;

use context::Context;
use scantill_types::api::Payment;
use scantill_types::{DeviceId, PaymentId};

/// The till: one phase at a time, and the context of all phases.
#[derive(Clone, Debug)]
pub struct Till {
    context: Context,
    phase: Phase,
    /// The state that the browser stores.
    kept: Stored,
}

/// Exactly one phase is active.
#[derive(Clone, Debug)]
enum Phase {
    Starting(starting::Starting),
    Pairing(pairing::Pairing),
    Resuming(resuming::Resuming),
    EnteringAmount(entering_amount::EnteringAmount),
    Scanning(scanning::Scanning),
    Submitting(submitting::Submitting),
    CancellingUnconfirmed(submitting::CancellingUnconfirmed),
    AwaitingOutcome(awaiting_outcome::AwaitingOutcome),
    Completed(completed::Completed),
    Rejected(rejected::Rejected),
    OtherTill(other_till::OtherTill),
}

/// How the till learned of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reading {
    /// The till followed the payment.
    News,
    /// The till reads the payment for the first time after a start.
    Earlier,
    /// As `Earlier`, and the address or the host page names its sale.
    Named,
}

/// The next phase and its effects.
type Next = (Phase, Vec<Effect>);

impl Till {
    /// Starts the till of a device. `stored` is what the last page stored; `opening` is what the address asks
    /// for. The till first asks the proxy for the terminal.
    pub fn start(device: DeviceId, stored: Stored, opening: Option<CheckoutRequest>) -> (Self, Vec<Effect>) {
        let (phase, effects) = starting::Starting::enter(stored.sale.clone(), opening);
        (Self { context: Context::new(device, &stored), phase, kept: stored }, effects)
    }

    /// Takes one input at one time.
    #[must_use]
    pub fn step(mut self, moment: &StepContext, input: Input) -> (Self, Vec<Effect>) {
        let has_started = !matches!(self.phase, Phase::Starting(_) | Phase::Pairing(_));
        let heard = match &input {
            Input::Payment(payment) => vec![payment.clone()],
            Input::Listed(Listing::Unsettled(_), payments, _) if has_started => payments.clone(),
            _ => Vec::new(),
        };
        let before = discriminant(&self.phase);
        #[cfg(test)]
        let step = (self.phase.name(), input.cause());
        let mut effects = self.context.observe(&input, has_started);
        let is_scan = matches!(input, Input::Scanned { .. });
        let (phase, done) = self.phase.step(&mut self.context, moment, input);
        effects.extend(done);
        for payment in heard {
            effects.extend(self.context.observe_payment(&payment, phase.has(&payment.id)));
        }
        if before != discriminant(&phase) && !is_scan {
            self.context.scan_problem = None;
        }
        #[cfg(test)]
        tests::names::hold_to_table(step, &phase);
        self.phase = phase;
        self.keep(&mut effects);
        (self, effects)
    }

    /// A changed state is stored before anything is sent.
    fn keep(&mut self, effects: &mut Vec<Effect>) {
        let context = &self.context;
        let stored = Stored {
            sale: self.phase.stored(context).or_else(|| context.recalled.clone()),
            parked: context.parked.clone(),
            amount: if let Phase::EnteringAmount(entering) = &self.phase {
                entering.amount
            } else {
                context.draft
            },
            waiting: context.waiting.clone(),
            seen: context.seen.clone(),
        };
        if self.kept != stored {
            self.kept.clone_from(&stored);
            effects.insert(0, Effect::Save(stored));
        }
    }

    /// What to paint.
    pub fn view(&self) -> View {
        view::view(&self.context, &self.phase)
    }
}

impl Phase {
    /// Drops an input that belongs to another phase.
    fn ignore(self) -> Next {
        (self, Vec::new())
    }

    fn step(self, context: &mut Context, moment: &StepContext, input: Input) -> Next {
        match (self, input) {
            (phase, Input::Open(opening)) => context.open(phase, opening, moment),
            (phase, Input::Press(Press::ShowParked)) => context.show_parked(phase),
            (Self::Starting(phase), input) => phase.step(context, moment, input),
            (Self::Pairing(phase), input) => phase.step(context, moment, input),
            (phase, input) if input.is_unauthenticated() => {
                pairing::Pairing::enter(phase.stored(context), None)
            }
            (phase, Input::Terminal(told)) => {
                context.terminal = told.ok().or(context.terminal.take());
                (phase, Vec::new())
            }
            (phase, Input::Listed(Listing::Unsettled(_), payments, next)) => {
                let mut effects = Vec::new();
                context.ask_parked(&payments, &mut effects);
                if next.is_some() {
                    effects.push(Effect::Call(Call::List(Listing::Unsettled(next))));
                }
                (phase, effects)
            }
            (Self::Resuming(phase), input) => phase.step(context, moment, input),
            (Self::EnteringAmount(phase), input) => phase.step(context, moment, &input),
            (Self::Scanning(phase), input) => phase.step(context, moment, input),
            (Self::Submitting(phase), input) => phase.step(context, moment, input),
            (Self::CancellingUnconfirmed(phase), input) => phase.step(context, moment, input),
            (Self::AwaitingOutcome(phase), input) => phase.step(context, moment, input),
            (Self::Completed(phase), input) => phase.step(context, moment, input),
            (Self::Rejected(phase), input) => phase.step(context, moment, input),
            (Self::OtherTill(phase), input) => phase.step(context, moment, input),
        }
    }

    /// Whether this payment is in hand.
    fn has(&self, id: &PaymentId) -> bool {
        let in_hand = match self {
            Self::Starting(starting::Starting { stored, .. })
            | Self::Pairing(pairing::Pairing { stored, .. }) => {
                return stored.as_ref().is_some_and(|stored| stored.is(id));
            }
            Self::Resuming(phase) => phase.id(),
            Self::Submitting(phase) => Some(&phase.payment),
            Self::CancellingUnconfirmed(phase) => Some(&phase.payment),
            Self::AwaitingOutcome(phase) => Some(&phase.payment.id),
            Self::Completed(phase) => Some(&phase.payment.id),
            Self::OtherTill(phase) => Some(&phase.payment.id),
            Self::EnteringAmount(_) | Self::Scanning(_) | Self::Rejected(_) => None,
        };
        in_hand == Some(id)
    }

    /// The state that a reload needs of the sale in hand.
    fn stored(&self, context: &Context) -> Option<StoredSale> {
        let heard = |payment: &Payment| Some(StoredPayment::heard(payment, &context.device));
        let (sale, payment) = match self {
            Self::Starting(starting::Starting { stored, .. })
            | Self::Pairing(pairing::Pairing { stored, .. }) => return stored.clone(),
            Self::Resuming(phase) => return Some(phase.stored()),
            Self::Scanning(phase) => (&phase.sale, None),
            Self::Rejected(phase) => (&phase.sale, None),
            Self::Submitting(phase) => (&phase.sale, Some(StoredPayment::sent(phase.payment.clone()))),
            Self::CancellingUnconfirmed(phase) => {
                (&phase.sale, Some(StoredPayment::sent(phase.payment.clone())))
            }
            Self::AwaitingOutcome(phase) => return Some(phase.parked(context)),
            Self::Completed(phase) => (&phase.sale, heard(&phase.payment)),
            Self::EnteringAmount(_) | Self::OtherTill(_) => return None,
        };
        Some(StoredSale { sale: sale.clone(), payment })
    }
}
