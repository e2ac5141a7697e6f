//! What outlives the phases: the terminal, whether the proxy answers, and the payments and orders that wait.

use super::sale::{CheckoutRequest, StoredSale};
use super::{
    Call, CallError, Effect, Input, Listing, Next, Phase, Reading, Sale, ScanProblem, StepContext, Timer,
    entering_amount, parked, rejected, resuming, scanning,
};
use scantill_types::api::Terminal;
use scantill_types::payer_code::PayerCode;
use scantill_types::{Currency, DeviceId, PaymentId};

/// Whether the proxy pushes changes to the till.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// The proxy pushes changes.
    Open,
    /// The stream is broken: the till polls only.
    Lost,
    /// The page is not visible.
    Closed,
}

#[derive(Clone, Debug)]
pub(super) struct Context {
    pub(super) device: DeviceId,
    pub(super) terminal: Option<Terminal>,
    pub(super) stream: Stream,
    /// The proxy's last answer arrived, and no call has failed since.
    pub(super) reachable: bool,
    pub(super) parked: Vec<StoredSale>,
    /// Orders that wait until the till is free for them.
    pub(super) waiting: Vec<Sale>,
    /// The amount that was typed before another screen came up.
    pub(super) draft: i64,
    /// The payments whose end the cashier was shown.
    pub(super) seen: Vec<PaymentId>,
    /// The paid sale that the last page showed. It is shown again only if the address or the host page names
    /// it.
    pub(super) recalled: Option<StoredSale>,
    /// Why the last scan was not sent.
    pub(super) scan_problem: Option<ScanProblem>,
    /// The last code that was sent, and its payment. A second read of the same code is not a fresh code. In
    /// memory only.
    pub(super) last_sent_code: Option<(PaymentId, PayerCode)>,
}

impl Context {
    pub(super) fn new(device: DeviceId, stored: &super::Stored) -> Self {
        Self {
            device,
            terminal: None,
            stream: Stream::Closed,
            reachable: true,
            parked: stored.parked.clone(),
            waiting: stored.waiting.clone(),
            draft: stored.amount,
            seen: stored.seen.clone(),
            recalled: None,
            scan_problem: None,
            last_sent_code: None,
        }
    }

    /// Updates what concerns every phase.
    pub(super) fn observe(&mut self, input: &Input, has_started: bool) -> Vec<Effect> {
        match input {
            Input::Stream(stream) => return self.stream_changed(*stream, has_started),
            Input::Offline => self.reachable = false,
            Input::Elapsed(Timer::Watch) if has_started => return self.watch(),
            Input::Terminal(Ok(_)) | Input::Payment(_) | Input::Listed(..) => self.reachable = true,
            Input::CallFailed(_, error) | Input::ListFailed(_, error) | Input::Terminal(Err(error)) => {
                self.reachable = *error != CallError::Unreachable;
                let wait_ms = error.retry_after_ms();
                if has_started && self.timing().poll_alone_ms < wait_ms {
                    return vec![Effect::Wait(Timer::Watch, wait_ms)];
                }
            }
            Input::Elapsed(_) | Input::Open(_) => {}
            // The message about an earlier scan must not stay after a newer input.
            Input::Scanned { .. } | Input::Press(_) => self.scan_problem = None,
        }
        Vec::new()
    }

    /// After the stream was lost, the till reads what it missed.
    fn stream_changed(&mut self, stream: Stream, has_started: bool) -> Vec<Effect> {
        let before = std::mem::replace(&mut self.stream, stream);
        self.reachable |= stream == Stream::Open;
        match (before, stream) {
            _ if !has_started => Vec::new(),
            (Stream::Lost, Stream::Open) => vec![Effect::Call(Call::List(Listing::Unsettled(None)))],
            (_, Stream::Lost) => vec![Effect::Call(Call::Terminal)],
            _ => Vec::new(),
        }
    }

    /// Polls the proxy while no other call does, and continues the cancel requests in the background.
    fn watch(&self) -> Vec<Effect> {
        let mut effects = Vec::new();
        if !self.reachable || self.stream == Stream::Lost {
            effects.push(Effect::Call(Call::Terminal));
        }
        self.end_parked(&mut effects);
        effects.push(self.watch_again());
        effects
    }

    pub(super) fn watch_again(&self) -> Effect {
        Effect::Wait(Timer::Watch, self.timing().poll_alone_ms)
    }

    /// The pause until the next poll. Longer while the stream is open.
    pub(super) fn poll_ms(&self) -> u64 {
        let timing = self.timing();
        match self.stream {
            Stream::Open => timing.poll_beside_stream_ms,
            Stream::Lost | Stream::Closed => timing.poll_alone_ms,
        }
    }

    /// The pause before a failed call is repeated: as long as the proxy says, or the usual one.
    pub(super) fn again(&self, error: &CallError) -> Effect {
        Effect::Wait(Timer::Again, self.timing().call_again_ms.max(error.retry_after_ms()))
    }

    pub(super) fn timing(&self) -> scantill_types::TillTiming {
        self.terminal.as_ref().map(|terminal| terminal.timing).unwrap_or_default()
    }

    /// The next order that waits; else the keypad, with the amount that was being typed.
    pub(super) fn next_sale(&mut self, moment: &StepContext) -> Next {
        if self.waiting.is_empty() {
            return entering_amount::EnteringAmount::enter(self);
        }
        let Sale { id, amount, currency, reference } = self.waiting.remove(0);
        let opening = CheckoutRequest { sale_id: Some(id), amount, currency: Some(currency), reference };
        self.open_sale(opening, moment)
    }

    /// Keeps an order until the till is free for it.
    pub(super) fn wait(&mut self, opening: CheckoutRequest, moment: &StepContext) {
        if self.waiting.iter().any(|waiting| opening.is_alike(waiting)) {
            return;
        }
        let own = self.terminal.as_ref().map(|terminal| terminal.currency);
        let currency = opening.currency.or(own).unwrap_or(Currency::Thb);
        let CheckoutRequest { sale_id, amount, reference, .. } = opening;
        let id = sale_id.unwrap_or_else(|| moment.sale_id());
        self.waiting.push(Sale { id, amount, currency, reference });
    }

    /// Opens a sale that a host page asks for, unless a payment is in hand. A screen without an open payment
    /// makes way.
    pub(super) fn open(&mut self, phase: Phase, opening: CheckoutRequest, moment: &StepContext) -> Next {
        match phase {
            Phase::EnteringAmount(entering) => self.draft = entering.amount,
            Phase::Completed(ended) if ended.is_settled() => self.leave(ended.sale, &ended.payment),
            Phase::AwaitingOutcome(waiting) if parked::is_strange(&waiting.payment) => {
                self.leave(waiting.sale, &waiting.payment);
            }
            // The cashier's own sale follows the host page's: nothing is lost, and its amount is not charged
            // now.
            Phase::Scanning(scanning::Scanning { sale, .. })
            | Phase::Rejected(rejected::Rejected { sale, .. })
                if !opening.is_alike(&sale) =>
            {
                self.waiting.insert(0, sale);
            }
            Phase::Scanning(_) | Phase::Rejected(_) | Phase::OtherTill(_) => {}
            Phase::Starting(starting) => return (Phase::Starting(starting.with(opening)), Vec::new()),
            other => return other.ignore(),
        }
        self.open_sale(opening, moment)
    }

    /// Opens the sale at the scan, or at the amount with a message if it cannot be charged.
    pub(super) fn open_sale(&mut self, opening: CheckoutRequest, moment: &StepContext) -> Next {
        // A page that is loaded again repeats the order that waits.
        self.waiting.retain(|waiting| !opening.is_alike(waiting));
        let Some(terminal) = self.terminal.as_ref() else {
            return entering_amount::EnteringAmount::enter(self);
        };
        if let Some(StoredSale { sale, payment: Some(payment) }) = self.recalled.take()
            && opening.is_for(&sale)
        {
            return resuming::Resuming::enter(sale, payment, Reading::Named);
        }
        let currency = opening.currency.unwrap_or(terminal.currency);
        if let Some(problem) = entering_amount::amount_problem(opening.amount, currency, terminal) {
            return entering_amount::EnteringAmount::enter_with(opening.amount, problem);
        }
        let CheckoutRequest { sale_id, amount, reference, .. } = opening;
        let known = sale_id.is_some();
        let sale = Sale { id: sale_id.unwrap_or_else(|| moment.sale_id()), amount, currency, reference };
        if known { resuming::Resuming::enter_sale(sale) } else { scanning::Scanning::enter(sale) }
    }
}
