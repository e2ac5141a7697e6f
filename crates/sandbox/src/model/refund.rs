//! Refunds and voids: giving a paid charge back, whole or in part.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::clock::Moment;
use crate::model::charge::Charge;
use crate::model::collection::Entity;
use crate::model::money::Currency;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// A full refund is a void until this time of the day in UTC.
const VOID_UNTIL_MS: i64 = (16 * 60 + 15) * 60 * 1000;
pub(super) const REFUNDS_MAX: usize = 15;
const REFUND_DAYS_MAX: i64 = 365;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Refund {
    pub(crate) id: String,
    pub(crate) livemode: bool,
    pub(crate) charge: String,
    pub(crate) amount: i64,
    pub(crate) currency: Currency,
    pub(crate) metadata: Map<String, Value>,
    pub(crate) voided: bool,
    pub(crate) transaction: String,
    pub(crate) created_at: Moment,
}

/// What the merchant asks to give back.
#[derive(Debug)]
pub(crate) struct CreateRefund {
    pub(crate) amount: i64,
    pub(crate) metadata: Map<String, Value>,
    /// Give back as a void or not at all.
    pub(crate) only_as_void: bool,
}

impl Entity for Refund {
    fn id(&self) -> &str {
        &self.id
    }

    fn created_at(&self) -> Moment {
        self.created_at
    }
}

impl Charge {
    pub(crate) fn is_refundable(&self, now: Moment) -> bool {
        let in_time = self.paid_at.is_some_and(|paid_at| now.ms_since(paid_at) <= REFUND_DAYS_MAX * DAY_MS);
        self.is_paid() && in_time && self.refunded_amount() < self.amount && self.refunds.len() < REFUNDS_MAX
    }

    /// Until 16:15 UTC after it was paid, and only whole.
    pub(crate) fn can_be_voided(&self, now: Moment) -> bool {
        let closes_at = self.paid_at.map(void_closes_at);
        self.is_paid() && self.refunds.is_empty() && closes_at.is_some_and(|closes_at| now < closes_at)
    }
}

/// The next 16:15 UTC after the payment.
fn void_closes_at(paid_at: Moment) -> Moment {
    let midnight_ms = paid_at.ms().div_euclid(DAY_MS) * DAY_MS;
    let same_day = Moment::from_ms(midnight_ms + VOID_UNTIL_MS);
    if paid_at < same_day { same_day } else { same_day.plus_ms(DAY_MS) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_void_is_possible_until_a_quarter_past_four_in_the_afternoon() {
        let check = |paid_at: &str, expected: &str| {
            assert_eq!(void_closes_at(Moment::parse(paid_at).unwrap()).iso(), expected);
        };
        check("2026-11-23T08:00:00Z", "2026-11-23T16:15:00Z");
        check("2026-11-23T16:14:59Z", "2026-11-23T16:15:00Z");
        check("2026-11-23T16:15:00Z", "2026-11-24T16:15:00Z");
    }
}
