//! Whether the till shows what is true, no news that is none, and no customer paid twice for one sale.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use anyhow::Result;
use serde_json::Value;

use crate::event::Event;
use crate::sight::Sight;
use crate::stage::{AMOUNT, OTHER_AMOUNT, Stage};
use crate::state::State;
use crate::truth::{needs_sight, screens, told};

/// A till that shows nothing by then shows nothing.
const SHOWN_WITHIN: Duration = Duration::from_secs(8);
const LOOK_AGAIN: Duration = Duration::from_millis(60);
/// So many looks in a row see the same where nothing has to be seen.
const STILL: usize = 6;

/// Holds the till against the proxy and the ledger.
pub(crate) async fn judge(stage: &mut Stage, event: Event) -> Result<()> {
    is_visible(stage, event).await?;
    if matches!(stage.state, State::Pending | State::Starting | State::InAnotherTab) {
        is_paid_in_sight(stage).await?;
    }
    is_charged_once(stage).await
}

/// What has to be seen is on the screen, or behind the badge.
async fn is_visible(stage: &mut Stage, event: Event) -> Result<()> {
    let (begin, mut still, mut announced) = (Instant::now(), 0, event != Event::LinkToAnotherOrder);
    let mut last = None;
    while begin.elapsed() < SHOWN_WITHIN {
        let needed = needed(stage).await?;
        let sight = Sight::of(&stage.world).await?;
        announced |= sight.mentions(OTHER_AMOUNT);
        if is_old_news(stage.state, event, &sight) {
            stage.findings.push("a payment that was shown as paid is news again".to_owned());
            return Ok(());
        }
        let is_shown = match needed.as_slice() {
            [] => sight.has_settled(),
            [payment] => sight.shows(AMOUNT, screens(payment)),
            _ => false,
        };
        still = if is_shown && last.as_ref() == Some(&sight) { still + 1 } else { 0 };
        let is_done = if needed.is_empty() { STILL <= still } else { is_shown };
        if is_done && announced {
            return Ok(());
        }
        if !is_shown && sight.has_settled() && !needed.is_empty() {
            sight.lead(&stage.till(), stage.state).await?;
        }
        last = Some(sight);
        tokio::time::sleep(LOOK_AGAIN).await;
    }
    let needed = needed(stage).await?;
    let truth: Vec<_> = needed.iter().map(told).collect();
    let what = if announced { "not visible" } else { "not visible, or the next order is lost" };
    stage.findings.push(format!("{what}: the proxy has {truth:?}, the till shows {last:?}"));
    Ok(())
}

async fn needed(stage: &Stage) -> Result<Vec<Value>> {
    let mut payments = stage.colleague.payments(&stage.world).await?;
    // It was never shown to anybody: whoever stood at the till does not know that the customer has paid.
    let is_unseen = |payment: &Value| stage.state == State::PaidMeanwhile && payment["amount"] == 2225;
    payments.retain(|payment| needs_sight(payment) || is_unseen(payment));
    Ok(payments)
}

fn is_old_news(state: State, event: Event, sight: &Sight) -> bool {
    state == State::Paid && event.restarts() && sight.is("paid") && !sight.earlier
}

/// The customer pays at last: that is seen too.
async fn is_paid_in_sight(stage: &mut Stage) -> Result<()> {
    if stage.payment().await?["state"] != "pending" {
        return Ok(());
    }
    stage.world.sandbox.confirm().await?;
    let begin = Instant::now();
    let mut last = None;
    while begin.elapsed() < SHOWN_WITHIN {
        let sight = Sight::of(&stage.world).await?;
        if sight.shows(AMOUNT, &["paid"]) {
            return Ok(());
        }
        sight.lead(&stage.till(), stage.state).await?;
        last = Some(sight);
        tokio::time::sleep(LOOK_AGAIN).await;
    }
    stage.findings.push(format!("the customer paid, the till shows {last:?}"));
    Ok(())
}

async fn is_charged_once(stage: &mut Stage) -> Result<()> {
    let mut of_sale = HashMap::<String, usize>::new();
    for charge in stage.world.sandbox.charges().await? {
        *of_sale.entry(charge["metadata"]["sale_id"].to_string()).or_default() += 1;
    }
    if of_sale.values().any(|count| 1 < *count) {
        stage.findings.push(format!("charges of one sale: {of_sale:?}"));
    }
    Ok(())
}
