//! What is known of the payment, of the till that shows it, and of why a person must look.

use std::rc::Rc;

use scantill_types::RefundId;
use scantill_types::api::{Disposition, Payment, ReviewCase};
use serde::Deserialize;

use super::actions::actions;
use super::{Action, Order, order};

/// All that the sheet shows, as far as it came.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    pub(crate) payment: Option<Rc<Payment>>,
    /// Why a person must look at it.
    pub(crate) call: Option<ReviewCase>,
    pub(crate) till: Option<TillFacts>,
    /// Who may approve; none while the list was not read.
    pub(crate) supervisors: Option<Rc<[String]>>,
}

/// What the sheet needs to know of the till.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct TillFacts {
    pub(crate) store_name: String,
    pub(crate) terminal_id: String,
    /// The store's zone by its IANA name; the tablet's own holds where the proxy does not tell it.
    #[serde(default)]
    pub(crate) time_zone: Option<String>,
}

impl Facts {
    /// What may be done now.
    pub(crate) fn actions(&self) -> Vec<Action> {
        self.payment.as_deref().map(actions).unwrap_or_default()
    }

    /// Money of it is on its way back.
    pub(crate) fn is_under_way(&self) -> bool {
        self.payment.as_deref().is_some_and(|payment| {
            matches!(payment.disposition, Some(Disposition::RefundDue | Disposition::Refunding))
                || payment.refunds.iter().any(order::is_under_way)
        })
    }

    /// Whether the payment shows that this was carried out.
    pub(super) fn show(&self, order: &Order, refund_id: &RefundId) -> bool {
        self.payment.as_ref().is_some_and(|payment| order.is_seen_in(payment, refund_id))
    }

    /// Takes a payment, unless a newer one is known.
    pub(super) fn hear(&mut self, payment: Payment) {
        if self.payment.as_ref().is_none_or(|known| known.version <= payment.version) {
            self.payment = Some(Rc::new(payment));
        }
    }
}
