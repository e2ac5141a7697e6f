//! The actions that a supervisor may take about a payment now, by the proxy's rules. The proxy decides again
//! at each call.

use scantill_types::api::{Charge, Disposition, Payment, PaymentState, RefundState, ReviewReason};

use super::order;

/// Omise accepts at most so many refunds of one charge (P20).
const REFUNDS_MAX: usize = 15;

/// An action of a supervisor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// Hand over the goods and keep the money.
    Accept,
    /// Refund the whole amount. The proxy refunds it after two reads.
    GiveBack,
    /// Refund an amount.
    Refund,
    /// Release the sale although this payment is in doubt.
    Release,
    /// Acknowledge the review; nothing is left to decide.
    Acknowledge,
}

impl Action {
    /// The button's name, the same in every language.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Accept => "supervisor-accept",
            Self::GiveBack => "supervisor-give-back",
            Self::Refund => "supervisor-refund",
            Self::Release => "supervisor-release",
            Self::Acknowledge => "supervisor-acknowledge",
        }
    }
}

/// The possible actions, in the order of the sheet.
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

/// The captured amount that was not refunded, in minor units; `None` without captured money.
pub(crate) fn left_minor(payment: &Payment) -> Option<i64> {
    let charge = payment.charge.as_ref().filter(|charge| charge.is_paid())?;
    Some(if charge.voided { 0 } else { payment.amount.saturating_sub(charge.refunded_amount).max(0) })
}

/// It waits for a supervisor's decision (P16).
fn may_be_decided(payment: &Payment) -> bool {
    payment.disposition == Some(Disposition::InReview) && is_clear(payment)
}

/// The charge is read as paid, no dispute is open, and it matches the order.
fn is_clear(payment: &Payment) -> bool {
    let is_sound = |charge: &Charge| charge.is_paid() && !charge.disputed;
    payment.charge.as_ref().is_some_and(is_sound) && payment.review != Some(ReviewReason::Mismatch)
}

/// The charge's facts decide (P19). While an automatic refund is due, a manual one would only conflict with
/// it.
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
    // A failed refund is tried again.
    let is_to_be_seen = payment.review.is_some_and(|reason| reason != ReviewReason::RefundFailed);
    is_to_be_seen && is_settled && (payment.state.is_final() || payment.resolution.is_some())
}
