//! Money in doubt is a state of its own: it is shown, it can be put aside, and only evidence ends it.

use anyhow::Result;
use scantill_e2e::patience::until;
use scantill_e2e::{Settings, Till, World, magic};

fn one_call() -> Settings {
    Settings { creation: "one_call", ..Settings::default() }
}

#[tokio::test]
async fn a_payment_in_doubt_can_be_parked_and_shown_again() -> Result<()> {
    let world = World::start_with(one_call()).await?;
    let till = world.open("/?amount=2225").await?;
    till.shows("scan").await?;
    world.sandbox.fault("cut_before_commit", "POST /charges").await?;
    till.scan(&magic("00")).await?;
    till.shows("unknown").await?;
    world.agrees(0, 0).await?;
    till.press("park").await?;
    till.charge("4200").await?;
    till.shows("scan").await?;
    till.scan(&magic("00")).await?;
    till.shows("paid").await?;
    world.agrees(1, 1).await?;
    till.press("show-parked").await?;
    till.shows("unknown").await?;
    world.reload().await?;
    till.shows("unknown").await?;
    assert_eq!(world.sandbox.requests("POST", "/charges").await?, 2, "nothing was sent again");
    world.close();
    Ok(())
}

#[tokio::test]
async fn a_charge_whose_answer_was_lost_is_found_and_shown_as_paid() -> Result<()> {
    for fault in ["cut_after_commit", "error_500_committed"] {
        let world = World::start_with(one_call()).await?;
        let till = world.open("/?amount=2225").await?;
        till.shows("scan").await?;
        world.sandbox.fault(fault, "POST /charges").await?;
        till.scan(&magic("02")).await?;
        till.shows("paid").await?;
        world.agrees(1, 1).await?;
        assert_eq!(world.sandbox.requests("POST", "/charges").await?, 1, "{fault}");
        world.close();
    }
    Ok(())
}

#[tokio::test]
async fn a_charge_of_another_amount_is_never_shown_as_paid() -> Result<()> {
    let world =
        World::start_with(Settings { timing: "till_deadline_ms = 1500", ..Settings::default() }).await?;
    let till = world.open("/?amount=2225").await?;
    till.shows("scan").await?;
    till.scan(&magic("30")).await?;
    // As soon as the proxy has read it: not a minute later, as *time is up*.
    till.shows("supervisor").await?;
    let payment = &world.payments().await?[0];
    assert_eq!(payment["review"], "mismatch");
    assert_eq!(world.sandbox.charges().await?[0]["amount_paid"], 2224);
    world.close();
    Ok(())
}

#[tokio::test]
async fn a_confirmed_absent_charge_lets_the_sale_be_paid() -> Result<()> {
    let timing = "absent_quiet_ms = 300, absent_apart_ms = 300";
    let world = World::start_with(Settings { timing, ..one_call() }).await?;
    let till = world.open("/?amount=2225").await?;
    till.shows("scan").await?;
    world.sandbox.fault("cut_before_commit", "POST /charges").await?;
    till.scan(&magic("00")).await?;
    till.shows("failed").await?;
    assert_eq!(till.explained().await?, "not_created");
    world.agrees(0, 0).await?;
    till.press("scan-again").await?;
    till.shows("scan").await?;
    till.scan(&magic("00")).await?;
    till.shows("paid").await?;
    world.agrees(1, 1).await?;
    world.close();
    Ok(())
}

#[tokio::test]
async fn money_that_comes_after_a_cancel_never_goes_unseen() -> Result<()> {
    let world =
        World::start_with(Settings { timing: "watch_first_ms = 3000", ..Settings::default() }).await?;
    let till = world.open("/?amount=2225").await?;
    till.shows("scan").await?;
    till.scan(&magic("42")).await?;
    till.shows("pending").await?;
    till.press("cancel").await?;
    till.shows("cancelled").await?;
    till.shows("decide").await?;
    let payment = &world.payments().await?[0];
    assert_eq!(
        (&payment["state"], &payment["disposition"]),
        (&"cancelled".into(), &"awaiting_decision".into())
    );
    assert_eq!(payment["review"], "paid_late");
    assert_eq!(world.sandbox.charges().await?[0]["status"], "successful");
    world.close();
    Ok(())
}

/// A till whose cancelled sale was ended, before its customer pays after all.
async fn left_too_early(world: &World) -> Result<Till> {
    let till = world.open("/?amount=2225").await?;
    till.shows("scan").await?;
    till.scan(&magic("42")).await?;
    till.shows("pending").await?;
    till.press("cancel").await?;
    till.shows("cancelled").await?;
    till.press("end-sale").await?;
    till.shows("amount").await?;
    Ok(till)
}

/// Looks at the payment that the badge tells of, and hands the goods over.
async fn decides(world: &World, till: &Till) -> Result<()> {
    assert_eq!(till.says("[data-action=show-parked]").await?, "฿22.25 was paid after all: decide now");
    till.press("show-parked").await?;
    keeps(world, till).await
}

/// Hands the goods over.
async fn keeps(world: &World, till: &Till) -> Result<()> {
    till.shows("decide").await?;
    assert!(till.text(".sale").await?.contains("22.25"));
    till.press("accept").await?;
    till.shows("paid").await?;
    assert_eq!(world.payments().await?[0]["disposition"], "accepted");
    till.press("next-sale").await?;
    till.shows("amount").await?;
    assert!(!till.has("[data-action=show-parked]").await?);
    Ok(())
}

#[tokio::test]
async fn money_that_comes_after_the_sale_is_announced_beside_the_next() -> Result<()> {
    let world =
        World::start_with(Settings { timing: "watch_first_ms = 3000", ..Settings::default() }).await?;
    let till = left_too_early(&world).await?;
    till.press("digit-4").await?;
    till.press("digit-2").await?;
    till.says("[data-action=show-parked]").await?;
    assert!(till.text(".sale").await?.contains("0.42"), "the amount in hand stands");
    till.shows("amount").await?;
    world.reload().await?;
    decides(&world, &till).await?;
    world.close();
    Ok(())
}

#[tokio::test]
async fn money_that_came_while_the_page_was_closed_awaits_a_decision() -> Result<()> {
    let world =
        World::start_with(Settings { timing: "watch_first_ms = 3000", ..Settings::default() }).await?;
    left_too_early(&world).await?;
    world.goto(&format!("{}/healthz", world.faults.origin())).await?;
    until("the money", async || {
        Ok((world.payments().await?[0]["disposition"] == "awaiting_decision").then_some(()))
    })
    .await?;
    let till = world.open("/").await?;
    keeps(&world, &till).await?;
    world.close();
    Ok(())
}
