//! The till before it is one, other pages with a till on them, and the payer's phone.

use anyhow::Result;
use scantill_e2e::phone::Phone;
use scantill_e2e::{Fault, Settings, World, magic};

use crate::album::Album;

pub(crate) async fn take(album: &mut Album) {
    let walks = [
        pairing(album).await,
        starting(album).await,
        embedded(album).await,
        phone(album).await,
        counter(album).await,
    ];
    album.walked(walks);
}

async fn pairing(album: &Album) -> Result<()> {
    let world = World::start_with(Settings { pairing: "code", ..Settings::default() }).await?;
    let till = world.open("/").await?;
    album.picture(&world, &till, "pair", "pair").await?;
    till.fill("pairing-code", "AAAA-AAAA-AAAA").await?;
    till.press("pair").await?;
    till.says(".problem").await?;
    album.picture(&world, &till, "pair", "pair-wrong-code").await?;
    world.close();
    Ok(())
}

async fn starting(album: &Album) -> Result<()> {
    let world = World::start().await?;
    let till = world.open("/").await?;
    till.shows("amount").await?;
    world.faults.always(Fault::Cut, "GET /v1/terminal");
    world.reload().await?;
    till.says(".bar").await?;
    album.picture(&world, &till, "starting", "starting-without-connection").await?;
    world.faults.always(Fault::Cut, "GET /pkg/scantill_bg.wasm");
    world.reload().await?;
    album.page(&world, "not-loaded").await?;
    world.close();
    Ok(())
}

async fn embedded(album: &Album) -> Result<()> {
    let world = World::start().await?;
    world.open("/embed.html").await?;
    let (left, right) = (world.till("#till-left"), world.till("#till-right"));
    for (till, side) in [(&left, "left"), (&right, "right")] {
        till.shows("amount").await?;
        world.run(&format!("document.querySelector('#pay-{side}').click()")).await?;
        till.shows("scan").await?;
    }
    right.scan(&magic("00")).await?;
    album.picture(&world, &right, "paid", "embedded").await?;
    world.close();
    Ok(())
}

async fn counter(album: &Album) -> Result<()> {
    let world = World::start().await?;
    world.goto(&format!("{}/counter", world.sandbox.origin())).await?;
    let till = world.till("#till");
    till.shows("amount").await?;
    album.page(&world, "counter").await?;
    world.close();
    Ok(())
}

async fn phone(album: &Album) -> Result<()> {
    let world = World::start().await?;
    let phone = Phone::open(&world).await?;
    album.page(&world, "phone").await?;
    let code = phone.code().await?;
    let till = world.open("/?amount=2225&reference=inv-1042").await?;
    till.shows("scan").await?;
    till.scan(&code).await?;
    till.shows("pending").await?;
    let phone = Phone::open(&world).await?;
    phone.asks().await?;
    album.page(&world, "phone-asks").await?;
    phone.confirm().await?;
    phone.shows_result().await?;
    album.page(&world, "phone-paid").await?;
    world.close();
    Ok(())
}
