//! A supervisor's order: the call that carries it, and whether a payment shows that it was carried out.

use scantill_types::RefundId;
use scantill_types::api::{
    AcknowledgeReview, Approval, CreateRefund, Decide, Decision, Disposition, Payment, Refund, ReleaseSale,
    ReviewReason,
};
use serde::Serialize;

use super::{Reason, Request};

/// An order that waits for a PIN, or was carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// A decision about captured money.
    Decide(Decision),
    /// A refund of an amount.
    Refund {
        /// Minor units.
        amount: i64,
        /// The refunded amount that the supervisor saw: if it changed, the proxy refuses.
        refunded_before: i64,
        reason: Reason,
    },
    Release,
    /// The reason for a review that the supervisor saw.
    Acknowledge(ReviewReason),
}

/// The approving supervisors: one, or two.
#[derive(Debug)]
pub(super) struct Approvals {
    pub(super) approval: Approval,
    pub(super) second_approval: Option<Approval>,
}

impl Order {
    /// The call. Only its body contains the PINs.
    pub(super) fn request(&self, payment: &Payment, refund_id: &RefundId, approvals: Approvals) -> Request {
        let Approvals { approval, second_approval } = approvals;
        let path = |tail: &str| format!("/v1/payments/{}/{tail}", payment.id);
        match self {
            Self::Decide(decision) => {
                let body = Decide { decision: *decision, approval: Some(approval), second_approval };
                Request::post(path("disposition"), Some(json(&body)))
            }
            Self::Refund { amount, refunded_before, reason } => {
                let body = CreateRefund {
                    amount: *amount,
                    currency: payment.currency,
                    refunded_before: *refunded_before,
                    void: false,
                    reason: Some(reason.as_str().to_owned()),
                    approval,
                    second_approval,
                };
                Request::put(path(&format!("refunds/{refund_id}")), json(&body))
            }
            Self::Release => Request::post(path("release"), Some(json(&ReleaseSale { approval }))),
            Self::Acknowledge(reason) => {
                let body = AcknowledgeReview { approval, review: Some(*reason) };
                Request::post(path("acknowledge"), Some(json(&body)))
            }
        }
    }

    /// Whether the payment shows that it was carried out, from here or elsewhere.
    pub(super) fn is_seen_in(&self, payment: &Payment, refund_id: &RefundId) -> bool {
        match self {
            Self::Decide(Decision::Accept) => payment.disposition == Some(Disposition::Accepted),
            Self::Decide(decision) if decision.gives_back() => {
                let goes_back = matches!(
                    payment.disposition,
                    Some(Disposition::RefundDue | Disposition::Refunding | Disposition::Refunded)
                );
                goes_back && payment.review != Some(ReviewReason::RefundFailed)
            }
            Self::Decide(_) => false,
            Self::Refund { .. } => find(payment, refund_id).is_some(),
            Self::Release => payment.released.is_some(),
            Self::Acknowledge(reason) => payment.review != Some(*reason),
        }
    }
}

/// Whether the refund of this id is over, so that the next one needs another id.
pub(super) fn is_over(payment: &Payment, refund_id: &RefundId) -> bool {
    find(payment, refund_id).is_some_and(|refund| !is_under_way(refund))
}

/// Whether the refund is still in progress.
pub(super) fn is_under_way(refund: &Refund) -> bool {
    refund.resolution.is_none() && !refund.state.is_final()
}

/// The refund of this id, as the payment lists it.
pub(crate) fn find<'a>(payment: &'a Payment, refund_id: &RefundId) -> Option<&'a Refund> {
    payment.refunds.iter().find(|refund| refund.id.as_ref() == Some(refund_id))
}

/// All our types can be written.
fn json(body: &impl Serialize) -> String {
    serde_json::to_string(body).unwrap_or_default()
}
