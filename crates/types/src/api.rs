//! What till and proxy exchange, as JSON below `/v1`. Requests refuse unknown fields; readers ignore them.

mod approval;
mod attention;
mod disposition;
mod failure_code;
mod human;
mod payment;
mod problem;
mod refund;
mod support_code;
mod terminal;

pub use approval::{AcknowledgeReview, Approval, FreeSale, Pin, SupervisorList};
pub use attention::{
    Acknowledge, AttentionList, ByItself, CloseByHand, CloseRefund, HumanCall, HumanReason, NeedsHuman, ToDo,
};
pub use disposition::{Attention, Decide, Decision, Disposition};
pub use failure_code::FailureCode;
pub use human::{ClosedByHand, Finding, Freed, RefundClosed, RefundFinding};
pub use payment::{
    CancelPayment, Charge, CreatePayment, EndWanted, Ender, Payment, PaymentPage, PaymentState, TakeOver,
};
pub use problem::{Problem, ProblemCode};
pub use refund::{CreateRefund, Refund, RefundState};
pub use support_code::support_code;
pub use terminal::{Limits, Pair, Paired, Terminal};
