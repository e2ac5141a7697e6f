//! How a till comes into each state.

use anyhow::Result;
use scantill_e2e::{Fault, magic};
use serde_json::json;

use crate::stage::Stage;
use crate::state::State;

const PUT: &str = "PUT /v1/payments/*";
const ALL_THAT_TELLS: [&str; 3] = ["GET /v1/payments/*", LIST, "GET /v1/events"];
const LIST: &str = "GET /v1/payments";
const CANCEL: &str = "POST /v1/payments/*/cancel";
const ORDER: &str = "order-a";

/// Brings the till into its state.
pub(crate) async fn reach(stage: &Stage) -> Result<()> {
    if matches!(stage.state, State::HeldElsewhere | State::LookingOn) {
        return held_elsewhere(stage).await;
    }
    stage.begin_sale(ORDER).await?;
    prepare(stage).await?;
    if stage.state != State::Scanning {
        stage.till().scan(&magic(stage.state.outcome())).await?;
    }
    go_on(stage).await?;
    match stage.state.screen() {
        Some(screen) => stage.till().shows(screen).await,
        None => Ok(()),
    }
}

/// What has to stand ready before the scan.
async fn prepare(stage: &Stage) -> Result<()> {
    let sandbox = &stage.world.sandbox;
    match stage.state {
        State::SendingUnheard => stage.world.faults.once(Fault::Hold, PUT),
        State::GivingUp => {
            stage.world.faults.always(Fault::Swallow, PUT);
            stage.world.faults.always(Fault::Cut, CANCEL);
        }
        State::SendingSlowly => {
            let slow = json!({ "fault": "delay", "on": "POST /charges", "count": 1, "delay_ms": 2500 });
            sandbox.order("POST", "faults", slow).await?;
        }
        State::Cancelling => {
            let deaf = json!({ "fault": "error_503", "on": "POST /charges/:id/expire", "count": "all" });
            sandbox.order("POST", "faults", deaf).await?;
        }
        State::Unknown | State::ParkedUnknown | State::Resuming => {
            sandbox.fault("cut_before_commit", "POST /charges").await?;
        }
        State::Expired => {
            let short = json!({ "wallet_closes": false, "charge_lifetime_ms": 700 });
            sandbox.order("PUT", "switches", short).await?;
        }
        State::Refused => {
            stage.till().scan(&magic("00")).await?;
            stage.till().shows("paid").await?;
            stage.till().press("next-sale").await?;
            stage.till().shows("amount").await?;
            stage.begin_sale(ORDER).await?;
        }
        _ => {}
    }
    Ok(())
}

/// What follows the scan.
async fn go_on(stage: &Stage) -> Result<()> {
    let till = stage.till();
    match stage.state {
        State::Cancelling | State::Cancelled | State::Decide => cancel(stage).await,
        State::GivingUp => {
            stage.world.faults.until_seen(CANCEL, 1).await?;
            Ok(())
        }
        State::GivenBack => {
            till.shows("paid").await?;
            stage.world.sandbox.give_back().await?;
            stage.colleague.refresh(&stage.world, &stage.payment().await?).await
        }
        State::Supervisor => call_supervisor(stage).await,
        State::ParkedSupervisor => {
            call_supervisor(stage).await?;
            till.shows("supervisor").await?;
            till.press("next-sale").await?;
            stage.until_badge().await
        }
        State::Starting => {
            till.shows("pending").await?;
            for call in ALL_THAT_TELLS {
                stage.world.faults.always(Fault::Hold, call);
            }
            let before = stage.world.faults.seen(LIST).len();
            stage.world.reload().await?;
            stage.world.faults.until_seen(LIST, before + 1).await?;
            Ok(())
        }
        State::Resuming => {
            park(stage).await?;
            for call in ALL_THAT_TELLS {
                stage.world.faults.always(Fault::Hold, call);
            }
            stage.world.faults.break_answers();
            till.press("show-parked").await
        }
        State::InAnotherTab => {
            till.shows("pending").await?;
            stage.world.browser().open_tab().await?;
            stage.open("/").await
        }
        State::OtherAmount => stage.until_payment("review", "mismatch").await,
        State::StrangeStatus => stage.until_payment("review", "unexpected_status").await,
        State::ParkedUnknown => park(stage).await,
        State::ParkedUndecided => {
            cancel(stage).await?;
            till.shows("cancelled").await?;
            till.press("end-sale").await?;
            stage.until_badge().await
        }
        _ => Ok(()),
    }
}

async fn cancel(stage: &Stage) -> Result<()> {
    stage.till().shows("pending").await?;
    stage.till().press("cancel").await
}

async fn park(stage: &Stage) -> Result<()> {
    stage.till().shows("unknown").await?;
    stage.till().press("park").await?;
    stage.until_badge().await
}

async fn call_supervisor(stage: &Stage) -> Result<()> {
    cancel(stage).await?;
    stage.till().shows("decide").await?;
    stage.till().press("call-supervisor").await
}

/// The other tablet of the terminal takes a payment.
async fn held_elsewhere(stage: &Stage) -> Result<()> {
    let body = json!({ "sale_id": "sale-of-a-colleague", "amount": 2225, "currency": "THB",
        "code": magic(stage.state.outcome()), "scanned_ago_ms": 0 });
    stage.colleague.charge(&stage.world, "0190d8a6-7c1e-7000-8000-000000000001", body).await?;
    // A till shows a colleague's payment as a quiet badge, whether it runs already or starts now.
    stage.open("/").await?;
    stage.until_badge().await?;
    if stage.state == State::LookingOn {
        stage.till().press("show-parked").await?;
        stage.till().shows("other_till").await?;
    }
    Ok(())
}
