//! Calls about the simulator's settings: its switches and its clock.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::admin::reply::{AdminError, AdminReply, AdminResult, read};
use crate::clock::{Clock, Moment};
use crate::model::transaction::Transaction;
use crate::shared::Shared;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AdjustClock {
    stopped: Option<bool>,
    move_ms: Option<i64>,
    /// A date, as ISO 8601.
    now: Option<String>,
}

pub(crate) fn switches(transaction: &Transaction<'_>) -> AdminReply {
    json!(transaction.state.switches).into()
}

/// Sets the switches that the body names.
pub(crate) fn set_switches(transaction: &mut Transaction<'_>, body: &[u8]) -> AdminResult {
    let positions: Map<String, Value> = read(body)?;
    let switches = transaction.state.switches.with_all(&positions);
    transaction.state.switches = switches.map_err(|error| AdminError::bad(error.to_string()))?;
    Ok(self::switches(transaction))
}

pub(crate) fn clock(shared: &Shared) -> AdminReply {
    let state = shared.clock.state();
    json!({
        "now": shared.clock.now().iso_ms(),
        "now_ms": shared.clock.now().ms(),
        "stopped": state.stopped_at.is_some(),
        "ahead_ms": state.ahead_ms,
    })
    .into()
}

/// Stops or restarts first, then moves. Every action that is due by then runs before the answer.
pub(crate) fn adjust_clock(shared: &Shared, body: &[u8]) -> AdminResult {
    let order: AdjustClock = read(body)?;
    let now = order.now.as_deref().map(|text| {
        Moment::parse(text).ok_or_else(|| AdminError::bad("now must be a date, as in 2026-11-23T06:00:00Z"))
    });
    let now = now.transpose()?;
    let aim = now.unwrap_or(shared.clock.now()).plus_ms(order.move_ms.unwrap_or(0));
    if !(Moment::EPOCH..=Moment::LAST).contains(&aim) {
        return Err(AdminError::bad("the clock can be moved to any time from 1970 to 9000"));
    }
    match order.stopped {
        Some(true) => shared.clock.stop(),
        Some(false) => shared.clock.go(),
        None => {}
    }
    if let Some(now) = now {
        shared.clock.move_ms(now.ms_since(shared.clock.now()));
    }
    shared.clock.move_ms(order.move_ms.unwrap_or(0));
    shared.write(|_| ());
    Ok(clock(shared))
}
