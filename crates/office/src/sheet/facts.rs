//! The known facts of the payment and of the till that shows it, and why the payment needs review.

use std::rc::Rc;

use scantill_types::RefundId;
use scantill_types::api::{Disposition, Payment, ReviewCase};
use serde::Deserialize;

use super::actions::actions;
use super::{Action, Order, order};

/// Everything that the sheet shows, as far as it was read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    pub(crate) payment: Option<Rc<Payment>>,
    /// Why it needs review.
    pub(crate) call: Option<ReviewCase>,
    pub(crate) till: Option<TillFacts>,
    /// The store's supervisors; `None` until the list was read.
    pub(crate) supervisors: Option<Rc<[String]>>,
}

/// What the sheet needs to know of the till.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct TillFacts {
    pub(crate) store_name: String,
    pub(crate) terminal_id: String,
    /// The IANA name of the store's zone; without it the tablet's own zone is used.
    #[serde(default)]
    pub(crate) time_zone: Option<String>,
}

impl Facts {
    /// The possible actions.
    pub(crate) fn actions(&self) -> Vec<Action> {
        self.payment.as_deref().map(actions).unwrap_or_default()
    }

    /// A refund of it is in progress.
    pub(crate) fn is_under_way(&self) -> bool {
        self.payment.as_deref().is_some_and(|payment| {
            matches!(payment.disposition, Some(Disposition::RefundDue | Disposition::Refunding))
                || payment.refunds.iter().any(order::is_under_way)
        })
    }

    /// Whether the payment shows that this order was carried out.
    pub(super) fn show(&self, order: &Order, refund_id: &RefundId) -> bool {
        self.payment.as_ref().is_some_and(|payment| order.is_seen_in(payment, refund_id))
    }

    /// Takes a payment, unless a newer version is known.
    pub(super) fn hear(&mut self, payment: Payment) {
        if self.payment.as_ref().is_none_or(|known| known.version <= payment.version) {
            self.payment = Some(Rc::new(payment));
        }
    }
}
