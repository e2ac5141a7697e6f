//! Before anything else, the till asks the proxy for its terminal and the open payments.

use std::rc::Rc;

use super::sale::{CheckoutRequest, StoredPayment, StoredSale};
use super::{
    Call, CallError, Context, Effect, Input, Listing, Next, Phase, Reading, Sale, StepContext, Timer,
    awaiting_outcome, pairing, resuming, scanning,
};
use scantill_types::api::{Disposition, Payment, Terminal};

/// The customer of a payment may still be there for so long.
const RECENT_MS: u64 = 600_000;

#[derive(Clone, Debug)]
pub(super) struct Starting {
    pub(super) stored: Option<StoredSale>,
    opening: Option<CheckoutRequest>,
    is_known: bool,
    /// The payments of this terminal that are not settled, the newest first: the pages that have arrived.
    unsettled: Vec<Rc<Payment>>,
    is_listed: bool,
    /// The last payments of this terminal, the newest first.
    newest: Vec<Rc<Payment>>,
    has_newest: bool,
}

impl Starting {
    pub(super) fn enter(stored: Option<StoredSale>, opening: Option<CheckoutRequest>) -> Next {
        Self::new(stored, opening).ask()
    }

    /// The till of a tablet that was paired just now.
    pub(super) fn paired(
        context: &mut Context,
        moment: &StepContext,
        stored: Option<StoredSale>,
        opening: Option<CheckoutRequest>,
        terminal: Terminal,
    ) -> Next {
        let (phase, mut effects) =
            Self::new(stored, opening).step(context, moment, Input::Terminal(Ok(terminal)));
        if let Phase::Starting(starting) = &phase {
            effects.extend(starting.missing());
        }
        (phase, effects)
    }

    fn new(stored: Option<StoredSale>, opening: Option<CheckoutRequest>) -> Self {
        let (unsettled, newest) = (Vec::new(), Vec::new());
        Self { stored, opening, is_known: false, unsettled, is_listed: false, newest, has_newest: false }
    }

    pub(super) fn with(self, opening: CheckoutRequest) -> Self {
        Self { opening: Some(opening), ..self }
    }

    pub(super) fn step(mut self, context: &mut Context, moment: &StepContext, input: Input) -> Next {
        match input {
            Input::Terminal(Ok(terminal)) => {
                context.terminal = Some(terminal);
                self.is_known = true;
            }
            Input::Listed(Listing::Unsettled(from), payments, next) => {
                if from.is_none() {
                    self.unsettled.clear();
                }
                self.unsettled.extend(payments);
                if next.is_some() {
                    let more = Effect::Call(Call::List(Listing::Unsettled(next)));
                    return (Phase::Starting(self), vec![more]);
                }
                self.is_listed = true;
            }
            Input::Listed(Listing::Newest, payments, _) => {
                self.newest = payments;
                self.has_newest = true;
            }
            input if input.is_unauthenticated() => {
                return pairing::Pairing::enter(self.stored, self.opening);
            }
            // A proxy without this list reports its open payments by the stream.
            Input::ListFailed(listing, CallError::Refused(problem)) if resuming::says_no(&problem) => {
                match listing {
                    Listing::Unsettled(_) => self.is_listed = true,
                    _ => self.has_newest = true,
                }
            }
            Input::Terminal(Err(CallError::OriginRefused)) => {
                let (pairing, _) = pairing::Pairing::enter(self.stored, self.opening);
                return pairing.step(context, moment, input);
            }
            Input::Terminal(Err(error)) | Input::ListFailed(_, error) => {
                return (Phase::Starting(self), vec![context.again(&error)]);
            }
            Input::Elapsed(Timer::Again) => return self.ask(),
            _ => return Phase::Starting(self).ignore(),
        }
        if self.is_known && self.is_listed && self.has_newest {
            return self.begin(context, moment);
        }
        (Phase::Starting(self), Vec::new())
    }

    /// Sends every call that has no answer yet. They run at once, so that a slow network costs one wait.
    fn ask(self) -> Next {
        let effects = self.missing();
        (Phase::Starting(self), effects)
    }

    fn missing(&self) -> Vec<Effect> {
        let mut effects = Vec::new();
        if !self.is_known {
            effects.push(Effect::Call(Call::Terminal));
        }
        if !self.is_listed {
            effects.push(Effect::Call(Call::List(Listing::Unsettled(None))));
        }
        if !self.has_newest {
            effects.push(Effect::Call(Call::List(Listing::Newest)));
        }
        effects
    }

    fn begin(mut self, context: &mut Context, moment: &StepContext) -> Next {
        let unsettled = std::mem::take(&mut self.unsettled);
        let front = self.front(context, moment, &unsettled);
        let mut sound = None;
        for payment in &unsettled {
            if front.as_ref().is_none_or(|front| front.id != payment.id) {
                sound = context.observe_payment(payment, false).or(sound);
            }
        }
        let (phase, mut effects) = match front {
            Some(payment) => self.show(context, moment, payment),
            None => self.resume(context, moment),
        };
        effects.extend(sound);
        context.ask_parked(&unsettled, &mut effects);
        context.end_parked(&mut effects);
        effects.push(Effect::OpenStream);
        effects.push(context.watch_again());
        (phase, effects)
    }

    /// The payment that is shown before everything else. It is the newest open payment of this device, also
    /// if the storage names another, since a browser writes the storage late. Without an open one, it is the
    /// device's last payment, if the cashier was not shown how that ended.
    fn front(
        &self,
        context: &Context,
        moment: &StepContext,
        unsettled: &[Rc<Payment>],
    ) -> Option<Rc<Payment>> {
        let is_in_hand =
            |payment: &Payment| self.stored.as_ref().is_some_and(|stored| stored.is(&payment.id));
        let is_ours =
            |payment: &&Rc<Payment>| payment.holder == context.device && !context.is_parked(&payment.id);
        let is_open = |payment: &Payment| {
            !payment.state.is_final() || payment.disposition == Some(Disposition::AwaitingDecision)
        };
        let open = unsettled.iter().filter(is_ours).find(|payment| is_open(payment) || is_in_hand(payment));
        // A tablet without storage cannot know that it took the last payment under another device id.
        let is_blank = self.stored.is_none() && context.seen.is_empty() && context.parked.is_empty();
        let now_ms = now_ms(context, moment);
        let may_be_ours = |payment: &Payment| {
            let age_ms = now_ms.saturating_sub(u64::try_from(payment.updated_at.0).unwrap_or(0));
            is_blank && age_ms < RECENT_MS && payment.disposition == Some(Disposition::Accepted)
        };
        let is_seen = |payment: &Payment| is_in_hand(payment) || context.seen.contains(&payment.id);
        // Payments before one that was shown are no news. A refused or cancelled payment without a code never
        // is.
        let mut news = self.newest.iter().take_while(|payment| !is_seen(payment));
        let newest = news.find(|payment| {
            let is_listed = unsettled.iter().any(|other| other.id == payment.id);
            (is_ours(payment) || may_be_ours(payment))
                && payment.state.is_final()
                && !payment.code_masked.is_empty()
                && !is_listed
        });
        open.or(newest).cloned()
    }

    /// Shows it before anything else. Everything else waits.
    fn show(self, context: &mut Context, moment: &StepContext, payment: Rc<Payment>) -> Next {
        let sale = Sale::of(&payment);
        let sent = self.stored.as_ref().and_then(|stored| stored.payment.as_ref());
        let end = sent.filter(|sent| sent.id == payment.id).and_then(StoredPayment::wanted_end);
        match self.stored {
            Some(StoredSale { sale: other, payment: None }) if other.id != sale.id => {
                context.waiting.push(other);
            }
            // Perhaps the proxy never received it: it is cancelled for the record.
            Some(StoredSale { sale, payment: Some(sent) }) if !sent.acknowledged && sent.id != payment.id => {
                context.park_payment(StoredSale { sale, payment: Some(sent) });
            }
            _ => {}
        }
        if let Some(opening) = self.opening.filter(|opening| !opening.is_for(&sale)) {
            context.wait(opening, moment);
        }
        awaiting_outcome::show_ending(context, moment, sale, payment, Reading::Earlier, end)
    }

    /// A payment in hand comes first, then the checkout of the address, then a sale without a payment.
    fn resume(self, context: &mut Context, moment: &StepContext) -> Next {
        match (self.stored, self.opening) {
            (Some(StoredSale { sale, payment: Some(payment) }), opening)
                if !context.is_parked(&payment.id) =>
            {
                let known = self.newest.into_iter().find(|newest| newest.id == payment.id);
                Self::recall(context, moment, (sale, payment, known), opening)
            }
            (Some(StoredSale { sale, payment: None }), Some(opening))
                if opening.sale_id.as_ref() == Some(&sale.id) =>
            {
                scanning::Scanning::enter(sale)
            }
            (_, Some(opening)) => context.open_sale(opening, moment),
            (Some(StoredSale { sale, payment: None }), None) => scanning::Scanning::enter(sale),
            (_, None) => context.next_sale(moment),
        }
    }

    /// The order of an address waits until the cashier knows how the payment before it ended.
    fn recall(
        context: &mut Context,
        moment: &StepContext,
        (sale, payment, known): (Sale, StoredPayment, Option<Rc<Payment>>),
        opening: Option<CheckoutRequest>,
    ) -> Next {
        let is_seen = context.seen.contains(&payment.id);
        let reading = match opening {
            Some(opening) if opening.is_for(&sale) => Reading::Named,
            Some(opening) if is_seen => return context.open_sale(opening, moment),
            Some(opening) => {
                context.wait(opening, moment);
                Reading::Earlier
            }
            None => Reading::Earlier,
        };
        match known {
            Some(known) => {
                awaiting_outcome::show_ending(context, moment, sale, known, reading, payment.wanted_end())
            }
            None => resuming::Resuming::enter(sale, payment, reading),
        }
    }
}

/// By the proxy's clock: a tablet's may be minutes off.
fn now_ms(context: &Context, moment: &StepContext) -> u64 {
    let told = context.terminal.as_ref().and_then(|terminal| terminal.now);
    told.and_then(|now| u64::try_from(now.0).ok()).unwrap_or(moment.unix_ms)
}
