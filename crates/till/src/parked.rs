//! Payments that the till does not show and must not forget: parked, paid after the cashier left the sale, or
//! on another till.

use std::rc::Rc;

use super::sale::{StoredPayment, StoredSale};
use super::{
    Call, Context, Effect, Next, Phase, Reading, Sale, Sound, entering_amount, resuming, submitting,
};
use scantill_types::api::{Disposition, FailureCode, Payment, ReviewReason};
use scantill_types::{DeviceId, PaymentId};

/// How many ended payments are remembered as shown.
const SEEN_MAX: usize = 12;

/// Why a payment is parked, the most urgent reason first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum ParkReason {
    /// It was paid after all: the cashier must decide what becomes of the money (P16).
    Undecided,
    /// A supervisor must decide.
    Supervisor,
    /// It was paid after the cashier had gone on, and nobody here has seen it.
    Paid,
    /// It is not over.
    #[default]
    InDoubt,
    /// Another till holds it.
    OtherTill,
}

impl ParkReason {
    pub(super) fn of(payment: &Payment, device: &DeviceId) -> Self {
        let needs_review = payment.review.is_some() && payment.resolution.is_none();
        match payment.disposition.filter(|_| payment.resolution.is_none()) {
            _ if payment.holder != *device => Self::OtherTill,
            Some(Disposition::AwaitingDecision) => Self::Undecided,
            Some(Disposition::InReview) => Self::Supervisor,
            _ if needs_review && !is_going_back(payment) => Self::Supervisor,
            _ => Self::InDoubt,
        }
    }

    pub(super) fn is_quiet(self) -> bool {
        matches!(self, Self::InDoubt | Self::OtherTill)
    }
}

impl Context {
    /// Parks a payment: the cashier goes on without it.
    pub(super) fn park_payment(&mut self, stored: StoredSale) {
        if let Some(payment) = &stored.payment {
            self.parked.retain(|other| !other.is(&payment.id));
        }
        self.parked.push(stored);
    }

    /// The cashier goes on after the end of a payment. If somebody must still act on it, it keeps its badge.
    pub(super) fn leave(&mut self, sale: Sale, payment: &Payment) {
        if is_over(payment) || is_going_back(payment) {
            self.parked.retain(|other| !other.is(&payment.id));
        } else {
            let heard = StoredPayment::heard(payment, &self.device);
            self.park_payment(StoredSale { sale, payment: Some(heard) });
        }
    }

    /// Learns the state of a payment. An open payment that is not in hand is parked; a parked payment that is
    /// over is removed. If the cashier is at something else, a sound tells of it once. A payment of another
    /// till gets a badge (P3).
    pub(super) fn observe_payment(&mut self, payment: &Payment, is_in_hand: bool) -> Option<Effect> {
        // A code that was not sent to Omise is not spent. A payment without a code never reached the proxy.
        if payment.failure_code == Some(FailureCode::NotSent) || payment.code_masked.is_empty() {
            self.last_sent_code.take_if(|(id, _)| *id == payment.id);
        }
        let heard = StoredPayment::heard(payment, &self.device);
        let is_ours = payment.holder == self.device;
        let index = self.parked.iter().position(|stored| stored.is(&payment.id));
        let is_news = match index.map(|index| &mut self.parked[index].payment) {
            Some(Some(known)) if heard.version < known.version => false,
            Some(known) if !is_over(payment) => {
                let was_quiet = known.as_ref().is_none_or(|known| !known.told);
                // The cancel request is kept until the proxy confirms it.
                let end = known.as_ref().and_then(|known| known.end);
                let end =
                    end.filter(|_| is_ours && payment.cancel_request.is_none() && !payment.state.is_final());
                *known = Some(StoredPayment { end, ..heard });
                was_quiet && is_ours && calls(payment)
            }
            Some(Some(known)) if !is_in_hand && is_ours && is_news_of(known, payment) => {
                let was_quiet = !known.told;
                *known = StoredPayment { reason: ParkReason::Paid, told: true, ..heard };
                was_quiet
            }
            Some(_) => {
                self.parked.retain(|stored| !stored.is(&payment.id));
                if is_ours {
                    self.remember(&payment.id);
                }
                is_ours && payment.disposition.is_some()
            }
            None if is_in_hand || is_over(payment) || is_going_back(payment) => false,
            // This answer was under way when the payment ended: an ended payment never opens again.
            None if !payment.state.is_final() && self.seen.contains(&payment.id) => false,
            None => {
                self.parked.push(StoredSale { sale: Sale::of(payment), payment: Some(heard) });
                is_ours && calls(payment)
            }
        };
        (is_news && !is_in_hand).then_some(Effect::Play(Sound::Attention))
    }

    /// Shows the parked payments in turn, the most urgent first. Each stays parked until it is over.
    /// Afterwards the cashier's previous screen comes back.
    pub(super) fn show_parked(&mut self, phase: Phase) -> Next {
        let Some((_, index)) = self.next_parked(&phase).filter(|_| may_show_parked(&phase)) else {
            return phase.ignore();
        };
        let stored = self.parked.remove(index);
        match phase {
            Phase::EnteringAmount(entering) => self.draft = entering.amount,
            Phase::Scanning(scanning) => self.waiting.insert(0, scanning.sale),
            Phase::Completed(ended) => {
                if ended.may_scan_again() {
                    self.waiting.insert(0, ended.sale.clone());
                }
                self.leave(ended.sale, &ended.payment);
            }
            _ => {}
        }
        self.parked.push(stored.clone());
        let StoredSale { sale, payment } = stored;
        match payment {
            Some(payment) => resuming::Resuming::enter(sale, payment, Reading::News),
            // `next_parked` returns `Some` only with a payment.
            None => entering_amount::EnteringAmount::enter(self),
        }
    }

    /// Reads the parked payments: nothing pushes what was settled while the page was closed.
    pub(super) fn ask_parked(&self, listed: &[Rc<Payment>], effects: &mut Vec<Effect>) {
        for payment in self.parked.iter().filter_map(|stored| stored.payment.as_ref()) {
            let is_listed = listed.iter().any(|listed| listed.id == payment.id);
            if payment.end.is_none() && !is_listed {
                effects.push(Effect::Call(Call::Read(payment.id.clone())));
            }
        }
    }

    /// Repeats the cancel requests of parked payments until the proxy confirms them (P8).
    pub(super) fn end_parked(&self, effects: &mut Vec<Effect>) {
        for StoredSale { sale, payment } in &self.parked {
            if let Some(StoredPayment { id, end: Some(by), .. }) = payment {
                let body = submitting::cancel_body(sale, *by);
                effects.push(Effect::Call(Call::Cancel(id.clone(), body)));
            }
        }
    }

    /// The parked payment that is shown next, and its reason.
    pub(super) fn next_parked(&self, phase: &Phase) -> Option<(ParkReason, usize)> {
        self.others_parked(phase).min_by_key(|(reason, _)| *reason)
    }

    /// The parked payments except the one in hand.
    pub(super) fn others_parked(&self, phase: &Phase) -> impl Iterator<Item = (ParkReason, usize)> {
        self.parked.iter().enumerate().filter_map(|(index, stored)| {
            let payment = stored.payment.as_ref().filter(|payment| !phase.has(&payment.id))?;
            Some((payment.reason, index))
        })
    }

    pub(super) fn is_parked(&self, id: &PaymentId) -> bool {
        self.parked.iter().any(|stored| stored.is(id))
    }

    /// The cashier has seen how the payment ended.
    pub(super) fn remember(&mut self, id: &PaymentId) {
        if !self.seen.contains(id) {
            self.seen.insert(0, id.clone());
            self.seen.truncate(SEEN_MAX);
        }
    }
}

/// Whether the till may show a parked payment now and come back afterwards.
pub(super) fn may_show_parked(phase: &Phase) -> bool {
    match phase {
        Phase::EnteringAmount(_) | Phase::Scanning(_) => true,
        Phase::Completed(ended) => ended.is_settled(),
        _ => false,
    }
}

/// Whether the cashier can act on it and cannot know of it yet. False for reviews that were called here and
/// for reviews of a sale that was paid long ago.
fn calls(payment: &Payment) -> bool {
    match payment.disposition {
        Some(Disposition::AwaitingDecision) => true,
        Some(Disposition::InReview) => {
            matches!(payment.review, Some(ReviewReason::DecisionOverdue | ReviewReason::RefundFailed))
        }
        _ => is_strange(payment) && !payment.state.is_final(),
    }
}

/// A payment in doubt is paid now: the customer may still be there. The cashier already knows a decision that
/// somebody made.
fn is_news_of(known: &StoredPayment, payment: &Payment) -> bool {
    let was_open = matches!(known.reason, ParkReason::InDoubt | ParkReason::Paid);
    was_open && payment.disposition == Some(Disposition::Accepted) && payment.resolution.is_none()
}

/// Money was captured in the wrong way.
pub(super) fn is_strange(payment: &Payment) -> bool {
    matches!(
        payment.review,
        Some(ReviewReason::Mismatch | ReviewReason::UnexpectedStatus | ReviewReason::DuplicateCharge)
    )
}

/// Nobody has anything to do or to learn any more.
pub(super) fn is_over(payment: &Payment) -> bool {
    let settled = matches!(payment.disposition, None | Some(Disposition::Accepted | Disposition::Refunded));
    let needs_nobody = settled && payment.review.is_none();
    payment.resolution.is_some() || (payment.state.is_final() && needs_nobody)
}

/// The refund is automatic, and nobody need wait for it.
fn is_going_back(payment: &Payment) -> bool {
    matches!(payment.disposition, Some(Disposition::RefundDue | Disposition::Refunding))
}
