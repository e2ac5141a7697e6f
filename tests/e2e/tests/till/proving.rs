//! A token that was copied from the tablet is worth nothing.

use anyhow::{Context, Result};
use scantill_e2e::{Settings, World, magic};

const STREAM: &str = "GET /v1/events";
const TOKEN: &str = "return Object.entries(localStorage).find(([key]) => key.endsWith(':token'))[1]";
const FORGET_KEYS: &str = "return new Promise((done, failed) => {
    const gone = indexedDB.deleteDatabase('scantill');
    gone.onsuccess = () => done(true);
    gone.onerror = gone.onblocked = failed;
})";

async fn token(world: &World) -> Result<String> {
    let token = world.run(TOKEN).await?;
    let token = token.as_str().and_then(|token| token.strip_prefix("DPoP "));
    Ok(token.context("the token is not bound")?.to_owned())
}

async fn stolen(world: &World, kind: &str, token: &str) -> Result<u16> {
    let request = world.http().get(format!("{}/v1/payments", world.faults.origin()));
    Ok(request.header("Authorization", format!("{kind} {token}")).send().await?.status().as_u16())
}

#[tokio::test]
async fn a_sale_is_taken_with_a_token_useless_to_a_thief() -> Result<()> {
    let world = World::start().await?;
    let till = world.open("/?amount=2225&reference=inv-1").await?;
    till.shows("scan").await?;
    till.scan(&magic("00")).await?;
    till.shows("paid").await?;
    world.agrees(1, 1).await?;
    let token = token(&world).await?;
    assert_eq!((stolen(&world, "Bearer", &token).await?, stolen(&world, "DPoP", &token).await?), (401, 401));
    world.close();
    Ok(())
}

#[tokio::test]
async fn a_stream_that_breaks_is_opened_again_with_a_new_proof() -> Result<()> {
    let mut world = World::start().await?;
    let till = world.open("/").await?;
    till.shows("amount").await?;
    world.faults.until_answered(STREAM, 1).await?;
    world.faults.break_answers();
    world.faults.until_answered(STREAM, 2).await?;
    world.kill_proxy();
    world.start_proxy().await?;
    world.faults.until_answered(STREAM, 3).await?;
    world.close();
    Ok(())
}

#[tokio::test]
async fn a_browser_without_its_keys_asks_for_a_code_and_continues() -> Result<()> {
    let world = World::start_with(Settings { pairing: "code", ..Settings::default() }).await?;
    let till = world.open("/?amount=2225&reference=inv-1").await?;
    let code = world.proxy.add_terminal("POS-01")?;
    till.shows("pair").await?;
    till.fill("pairing-code", &code).await?;
    till.press("pair").await?;
    till.shows("scan").await?;
    till.scan(&magic("01")).await?;
    till.shows("pending").await?;
    world.goto(&format!("{}/healthz", world.faults.origin())).await?;
    world.run(FORGET_KEYS).await?;
    let till = world.open("/").await?;
    till.shows("pair").await?;
    let code = world.proxy.add_terminal("POS-01")?;
    till.fill("pairing-code", &code).await?;
    till.press("pair").await?;
    till.shows("pending").await?;
    token(&world).await?;
    world.close();
    Ok(())
}
