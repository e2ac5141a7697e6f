//! The proxy has the payment. The till shows its current state until it is over.

use std::rc::Rc;

use super::sale::{StoredPayment, StoredSale};
use super::{
    Call, Context, Effect, Input, Next, Outcome, Phase, Press, Reading, Sale, ScanProblem, Sound,
    StepContext, Timer, completed, other_till, parked, scanning, submitting,
};
use scantill_types::api::{CancelledBy, Payment, PaymentState};

#[derive(Clone, Debug)]
pub(super) struct AwaitingOutcome {
    pub(super) sale: Sale,
    pub(super) payment: Rc<Payment>,
    deadline_ms: u64,
    pub(super) seconds_left: u64,
    /// Set when somebody here cancelled the payment and the proxy has not confirmed the cancel request yet.
    pub(super) end: Option<CancelledBy>,
}

/// Shows a payment in the phase that fits its state.
pub(super) fn show(
    context: &mut Context,
    moment: &StepContext,
    sale: Sale,
    payment: Rc<Payment>,
    reading: Reading,
) -> Next {
    let sale = as_charged(sale, &payment);
    if payment.holder != context.device && !parked::is_over(&payment) {
        return other_till::OtherTill::enter(context, sale, payment);
    }
    if payment.state.is_final() {
        return completed::Completed::enter(context, moment, sale, payment, reading);
    }
    let deadline_after_ms = context.timing().till_deadline_ms;
    let effects = vec![
        Effect::StopTimers,
        Effect::ShowSale(Some(sale.clone())),
        Effect::Wait(Timer::Poll, context.poll_ms()),
        Effect::Wait(Timer::Deadline, deadline_after_ms),
        Effect::Wait(Timer::Second, 1_000),
    ];
    let deadline_ms = moment.now_ms.saturating_add(deadline_after_ms);
    let seconds_left = deadline_after_ms.div_ceil(1_000);
    (Phase::AwaitingOutcome(AwaitingOutcome { sale, payment, deadline_ms, seconds_left, end: None }), effects)
}

/// Shows a payment after a reload. Sends a cancel request from before the reload again: the proxy may not
/// have received it.
pub(super) fn show_ending(
    context: &mut Context,
    moment: &StepContext,
    sale: Sale,
    payment: Rc<Payment>,
    reading: Reading,
    end: Option<CancelledBy>,
) -> Next {
    match (show(context, moment, sale, payment, reading), end) {
        ((Phase::AwaitingOutcome(waiting), mut effects), Some(end)) => {
            let (phase, asked) = waiting.want_end(end);
            effects.extend(asked);
            (phase, effects)
        }
        (next, _) => next,
    }
}

/// The sale with the amount that was charged. An address or a host page may name another amount.
fn as_charged(sale: Sale, payment: &Payment) -> Sale {
    let reference = payment.reference.clone().or(sale.reference);
    Sale { id: sale.id, amount: payment.amount, currency: payment.currency, reference }
}

impl AwaitingOutcome {
    pub(super) fn step(mut self, context: &mut Context, moment: &StepContext, input: Input) -> Next {
        match input {
            Input::Payment(payment) if payment.id == self.payment.id => self.seen(context, moment, payment),
            Input::CallFailed(id, error) if id == self.payment.id => {
                let wait_ms = error.retry_after_ms();
                let later = (context.poll_ms() < wait_ms).then_some(Effect::Wait(Timer::Poll, wait_ms));
                (Phase::AwaitingOutcome(self), later.into_iter().collect())
            }
            Input::Elapsed(Timer::Poll) => {
                let effects = vec![self.ask(), Effect::Wait(Timer::Poll, context.poll_ms())];
                (Phase::AwaitingOutcome(self), effects)
            }
            Input::Elapsed(Timer::Second) => {
                self.seconds_left = self.deadline_ms.saturating_sub(moment.now_ms).div_ceil(1_000);
                (Phase::AwaitingOutcome(self), vec![Effect::Wait(Timer::Second, 1_000)])
            }
            Input::Elapsed(Timer::Deadline) => self.want_end(CancelledBy::Deadline),
            Input::Press(Press::Cancel) => self.want_end(CancelledBy::Cashier),
            Input::Press(Press::AskNow) => {
                let ask = self.ask();
                (Phase::AwaitingOutcome(self), vec![ask])
            }
            Input::Press(Press::Park | Press::NextSale) if self.may_be_parked(context) => {
                self.park(context, moment)
            }
            Input::Press(Press::ScanAgain) if self.is_released() => {
                context.park_payment(self.parked(context));
                scanning::Scanning::enter(self.sale)
            }
            // A fresh code begins the next attempt.
            Input::Scanned { text, at_ms } if self.is_released() => {
                let parked = self.parked(context);
                let sale = self.sale.clone();
                let next =
                    scanning::send(context, moment, Phase::AwaitingOutcome(self), &sale, None, &text, at_ms);
                if matches!(next.0, Phase::Submitting(_)) {
                    context.park_payment(parked);
                }
                next
            }
            Input::Scanned { .. } => {
                scanning::refuse(context, Phase::AwaitingOutcome(self), ScanProblem::UnderWay)
            }
            _ => Phase::AwaitingOutcome(self).ignore(),
        }
    }

    /// Whether the cashier may go on to the next sale. True for a payment in doubt, for a slow cancel, while
    /// the proxy does not answer, and for a payment that was only opened to see its state.
    pub(super) fn may_be_parked(&self, context: &Context) -> bool {
        matches!(self.payment.state, PaymentState::Unknown | PaymentState::Cancelling)
            || self.payment.cancel_request.is_some()
            || self.payment.review.is_some()
            || context.is_parked(&self.payment.id)
            || !context.reachable
    }

    fn seen(mut self, context: &mut Context, moment: &StepContext, payment: Rc<Payment>) -> Next {
        if payment.version < self.payment.version {
            return Phase::AwaitingOutcome(self).ignore();
        }
        if payment.holder != context.device && !parked::is_over(&payment) {
            let told = Effect::Report(Box::new(Outcome::InDoubt(Some(payment.clone()))));
            let (phase, mut effects) = other_till::OtherTill::enter(context, self.sale, payment);
            effects.push(told);
            return (phase, effects);
        }
        if payment.state.is_final() {
            return completed::Completed::enter(context, moment, self.sale, payment, Reading::News);
        }
        let is_news = is_in_doubt(&payment) && !is_in_doubt(&self.payment);
        let effects = if is_news { vec![Effect::Play(Sound::Attention)] } else { Vec::new() };
        self.end = self.end.filter(|_| payment.cancel_request.is_none());
        self.payment = payment;
        (Phase::AwaitingOutcome(self), effects)
    }

    /// The next poll. Until the proxy knows of the cancel request, this repeats the request.
    fn ask(&self) -> Effect {
        let id = self.payment.id.clone();
        match self.end {
            Some(by) => Effect::Call(Call::Cancel(id, submitting::cancel_body(&self.sale, by))),
            None => Effect::Call(Call::Read(id)),
        }
    }

    fn want_end(mut self, by: CancelledBy) -> Next {
        let was_refused = by == CancelledBy::Cashier && self.payment.state == PaymentState::Pending;
        if self.end.is_some() || (self.payment.cancel_request.is_some() && !was_refused) {
            return (Phase::AwaitingOutcome(self), Vec::new());
        }
        self.end = Some(by);
        let cancel = self.ask();
        (Phase::AwaitingOutcome(self), vec![cancel])
    }

    /// A supervisor released the sale.
    fn is_released(&self) -> bool {
        self.payment.released.is_some()
    }

    fn park(self, context: &mut Context, moment: &StepContext) -> Next {
        context.park_payment(self.parked(context));
        scanning::leave_with(context, moment, Outcome::InDoubt(Some(self.payment)))
    }

    /// A cancel request that the proxy has not confirmed continues in the background.
    pub(super) fn parked(&self, context: &Context) -> StoredSale {
        let heard = StoredPayment::heard(&self.payment, &context.device);
        let payment = Some(StoredPayment { end: self.end, ..heard });
        StoredSale { sale: self.sale.clone(), payment }
    }
}

fn is_in_doubt(payment: &Payment) -> bool {
    payment.state == PaymentState::Unknown || parked::is_strange(payment)
}
