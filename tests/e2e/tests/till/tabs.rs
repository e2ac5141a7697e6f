//! Two tabs of one till: one of them runs it, and no payment is lost between them.

use anyhow::Result;
use scantill_e2e::{Till, World, magic};
use thirtyfour::WindowHandle;

/// A till in a first tab with a payment that waits, and the same till in a second tab.
async fn two_tabs(world: &World) -> Result<(WindowHandle, WindowHandle, Till)> {
    let till = world.open("/?amount=2225&reference=inv-1").await?;
    till.shows("scan").await?;
    till.scan(&magic("01")).await?;
    till.shows("pending").await?;
    let first = world.browser().tab().await?;
    let second = world.browser().open_tab().await?;
    Ok((first, second, world.open("/?amount=4200&reference=inv-2").await?))
}

#[tokio::test]
async fn a_second_tab_says_that_the_till_is_open_and_takes_nothing() -> Result<()> {
    let world = World::start().await?;
    let (first, _, till) = two_tabs(&world).await?;
    till.shows("elsewhere").await?;
    till.scan(&magic("00")).await?;
    till.shows("elsewhere").await?;
    world.browser().switch_to(&first).await?;
    till.shows("pending").await?;
    world.sandbox.confirm().await?;
    till.shows("paid").await?;
    world.agrees(1, 1).await?;
    world.close();
    Ok(())
}

#[tokio::test]
async fn payments_of_the_tab_that_took_over_are_seen_afterwards() -> Result<()> {
    let world = World::start().await?;
    let (first, _, till) = two_tabs(&world).await?;
    till.shows("elsewhere").await?;
    till.press("use-here").await?;
    till.shows("pending").await?;
    till.press("cancel").await?;
    till.shows("cancelled").await?;
    till.press("end-sale").await?;
    till.shows("scan").await?;
    assert!(till.text(".sale").await?.contains("42.00"), "the second tab's order comes next");
    till.scan(&magic("01")).await?;
    till.shows("pending").await?;
    world.browser().close_tab().await?;
    world.browser().switch_to(&first).await?;
    till.shows("pending").await?;
    assert!(till.text(".sale").await?.contains("42.00"), "the first tab shows what the second began");
    world.sandbox.confirm().await?;
    till.shows("paid").await?;
    world.agrees(2, 1).await?;
    world.close();
    Ok(())
}

#[tokio::test]
async fn a_payment_that_succeeded_after_its_tab_closed_is_seen() -> Result<()> {
    let world = World::start().await?;
    let (first, second, _) = two_tabs(&world).await?;
    world.browser().switch_to(&first).await?;
    world.browser().close_tab().await?;
    world.browser().switch_to(&second).await?;
    let till = world.till("#till");
    till.shows("pending").await?;
    assert!(till.text(".sale").await?.contains("22.25"));
    world.sandbox.confirm().await?;
    till.shows("paid").await?;
    world.agrees(1, 1).await?;
    world.close();
    Ok(())
}
