//! A tablet that loses its power in the middle of a payment: the browser writes what a page stores some seconds late.

use anyhow::Result;
use scantill_e2e::{Till, World, magic};

/// A till that was paired long ago, after a power cut while this code's payment showed this screen.
async fn after_a_power_cut(world: &mut World, code: &str, screen: &str) -> Result<Till> {
    world.open("/").await?.shows("amount").await?;
    world.start_browser_again().await?;
    let till = world.open("/").await?;
    till.charge("2225").await?;
    till.shows("scan").await?;
    till.scan(&magic(code)).await?;
    till.shows(screen).await?;
    world.browser().cut_power().await?;
    world.start_browser_again().await?;
    world.open("/").await
}

#[tokio::test]
async fn a_pending_payment_and_its_money_survive_a_power_cut() -> Result<()> {
    let mut world = World::start().await?;
    let till = after_a_power_cut(&mut world, "01", "pending").await?;
    till.shows("pending").await?;
    assert!(till.text(".sale").await?.contains("22.25"));
    world.sandbox.confirm().await?;
    till.shows("paid").await?;
    world.agrees(1, 1).await?;
    world.close();
    Ok(())
}

#[tokio::test]
async fn a_paid_sale_is_no_news_after_a_power_cut() -> Result<()> {
    let mut world = World::start().await?;
    let till = after_a_power_cut(&mut world, "00", "paid").await?;
    till.says("[data-action=charge], [data-earlier]").await?;
    assert!(till.screen().await?.as_deref() == Some("amount") || till.has("[data-earlier]").await?);
    world.agrees(1, 1).await?;
    world.close();
    Ok(())
}
