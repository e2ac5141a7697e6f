//! The cashier, or the clock, wants the end of a payment: the money decides, not the wish.

use anyhow::Result;
use scantill_e2e::{Settings, World, magic};

#[tokio::test]
async fn a_cancelled_payment_takes_nothing_and_the_sale_can_be_paid_afterwards() -> Result<()> {
    let world = World::start().await?;
    let till = world.open("/?amount=2225").await?;
    till.shows("scan").await?;
    till.scan(&magic("03")).await?;
    till.shows("pending").await?;
    till.press("cancel").await?;
    till.shows("cancelled").await?;
    world.agrees(1, 0).await?;
    assert_eq!(world.sandbox.charges().await?[0]["status"], "expired");
    till.press("scan-again").await?;
    till.shows("scan").await?;
    till.scan(&magic("00")).await?;
    till.shows("paid").await?;
    world.agrees(2, 1).await?;
    world.close();
    Ok(())
}

#[tokio::test]
async fn a_cancel_that_comes_too_late_asks_the_cashier_and_is_kept() -> Result<()> {
    let world = World::start().await?;
    let till = world.open("/?amount=2225").await?;
    till.shows("scan").await?;
    till.scan(&magic("41")).await?;
    till.shows("pending").await?;
    till.press("cancel").await?;
    till.shows("decide").await?;
    assert_eq!(world.payments().await?[0]["disposition"], "awaiting_decision");
    till.press("accept").await?;
    till.shows("paid").await?;
    world.agrees(1, 1).await?;
    assert_eq!(world.payments().await?[0]["disposition"], "accepted");
    world.close();
    Ok(())
}

#[tokio::test]
async fn a_cancel_refused_by_omise_may_end_paid_and_in_review() -> Result<()> {
    let world = World::start().await?;
    let till = world.open("/?amount=2225").await?;
    till.shows("scan").await?;
    till.scan(&magic("40")).await?;
    till.shows("pending").await?;
    till.press("cancel").await?;
    till.shows("cancelling").await?;
    till.shows("decide").await?;
    till.press("call-supervisor").await?;
    till.shows("supervisor").await?;
    world.agrees(1, 1).await?;
    assert_eq!(world.payments().await?[0]["disposition"], "in_review");
    world.close();
    Ok(())
}

#[tokio::test]
async fn a_payment_that_nobody_confirms_is_ended_when_its_time_is_up() -> Result<()> {
    let world =
        World::start_with(Settings { timing: "till_deadline_ms = 1500", ..Settings::default() }).await?;
    let till = world.open("/?amount=2225").await?;
    till.shows("scan").await?;
    till.scan(&magic("03")).await?;
    till.shows("cancelled").await?;
    world.agrees(1, 0).await?;
    assert_eq!(world.payments().await?[0]["cancel_request"]["by"], "deadline");
    world.close();
    Ok(())
}
