//! Creates refunds and voids, or refuses them.

use crate::clock::Moment;
use crate::model::accounts::{account, check_metadata, find_charge};
use crate::model::charge::Charge;
use crate::model::charge::REFUNDS_MAX;
use crate::model::error::ApiError;
use crate::model::event::{EventKey, Snapshot};
use crate::model::events::announce;
use crate::model::owner::Owner;
use crate::model::refund::{CreateRefund, Refund};
use crate::model::switches::RefundTexts;
use crate::model::transaction::Transaction;

pub(in crate::model) fn create_refund(
    transaction: &mut Transaction<'_>,
    owner: &Owner,
    charge_id: &str,
    request: CreateRefund,
) -> Result<Refund, ApiError> {
    check_metadata(transaction, Some(&request.metadata))?;
    let now = transaction.now;
    let id = transaction.state.random.id("rfnd", owner.livemode, now);
    let transaction_id = transaction.state.random.id("trxn", owner.livemode, now);
    let terse = transaction.state.switches.refund_texts == RefundTexts::Terse;
    let balance = account(transaction, owner).balance;
    let charge = find_charge(transaction, owner, charge_id)?;
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
        transaction: transaction_id,
        created_at: now,
    };
    charge.refunds.push(refund.clone());
    if !voided {
        let account = account(transaction, owner);
        account.balance = account.balance.map(|balance| balance - refund.amount);
    }
    announce(transaction, owner, EventKey::RefundCreate, Snapshot::Refund(Box::new(refund.clone())));
    Ok(refund)
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

/// A void does not reduce the account's balance.
fn check_balance(balance: Option<i64>, amount: i64) -> Result<(), ApiError> {
    match balance {
        Some(balance) if balance < amount => {
            Err(ApiError::failed_refund("insufficient balance to make the refund"))
        }
        _ => Ok(()),
    }
}
