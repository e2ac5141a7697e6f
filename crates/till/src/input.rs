//! The inputs of the machine.

use std::fmt;
use std::mem::discriminant;
use std::rc::Rc;

use super::{CheckoutRequest, Listing, Stream, Timer};
use scantill_types::api::{Decision, Payment, Problem, Terminal};
use scantill_types::{PaymentId, SaleId};

/// The time and the randomness of a step: the machine has no clock and no generator of its own.
#[derive(Clone, Copy, Debug)]
pub struct StepContext {
    /// Milliseconds of a monotonic clock.
    pub now_ms: u64,
    /// Milliseconds since 1970, for ids only.
    pub unix_ms: u64,
    /// Fresh randomness, for ids only.
    pub random: [u8; 10],
}

impl StepContext {
    pub(super) fn payment_id(&self) -> PaymentId {
        PaymentId::generate(self.unix_ms, self.random)
    }

    pub(super) fn sale_id(&self) -> SaleId {
        SaleId::generate(self.unix_ms, self.random)
    }
}

/// An input. It may hold a payer's code, so its `Debug` output hides scans and presses.
#[derive(Clone)]
pub enum Input {
    /// The answer to `Call::Terminal` or `Call::Pair`.
    Terminal(Result<Terminal, CallError>),
    /// A payment as the proxy answers it: to a PUT, a poll or a cancel, or by the stream.
    Payment(Rc<Payment>),
    /// Some payments, the newest first, and the cursor of the next page.
    Listed(Listing, Vec<Rc<Payment>>, Option<String>),
    /// A call for a payment failed.
    CallFailed(PaymentId, CallError),
    /// A call for a list failed.
    ListFailed(Listing, CallError),
    /// The stream of events opened or broke.
    Stream(Stream),
    /// The proxy does not answer: the stream has been silent for too long, or the browser reports no network.
    Offline,
    /// A timer ran out.
    Elapsed(Timer),
    /// A text from a scanner, a camera or a hand, read at `at_ms` on the clock of `StepContext`.
    Scanned {
        /// The text as it was read.
        text: String,
        /// When its last character came.
        at_ms: u64,
    },
    /// The cashier pressed something.
    Press(Press),
    /// The host page asks for a checkout.
    Open(CheckoutRequest),
}

/// Why a call failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallError {
    /// No answer, or an answer that is not the proxy's.
    Unreachable,
    /// The proxy answers, and refuses calls from a page of this origin.
    OriginRefused,
    /// The token is not valid, or not any more.
    Unauthenticated,
    /// The proxy refuses the call.
    Refused(Problem),
}

impl CallError {
    /// How long the proxy asks the till to wait.
    pub(super) fn retry_after_ms(&self) -> u64 {
        match self {
            Self::Refused(problem) => problem.retry_after_s.unwrap_or(0).saturating_mul(1_000),
            _ => 0,
        }
    }
}

/// Buttons and keys. They may spell a payer's code, so they have no `Debug` output of their content.
#[derive(Clone, PartialEq, Eq)]
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
    /// The text of that field.
    Typed(String),
    /// Send the text of that field.
    SendTyped,
    /// Cancel the payment in hand.
    Cancel,
    /// Park a payment in doubt.
    Park,
    /// Show a parked payment.
    ShowParked,
    /// Poll the payment now.
    AskNow,
    /// A fresh code for the same sale.
    ScanAgain,
    /// Leave the sale.
    EndSale,
    /// After a paid sale.
    NextSale,
    /// Show the payment that blocks this sale.
    ShowOther,
    /// The cashier accepts that the same reference was paid before.
    AcceptReference,
    /// The decision about a late success.
    Decide(Decision),
    /// Pair with this code.
    Pair(String),
    /// Take over a payment that another till holds.
    TakeOver,
    /// Use the till in this tab of the browser.
    UseHere,
}

impl Input {
    /// Whether the token is not good any more.
    pub(super) fn is_unauthenticated(&self) -> bool {
        let (Self::CallFailed(_, error) | Self::ListFailed(_, error) | Self::Terminal(Err(error))) = self
        else {
            return false;
        };
        *error == CallError::Unauthenticated
    }
}

impl fmt::Debug for Input {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Terminal(told) => formatter.debug_tuple("Terminal").field(told).finish(),
            Self::Payment(payment) => formatter.debug_tuple("Payment").field(payment).finish(),
            Self::Listed(listing, payments, _) => {
                formatter.debug_tuple("Listed").field(listing).field(payments).finish()
            }
            Self::CallFailed(id, error) => {
                formatter.debug_tuple("CallFailed").field(id).field(error).finish()
            }
            Self::ListFailed(listing, error) => {
                formatter.debug_tuple("ListFailed").field(listing).field(error).finish()
            }
            Self::Offline => formatter.write_str("Offline"),
            Self::Stream(stream) => formatter.debug_tuple("Stream").field(stream).finish(),
            Self::Elapsed(timer) => formatter.debug_tuple("Elapsed").field(timer).finish(),
            Self::Scanned { at_ms, .. } => {
                formatter.debug_struct("Scanned").field("at_ms", at_ms).finish_non_exhaustive()
            }
            Self::Press(press) => press.fmt(formatter),
            Self::Open(opening) => formatter.debug_tuple("Open").field(opening).finish(),
        }
    }
}

impl fmt::Debug for Press {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Press").field(&discriminant(self)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_a_code_is_not_painted() {
        let code = "28763443825664394";
        let scanned = Input::Scanned { text: code.to_owned(), at_ms: 9 };
        let typed = Input::Press(Press::Typed(code.to_owned()));
        let paired = Input::Press(Press::Pair("73519264".to_owned()));
        let digits = [Input::Press(Press::Digit(7)), Input::Press(Press::Digit(3))];
        let painted = format!("{scanned:?} {typed:?} {paired:?}");
        assert!(!painted.contains("2876") && !painted.contains("7351"), "{painted}");
        assert!(painted.starts_with("Scanned { at_ms: 9, .. } Press("), "{painted}");
        assert_eq!(format!("{:?}", digits[0]), format!("{:?}", digits[1]));
    }
}
