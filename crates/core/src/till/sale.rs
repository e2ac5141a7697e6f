//! A sale and its traces: what is kept across a reload, and what an address or a host page asks for.

use serde::{Deserialize, Serialize};

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
    /// Payments that the cashier put aside while they were in doubt.
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
}
