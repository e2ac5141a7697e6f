//! The host page's checkout. At most one is open at a time, and its answer is about its own sale only.

use std::rc::Rc;

use crate::{AmountProblem, CheckoutRequest, Outcome, Press, Sale, SaleView, Screen, View};
use scantill_types::SaleId;
use scantill_types::api::Payment;

/// How a checkout ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CheckoutOutcome {
    Paid(Rc<Payment>),
    NotPaid(Option<Rc<Payment>>),
    InDoubt(Option<Rc<Payment>>),
    Unmounted,
    /// The host page aborted it, and nothing was sent for it.
    Aborted,
}

/// Why a checkout did not begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckoutError {
    Busy,
    Amount(AmountProblem),
}

impl CheckoutError {
    /// For the developer of the host page. It follows the name of the field.
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

/// What the shell must do for a checkout that waits.
#[derive(Debug, PartialEq, Eq)]
pub enum CheckoutStep {
    Nothing,
    Open(CheckoutRequest),
}

/// The current checkout.
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

/// The host page aborts its checkout. The fields say what was already done for that.
#[derive(Clone, Copy, Default)]
struct Abort {
    has_ended: bool,
    has_cancelled: bool,
}

impl Checkout {
    /// Accepts a checkout. It opens as soon as the till knows which payment is in hand.
    pub fn ask(&mut self, opening: CheckoutRequest, tell: CheckoutCallback) {
        if self.is_busy() {
            return tell(Err(CheckoutError::Busy));
        }
        self.waiting = Some((opening, tell));
    }

    /// Whether a checkout or a sale is in hand, from the host page or from a cashier.
    pub fn is_in_use(&self, screen: &Screen) -> bool {
        self.is_busy()
            || match screen {
                Screen::Scan { .. } => true,
                Screen::Amount { amount, .. } => amount.minor != 0,
                screen => matches!(stage(screen), Availability::Held),
            }
    }

    /// Whether the checkout that waits can begin in this view. A payment that is in hand after a reload comes
    /// first: it answers a checkout for the same reference and amount, and makes any other checkout busy.
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

    /// The shell has opened the checkout that waited. `view` is what the till shows now.
    pub fn opened(&mut self, view: &View) {
        let Some((_, tell)) = self.waiting.take() else { return };
        match (&view.screen, self.shown.clone()) {
            (Screen::Amount { problem: Some(problem), .. }, _) => tell(Err(CheckoutError::Amount(*problem))),
            (Screen::Scan { .. } | Screen::Resuming { .. }, Some(sale)) => self.open = Some((sale.id, tell)),
            _ => tell(Err(CheckoutError::Busy)),
        }
    }

    /// The till shows this sale. After the cashier viewed another payment, the checkout's own sale comes
    /// back.
    pub fn show(&mut self, sale: Option<&Sale>) {
        if sale.is_some() {
            self.shown = sale.cloned();
        }
    }

    /// Another tab runs the till: that tab tells the host page how the checkout ended.
    pub fn lose(&mut self) {
        self.shown = None;
        self.close(CheckoutOutcome::InDoubt(None));
    }

    /// The machine reports how a sale ended.
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

    /// The till is removed from the page.
    pub fn leave(&mut self) {
        self.close(CheckoutOutcome::Unmounted);
        if let Some((_, tell)) = self.waiting.take() {
            tell(Ok(CheckoutOutcome::Unmounted));
        }
    }

    /// The host page aborts its checkout. A checkout that has not begun ends at once.
    pub fn abort(&mut self) {
        if let Some((_, tell)) = self.waiting.take() {
            return tell(Ok(CheckoutOutcome::Aborted));
        }
        self.abort = self.open.is_some().then(Abort::default);
    }

    /// The press that ends a checkout which the host page aborted. A payment that was sent is cancelled as
    /// the cashier would cancel it: it may still end as paid.
    pub fn press(&mut self, screen: &Screen) -> Option<Press> {
        let abort = self.abort.as_mut()?;
        let (open, _) = self.open.as_ref()?;
        // Meanwhile the till may show another payment.
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

/// Whether a till can begin a checkout.
enum Availability {
    /// The till does not know yet which payment is in hand.
    Unknown,
    Held,
    Money,
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

/// Without a reference two sales are never the same one.
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
