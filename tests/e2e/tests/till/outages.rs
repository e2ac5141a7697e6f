//! The proxy or the provider is down.

use anyhow::Result;
use scantill_e2e::patience::until;
use scantill_e2e::{Fault, Settings, World, magic};

#[tokio::test]
async fn a_scan_while_the_proxy_is_down_is_settled_afterwards() -> Result<()> {
    let mut world = World::start().await?;
    let till = world.open("/?amount=2225").await?;
    till.shows("scan").await?;
    world.kill_proxy();
    till.scan(&magic("00")).await?;
    till.shows("sending").await?;
    till.says(".bar").await?;
    world.start_proxy().await?;
    till.shows("paid").await?;
    world.agrees(1, 1).await?;
    world.close();
    Ok(())
}

#[tokio::test]
async fn a_scan_without_a_proxy_for_too_long_charges_nothing() -> Result<()> {
    let mut world =
        World::start_with(Settings { timing: "put_answer_ms = 900", ..Settings::default() }).await?;
    let till = world.open("/?amount=2225").await?;
    till.shows("scan").await?;
    world.kill_proxy();
    till.scan(&magic("00")).await?;
    world.faults.until_seen("POST /v1/payments/*/cancel", 1).await?;
    till.shows("sending").await?;
    world.start_proxy().await?;
    till.shows("cancelled").await?;
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
async fn a_proxy_killed_while_the_payer_thinks_resumes_the_payment() -> Result<()> {
    let mut world = World::start().await?;
    let till = world.open("/?amount=2225").await?;
    till.shows("scan").await?;
    till.scan(&magic("01")).await?;
    till.shows("pending").await?;
    world.kill_proxy();
    world.sandbox.confirm().await?;
    till.says(".bar").await?;
    till.shows("pending").await?;
    world.start_proxy().await?;
    till.shows("paid").await?;
    world.agrees(1, 1).await?;
    world.close();
    Ok(())
}

#[tokio::test]
async fn a_provider_that_is_down_fails_the_payment_with_advice() -> Result<()> {
    let mut world = World::start().await?;
    let till = world.open("/?amount=2225").await?;
    till.shows("scan").await?;
    world.sandbox.stop();
    let code = "28763443825664394";
    till.scan(code).await?;
    till.shows("failed").await?;
    assert_eq!(till.explained().await?, "not_sent");
    till.says(".next").await?;
    world.sandbox.start_again().await?;
    world.agrees(0, 0).await?;
    till.press("scan-again").await?;
    till.shows("scan").await?;
    // What was not sent is not spent.
    till.scan(code).await?;
    till.shows("paid").await?;
    world.agrees(1, 1).await?;
    world.close();
    Ok(())
}

#[tokio::test]
async fn a_till_that_opens_before_its_proxy_answers_waits_for_it() -> Result<()> {
    let world = World::start().await?;
    world.faults.always(Fault::Cut, "POST /v1/pair");
    let till = world.open("/?amount=2225").await?;
    till.shows("pair").await?;
    world.faults.lift();
    world.reload().await?;
    till.shows("scan").await?;
    world.faults.always(Fault::Cut, "GET /v1/terminal");
    world.reload().await?;
    till.shows("starting").await?;
    till.says(".bar").await?;
    world.faults.lift();
    till.shows("scan").await?;
    world.close();
    Ok(())
}

#[tokio::test]
async fn a_till_that_cannot_be_loaded_says_so() -> Result<()> {
    let world = World::start().await?;
    world.faults.always(Fault::Cut, "GET /pkg/scantill_bg.wasm");
    let message = "return document.querySelector('#message')?.textContent ?? ''";
    world.open("/").await?;
    until("the message of a failure", async || {
        let text = world.run(message).await?;
        Ok(text.as_str().is_some_and(|text| text.contains("could not be loaded")).then_some(()))
    })
    .await?;
    world.close();
    Ok(())
}
