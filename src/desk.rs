//! The host page's checkout: at most one at a time, answered by what became of its own sale and of no other.

use std::rc::Rc;

use scantill_core::SaleId;
use scantill_core::api::Payment;
use scantill_core::till::{AmountProblem, Opening, Outcome, Sale, SaleView, Screen, View};

/// What became of a checkout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Closed {
    Paid(Rc<Payment>),
    NotPaid(Option<Rc<Payment>>),
    InDoubt(Option<Rc<Payment>>),
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
        if self.is_busy() {
            return tell(Err(Denied::Busy));
        }
        self.waiting = Some((opening, tell));
    }

    /// Whether anything is in hand, for the host page or for a cashier who began a sale in a module.
    pub(crate) fn is_in_use(&self, screen: &Screen) -> bool {
        self.is_busy()
            || match screen {
                Screen::Scan { .. } => true,
                Screen::Amount { amount, .. } => amount.minor != 0,
                screen => matches!(stage(screen), Stage::Held),
            }
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
            (Screen::Scan { .. } | Screen::Recalling { .. }, Some(sale)) => self.open = Some((sale.id, tell)),
            _ => tell(Err(Denied::Busy)),
        }
    }

    /// The till shows this sale. The checkout's own comes back after another payment was looked at.
    pub(crate) fn show(&mut self, sale: Option<&Sale>) {
        if sale.is_some() {
            self.shown = sale.cloned();
        }
    }

    /// Another tab runs the till: what becomes of the checkout is told there.
    pub(crate) fn lose(&mut self) {
        self.shown = None;
        self.close(Closed::InDoubt(None));
    }

    /// The machine says what became of a sale.
    pub(crate) fn report(&mut self, outcome: Outcome) {
        let (sale_id, closed) = match outcome {
            Outcome::Paid(payment) => (Some(payment.sale_id.clone()), Closed::Paid(payment)),
            Outcome::InDoubt(payment) => (sale_of(payment.as_ref()), Closed::InDoubt(payment)),
            Outcome::NotPaid(payment) => (sale_of(payment.as_ref()), Closed::NotPaid(payment)),
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

    /// Whether the host page waits for an answer.
    pub(crate) fn is_busy(&self) -> bool {
        self.waiting.is_some() || self.open.is_some()
    }

    fn answer_at_once(&mut self, screen: &Screen) {
        match screen {
            Screen::Paid { payment, .. } => self.close(Closed::Paid(payment.clone())),
            Screen::Supervisor { payment } => self.close(Closed::InDoubt(Some(payment.clone()))),
            _ => {}
        }
    }

    fn close(&mut self, closed: Closed) {
        if let Some((_, tell)) = self.open.take() {
            tell(Ok(closed));
        }
    }
}

fn sale_of(payment: Option<&Rc<Payment>>) -> Option<SaleId> {
    payment.map(|payment| payment.sale_id.clone())
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
        Screen::Starting | Screen::Pair { .. } | Screen::Recalling { .. } | Screen::Elsewhere => {
            Stage::Unknown
        }
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
        | Screen::OtherTill { .. }
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

#[cfg(test)]
mod tests {
    use super::*;
    use scantill_core::api::Limits;
    use scantill_core::{Currency, Money};
    use std::cell::RefCell;
    use std::rc::Rc;

    type Told = Rc<RefCell<Vec<Result<Closed, Denied>>>>;

    fn opening(amount: i64, reference: Option<&str>) -> Opening {
        Opening { sale_id: None, amount, currency: None, reference: reference.map(str::to_owned) }
    }

    fn sale(id: &str, amount: i64, reference: Option<&str>) -> Sale {
        let (id, reference) = (SaleId::parse(id).unwrap(), reference.map(str::to_owned));
        Sale { id, amount, currency: Currency::Thb, reference }
    }

    fn payment(sale_id: &str) -> Rc<Payment> {
        let text = serde_json::json!({
            "id": "p-1", "sale_id": sale_id, "version": 1, "state": "successful", "amount": 2225, "currency": "THB",
            "code_masked": "", "terminal_id": "POS-01", "holder": "left", "disposition": "kept",
            "created_at": "2026-11-20T07:05:31Z", "updated_at": "2026-11-20T07:05:32Z",
        });
        Rc::new(serde_json::from_value(text).unwrap())
    }

    fn view(screen: Screen, sale: Option<&Sale>) -> View {
        let sale = sale.map(|sale| SaleView { amount: sale.money(), reference: sale.reference.clone() });
        View { sale, ..View::bare(screen) }
    }

    fn scan() -> Screen {
        Screen::Scan { typed: None }
    }

    fn keypad(problem: Option<AmountProblem>) -> Screen {
        Screen::Amount { amount: Money::new(0, Currency::Thb), problem, limits: Limits::default() }
    }

    fn ask(desk: &mut Desk, opening: Opening) -> Told {
        let told = Told::default();
        let telling = told.clone();
        desk.ask(opening, Box::new(move |result| telling.borrow_mut().push(result)));
        told
    }

    /// A desk whose checkout of ฿22.25 is at the scan.
    fn open(reference: Option<&str>) -> (Desk, Told) {
        let mut desk = Desk::default();
        let told = ask(&mut desk, opening(2225, reference));
        assert!(matches!(desk.turn(&view(keypad(None), None)), Turn::Open(_)));
        let sale = sale("s-1", 2225, reference);
        desk.show(Some(&sale));
        desk.opened(&view(scan(), Some(&sale)));
        assert!(told.borrow().is_empty());
        (desk, told)
    }

    #[test]
    fn a_checkout_is_answered_by_its_own_sale_alone() {
        let (mut desk, told) = open(None);
        desk.report(Outcome::Paid(payment("s-0")));
        assert!(told.borrow().is_empty(), "an older sale pays nothing");
        desk.report(Outcome::Paid(payment("s-1")));
        desk.report(Outcome::Paid(payment("s-1")));
        assert_eq!(*told.borrow(), [Ok(Closed::Paid(payment("s-1")))]);
    }

    #[test]
    fn a_sale_that_was_left_is_not_paid() {
        let (mut desk, told) = open(None);
        desk.show(None);
        desk.report(Outcome::NotPaid(None));
        assert_eq!(*told.borrow(), [Ok(Closed::NotPaid(None))]);
    }

    #[test]
    fn a_look_at_another_payment_answers_nothing() {
        let (mut desk, told) = open(None);
        desk.show(Some(&sale("s-2", 2225, None)));
        desk.report(Outcome::NotPaid(Some(payment("s-2"))));
        desk.show(Some(&sale("s-1", 2225, None)));
        assert!(told.borrow().is_empty());
        desk.report(Outcome::Paid(payment("s-1")));
        assert_eq!(*told.borrow(), [Ok(Closed::Paid(payment("s-1")))]);
    }

    #[test]
    fn a_checkout_that_another_tab_took_is_in_doubt() {
        let (mut desk, told) = open(None);
        desk.lose();
        assert_eq!(*told.borrow(), [Ok(Closed::InDoubt(None))]);
    }

    #[test]
    fn a_checkout_waits_until_the_till_knows_what_it_has_in_hand() {
        let mut desk = Desk::default();
        let told = ask(&mut desk, opening(2225, None));
        for screen in [Screen::Starting, Screen::Recalling { missing: false }] {
            assert_eq!(desk.turn(&view(screen, None)), Turn::Nothing);
        }
        assert!(told.borrow().is_empty());
        assert_eq!(desk.turn(&view(keypad(None), None)), Turn::Open(opening(2225, None)));
    }

    #[test]
    fn another_payment_in_hand_makes_it_busy() {
        let mut desk = Desk::default();
        let held = sale("s-0", 2225, Some("inv-0"));
        desk.show(Some(&held));
        let told = ask(&mut desk, opening(2225, Some("inv-1")));
        let pending = Screen::Unknown { payment: payment("s-0") };
        assert_eq!(desk.turn(&view(pending, Some(&held))), Turn::Nothing);
        assert_eq!(*told.borrow(), [Err(Denied::Busy)]);
    }

    #[test]
    fn a_payment_in_hand_for_the_same_reference_and_amount_answers_it() {
        let mut desk = Desk::default();
        let held = sale("s-1", 2225, Some("inv-1"));
        desk.show(Some(&held));
        let told = ask(&mut desk, opening(2225, Some("inv-1")));
        assert_eq!(
            desk.turn(&view(Screen::Paid { payment: payment("s-1"), earlier: false }, Some(&held))),
            Turn::Nothing
        );
        assert_eq!(*told.borrow(), [Ok(Closed::Paid(payment("s-1")))]);
    }

    #[test]
    fn without_a_reference_a_paid_sale_answers_nothing() {
        let mut desk = Desk::default();
        let held = sale("s-1", 2225, None);
        desk.show(Some(&held));
        let told = ask(&mut desk, opening(2225, None));
        let paid = view(Screen::Paid { payment: payment("s-1"), earlier: false }, Some(&held));
        assert_eq!(desk.turn(&paid), Turn::Open(opening(2225, None)));
        assert!(told.borrow().is_empty());
    }

    #[test]
    fn an_amount_that_cannot_be_charged_is_denied() {
        let mut desk = Desk::default();
        let told = ask(&mut desk, opening(1, None));
        desk.turn(&view(keypad(None), None));
        desk.opened(&view(keypad(Some(AmountProblem::TooSmall)), None));
        assert_eq!(*told.borrow(), [Err(Denied::Amount(AmountProblem::TooSmall))]);
    }

    #[test]
    fn a_second_checkout_is_busy_and_leaving_answers_the_first() {
        let (mut desk, first) = open(None);
        let second = ask(&mut desk, opening(9900, None));
        assert_eq!(*second.borrow(), [Err(Denied::Busy)]);
        desk.leave();
        assert_eq!(*first.borrow(), [Ok(Closed::Unmounted)]);
    }
}
