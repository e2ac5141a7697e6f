//! What till and proxy exchange, as JSON below `/v1`. Requests refuse unknown fields; readers ignore them.

mod failure_code;
mod payment;
mod problem;
mod terminal;

pub use failure_code::FailureCode;
pub use payment::{
    Attention, CancelPayment, Charge, CreatePayment, Decide, Decision, Disposition, EndWanted, Ender,
    Payment, PaymentPage, PaymentState, Refund,
};
pub use problem::{Problem, ProblemCode};
pub use terminal::{Limits, Pair, Paired, Terminal};
