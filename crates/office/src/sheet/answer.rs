//! The meaning of the proxy's answers. An answer of somebody else (a hotel's login page, a gateway's error)
//! counts as none.

use std::rc::Rc;

use scantill_types::PaymentId;
use scantill_types::api::{Payment, Problem, ProblemCode, ReviewCase, ReviewList, SupervisorList};
use serde::de::DeserializeOwned;

use super::TillFacts;

/// An answer with its status and body.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) content_type: String,
    pub(crate) body: String,
}

/// Why there is no payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// No answer, or none of the proxy's.
    NoAnswer,
    /// The proxy refuses.
    Refused(ProblemCode),
}

/// An answer about another payment than the requested one is no answer.
pub(super) fn read_payment(reply: Option<&Reply>, id: &PaymentId) -> Result<Payment, Trouble> {
    let payment: Payment = read(reply)?;
    if payment.id == *id { Ok(payment) } else { Err(Trouble::NoAnswer) }
}

/// Why this payment needs review, if the list says so.
pub(super) fn read_reviews(reply: Option<&Reply>, id: &PaymentId) -> Result<Option<ReviewCase>, Trouble> {
    let list: ReviewList = read(reply)?;
    Ok(list.items.iter().find(|item| item.payment.id == *id).map(|item| item.call))
}

pub(super) fn read_till(reply: Option<&Reply>) -> Option<TillFacts> {
    read(reply).ok()
}

pub(super) fn read_supervisors(reply: Option<&Reply>) -> Result<Rc<[String]>, Trouble> {
    let list: SupervisorList = read(reply)?;
    Ok(list.supervisors.into())
}

fn read<T: DeserializeOwned>(reply: Option<&Reply>) -> Result<T, Trouble> {
    let reply = reply.filter(|reply| is_json(&reply.content_type)).ok_or(Trouble::NoAnswer)?;
    if (200..300).contains(&reply.status) {
        return serde_json::from_str(&reply.body).map_err(|_| Trouble::NoAnswer);
    }
    let problem: Problem = serde_json::from_str(&reply.body).map_err(|_| Trouble::NoAnswer)?;
    Err(Trouble::Refused(problem.code))
}

fn is_json(content_type: &str) -> bool {
    let media_type = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    matches!(media_type.as_str(), "application/json" | "application/problem+json")
}
