//! What the customer's screen of a terminal shows: one of a few words, and an amount. There is no field for anything else of
//! a payment.

use serde::{Deserialize, Serialize};

use crate::Currency;

/// What a customer's screen shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CustomerScreen {
    /// *One moment*, without an amount: the till does not know, or it concerns no customer.
    #[default]
    Unknown,
    /// The shop's name.
    Idle,
    /// The amount, and *show your payment code*.
    ShowCode,
    /// The amount, and *one moment*.
    OneMoment,
    /// The amount, and *confirm in your app*.
    Confirm,
    /// The amount, and *paid*.
    Paid,
    /// *Not paid, please ask*: never why.
    NotPaid,
}

impl CustomerScreen {
    /// All of them, each at its own number.
    pub const ALL: [Self; 7] = [
        Self::Unknown,
        Self::Idle,
        Self::ShowCode,
        Self::OneMoment,
        Self::Confirm,
        Self::Paid,
        Self::NotPaid,
    ];

    /// Whether an amount belongs to it.
    pub fn has_amount(self) -> bool {
        matches!(self, Self::ShowCode | Self::OneMoment | Self::Confirm | Self::Paid)
    }
}

/// What a customer's screen hears.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CustomerNews {
    /// The store's name.
    pub shop: String,
    /// What it shows.
    pub show: CustomerScreen,
    /// The amount in minor units, where one belongs to it.
    #[serde(default)]
    pub amount: Option<i64>,
    /// The currency of the amount.
    pub currency: Currency,
    /// The languages of the screen, the largest first.
    pub languages: Vec<String>,
    /// For how long this has been so, in milliseconds.
    pub age_ms: u64,
}
