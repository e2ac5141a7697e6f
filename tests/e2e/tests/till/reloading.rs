//! A reload at any moment of a payment comes back to that payment, and nothing is sent twice.

use anyhow::Result;
use scantill_e2e::{Fault, World, magic};

const PUT: &str = "PUT /v1/payments/*";

#[tokio::test]
async fn a_put_that_arrives_after_its_page_was_reloaded_charges_nothing() -> Result<()> {
    let world = World::start().await?;
    let till = world.open("/?amount=2225").await?;
    till.shows("scan").await?;
    world.faults.once(Fault::Hold, PUT);
    till.scan(&magic("00")).await?;
    world.faults.until_seen(PUT, 1).await?;
    till.shows("sending").await?;
    world.reload().await?;
    till.shows("cancelled").await?;
    world.faults.lift();
    let late = world.faults.until_answered(PUT, 1).await?;
    assert_eq!(late[0].status, Some(409), "the late PUT is refused");
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
async fn a_reload_while_the_answer_is_on_its_way_finds_the_payment() -> Result<()> {
    let world = World::start().await?;
    let till = world.open("/?amount=2225").await?;
    till.shows("scan").await?;
    world.faults.once(Fault::WithholdAnswer, PUT);
    world.faults.always(Fault::Cut, "GET /v1/events");
    till.scan(&magic("01")).await?;
    world.faults.until_answered(PUT, 1).await?;
    world.reload().await?;
    till.shows("pending").await?;
    world.sandbox.confirm().await?;
    till.shows("paid").await?;
    world.agrees(1, 1).await?;
    assert_eq!(world.faults.seen(PUT).len(), 1);
    world.close();
    Ok(())
}

#[tokio::test]
async fn a_reload_while_the_payer_thinks_comes_back_to_the_same_payment() -> Result<()> {
    let world = World::start().await?;
    let till = world.open("/").await?;
    till.charge("2225").await?;
    till.shows("scan").await?;
    till.scan(&magic("01")).await?;
    till.shows("pending").await?;
    let before = world.payments().await?;
    world.reload().await?;
    till.shows("pending").await?;
    world.sandbox.confirm().await?;
    till.shows("paid").await?;
    let after = world.payments().await?;
    assert_eq!((after.len(), &after[0]["id"]), (1, &before[0]["id"]));
    world.agrees(1, 1).await?;
    assert_eq!(world.faults.seen(PUT).len(), 1);
    world.close();
    Ok(())
}

#[tokio::test]
async fn a_paid_sale_stays_paid_through_reloads() -> Result<()> {
    let world = World::start().await?;
    let till = world.open("/?amount=2225&reference=inv-1").await?;
    till.shows("scan").await?;
    till.scan(&magic("00")).await?;
    till.shows("paid").await?;
    for _ in 0..2 {
        world.reload().await?;
        till.shows("paid").await?;
    }
    till.scan(&magic("00")).await?;
    till.shows("paid").await?;
    world.agrees(1, 1).await?;
    assert_eq!(world.faults.seen(PUT).len(), 1);
    world.close();
    Ok(())
}

#[tokio::test]
async fn the_address_alone_finds_its_paid_sale() -> Result<()> {
    let world = World::start().await?;
    let till = world.open("/?amount=2225&reference=inv-1").await?;
    till.shows("scan").await?;
    till.scan(&magic("00")).await?;
    till.shows("paid").await?;
    let forget = "for (const key of Object.keys(localStorage)) if (key.endsWith(':stored')) localStorage.removeItem(key)";
    world.run(forget).await?;
    world.reload().await?;
    till.shows("paid").await?;
    world.agrees(1, 1).await?;
    world.close();
    Ok(())
}

#[tokio::test]
async fn a_reload_on_the_scan_screen_keeps_the_sale() -> Result<()> {
    let world = World::start().await?;
    let till = world.open("/").await?;
    till.charge("2225").await?;
    till.shows("scan").await?;
    world.reload().await?;
    till.shows("scan").await?;
    till.scan(&magic("00")).await?;
    till.shows("paid").await?;
    world.agrees(1, 1).await?;
    assert_eq!(world.sandbox.charges().await?[0]["amount_paid"], 2225);
    world.close();
    Ok(())
}
