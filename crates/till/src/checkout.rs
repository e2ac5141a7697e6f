//! The host page's checkout: at most one at a time, answered by what became of its own sale and of no other.

use std::rc::Rc;

use crate::{AmountProblem, CheckoutRequest, Outcome, Press, Sale, SaleView, Screen, View};
use scantill_types::SaleId;
use scantill_types::api::Payment;

/// What became of a checkout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CheckoutOutcome {
    Paid(Rc<Payment>),
    NotPaid(Option<Rc<Payment>>),
    InDoubt(Option<Rc<Payment>>),
    Unmounted,
    /// The host page took it back, and nothing was sent for it.
    Aborted,
}

/// Why a checkout did not begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckoutError {
    Busy,
    Amount(AmountProblem),
}

impl CheckoutError {
    /// For the developer of the host page, behind the name of the field.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Busy => "another payment is in hand",
            Self::Amount(AmountProblem::Nothing) => "must be above zero",
            Self::Amount(AmountProblem::TooSmall) => "is below the smallest payment of this shop's account",
            Self::Amount(AmountProblem::TooLarge | AmountProblem::TooManyDigits) => {
                "is above the largest payment of this shop's account"
            }
            Self::Amount(AmountProblem::OtherCurrency) => "is not the currency of this shop's account",
        }
    }
}

/// Tells the host page.
pub type CheckoutCallback = Box<dyn FnOnce(Result<CheckoutOutcome, CheckoutError>)>;

/// What the shell is to do for a checkout that waits.
#[derive(Debug, PartialEq, Eq)]
pub enum CheckoutStep {
    Nothing,
    Open(CheckoutRequest),
}

/// The checkout in hand.
#[derive(Default)]
pub struct Checkout {
    waiting: Option<(CheckoutRequest, CheckoutCallback)>,
    open: Option<(SaleId, CheckoutCallback)>,
    shown: Option<Sale>,
    abort: Option<Abort>,
}

impl std::fmt::Debug for Checkout {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Desk").field("shown", &self.shown).finish_non_exhaustive()
    }
}

/// The host page wants its checkout to end. What was already done for that.
#[derive(Clone, Copy, Default)]
struct Abort {
    has_ended: bool,
    has_cancelled: bool,
}

impl Checkout {
    /// Takes a checkout on, to be opened as soon as the till knows what it has in hand.
    pub fn ask(&mut self, opening: CheckoutRequest, tell: CheckoutCallback) {
        if self.is_busy() {
            return tell(Err(CheckoutError::Busy));
        }
        self.waiting = Some((opening, tell));
    }

    /// Whether anything is in hand, for the host page or for a cashier who began a sale in a module.
    pub fn is_in_use(&self, screen: &Screen) -> bool {
        self.is_busy()
            || match screen {
                Screen::Scan { .. } => true,
                Screen::Amount { amount, .. } => amount.minor != 0,
                screen => matches!(stage(screen), Availability::Held),
            }
    }

    /// Whether the checkout that waits can begin in this view. A payment that a reload left in hand comes first: it
    /// answers a checkout for the same reference and amount, and makes any other busy.
    pub fn turn(&mut self, view: &View) -> CheckoutStep {
        let Some((opening, tell)) = self.waiting.take() else { return CheckoutStep::Nothing };
        match (stage(&view.screen), self.shown.clone()) {
            (Availability::Unknown, _) | (Availability::Held | Availability::Money, None) => {
                self.waiting = Some((opening, tell));
            }
            (Availability::Held | Availability::Money, Some(sale))
                if is_same(&opening, view.sale.as_ref()) =>
            {
                self.open = Some((sale.id, tell));
                self.answer_at_once(&view.screen);
            }
            (Availability::Held, Some(_)) => tell(Err(CheckoutError::Busy)),
            (Availability::Idle, _) | (Availability::Money, Some(_)) => {
                self.waiting = Some((opening.clone(), tell));
                return CheckoutStep::Open(opening);
            }
        }
        CheckoutStep::Nothing
    }

    /// The shell has opened the checkout that waited; this is what the till shows now.
    pub fn opened(&mut self, view: &View) {
        let Some((_, tell)) = self.waiting.take() else { return };
        match (&view.screen, self.shown.clone()) {
            (Screen::Amount { problem: Some(problem), .. }, _) => tell(Err(CheckoutError::Amount(*problem))),
            (Screen::Scan { .. } | Screen::Resuming { .. }, Some(sale)) => self.open = Some((sale.id, tell)),
            _ => tell(Err(CheckoutError::Busy)),
        }
    }

    /// The till shows this sale. The checkout's own comes back after another payment was looked at.
    pub fn show(&mut self, sale: Option<&Sale>) {
        if sale.is_some() {
            self.shown = sale.cloned();
        }
    }

    /// Another tab runs the till: what becomes of the checkout is told there.
    pub fn lose(&mut self) {
        self.shown = None;
        self.close(CheckoutOutcome::InDoubt(None));
    }

    /// The machine says what became of a sale.
    pub fn report(&mut self, outcome: Outcome) {
        let (sale_id, closed) = match outcome {
            Outcome::Paid(payment) => (Some(payment.sale_id.clone()), CheckoutOutcome::Paid(payment)),
            Outcome::InDoubt(payment) => (sale_of(payment.as_ref()), CheckoutOutcome::InDoubt(payment)),
            Outcome::NotPaid(payment) => (sale_of(payment.as_ref()), CheckoutOutcome::NotPaid(payment)),
        };
        let sale_id = sale_id.or_else(|| self.shown.as_ref().map(|sale| sale.id.clone()));
        if self.open.as_ref().map(|(open, _)| open) == sale_id.as_ref() {
            self.close(closed);
        }
    }

    /// The till goes away.
    pub fn leave(&mut self) {
        self.close(CheckoutOutcome::Unmounted);
        if let Some((_, tell)) = self.waiting.take() {
            tell(Ok(CheckoutOutcome::Unmounted));
        }
    }

    /// The host page wants its checkout back. One that has not begun ends at once.
    pub fn abort(&mut self) {
        if let Some((_, tell)) = self.waiting.take() {
            return tell(Ok(CheckoutOutcome::Aborted));
        }
        self.abort = self.open.is_some().then(Abort::default);
    }

    /// What is to be pressed for a checkout that the host page wants back. A payment that was sent is cancelled as the
    /// cashier would cancel it: it may still end as paid.
    pub fn press(&mut self, screen: &Screen) -> Option<Press> {
        let abort = self.abort.as_mut()?;
        let (open, _) = self.open.as_ref()?;
        // Another payment may be looked at meanwhile.
        self.shown.as_ref().filter(|shown| shown.id == *open)?;
        match screen {
            Screen::Scan { .. }
            | Screen::Failed { .. }
            | Screen::Cancelled { .. }
            | Screen::Refused { .. }
                if !abort.has_ended =>
            {
                abort.has_ended = true;
                Some(Press::EndSale)
            }
            Screen::Pending { .. } if !abort.has_cancelled => {
                abort.has_cancelled = true;
                Some(Press::Cancel)
            }
            _ => None,
        }
    }

    /// Whether the host page waits for an answer.
    pub fn is_busy(&self) -> bool {
        self.waiting.is_some() || self.open.is_some()
    }

    fn answer_at_once(&mut self, screen: &Screen) {
        match screen {
            Screen::Paid { payment, .. } => self.close(CheckoutOutcome::Paid(payment.clone())),
            Screen::Supervisor { payment } => self.close(CheckoutOutcome::InDoubt(Some(payment.clone()))),
            _ => {}
        }
    }

    fn close(&mut self, closed: CheckoutOutcome) {
        let aborted = self.abort.take().is_some() && closed == CheckoutOutcome::NotPaid(None);
        let closed = if aborted { CheckoutOutcome::Aborted } else { closed };
        if let Some((_, tell)) = self.open.take() {
            tell(Ok(closed));
        }
    }
}

fn sale_of(payment: Option<&Rc<Payment>>) -> Option<SaleId> {
    payment.map(|payment| payment.sale_id.clone())
}

/// How free a till is for a checkout.
enum Availability {
    /// It does not know yet what it has in hand.
    Unknown,
    /// A payment is open.
    Held,
    /// A payment took money.
    Money,
    /// Nothing is in hand.
    Idle,
}

fn stage(screen: &Screen) -> Availability {
    match screen {
        Screen::Starting | Screen::Pair { .. } | Screen::Resuming { .. } | Screen::Elsewhere => {
            Availability::Unknown
        }
        Screen::Sending { .. }
        | Screen::Pending { .. }
        | Screen::Cancelling { .. }
        | Screen::Unknown { .. }
        | Screen::Decide { .. } => Availability::Held,
        Screen::Paid { .. } | Screen::Supervisor { .. } => Availability::Money,
        Screen::Amount { .. }
        | Screen::Scan { .. }
        | Screen::GivenBack { .. }
        | Screen::Failed { .. }
        | Screen::Cancelled { .. }
        | Screen::OtherTill { .. }
        | Screen::Refused { .. } => Availability::Idle,
    }
}

/// Only a reference tells that two sales are one.
fn is_same(opening: &CheckoutRequest, sale: Option<&SaleView>) -> bool {
    sale.is_some_and(|sale| {
        let currency = opening.currency.unwrap_or(sale.amount.currency);
        opening.reference.is_some()
            && opening.reference == sale.reference
            && opening.amount == sale.amount.minor
            && currency == sale.amount.currency
    })
}

#[cfg(test)]
mod tests;
