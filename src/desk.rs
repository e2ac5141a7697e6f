//! The host page's checkout: at most one at a time, answered by what became of its own sale and of no other.

use scantill_core::SaleId;
use scantill_core::api::Payment;
use scantill_core::till::{AmountProblem, Opening, Outcome, Sale, SaleView, Screen, View};

/// What became of a checkout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Closed {
    Paid(Payment),
    NotPaid(Option<Payment>),
    InDoubt(Payment),
    Unmounted,
}

/// Why a checkout did not begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Denied {
    #[error("another payment is in hand")]
    Busy,
    #[error("the amount cannot be charged here: {0:?}")]
    Amount(AmountProblem),
}

/// Tells the host page.
pub(crate) type Tell = Box<dyn FnOnce(Result<Closed, Denied>)>;

/// What the shell is to do for a checkout that waits.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    Nothing,
    Open(Opening),
}

/// The checkout in hand.
#[derive(Default)]
pub(crate) struct Desk {
    waiting: Option<(Opening, Tell)>,
    open: Option<(SaleId, Tell)>,
    shown: Option<Sale>,
}

impl Desk {
    /// Takes a checkout on, to be opened as soon as the till knows what it has in hand.
    pub(crate) fn ask(&mut self, opening: Opening, tell: Tell) {
        if self.waiting.is_some() || self.open.is_some() {
            return tell(Err(Denied::Busy));
        }
        self.waiting = Some((opening, tell));
    }

    /// Whether the checkout that waits can begin in this view. A payment that a reload left in hand comes first: it
    /// answers a checkout for the same reference and amount, and makes any other busy.
    pub(crate) fn turn(&mut self, view: &View) -> Turn {
        let Some((opening, tell)) = self.waiting.take() else { return Turn::Nothing };
        match (stage(&view.screen), self.shown.clone()) {
            (Stage::Unknown, _) | (Stage::Held | Stage::Money, None) => self.waiting = Some((opening, tell)),
            (Stage::Held | Stage::Money, Some(sale)) if is_same(&opening, view.sale.as_ref()) => {
                self.open = Some((sale.id, tell));
                self.answer_at_once(&view.screen);
            }
            (Stage::Held, Some(_)) => tell(Err(Denied::Busy)),
            (Stage::Idle, _) | (Stage::Money, Some(_)) => {
                self.waiting = Some((opening.clone(), tell));
                return Turn::Open(opening);
            }
        }
        Turn::Nothing
    }

    /// The shell has opened the checkout that waited; this is what the till shows now.
    pub(crate) fn opened(&mut self, view: &View) {
        let Some((_, tell)) = self.waiting.take() else { return };
        match (&view.screen, self.shown.clone()) {
            (Screen::Amount { problem: Some(problem), .. }, _) => tell(Err(Denied::Amount(*problem))),
            (Screen::Scan { .. }, Some(sale)) => self.open = Some((sale.id, tell)),
            _ => tell(Err(Denied::Busy)),
        }
    }

    /// The till shows this sale. One that took the place of the checkout's own ended that without money: the machine
    /// leaves a sale unreported only where nothing was sent for it.
    pub(crate) fn show(&mut self, sale: Option<&Sale>) {
        let Some(sale) = sale else { return };
        self.shown = Some(sale.clone());
        if self.open.as_ref().is_some_and(|(sale_id, _)| *sale_id != sale.id) {
            self.close(Closed::NotPaid(None));
        }
    }

    /// The machine says what became of a sale.
    pub(crate) fn report(&mut self, outcome: Outcome) {
        let (sale_id, closed) = match outcome {
            Outcome::Paid(payment) => (Some(payment.sale_id.clone()), Closed::Paid(payment)),
            Outcome::InDoubt(payment) => (Some(payment.sale_id.clone()), Closed::InDoubt(payment)),
            Outcome::NotPaid(payment) => {
                (payment.as_ref().map(|payment| payment.sale_id.clone()), Closed::NotPaid(payment))
            }
        };
        let sale_id = sale_id.or_else(|| self.shown.as_ref().map(|sale| sale.id.clone()));
        if self.open.as_ref().map(|(open, _)| open) == sale_id.as_ref() {
            self.close(closed);
        }
    }

    /// The till goes away.
    pub(crate) fn leave(&mut self) {
        self.close(Closed::Unmounted);
        if let Some((_, tell)) = self.waiting.take() {
            tell(Ok(Closed::Unmounted));
        }
    }

    fn answer_at_once(&mut self, screen: &Screen) {
        match screen {
            Screen::Paid { payment } => self.close(Closed::Paid(payment.clone())),
            Screen::Supervisor { payment } => self.close(Closed::InDoubt(payment.clone())),
            _ => {}
        }
    }

    fn close(&mut self, closed: Closed) {
        if let Some((_, tell)) = self.open.take() {
            tell(Ok(closed));
        }
    }
}

/// How free a till is for a checkout.
enum Stage {
    /// It does not know yet what it has in hand.
    Unknown,
    /// A payment is open.
    Held,
    /// A payment took money.
    Money,
    /// Nothing is in hand.
    Idle,
}

fn stage(screen: &Screen) -> Stage {
    match screen {
        Screen::Starting | Screen::Pair { .. } | Screen::Recalling => Stage::Unknown,
        Screen::Sending { .. }
        | Screen::Pending { .. }
        | Screen::Cancelling { .. }
        | Screen::Unknown { .. }
        | Screen::Decide { .. } => Stage::Held,
        Screen::Paid { .. } | Screen::Supervisor { .. } => Stage::Money,
        Screen::Amount { .. }
        | Screen::Scan { .. }
        | Screen::GivenBack { .. }
        | Screen::Failed { .. }
        | Screen::Cancelled { .. }
        | Screen::Refused { .. } => Stage::Idle,
    }
}

/// Only a reference tells that two sales are one.
fn is_same(opening: &Opening, sale: Option<&SaleView>) -> bool {
    sale.is_some_and(|sale| {
        let currency = opening.currency.unwrap_or(sale.amount.currency);
        opening.reference.is_some()
            && opening.reference == sale.reference
            && opening.amount == sale.amount.minor
            && currency == sale.amount.currency
    })
}
