//! A sale, its stored form that survives a reload, and the checkout that an address or a host page requests.

use serde::{Deserialize, Serialize};

use super::ParkReason;
use scantill_types::api::{CancelledBy, Payment};
use scantill_types::{Currency, DeviceId, Money, PaymentId, SaleId};

/// What the customer pays for. Its id is made before any scan (P2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sale {
    /// The id that all payments of the sale carry.
    pub id: SaleId,
    /// Minor units.
    pub amount: i64,
    /// The currency of the amount.
    pub currency: Currency,
    /// The merchant's own reference.
    pub reference: Option<String>,
}

impl Sale {
    /// The sale of a payment.
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
pub struct CheckoutRequest {
    /// The sale, if the address already names one.
    pub sale_id: Option<SaleId>,
    /// Minor units.
    pub amount: i64,
    /// `None` means the account's currency.
    pub currency: Option<Currency>,
    /// The merchant's own reference.
    pub reference: Option<String>,
}

impl CheckoutRequest {
    /// Whether it asks for this sale. Without the sale's id, only the same reference makes it the same sale.
    pub(super) fn is_for(&self, sale: &Sale) -> bool {
        match &self.sale_id {
            Some(id) => *id == sale.id,
            None => self.reference.is_some() && self.is_alike(sale),
        }
    }

    /// Whether a page that is loaded again repeats its request for this sale.
    pub(super) fn is_alike(&self, sale: &Sale) -> bool {
        self.sale_id.as_ref().is_none_or(|id| *id == sale.id)
            && self.reference == sale.reference
            && self.amount == sale.amount
            && self.currency.is_none_or(|currency| currency == sale.currency)
    }
}

/// What the till stores in the browser, written before anything is sent. It never holds a payer's code. It is
/// a cache: a browser may write it late or lose it, and the proxy lists what is open.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    /// The sale in hand.
    pub sale: Option<StoredSale>,
    /// Payments that are not in hand and must not be forgotten.
    #[serde(default)]
    pub parked: Vec<StoredSale>,
    /// The typed amount, in minor units.
    #[serde(default)]
    pub amount: i64,
    /// Orders that wait until the till is free for them.
    #[serde(default)]
    pub waiting: Vec<Sale>,
    /// The last ended payments that the cashier was shown: the till does not announce them again.
    #[serde(default)]
    pub seen: Vec<PaymentId>,
}

impl Stored {
    /// The payments that this tablet still remembers.
    pub fn payments(&self) -> impl Iterator<Item = &StoredSale> {
        self.sale.iter().chain(&self.parked).filter(|stored| stored.payment.is_some())
    }

    /// Adds a payment that another page of this tablet stored.
    pub fn merge(&mut self, other: StoredSale) {
        let Some(payment) = &other.payment else { return };
        if !self.payments().any(|stored| stored.is(&payment.id)) {
            self.parked.push(other);
        }
    }
}

/// A sale with its payment, if one was begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredSale {
    pub sale: Sale,
    pub payment: Option<StoredPayment>,
}

/// A payment that this tablet may have sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredPayment {
    pub id: PaymentId,
    /// The proxy has confirmed that it has the payment.
    pub acknowledged: bool,
    /// The version in which the till knows it.
    #[serde(default)]
    pub version: u64,
    /// Why it is parked; computed again after a reload.
    #[serde(skip)]
    pub reason: ParkReason,
    /// A sound has told the cashier of it.
    #[serde(default)]
    pub told: bool,
    /// Set when somebody here cancelled it and the proxy has not confirmed the cancel request yet.
    #[serde(default)]
    pub end: Option<CancelledBy>,
}

impl StoredSale {
    /// Whether its payment has this id.
    pub fn is(&self, id: &PaymentId) -> bool {
        self.payment.as_ref().is_some_and(|payment| payment.id == *id)
    }
}

impl StoredPayment {
    /// A payment that was sent and perhaps did not arrive.
    pub(super) fn sent(id: PaymentId) -> Self {
        let (reason, end) = (ParkReason::InDoubt, Some(CancelledBy::Till));
        Self { id, acknowledged: false, version: 0, reason, told: false, end }
    }

    /// A payment that the proxy has.
    pub(super) fn known(id: PaymentId) -> Self {
        Self { acknowledged: true, end: None, ..Self::sent(id) }
    }

    /// Who cancelled it, if the proxy has it.
    pub(super) fn wanted_end(&self) -> Option<CancelledBy> {
        self.end.filter(|_| self.acknowledged)
    }

    /// A payment as the proxy told this device of it.
    pub(super) fn heard(payment: &Payment, device: &DeviceId) -> Self {
        let reason = ParkReason::of(payment, device);
        Self { version: payment.version, reason, told: !reason.is_quiet(), ..Self::known(payment.id.clone()) }
    }
}
