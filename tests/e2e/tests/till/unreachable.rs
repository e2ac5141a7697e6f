//! A till whose proxy is gone says so before a customer opens a phone, and says when it is back.

use std::time::Duration;

use anyhow::Result;
use scantill_e2e::patience::{until, within};
use scantill_e2e::{Fault, Settings, Till, World, magic};

const SAID_WITHIN: Duration = Duration::from_secs(5);

async fn says_that_it_is_gone(till: &Till) -> Result<()> {
    within(SAID_WITHIN, "no connection", async || Ok((!till.text(".bar").await?.is_empty()).then_some(())))
        .await
}

async fn says_nothing_of_it(till: &Till) -> Result<()> {
    until("the connection is back", async || Ok(till.text(".bar").await?.is_empty().then_some(()))).await
}

/// The paths on which a till waits for its cashier.
const IDLE: [(&str, &str); 2] = [("/", "amount"), ("/?amount=2225", "scan")];

#[tokio::test]
async fn an_idle_till_says_within_five_seconds_that_the_proxy_was_killed() -> Result<()> {
    for (path, screen) in IDLE {
        let mut world = World::start().await?;
        let till = world.open(path).await?;
        till.shows(screen).await?;
        world.kill_proxy();
        says_that_it_is_gone(&till).await?;
        world.start_proxy().await?;
        says_nothing_of_it(&till).await?;
        till.shows(screen).await?;
        world.close();
    }
    Ok(())
}

#[tokio::test]
async fn a_till_whose_stream_never_opened_says_that_the_proxy_was_killed() -> Result<()> {
    let mut world = World::start().await?;
    world.faults.always(Fault::Cut, "GET /v1/events");
    let till = world.open("/").await?;
    till.shows("amount").await?;
    world.faults.until_seen("GET /v1/events", 2).await?;
    says_nothing_of_it(&till).await?;
    world.kill_proxy();
    says_that_it_is_gone(&till).await?;
    world.faults.lift();
    world.start_proxy().await?;
    says_nothing_of_it(&till).await?;
    world.close();
    Ok(())
}

#[tokio::test]
async fn an_idle_till_says_within_five_seconds_that_the_proxy_hangs() -> Result<()> {
    let world = World::start().await?;
    let till = world.open("/").await?;
    till.shows("amount").await?;
    world.proxy.freeze(true)?;
    says_that_it_is_gone(&till).await?;
    world.proxy.freeze(false)?;
    says_nothing_of_it(&till).await?;
    world.close();
    Ok(())
}

#[tokio::test]
async fn an_idle_till_says_that_the_network_is_off() -> Result<()> {
    let world = World::start().await?;
    let till = world.open("/?amount=2225").await?;
    till.shows("scan").await?;
    world.browser().set_offline(true).await?;
    says_that_it_is_gone(&till).await?;
    world.browser().set_offline(false).await?;
    says_nothing_of_it(&till).await?;
    till.scan(&magic("00")).await?;
    till.shows("paid").await?;
    world.agrees(1, 1).await?;
    world.close();
    Ok(())
}

#[tokio::test]
async fn a_payment_without_an_answer_can_be_left_and_keeps_its_badge() -> Result<()> {
    let mut world =
        World::start_with(Settings { timing: "put_answer_ms = 700", ..Settings::default() }).await?;
    let till = world.open("/?amount=2225").await?;
    till.shows("scan").await?;
    world.faults.always(Fault::Cut, "PUT /v1/payments/*");
    till.scan(&magic("00")).await?;
    world.kill_proxy();
    world.faults.until_seen("POST /v1/payments/*/cancel", 1).await?;
    till.press("park").await?;
    till.shows("amount").await?;
    assert!(!till.says(".badge").await?.is_empty());
    world.faults.lift();
    world.start_proxy().await?;
    until("it is ended", async || Ok(till.text(".badge").await?.is_empty().then_some(()))).await?;
    till.charge("4200").await?;
    till.shows("scan").await?;
    till.scan(&magic("00")).await?;
    till.shows("paid").await?;
    world.agrees(1, 1).await?;
    world.close();
    Ok(())
}
