//! What a supervisor may do about a payment now, as the proxy would allow it. The proxy decides anew with each call.

use scantill_types::api::{Charge, Disposition, Payment, PaymentState, RefundState, ReviewReason};

use super::order;

/// Omise takes at most so many refunds of one charge (P20).
const REFUNDS_MAX: usize = 15;

/// One thing that a supervisor may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// The goods are handed over, the money stays.
    Accept,
    /// The whole money goes back by itself, after two reads.
    GiveBack,
    /// An amount goes back.
    Refund,
    /// The sale goes on although this payment is in doubt.
    Release,
    /// It was seen, and nothing is left to decide.
    Acknowledge,
}

/// What may be done now, in the order of the sheet.
pub(crate) fn actions(payment: &Payment) -> Vec<Action> {
    let all = [
        (Action::Accept, may_be_decided(payment) && left_minor(payment) != Some(0)),
        (Action::GiveBack, may_be_decided(payment) || payment.review == Some(ReviewReason::RefundFailed)),
        (Action::Refund, may_be_refunded(payment)),
        (Action::Release, is_in_doubt(payment)),
        (Action::Acknowledge, may_be_acknowledged(payment)),
    ];
    all.into_iter().filter(|(_, holds)| *holds).map(|(action, _)| action).collect()
}

/// What is left of the money that was taken, in minor units; none where no money stands.
pub(crate) fn left_minor(payment: &Payment) -> Option<i64> {
    let charge = payment.charge.as_ref().filter(|charge| charge.is_paid())?;
    Some(if charge.voided { 0 } else { payment.amount.saturating_sub(charge.refunded_amount).max(0) })
}

/// It waits for a supervisor's decision (P16).
fn may_be_decided(payment: &Payment) -> bool {
    payment.disposition == Some(Disposition::InReview) && is_clear(payment)
}

/// It is known what stands, and nobody disputes it.
fn is_clear(payment: &Payment) -> bool {
    let is_sound = |charge: &Charge| charge.is_paid() && !charge.disputed;
    payment.charge.as_ref().is_some_and(is_sound) && payment.review != Some(ReviewReason::Mismatch)
}

/// The charge's facts decide (P19); where money goes back by a rule already, a second hand would only be in its way.
fn may_be_refunded(payment: &Payment) -> bool {
    let is_ours = matches!(payment.disposition, Some(Disposition::Accepted | Disposition::InReview));
    let is_known = !matches!(payment.state, PaymentState::Sending | PaymentState::Unknown)
        || payment.disposition.is_some();
    let done = payment.refunds.iter().filter(|refund| refund.state == RefundState::Done).count();
    is_ours
        && is_known
        && is_clear(payment)
        && left_minor(payment).is_some_and(|left| 0 < left)
        && done < REFUNDS_MAX
        && !payment.refunds.iter().any(order::is_under_way)
}

/// It is in doubt and still holds its sale (P14).
fn is_in_doubt(payment: &Payment) -> bool {
    payment.state == PaymentState::Unknown && payment.released.is_none() && payment.resolution.is_none()
}

fn may_be_acknowledged(payment: &Payment) -> bool {
    let is_settled =
        matches!(payment.disposition, None | Some(Disposition::Accepted | Disposition::Refunded));
    // A return that failed is tried again.
    let is_to_be_seen = payment.review.is_some_and(|reason| reason != ReviewReason::RefundFailed);
    is_to_be_seen && is_settled && payment.state.is_final()
}
