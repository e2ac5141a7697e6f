//! A till on its page of settings: its name, its build, help, and the end of its pairing.

use anyhow::{Result, ensure};
use scantill_e2e::patience::until;
use scantill_e2e::{Settings, Till, World, magic};

const TOKENS: &str = "return Object.keys(localStorage).filter(key => key.endsWith(':token')).length";
/// The public parts of the stored keys.
const KEYS: &str = "return new Promise(tell => {
    const open = indexedDB.open('scantill');
    open.onsuccess = () => {
        const all = open.result.transaction('keys').objectStore('keys').getAll();
        all.onsuccess = () => tell(Promise.all(
            all.result.map(async ({ publicKey }) => (await crypto.subtle.exportKey('jwk', publicKey)).x)));
    };
})";

async fn settings(till: &Till) -> Result<()> {
    till.press("scanner").await?;
    till.shows("scanner").await?;
    until("the till's place", async || {
        Ok(till.text("[data-part=place]").await?.contains("POS").then_some(()))
    })
    .await
}

async fn unpair(till: &Till) -> Result<()> {
    till.click("[data-part=unpair]").await?;
    till.says("[data-part=unpair-asked]").await?;
    till.click("[data-action=unpair-yes]").await
}

#[tokio::test]
async fn settings_tell_place_build_and_help() -> Result<()> {
    let world = World::start().await?;
    let till = world.open("/").await?;
    till.shows("amount").await?;
    settings(&till).await?;
    until("the newest build", async || {
        Ok(till.text("[data-part=newest]").await?.contains("newest till of this proxy").then_some(()))
    })
    .await?;
    let build = till.text("[data-part=build]").await?;
    ensure!(build.contains("Version ") && build.contains("build ") && !build.contains("SCANTILL"), "{build}");
    ensure!(till.text("[data-part=support]").await? == "Support: Call 02 123 4567");
    ensure!(till.text(".signs").await?.contains("do not scan again"));
    ensure!(till.has("[data-part=idle-2][aria-pressed=true]").await?);
    till.click("[data-part=idle-5]").await?;
    ensure!(till.has("[data-part=idle-5][aria-pressed=true]").await?);
    world.close();
    Ok(())
}

#[tokio::test]
async fn an_unpaired_till_forgets_token_and_key_and_pairs_anew() -> Result<()> {
    let mut world = World::start_with(Settings { pairing: "code", ..Settings::default() }).await?;
    let code = world.proxy.add_terminal("POS-01")?;
    let till = world.open("/").await?;
    till.shows("pair").await?;
    till.fill("pairing-code", &code).await?;
    till.press("pair").await?;
    till.shows("amount").await?;
    let keys = world.run(KEYS).await?;
    ensure!(world.run(TOKENS).await? == 1 && keys.as_array().is_some_and(|keys| keys.len() == 1));
    settings(&till).await?;
    till.click("[data-part=unpair]").await?;
    till.click("[data-action=unpair-no]").await?;
    unpair(&till).await?;
    // The end of its stream may show first that the token is gone.
    until("a fresh till", async || Ok(till.text("h1").await?.contains("Pair this till").then_some(())))
        .await?;
    ensure!(world.run(TOKENS).await? == 0);
    let other = "the old key is gone, and another one asks to be paired";
    until(other, async || Ok((world.run(KEYS).await? != keys).then_some(()))).await?;
    let code = world.proxy.add_terminal("POS-02")?;
    till.fill("pairing-code", &code).await?;
    till.press("pair").await?;
    till.shows("amount").await?;
    settings(&till).await?;
    ensure!(till.text("[data-part=place]").await?.contains("POS-02"));
    world.kill_proxy();
    unpair(&till).await?;
    until("the proxy's silence", async || {
        Ok(till.text("[data-part=unpair-told]").await?.contains("did not answer").then_some(()))
    })
    .await?;
    world.close();
    Ok(())
}

#[tokio::test]
async fn a_till_with_a_parked_payment_stays_paired() -> Result<()> {
    let world = World::start_with(Settings { creation: "one_call", ..Settings::default() }).await?;
    let till = world.open("/?amount=2225").await?;
    till.shows("scan").await?;
    world.sandbox.fault("cut_before_commit", "POST /charges").await?;
    till.scan(&magic("00")).await?;
    till.shows("unknown").await?;
    till.press("park").await?;
    till.shows("amount").await?;
    settings(&till).await?;
    unpair(&till).await?;
    until("a refusal", async || {
        Ok(till.text("[data-part=unpair-told]").await?.contains("not settled").then_some(()))
    })
    .await?;
    ensure!(world.run(TOKENS).await? == 1);
    world.close();
    Ok(())
}
