//! The JSON bodies between till and proxy, below `/v1`. Requests refuse unknown fields; readers ignore them.

mod approval;
mod customer;
mod disposition;
mod failure_code;
mod payment;
mod problem;
mod refund;
mod resolution;
mod review;
mod support_code;
mod terminal;

pub use approval::{AcknowledgeReview, Approval, Pin, ReleaseSale, SupervisorList};
pub use customer::{CustomerNews, CustomerScreen};
pub use disposition::{Decide, Decision, Disposition};
pub use failure_code::FailureCode;
pub use payment::{
    CancelPayment, CancelRequest, CancelledBy, Charge, CreatePayment, Payment, PaymentPage, PaymentState,
    TakeOver,
};
pub use problem::{Problem, ProblemCode};
pub use refund::{CreateRefund, Refund, RefundState};
pub use resolution::{ManualResolution, PaymentOutcome, RefundOutcome, RefundResolution, Released};
pub use review::{
    Acknowledge, AutomaticAction, OperatorAction, PaymentInReview, ResolvePayment, ResolveRefund, ReviewCase,
    ReviewList, ReviewReason,
};
pub use support_code::support_code;
pub use terminal::{Limits, Pair, Paired, Terminal, ThisDevice};
