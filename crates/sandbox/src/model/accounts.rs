//! Finds accounts and their objects.

use serde_json::{Map, Value};

use crate::model::account::{Account, RateWindow};
use crate::model::charge::Charge;
use crate::model::error::ApiError;
use crate::model::owner::Owner;
use crate::model::source::Source;
use crate::model::transaction::Transaction;

/// Admits a request, unless its key is invalid or the rate limit is reached.
pub(in crate::model) fn admit(
    transaction: &mut Transaction<'_>,
    owner: &Owner,
    key_number: u32,
) -> Result<(), ApiError> {
    let (now, limit) = (transaction.now, transaction.state.switches.rate_limit);
    let account = account(transaction, owner);
    account.keys.get(&key_number).copied().unwrap_or_default().check()?;
    let Some(limit) = limit else { return Ok(()) };
    let window = &mut account.window;
    if window.began.is_none_or(|began| now.ms_since(began) >= limit.per_ms || now < began) {
        *window = RateWindow { began: Some(now), count: 0 };
    }
    window.count += 1;
    if window.count > limit.requests {
        return Err(ApiError::too_many_requests(limit.retry_after_s));
    }
    Ok(())
}

/// The owner's account, created when first used.
pub(in crate::model) fn account<'a>(transaction: &'a mut Transaction<'_>, owner: &Owner) -> &'a mut Account {
    let (now, version) = (transaction.now, transaction.setup.version);
    let accounts = &mut transaction.state.accounts;
    let place = accounts.iter().position(|account| account.owner == *owner).unwrap_or_else(|| {
        accounts.push(Account::new(owner.clone(), now, version));
        accounts.len() - 1
    });
    &mut accounts[place]
}

pub(in crate::model) fn find_charge<'a>(
    transaction: &'a mut Transaction<'_>,
    owner: &Owner,
    id: &str,
) -> Result<&'a mut Charge, ApiError> {
    let found = account(transaction, owner).charges.find_mut(id);
    found.ok_or_else(|| ApiError::not_found("charge", id))
}

pub(in crate::model) fn find_source<'a>(
    transaction: &'a mut Transaction<'_>,
    owner: &Owner,
    id: &str,
) -> Result<&'a mut Source, ApiError> {
    let found = account(transaction, owner).sources.find_mut(id);
    found.ok_or_else(|| ApiError::not_found("source", id))
}

/// Omise confirms no maximum length of metadata, so a switch sets it.
pub(in crate::model) fn check_metadata(
    transaction: &Transaction<'_>,
    metadata: Option<&Map<String, Value>>,
) -> Result<(), ApiError> {
    let (Some(max), Some(metadata)) = (transaction.state.switches.metadata_length_max, metadata) else {
        return Ok(());
    };
    let length = Value::Object(metadata.clone()).to_string().chars().count();
    if length > max {
        return Err(ApiError::bad_request(format!("metadata is too long (maximum is {max} characters)")));
    }
    Ok(())
}
