//! What can happen to a till.

use std::rc::Rc;

use super::{Opening, Stream, Timer};
use crate::api::{Decision, Payment, Problem, Terminal};
use crate::{PaymentId, SaleId};

/// The moment of a step: the machine has no clock and no dice of its own.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// Milliseconds of a clock that only runs forward.
    pub now_ms: u64,
    /// Milliseconds since 1970, for ids only.
    pub unix_ms: u64,
    /// Fresh randomness, for ids only.
    pub random: [u8; 10],
}

impl Moment {
    pub(super) fn payment_id(&self) -> PaymentId {
        PaymentId::generate(self.unix_ms, self.random)
    }

    pub(super) fn sale_id(&self) -> SaleId {
        SaleId::generate(self.unix_ms, self.random)
    }
}

/// Something that happened.
#[derive(Clone, Debug)]
pub enum Input {
    /// The proxy says who we are, or why not.
    Terminal(Result<Terminal, CallError>),
    /// How a payment stands: from a PUT, a poll, a cancel or the stream, all alike.
    Payment(Rc<Payment>),
    /// The payments of a sale, the newest first.
    SalePayments(SaleId, Vec<Payment>),
    /// A call about a payment gave no payment.
    CallFailed(PaymentId, CallError),
    /// A call about a sale gave no answer.
    SaleCallFailed(CallError),
    /// The stream of events opened or broke.
    Stream(Stream),
    /// A timer ran out.
    Elapsed(Timer),
    /// A scanner, a camera or a hand gave a text, `at_ms` on the moment's clock.
    Scanned {
        /// What was read, as it came.
        text: String,
        /// When its last character came.
        at_ms: u64,
    },
    /// The cashier pressed something.
    Press(Press),
    /// The host page asks for a checkout.
    Open(Opening),
}

/// Why a call gave no answer of the kind that was hoped for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallError {
    /// No answer, or one that is not the proxy's.
    Unreachable,
    /// The token is not, or no longer, good.
    Unauthenticated,
    /// The proxy says no.
    Refused(Problem),
}

/// Buttons and keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Press {
    /// A digit of the keypad.
    Digit(u8),
    /// The keypad's double zero.
    DoubleZero,
    /// Take the last digit back.
    Delete,
    /// From the amount to the scan.
    Charge,
    /// From the scan to the amount.
    Back,
    /// Open or close the field for a code typed by hand.
    TypeCode,
    /// What stands in that field.
    Typed(String),
    /// Send what stands in that field.
    SendTyped,
    /// Cancel the payment that waits.
    Cancel,
    /// Put a payment in doubt aside.
    SetAside,
    /// Look at a payment that was put aside.
    ShowAside,
    /// Ask how the payment stands, now.
    AskNow,
    /// A fresh code for the same sale.
    ScanAgain,
    /// Leave the sale.
    EndSale,
    /// After a paid sale.
    NextSale,
    /// Show the payment that stands in the way.
    ShowOther,
    /// The same reference was paid before, and that is all right.
    AcceptReference,
    /// What becomes of a late success.
    Decide(Decision),
    /// Pair with this code.
    Pair(String),
}
