//! What the machine asks of the browser. The shell has one file for each kind.

use std::rc::Rc;

use super::{Sale, Stored};
use scantill_types::api::{CancelPayment, CreatePayment, Decision, Payment};
use scantill_types::{PaymentId, SaleId};

/// Something to be done, in the order given: a `Save` before a `Call` is what lets a reload find the payment.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Ask the proxy.
    Call(Call),
    /// Keep this, in place of what was kept.
    Save(Stored),
    /// Feed `Elapsed` after this long; replaces a timer of the same name.
    Wait(Timer, u64),
    /// Forget all timers but the watch.
    StopTimers,
    /// Open the stream of events, if it is not open.
    OpenStream,
    /// Sound, vibration and a mark on the screen.
    Play(Sound),
    /// The address should name this sale; none clears it.
    ShowSale(Option<Sale>),
    /// Tell the host page what became of its checkout.
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

/// Which payments of this terminal are listed, the newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listing {
    /// Those of a sale.
    Sale(SaleId),
    /// Those that are open or need somebody, whoever holds them; from this cursor on.
    Unsettled(Option<String>),
    /// The last one.
    Newest,
}

/// The clocks that a phase may set. Each runs at most once at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Timer {
    /// Repeat a call that failed.
    Again,
    /// Ask how the payment stands.
    Poll,
    /// The waiting time is over.
    Deadline,
    /// Repaint the seconds.
    Second,
    /// See to what concerns every phase: whether the proxy answers, and what is ended in the background.
    Watch,
}

/// What the cashier hears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sound {
    /// A code was read.
    Heard,
    /// What was read is no payer code.
    NotACode,
    /// Paid.
    Paid,
    /// Not paid.
    NotPaid,
    /// In doubt: look at the screen.
    Attention,
}

/// What became of a checkout, for the page that embeds the till.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The money moved and is kept.
    Paid(Rc<Payment>),
    /// The cashier ended the sale and no money was kept.
    NotPaid(Option<Rc<Payment>>),
    /// The cashier left a payment that is in doubt, or that stands elsewhere.
    InDoubt(Option<Rc<Payment>>),
}
