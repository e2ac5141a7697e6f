//! Calls about webhooks: their targets, the lost ones, and the outcome of each.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::admin::reply::{AdminError, AdminReply, AdminResult, done, read};
use crate::model::owner::Owner;
use crate::model::transaction::Transaction;
use crate::model::webhooks::delivery::{DeliveryOutcome, DeliveryRecord};
use crate::model::webhooks::queue::Dropping;
use crate::model::webhooks::signature::Secret;
use crate::model::webhooks::target::WebhookTarget;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetTarget {
    url: String,
    secret: Option<Secrets>,
    /// The name of one account; without it the address is for every account.
    account: Option<String>,
    /// Which of the two accounts of that name.
    #[serde(default)]
    livemode: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RollSecret {
    secret: String,
    #[serde(default = "a_day")]
    both_for_ms: i64,
    account: Option<String>,
    #[serde(default)]
    livemode: bool,
}

/// One secret, or two in the day after a roll.
#[derive(Deserialize)]
#[serde(untagged)]
enum Secrets {
    One(String),
    Many(Vec<String>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DropWebhooks {
    count: DropCount,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum DropCount {
    Number(u64),
    Word(String),
}

pub(crate) fn set_target(transaction: &mut Transaction<'_>, body: &[u8]) -> AdminResult {
    let order: SetTarget = read(body)?;
    let texts = match order.secret {
        None => Vec::new(),
        Some(Secrets::One(text)) => vec![text],
        Some(Secrets::Many(texts)) => texts,
    };
    let secrets = texts.iter().map(|text| Secret::from_base64(text)).collect::<Result<Vec<_>, _>>();
    let secrets = secrets.map_err(|error| AdminError::bad(error.to_string()))?;
    let target =
        WebhookTarget::new(&order.url, secrets).map_err(|error| AdminError::bad(error.to_string()))?;
    let account = order.account.map(|name| Owner { livemode: order.livemode, name });
    transaction.state.webhooks.set_target(account.as_ref(), Some(target));
    Ok(done())
}

fn a_day() -> i64 {
    24 * 60 * 60 * 1000
}

/// Sets a new secret. The old one also signs for a while.
pub(crate) fn roll(transaction: &mut Transaction<'_>, body: &[u8]) -> AdminResult {
    let order: RollSecret = read(body)?;
    let secret = Secret::from_base64(&order.secret).map_err(|error| AdminError::bad(error.to_string()))?;
    let account = order.account.map(|name| Owner { livemode: order.livemode, name });
    let (now, target) = (transaction.now, transaction.state.webhooks.target_mut(account.as_ref()));
    let target = target.ok_or_else(|| AdminError::missing("there is no such webhook address"))?;
    target.roll(secret, now.plus_ms(order.both_for_ms));
    Ok(json!({ "secrets": target.signing(now) }).into())
}

pub(crate) fn clear_target(transaction: &mut Transaction<'_>) -> AdminReply {
    transaction.state.webhooks.forget_targets();
    done()
}

/// The address, and how many secrets sign; never a secret itself.
pub(crate) fn target(transaction: &mut Transaction<'_>) -> AdminReply {
    let target = transaction.state.webhooks.everyone();
    json!({ "url": target.map(|target| &target.url), "secrets": target.map_or(0, |target| target.signing(transaction.now)) })
        .into()
}

pub(crate) fn drop_some(transaction: &mut Transaction<'_>, body: &[u8]) -> AdminResult {
    let order: DropWebhooks = read(body)?;
    transaction.state.webhooks.dropping = match order.count {
        DropCount::Number(count) => Dropping::Next(count),
        DropCount::Word(word) if word == "all" => Dropping::All,
        DropCount::Word(_) => return Err(AdminError::bad("count must be a number or \"all\"")),
    };
    Ok(done())
}

pub(crate) fn resume(transaction: &mut Transaction<'_>) -> AdminReply {
    transaction.state.webhooks.dropping = Dropping::Nothing;
    done()
}

pub(crate) fn deliveries(transaction: &mut Transaction<'_>) -> AdminReply {
    let deliveries: Vec<Value> = transaction.state.webhooks.deliveries.iter().map(delivery).collect();
    json!({ "waiting": transaction.state.webhooks.waiting(), "deliveries": deliveries }).into()
}

fn delivery(record: &DeliveryRecord) -> Value {
    let (outcome, status, error) = match &record.outcome {
        DeliveryOutcome::Answered(status) => ("answered", Some(*status), None),
        DeliveryOutcome::Unanswered(reason) => ("unanswered", None, Some(reason.as_str())),
        DeliveryOutcome::Dropped => ("dropped", None, None),
    };
    json!({
        "at": record.at.iso_ms(), "account": record.account, "event": record.event, "key": record.key,
        "object": record.object, "url": record.url, "outcome": outcome, "status": status, "error": error,
        "fault": record.fault,
    })
}
