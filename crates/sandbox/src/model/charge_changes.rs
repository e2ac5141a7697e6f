//! Changes of a charge after its creation, by the merchant, the payer or the wallet.

use serde_json::{Map, Value};

use crate::model::accounts::{check_metadata, find_charge};
use crate::model::charge::{Charge, Failure, OnExpire, Status};
use crate::model::error::ApiError;
use crate::model::event::EventKey;
use crate::model::events::announce_charge;
use crate::model::owner::Owner;
use crate::model::refund::CreateRefund;
use crate::model::refunds::create_refund;
use crate::model::schedule::Action;
use crate::model::switches::{Expiring, ExpiringPaid, MetadataOnPatch};
use crate::model::transaction::Transaction;

/// The merchant expires an unpaid charge. The switches and the payer's outcome may order a wrong answer.
pub(in crate::model) fn expire_charge(
    transaction: &mut Transaction<'_>,
    owner: &Owner,
    id: &str,
) -> Result<Charge, ApiError> {
    let paid_after_ms = transaction.setup.timing.paid_after_expire_ms;
    let switched = OnExpire::from(transaction.state.switches.expire);
    let charge = find_charge(transaction, owner, id)?;
    let on_expire = if charge.on_expire == OnExpire::Expires { switched } else { charge.on_expire };
    let refused = || ApiError::new(400, "failed_expire", "expire failed");
    if charge.is_paid() && transaction.state.switches.expire_of_paid == ExpiringPaid::GivesBack {
        return give_back_whole(transaction, owner, id);
    }
    let charge = find_charge(transaction, owner, id)?;
    if !charge.is_pending() {
        return Err(refused());
    }
    if on_expire == OnExpire::RefusedThenPaid {
        transaction.schedule(owner, id, paid_after_ms, Action::ApproveAfterAll);
        return Err(refused());
    }
    let expired = end_as_expired(transaction, owner, id)?;
    match on_expire {
        OnExpire::LosesTheRace => approve(transaction, owner, id, expired.amount),
        OnExpire::ExpiredThenPaid => transaction.schedule(owner, id, paid_after_ms, Action::ApproveAfterAll),
        OnExpire::Expires | OnExpire::RefusedThenPaid => {}
    }
    Ok(expired)
}

pub(in crate::model) fn end_as_expired(
    transaction: &mut Transaction<'_>,
    owner: &Owner,
    id: &str,
) -> Result<Charge, ApiError> {
    let now = transaction.now;
    let charge = find_charge(transaction, owner, id)?;
    charge.status = Status::Expired;
    charge.expired_at = Some(now);
    charge.expires_at = now;
    charge.ended_at = Some(now);
    charge.asked = None;
    let expired = charge.clone();
    announce_charge(transaction, owner, EventKey::ChargeExpire, &expired);
    Ok(expired)
}

/// Some wallets refund the whole amount when a paid charge is cancelled.
fn give_back_whole(transaction: &mut Transaction<'_>, owner: &Owner, id: &str) -> Result<Charge, ApiError> {
    let charge = find_charge(transaction, owner, id)?;
    let amount = charge.amount - charge.refunded_amount();
    let request = CreateRefund { amount, metadata: Map::new(), only_as_void: false };
    create_refund(transaction, owner, id, request)?;
    Ok(find_charge(transaction, owner, id)?.clone())
}

pub(in crate::model) fn update_charge(
    transaction: &mut Transaction<'_>,
    owner: &Owner,
    id: &str,
    description: Option<String>,
    metadata: Option<Map<String, Value>>,
) -> Result<Charge, ApiError> {
    check_metadata(transaction, metadata.as_ref())?;
    let merges = transaction.state.switches.metadata_on_patch == MetadataOnPatch::Merge;
    let charge = find_charge(transaction, owner, id)?;
    charge.description = description.or(charge.description.take());
    match metadata {
        Some(more) if merges => charge.metadata.extend(more),
        Some(metadata) => charge.metadata = metadata,
        None => {}
    }
    let updated = charge.clone();
    announce_charge(transaction, owner, EventKey::ChargeUpdate, &updated);
    Ok(updated)
}

/// The money moves; `amount` is the amount that the wallet took.
pub(in crate::model) fn approve(transaction: &mut Transaction<'_>, owner: &Owner, id: &str, amount: i64) {
    let now = transaction.now;
    let transaction_id = transaction.state.random.id("trxn", owner.livemode, now);
    let Ok(charge) = find_charge(transaction, owner, id) else { return };
    charge.status = Status::Successful;
    charge.amount = amount;
    charge.amount_paid = Some(amount);
    charge.paid_at = Some(now);
    charge.ended_at = Some(now);
    charge.transaction = Some(transaction_id);
    charge.asked = None;
    let paid = charge.clone();
    announce_charge(transaction, owner, EventKey::ChargeComplete, &paid);
}

pub(in crate::model) fn fail(transaction: &mut Transaction<'_>, owner: &Owner, id: &str, code: &str) {
    let now = transaction.now;
    let Ok(charge) = find_charge(transaction, owner, id) else { return };
    charge.status = Status::Failed;
    charge.ended_at = Some(now);
    charge.failure = Some(Failure::with_code(code));
    charge.asked = None;
    let failed = charge.clone();
    announce_charge(transaction, owner, EventKey::ChargeComplete, &failed);
}

/// As recorded, a failed charge may also say `expired: true`: only the status counts.
pub(in crate::model) fn close_by_wallet(transaction: &mut Transaction<'_>, owner: &Owner, id: &str) {
    let now = transaction.now;
    if let Ok(charge) = find_charge(transaction, owner, id) {
        charge.expired_at = Some(now);
    }
    fail(transaction, owner, id, "timeout");
}

impl From<Expiring> for OnExpire {
    fn from(expiring: Expiring) -> Self {
        match expiring {
            Expiring::Expires => Self::Expires,
            Expiring::RefusedThenPaid => Self::RefusedThenPaid,
            Expiring::LosesRace => Self::LosesTheRace,
            Expiring::ExpiredThenPaid => Self::ExpiredThenPaid,
        }
    }
}
