//! A sale and its traces: what is kept across a reload, and what an address or a host page asks for.

use serde::{Deserialize, Serialize};

use crate::api::{Disposition, Payment};
use crate::{Currency, Money, PaymentId, SaleId};

/// What is being paid for. Its id is made before any scan (P2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sale {
    /// The id that binds all attempts together.
    pub id: SaleId,
    /// Minor units.
    pub amount: i64,
    /// The currency of the amount.
    pub currency: Currency,
    /// The merchant's own number.
    pub reference: Option<String>,
}

impl Sale {
    /// What a payment is for.
    pub(super) fn of(payment: &Payment) -> Self {
        let (id, reference) = (payment.sale_id.clone(), payment.reference.clone());
        Self { id, amount: payment.amount, currency: payment.currency, reference }
    }

    /// The amount with its currency.
    pub fn money(&self) -> Money {
        Money::new(self.amount, self.currency)
    }
}

/// A sale that the address or the host page asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// The sale, if the address already carries one.
    pub sale_id: Option<SaleId>,
    /// Minor units.
    pub amount: i64,
    /// The currency; none means the account's.
    pub currency: Option<Currency>,
    /// The merchant's own number.
    pub reference: Option<String>,
}

/// What the till keeps in the browser, written before anything is sent. It never holds a payer's code.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    /// The sale in hand.
    pub sale: Option<StoredSale>,
    /// Payments that are not in hand and must not be forgotten.
    #[serde(default)]
    pub aside: Vec<StoredSale>,
}

/// A sale with its attempt, if one was begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredSale {
    /// The sale.
    pub sale: Sale,
    /// The attempt.
    pub payment: Option<StoredPayment>,
}

/// An attempt that may have left the tablet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredPayment {
    /// Its id.
    pub id: PaymentId,
    /// The proxy has said that it has it.
    pub acknowledged: bool,
    /// Of which version that is known.
    #[serde(default)]
    pub version: u64,
    /// What was to become of a success, unless humans closed it.
    #[serde(default)]
    pub disposition: Option<Disposition>,
}

impl StoredSale {
    pub(super) fn is(&self, id: &PaymentId) -> bool {
        self.payment.as_ref().is_some_and(|payment| payment.id == *id)
    }
}

impl StoredPayment {
    /// One that was sent, and perhaps did not arrive.
    pub(super) fn sent(id: PaymentId) -> Self {
        Self { id, acknowledged: false, version: 0, disposition: None }
    }

    /// One that the proxy has.
    pub(super) fn known(id: PaymentId) -> Self {
        Self { acknowledged: true, ..Self::sent(id) }
    }

    /// One as it was heard of.
    pub(super) fn heard(payment: &Payment) -> Self {
        let disposition = payment.disposition.filter(|_| payment.closed.is_none());
        Self { version: payment.version, disposition, ..Self::known(payment.id.clone()) }
    }
}
