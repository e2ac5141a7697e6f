//! Orders to payer, accounts and faults.

use serde::Deserialize;
use serde_json::json;

use crate::api::key::Owner;
use crate::api::object::Object;
use crate::control::faults::{FaultKind, Pattern};
use crate::control::{ControlError, Controlled, Shown, done, read};
use crate::options::Version;
use crate::payer::outcome::Outcome;
use crate::payer::phones::TapError;
use crate::state::charge::Charge;
use crate::state::turn::Turn;
use crate::state::world::World;

/// The payer pressed "cancel" in the wallet.
pub(crate) const REJECTED: &str = "payment_cancelled";
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
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FaultOrder {
    fault: FaultKind,
    on: String,
    #[serde(default = "once")]
    count: u64,
    retry_after_s: Option<u64>,
}

fn once() -> u64 {
    1
}

pub(crate) fn next(turn: &mut Turn<'_>, body: &[u8]) -> Controlled {
    let order: Next = read(body)?;
    let outcome = Outcome::parse(&order.outcome).ok_or_else(|| ControlError::bad(OUTCOMES))?;
    turn.world.ordered.push_back(outcome);
    Ok(done())
}

pub(crate) fn set_account(turn: &mut Turn<'_>, name: &str, body: &[u8]) -> Controlled {
    let settings: AccountSettings = read(body)?;
    let owner = Owner { livemode: settings.livemode, name: name.to_owned() };
    let account = turn.account(&owner);
    account.version = settings.version.unwrap_or(account.version);
    account.has_store = settings.has_store.unwrap_or(account.has_store);
    Ok(json!({ "account": name, "id": owner.account_id(), "version": account.version, "has_store": account.has_store })
        .into())
}

pub(crate) fn confirm(turn: &mut Turn<'_>, charge: &str) -> Controlled {
    Ok(told(&turn.payer_confirms(charge, None)?))
}

pub(crate) fn reject(turn: &mut Turn<'_>, charge: &str, body: &[u8]) -> Controlled {
    let rejection: Rejection = read(body)?;
    let code = rejection.failure_code.unwrap_or_else(|| REJECTED.to_owned());
    Ok(told(&turn.payer_rejects(charge, None, &code)?))
}

pub(crate) fn add_fault(turn: &mut Turn<'_>, body: &[u8]) -> Controlled {
    let order: FaultOrder = read(body)?;
    let pattern = Pattern::parse(&order.on);
    let pattern = pattern
        .ok_or_else(|| ControlError::bad("on must be a method and a path, as in \"POST /charges/:id\""))?;
    let number = turn.world.faults.add(order.fault, &order.on, pattern, order.count, order.retry_after_s);
    Ok(json!({ "number": number }).into())
}

pub(crate) fn clear_faults(turn: &mut Turn<'_>) -> Shown {
    turn.world.faults.clear();
    done()
}

pub(crate) fn clear_requests(turn: &mut Turn<'_>) -> Shown {
    turn.world.requests.clear();
    done()
}

/// As if just started; the seed goes on, so that no id comes twice.
pub(crate) fn reset(turn: &mut Turn<'_>) -> Shown {
    let random = turn.world.random.clone();
    *turn.world = World { random, ..World::new(turn.options) };
    done()
}

pub(crate) fn told(charge: &Charge) -> Shown {
    let failure_code = charge.failure.as_ref().map(|failure| failure.code.as_str());
    let told = Object::default()
        .with("charge", charge.id.as_str())
        .with("status", charge.status.word())
        .with("failure_code", failure_code);
    json!(told).into()
}

impl From<TapError> for ControlError {
    fn from(error: TapError) -> Self {
        match error {
            TapError::NoCharge | TapError::NoPhone => Self::missing(error.to_string()),
            TapError::Ended | TapError::OtherPhone => Self::conflict(error.to_string()),
        }
    }
}
