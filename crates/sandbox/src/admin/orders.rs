//! Calls about payers and accounts.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::json;

use crate::admin::reply::{AdminError, AdminReply, AdminResult, done, read};
use crate::api::render::object::Object;
use crate::model::charge::Charge;
use crate::model::merchant::MerchantTransaction;
use crate::model::owner::{KeyState, Owner};
use crate::model::payer::outcome::{CANCELLED, Outcome};
use crate::model::payer::phones::TapError;
use crate::model::payer::taps::PayerTransaction;
use crate::model::state::State;
use crate::model::transaction::Transaction;
use crate::model::version::Version;

const OUTCOMES: &str = "outcome must be approve, approve_after_confirm, slow, never, fail:CODE, other_amount, under_review, \
                        expire_refused, expire_loses_race or paid_after_expire";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Next {
    outcome: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rejection {
    failure_code: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountSettings {
    version: Option<Version>,
    has_store: Option<bool>,
    #[serde(default)]
    livemode: bool,
    /// The states of the keys, by their number: `{"1": "expired"}`.
    keys: Option<BTreeMap<u32, KeyState>>,
    balance: Option<Balance>,
}

/// The balance for refunds: minor units, or `"unlimited"`.
#[derive(Deserialize)]
#[serde(untagged)]
enum Balance {
    Amount(i64),
    Word(Unlimited),
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Unlimited {
    Unlimited,
}

pub(crate) fn next(transaction: &mut Transaction<'_>, body: &[u8]) -> AdminResult {
    let order: Next = read(body)?;
    let outcome = Outcome::parse(&order.outcome).ok_or_else(|| AdminError::bad(OUTCOMES))?;
    transaction.state.next_outcomes.push_back(outcome);
    Ok(done())
}

pub(crate) fn set_account(transaction: &mut Transaction<'_>, name: &str, body: &[u8]) -> AdminResult {
    let settings: AccountSettings = read(body)?;
    let owner = Owner::named(name, settings.livemode)
        .ok_or_else(|| AdminError::bad("an account's name is letters, digits, - and _, as in its keys"))?;
    let account = transaction.account(&owner);
    account.version = settings.version.unwrap_or(account.version);
    account.has_store = settings.has_store.unwrap_or(account.has_store);
    account.keys.extend(settings.keys.unwrap_or_default());
    match settings.balance {
        Some(Balance::Amount(amount)) => account.balance = Some(amount),
        Some(Balance::Word(Unlimited::Unlimited)) => account.balance = None,
        None => {}
    }
    Ok(json!({
        "account": name,
        "id": owner.account_id(),
        "version": account.version,
        "has_store": account.has_store,
        "keys": account.keys,
        "balance": account.balance,
    })
    .into())
}

pub(crate) fn confirm(transaction: &mut Transaction<'_>, charge: &str) -> AdminResult {
    Ok(charge_outcome(&transaction.payer_confirms(charge, None)?))
}

pub(crate) fn reject(transaction: &mut Transaction<'_>, charge: &str, body: &[u8]) -> AdminResult {
    let rejection: Rejection = read(body)?;
    let code = rejection.failure_code.unwrap_or_else(|| CANCELLED.to_owned());
    Ok(charge_outcome(&transaction.payer_rejects(charge, None, &code)?))
}

pub(crate) fn clear_requests(transaction: &mut Transaction<'_>) -> AdminReply {
    transaction.state.requests.clear();
    done()
}

/// Resets the state as at the start, but not the random numbers, so that ids stay unique.
pub(crate) fn reset(transaction: &mut Transaction<'_>) -> AdminReply {
    let random = transaction.state.random.clone();
    *transaction.state = State { random, ..State::new(transaction.setup) };
    done()
}

pub(crate) fn charge_outcome(charge: &Charge) -> AdminReply {
    let failure_code = charge.failure.as_ref().map(|failure| failure.code.as_str());
    let told = Object::default()
        .with("charge", charge.id.as_str())
        .with("status", charge.status.as_str())
        .with("failure_code", failure_code);
    json!(told).into()
}

impl From<TapError> for AdminError {
    fn from(error: TapError) -> Self {
        match error {
            TapError::NoCharge | TapError::NoPhone => Self::missing(error.to_string()),
            TapError::Ended | TapError::OtherPhone => Self::conflict(error.to_string()),
        }
    }
}
