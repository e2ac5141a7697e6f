//! Refunds and voids: giving a paid charge back, whole or in part.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::model::error::ApiError;
use crate::model::owner::Owner;
use crate::clock::Moment;
use crate::model::charge::Charge;
use crate::model::collection::Entity;
use crate::model::event::{EventKey, Snapshot};
use crate::model::money::Currency;
use crate::model::switches::RefundTexts;
use crate::model::transaction::Transaction;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// A full refund is a void until this time of the day in UTC.
const VOID_UNTIL_MS: i64 = (16 * 60 + 15) * 60 * 1000;
const REFUNDS_MAX: usize = 15;
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

impl Transaction<'_> {
    pub(crate) fn create_refund(
        &mut self,
        owner: &Owner,
        charge_id: &str,
        request: CreateRefund,
    ) -> Result<Refund, ApiError> {
        self.check_metadata(Some(&request.metadata))?;
        let now = self.now;
        let id = self.state.random.id("rfnd", owner.livemode, now);
        let transaction = self.state.random.id("trxn", owner.livemode, now);
        let terse = self.state.switches.refund_texts == RefundTexts::Terse;
        let balance = self.account(owner).balance;
        let charge = self.find_charge(owner, charge_id)?;
        let voided = request.amount == charge.amount && charge.can_be_voided(now);
        check(charge, &request, now)
            .and_then(|()| check_balance(balance.filter(|_| !voided), request.amount))
            .map_err(|error| if terse { error.without_reason() } else { error })?;
        let refund = Refund {
            id,
            livemode: owner.livemode,
            charge: charge_id.to_owned(),
            amount: request.amount,
            currency: charge.currency,
            metadata: request.metadata,
            voided,
            transaction,
            created_at: now,
        };
        charge.refunds.push(refund.clone());
        if !voided {
            let account = self.account(owner);
            account.balance = account.balance.map(|balance| balance - refund.amount);
        }
        self.announce(owner, EventKey::RefundCreate, Snapshot::Refund(Box::new(refund.clone())));
        Ok(refund)
    }
}

fn check(charge: &Charge, request: &CreateRefund, now: Moment) -> Result<(), ApiError> {
    let left = charge.amount - charge.refunded_amount();
    let refuse = |message: &str| Err(ApiError::failed_refund(message));
    if request.amount < 1 {
        return refuse("amount must be greater than or equal to 1");
    }
    if !charge.is_paid() {
        return refuse("charge was not paid");
    }
    if request.amount > left {
        return refuse(&format!("amount must be less than or equal to {left}"));
    }
    if charge.refunds.len() >= REFUNDS_MAX {
        return refuse("charge was refunded too many times");
    }
    if !charge.is_refundable(now) {
        return refuse("charge can no longer be refunded");
    }
    if request.only_as_void && !(charge.can_be_voided(now) && request.amount == charge.amount) {
        return Err(ApiError::new(400, "failed_void", "charge cannot be voided"));
    }
    Ok(())
}

/// A void takes nothing out of the account's balance.
fn check_balance(balance: Option<i64>, amount: i64) -> Result<(), ApiError> {
    match balance {
        Some(balance) if balance < amount => {
            Err(ApiError::failed_refund("insufficient balance to make the refund"))
        }
        _ => Ok(()),
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
