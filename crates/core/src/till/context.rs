//! What outlives the phases: who the till is, whether the proxy answers, and what was put aside.

use super::sale::{Stored, StoredPayment, StoredSale};
use super::{CallError, Effect, Input, Moment, Next, Opening, Phase, Sale, entering, recalling, scanning};
use crate::DeviceId;
use crate::api::Terminal;
use crate::payer_code::PayerCode;

/// Whether changes are pushed to the till.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Changes come by themselves.
    Open,
    /// They do not: polling alone must do.
    Lost,
}

#[derive(Clone, Debug)]
pub(super) struct Context {
    pub(super) device: DeviceId,
    pub(super) terminal: Option<Terminal>,
    pub(super) stream: Stream,
    /// The last call reached the proxy.
    pub(super) reachable: bool,
    /// The token was refused in the middle of the day.
    pub(super) revoked: bool,
    pub(super) aside: Vec<StoredSale>,
    /// The code that was sent last, so that a second read of it is told from a fresh one. In memory only.
    pub(super) spent: Option<PayerCode>,
    pub(super) ignored: u32,
}

impl Context {
    pub(super) fn new(device: DeviceId, aside: Vec<StoredSale>) -> Self {
        let (terminal, spent, stream) = (None, None, Stream::Lost);
        Self { device, terminal, stream, reachable: true, revoked: false, aside, spent, ignored: 0 }
    }

    /// Learns from an input what concerns every phase. Gives back what the phase still has to see.
    pub(super) fn listen(&mut self, input: Input) -> Option<Input> {
        match &input {
            Input::Stream(stream) => {
                self.stream = *stream;
                return None;
            }
            Input::Terminal(Ok(_)) => (self.reachable, self.revoked) = (true, false),
            Input::Payment(_) | Input::SalePayments(..) => self.reachable = true,
            Input::CallFailed(_, error) | Input::SaleCallFailed(error) | Input::Terminal(Err(error)) => {
                self.reachable = *error != CallError::Unreachable;
                self.revoked |= *error == CallError::Unauthenticated;
            }
            Input::Elapsed(_) | Input::Scanned { .. } | Input::Press(_) | Input::Open(_) => {}
        }
        Some(input)
    }

    /// What to keep in the browser while this sale and attempt are in hand.
    pub(super) fn save(&self, sale: Option<(&Sale, Option<StoredPayment>)>) -> Effect {
        let sale = sale.map(|(sale, payment)| StoredSale { sale: sale.clone(), payment });
        Effect::Save(Stored { sale, aside: self.aside.clone() })
    }

    /// The pause until the next poll: longer while the stream brings changes.
    pub(super) fn poll_ms(&self) -> u64 {
        let timing = self.timing();
        match self.stream {
            Stream::Open => timing.poll_beside_stream_ms,
            Stream::Lost => timing.poll_alone_ms,
        }
    }

    pub(super) fn timing(&self) -> crate::TillTiming {
        self.terminal.as_ref().map(|terminal| terminal.timing).unwrap_or_default()
    }

    /// Drops an input that belongs to another phase.
    pub(super) fn ignore(&mut self, phase: Phase) -> Next {
        self.ignored = self.ignored.saturating_add(1);
        (phase, Vec::new())
    }

    /// Opens a sale that a host page or the address asks for, unless a payment is in hand.
    pub(super) fn open(&mut self, phase: Phase, opening: Opening, moment: &Moment) -> Next {
        match phase {
            Phase::Ended(ended) if !ended.is_settled() => self.ignore(Phase::Ended(ended)),
            Phase::Entering(_) | Phase::Scanning(_) | Phase::Ended(_) | Phase::Refused(_) => {
                self.open_sale(opening, moment)
            }
            Phase::Starting(starting) => (Phase::Starting(starting.with(opening)), Vec::new()),
            other => self.ignore(other),
        }
    }

    /// The sale of an opening, at the scan; at the amount with a sentence if it cannot be charged.
    pub(super) fn open_sale(&mut self, opening: Opening, moment: &Moment) -> Next {
        let Some(terminal) = self.terminal.as_ref() else {
            return entering::Entering::enter(self);
        };
        let currency = opening.currency.unwrap_or(terminal.currency);
        if let Some(problem) = entering::amount_problem(opening.amount, currency, terminal) {
            return entering::Entering::enter_with(self, opening.amount, problem);
        }
        let Opening { sale_id, amount, reference, .. } = opening;
        let known = sale_id.is_some();
        let sale = Sale { id: sale_id.unwrap_or_else(|| moment.sale_id()), amount, currency, reference };
        if known { recalling::Recalling::enter_sale(sale) } else { scanning::Scanning::enter(self, sale) }
    }
}
