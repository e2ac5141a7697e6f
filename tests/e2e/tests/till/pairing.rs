//! A tablet becomes a till by a one-use code.

use anyhow::Result;
use scantill_e2e::{Settings, World, magic};

#[tokio::test]
async fn a_tablet_is_paired_with_a_code_that_works_once() -> Result<()> {
    let world = World::start_with(Settings { pairing: "code", ..Settings::default() }).await?;
    let till = world.open("/?amount=2225&reference=inv-1").await?;
    till.shows("pair").await?;
    till.fill("pairing-code", "AAAA-AAAA").await?;
    till.press("pair").await?;
    till.says(".problem").await?;
    let code = world.proxy.add_terminal("POS-01")?;
    let till = world.open("/?amount=2225&reference=inv-1").await?;
    till.shows("pair").await?;
    till.fill("pairing-code", &code).await?;
    till.press("pair").await?;
    till.shows("scan").await?;
    assert!(till.text(".who").await?.contains("POS-01"));
    till.scan(&magic("00")).await?;
    till.shows("paid").await?;
    world.agrees(1, 1).await?;
    assert!(!world.proxy.log().contains(&code), "a pairing code is never logged");
    world.run("localStorage.clear()").await?;
    world.reload().await?;
    till.shows("pair").await?;
    till.fill("pairing-code", &code).await?;
    till.press("pair").await?;
    till.says(".problem").await?;
    till.shows("pair").await?;
    world.close();
    Ok(())
}
