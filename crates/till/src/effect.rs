//! The effects that the machine asks the shell for. The shell has one file for each kind.

use std::rc::Rc;

use super::{Sale, Stored};
use scantill_types::api::{CancelPayment, CreatePayment, Decision, Payment};
use scantill_types::{PaymentId, SaleId};

/// An effect for the shell. The order matters: a `Save` before a `Call` lets a reload find the payment.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Call the proxy.
    Call(Call),
    /// Replace the stored state.
    Save(Stored),
    /// Feed `Elapsed` after this many milliseconds. Replaces a timer of the same name.
    Wait(Timer, u64),
    /// Stop all timers but the watch.
    StopTimers,
    /// Open the stream of events, if it is not open.
    OpenStream,
    /// Sound, vibration and a mark on the screen.
    Play(Sound),
    /// The address should name this sale; `None` removes it from the address.
    ShowSale(Option<Sale>),
    /// Tell the host page how its checkout ended.
    Report(Box<Outcome>),
}

/// A call of the proxy.
#[derive(Clone, Debug)]
pub enum Call {
    /// `GET /v1/terminal`; answered by `Input::Terminal`.
    Terminal,
    /// `POST /v1/pair`; answered by `Input::Terminal`.
    Pair(Option<String>),
    /// `PUT /v1/payments/{id}`.
    Put(PaymentId, Box<CreatePayment>),
    /// `GET /v1/payments/{id}`.
    Read(PaymentId),
    /// `GET /v1/payments`; answered by `Input::Listed`.
    List(Listing),
    /// `POST /v1/payments/{id}/cancel`.
    Cancel(PaymentId, CancelPayment),
    /// `POST /v1/payments/{id}/disposition`.
    Decide(PaymentId, Decision),
    /// `POST /v1/payments/{id}/holder`.
    TakeOver(PaymentId),
}

/// Which payments of this terminal to list, the newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listing {
    /// The payments of a sale.
    Sale(SaleId),
    /// The payments of all tills of the terminal that are open or need review, from this cursor on.
    Unsettled(Option<String>),
    /// The last payment.
    Newest,
}

/// The timers of the phases. Each runs at most once at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Timer {
    /// Repeat a call that failed.
    Again,
    /// Read the payment again.
    Poll,
    /// The waiting time is over.
    Deadline,
    /// Paint the seconds again.
    Second,
    /// Run what concerns every phase: poll the proxy, and continue the cancel requests in the background.
    Watch,
    /// Nobody has touched the till for a while.
    Idle,
}

/// What the cashier hears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sound {
    /// The till read a code.
    Heard,
    /// The scan is no payer code.
    NotACode,
    /// Paid.
    Paid,
    /// Not paid.
    NotPaid,
    /// In doubt: the cashier must read the screen.
    Attention,
}

/// How a checkout ended, for the host page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The money was captured and is kept.
    Paid(Rc<Payment>),
    /// The cashier ended the sale and no money was kept.
    NotPaid(Option<Rc<Payment>>),
    /// The cashier left a payment that is in doubt, or that another till holds.
    InDoubt(Option<Rc<Payment>>),
}
