//! A tablet becomes a till by a one-use code.

use anyhow::Result;
use scantill_e2e::patience::until;
use scantill_e2e::{Settings, World, magic};

#[tokio::test]
async fn a_tablet_is_paired_with_a_code_that_works_once() -> Result<()> {
    let world = World::start_with(Settings { pairing: "code", ..Settings::default() }).await?;
    let till = world.open("/?amount=2225&reference=inv-1").await?;
    till.shows("pair").await?;
    till.fill("pairing-code", "AAAA-AAAA-AAAA").await?;
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

#[tokio::test]
async fn a_revoked_till_asks_for_a_code_and_keeps_its_payment() -> Result<()> {
    let world = World::start_with(Settings { pairing: "code", ..Settings::default() }).await?;
    let till = world.open("/?amount=2225&reference=inv-1").await?;
    till.shows("pair").await?;
    till.fill("pairing-code", &world.proxy.replace_tablets("POS-01")?).await?;
    till.press("pair").await?;
    till.shows("scan").await?;
    till.scan(&magic("03")).await?;
    till.shows("pending").await?;
    world.proxy.revoke("POS-01")?;
    till.shows("pair").await?;
    until("its words", async || Ok((till.text("h1").await? == "Use another till").then_some(()))).await?;
    world.reload().await?;
    till.shows("pair").await?;
    world.sandbox.confirm().await?;
    till.fill("pairing-code", &world.proxy.replace_tablets("POS-01")?).await?;
    till.press("pair").await?;
    till.shows("paid").await?;
    world.agrees(1, 1).await?;
    world.close();
    Ok(())
}

#[tokio::test]
async fn a_tablet_that_was_replaced_is_told_to_use_another() -> Result<()> {
    let world = World::start_with(Settings { pairing: "code", ..Settings::default() }).await?;
    let till = world.open("/").await?;
    till.shows("pair").await?;
    till.fill("pairing-code", &world.proxy.replace_tablets("POS-01")?).await?;
    till.press("pair").await?;
    till.shows("amount").await?;
    let code = world.proxy.replace_tablets("POS-01")?;
    let pair = serde_json::json!({ "device_id": "another", "code": code });
    let url = format!("{}/v1/pair", world.proxy.origin()?);
    world.http().post(url).json(&pair).send().await?.error_for_status()?;
    till.shows("pair").await?;
    until("its words", async || Ok((till.text("h1").await? == "Use another till").then_some(()))).await?;
    world.close();
    Ok(())
}
