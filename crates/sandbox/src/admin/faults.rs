//! Calls about faults: ordered one by one, or drawn with given odds.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::admin::reply::{AdminError, AdminReply, AdminResult, done, read};
use crate::faults::chaos::Chaos;
use crate::faults::kind::{FaultKind, Stage};
use crate::faults::pattern::Pattern;
use crate::faults::registry::{Answered, FaultOptions, NewFault, REFUSED_FOR_MS, Run, Trigger};
use crate::model::transaction::Transaction;
use crate::shared::Shared;

const ON: &str = "on must be a method and a path, as in \"POST /charges/:id\", or \"*\"; \
                  for a webhook's fault it is the event's key, as in \"charge.complete\", or \"*\"";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AddFault {
    fault: FaultKind,
    on: Option<String>,
    count: Option<Count>,
    odds: Option<f64>,
    retry_after_s: Option<u64>,
    delay_ms: Option<u64>,
    lag_ms: Option<u64>,
    for_ms: Option<u64>,
    size_bytes: Option<u64>,
    copies: Option<u64>,
    age_s: Option<u64>,
    answer: Option<Answered>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Count {
    Number(u64),
    Word(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StartChaos {
    odds: Odds,
    seed: Option<u64>,
}

/// One figure for the whole catalogue, or one for each of some faults.
#[derive(Deserialize)]
#[serde(untagged)]
enum Odds {
    All(f64),
    Each(Map<String, Value>),
}

/// Orders a fault. `refuse_connections` takes effect at once, unless it has a pattern or odds.
pub(crate) fn add(shared: &Shared, transaction: &mut Transaction<'_>, body: &[u8]) -> AdminResult {
    let order: AddFault = read(body)?;
    let at_once = order.fault == FaultKind::RefuseConnections && order.on.is_none() && order.odds.is_none();
    let for_ms = order.for_ms.unwrap_or(REFUSED_FOR_MS);
    let mut order = checked(order)?;
    if at_once {
        order.trigger = Trigger::Next(1);
    }
    let number = transaction.state.faults.add(order);
    if at_once && let Some(fault) = transaction.state.faults.take("*", "/") {
        shared.refuse_connections(for_ms);
        let run = Run::Connections { at: transaction.now.iso_ms(), refused_for_ms: for_ms };
        transaction.state.faults.report(&fault, run);
    }
    Ok(json!({ "number": number }).into())
}

pub(crate) fn show(transaction: &Transaction<'_>) -> AdminReply {
    json!({ "faults": transaction.state.faults.rules() }).into()
}

pub(crate) fn clear(transaction: &mut Transaction<'_>) -> AdminReply {
    transaction.state.faults.clear();
    done()
}

/// Replaces the faults that were drawn before.
pub(crate) fn start(transaction: &mut Transaction<'_>, body: &[u8]) -> AdminResult {
    let order: StartChaos = read(body)?;
    let bad = |error: crate::ChaosError| AdminError::bad(error.to_string());
    let mut chaos = match order.odds {
        Odds::All(odds) => Chaos::default().with("all", odds).map_err(bad)?,
        Odds::Each(odds) => odds.iter().try_fold(Chaos::default(), |chaos, (fault, odds)| {
            chaos.with(fault, odds.as_f64().unwrap_or(f64::NAN)).map_err(bad)
        })?,
    };
    chaos.seed = order.seed;
    chaos.start(&mut transaction.state.faults, transaction.setup.seed);
    Ok(show(transaction))
}

pub(crate) fn stop(transaction: &mut Transaction<'_>) -> AdminReply {
    transaction.state.faults.clear_drawn();
    done()
}

fn checked(order: AddFault) -> Result<NewFault, AdminError> {
    let anywhere = order.odds.is_some()
        || order.fault == FaultKind::RefuseConnections
        || order.fault.stage() == Stage::Webhook;
    let on = order.on.or_else(|| anywhere.then(|| "*".to_owned()));
    let on = on.ok_or_else(|| AdminError::bad(ON))?;
    let pattern = Pattern::parse(&on, order.fault).ok_or_else(|| AdminError::bad(ON))?;
    let trigger = match (order.odds, order.count) {
        (Some(odds), None) => {
            Trigger::with_odds(odds).ok_or_else(|| AdminError::bad("odds must be a number from 0 to 1"))?
        }
        (None, None) => Trigger::Next(1),
        (None, Some(Count::Number(count))) => Trigger::Next(count),
        (None, Some(Count::Word(word))) if word == "all" => Trigger::Always,
        (None, Some(Count::Word(_))) => {
            return Err(AdminError::bad("count must be a number or \"all\""));
        }
        (Some(_), Some(_)) => return Err(AdminError::bad("a fault has either a count or odds")),
    };
    let options = FaultOptions {
        retry_after_s: order.retry_after_s,
        delay_ms: order.delay_ms,
        lag_ms: order.lag_ms,
        for_ms: order.for_ms,
        size_bytes: order.size_bytes,
        copies: order.copies,
        age_s: order.age_s,
        answer: order.answer,
    };
    Ok(NewFault { kind: order.fault, on, pattern, trigger, options })
}
