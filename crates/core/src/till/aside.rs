//! Payments that the till does not show and must not forget: put aside in doubt, or paid after their sale was left.

use super::sale::{StoredPayment, StoredSale};
use super::{Call, Context, Effect, Next, Phase, Sale, Sound, recalling};
use crate::api::{Attention, Disposition, Payment};

/// Why a payment is aside, the most urgent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AsideReason {
    /// It was paid after all: the cashier must say what becomes of it (P16).
    Undecided,
    /// It was paid, and a supervisor must say what becomes of it.
    Supervisor,
    /// It is not over.
    InDoubt,
}

impl StoredPayment {
    fn reason(&self) -> AsideReason {
        match self.disposition {
            Some(Disposition::Undecided) => AsideReason::Undecided,
            Some(Disposition::Attention) => AsideReason::Supervisor,
            _ => AsideReason::InDoubt,
        }
    }
}

impl Context {
    /// The cashier goes on without waiting for it.
    pub(super) fn put_aside(&mut self, stored: StoredSale) {
        let is_there = stored
            .payment
            .as_ref()
            .is_some_and(|payment| self.aside.iter().any(|other| other.is(&payment.id)));
        if !is_there {
            self.aside.push(stored);
        }
    }

    /// Learns how a payment stands. One that needs a word is put aside if it is not in hand, one that is over is taken
    /// out; whoever looks at something else is told by a sound, once.
    pub(super) fn hear_of(&mut self, payment: &Payment, is_in_hand: bool) -> Option<Effect> {
        let heard = StoredPayment::heard(payment);
        let index = self.aside.iter().position(|stored| stored.is(&payment.id));
        let is_news = match index.map(|index| &mut self.aside[index].payment) {
            Some(Some(known)) if heard.version < known.version => false,
            Some(known) if !is_over(payment) => {
                let was_quiet = known.as_ref().is_none_or(|known| known.reason() == AsideReason::InDoubt);
                let is_quiet = known.insert(heard).reason() == AsideReason::InDoubt;
                was_quiet && !is_quiet
            }
            Some(_) => {
                self.aside.retain(|stored| !stored.is(&payment.id));
                payment.disposition.is_some()
            }
            None if !is_in_hand && is_news_here(payment) && payment.holder == self.device => {
                self.aside.push(StoredSale { sale: Sale::of(payment), payment: Some(heard) });
                true
            }
            None => false,
        };
        (is_news && !is_in_hand).then_some(Effect::Play(Sound::Attention))
    }

    /// Looks at the payments aside in turn, the most urgent first; each stays aside until it is over.
    pub(super) fn show_aside(&mut self, phase: Phase) -> Next {
        let idle = match &phase {
            Phase::Ended(ended) => ended.is_settled(),
            other => matches!(other, Phase::Entering(_) | Phase::Refused(_)),
        };
        let next = self.next_aside(&phase).filter(|_| idle).map(|(_, index)| self.aside.remove(index));
        let Some(StoredSale { sale, payment: Some(payment) }) = next else { return self.ignore(phase) };
        self.aside.push(StoredSale { sale: sale.clone(), payment: Some(payment.clone()) });
        recalling::Recalling::enter(sale, payment)
    }

    /// Asks how the payments aside stand: what was settled while the page was closed is pushed by nobody.
    pub(super) fn ask_aside(&self) -> impl Iterator<Item = Effect> {
        let payments = self.aside.iter().filter_map(|stored| stored.payment.as_ref());
        payments.map(|payment| Effect::Call(Call::Ask(payment.id.clone())))
    }

    /// Which of the payments aside is looked at next, and why it is there.
    pub(super) fn next_aside(&self, phase: &Phase) -> Option<(AsideReason, usize)> {
        self.others_aside(phase).min_by_key(|(reason, _)| *reason)
    }

    /// The payments aside but the one in hand.
    pub(super) fn others_aside(&self, phase: &Phase) -> impl Iterator<Item = (AsideReason, usize)> {
        self.aside.iter().enumerate().filter_map(|(index, stored)| {
            let payment = stored.payment.as_ref().filter(|payment| !phase.has(&payment.id))?;
            Some((payment.reason(), index))
        })
    }
}

/// Whether the cashier cannot know it yet and may do something: of other calls for a supervisor some were made here, and
/// some are about a sale that was paid for long ago.
fn is_news_here(payment: &Payment) -> bool {
    let left_alone = matches!(payment.attention, Some(Attention::Unanswered | Attention::ReturnFailed));
    match payment.disposition {
        _ if payment.closed.is_some() => false,
        Some(Disposition::Undecided) => true,
        Some(Disposition::Attention) => left_alone,
        _ => false,
    }
}

fn is_over(payment: &Payment) -> bool {
    let settled = matches!(payment.disposition, None | Some(Disposition::Kept | Disposition::Returned));
    let needs_nobody = settled && payment.attention.is_none();
    payment.closed.is_some() || (payment.state.is_final() && needs_nobody)
}
