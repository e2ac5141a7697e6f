//! A sale and its traces: what is kept across a reload, and what an address or a host page asks for.

use serde::{Deserialize, Serialize};

use super::ParkReason;
use scantill_types::api::{CancelledBy, Payment};
use scantill_types::{Currency, DeviceId, Money, PaymentId, SaleId};

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
pub struct CheckoutRequest {
    /// The sale, if the address already carries one.
    pub sale_id: Option<SaleId>,
    /// Minor units.
    pub amount: i64,
    /// The currency; none means the account's.
    pub currency: Option<Currency>,
    /// The merchant's own number.
    pub reference: Option<String>,
}

impl CheckoutRequest {
    /// Whether it asks for this sale. Without the sale's id only a reference tells that two are one.
    pub(super) fn is_for(&self, sale: &Sale) -> bool {
        match &self.sale_id {
            Some(id) => *id == sale.id,
            None => self.reference.is_some() && self.is_alike(sale),
        }
    }

    /// Whether a page that is loaded again asks for this sale once more.
    pub(super) fn is_alike(&self, sale: &Sale) -> bool {
        self.sale_id.as_ref().is_none_or(|id| *id == sale.id)
            && self.reference == sale.reference
            && self.amount == sale.amount
            && self.currency.is_none_or(|currency| currency == sale.currency)
    }
}

/// What the till keeps in the browser, written before anything is sent. It never holds a payer's code. It is a cache: a
/// browser may write it late or lose it, and the proxy tells what is open.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    /// The sale in hand.
    pub sale: Option<StoredSale>,
    /// Payments that are not in hand and must not be forgotten.
    #[serde(default)]
    pub parked: Vec<StoredSale>,
    /// The amount that was being typed, in minor units.
    #[serde(default)]
    pub amount: i64,
    /// Orders that wait until the till is free for them.
    #[serde(default)]
    pub waiting: Vec<Sale>,
    /// The last payments whose end the cashier was told of: none of them is news again.
    #[serde(default)]
    pub seen: Vec<PaymentId>,
}

impl Stored {
    /// The attempts of this tablet that are not forgotten.
    pub fn payments(&self) -> impl Iterator<Item = &StoredSale> {
        self.sale.iter().chain(&self.parked).filter(|stored| stored.payment.is_some())
    }

    /// Takes up an attempt that another page of this tablet kept, too.
    pub fn merge(&mut self, other: StoredSale) {
        let Some(payment) = &other.payment else { return };
        if !self.payments().any(|stored| stored.is(&payment.id)) {
            self.parked.push(other);
        }
    }
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
    /// Why it may not be forgotten; asked for anew after a reload.
    #[serde(skip)]
    pub reason: ParkReason,
    /// The cashier was called for it.
    #[serde(default)]
    pub told: bool,
    /// Somebody here wants the end, and the proxy has not yet said that it knows.
    #[serde(default)]
    pub end: Option<CancelledBy>,
}

impl StoredSale {
    /// Whether its attempt is this payment.
    pub fn is(&self, id: &PaymentId) -> bool {
        self.payment.as_ref().is_some_and(|payment| payment.id == *id)
    }
}

impl StoredPayment {
    /// One that was sent, and perhaps did not arrive.
    pub(super) fn sent(id: PaymentId) -> Self {
        let (reason, end) = (ParkReason::InDoubt, Some(CancelledBy::Till));
        Self { id, acknowledged: false, version: 0, reason, told: false, end }
    }

    /// One that the proxy has.
    pub(super) fn known(id: PaymentId) -> Self {
        Self { acknowledged: true, end: None, ..Self::sent(id) }
    }

    /// Who wants its end, where the proxy has it.
    pub(super) fn wanted_end(&self) -> Option<CancelledBy> {
        self.end.filter(|_| self.acknowledged)
    }

    /// One as it was heard of on this device.
    pub(super) fn heard(payment: &Payment, device: &DeviceId) -> Self {
        let reason = ParkReason::of(payment, device);
        Self { version: payment.version, reason, told: !reason.is_quiet(), ..Self::known(payment.id.clone()) }
    }
}
