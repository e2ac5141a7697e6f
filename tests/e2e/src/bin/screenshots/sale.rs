//! From the keypad to the outcome, and what stands in between.

use anyhow::Result;
use scantill_e2e::{Fault, World, magic};
use serde_json::json;

use crate::album::Album;

const ADDRESS: &str = "/?amount=2225&reference=inv-1042";

pub(crate) async fn take(album: &mut Album) {
    let walks = [
        amount(album).await,
        scan(album).await,
        sending(album).await,
        payment(album).await,
        cancelling(album).await,
    ];
    album.walked(walks);
}

async fn amount(album: &Album) -> Result<()> {
    let world = World::start().await?;
    let till = world.open("/").await?;
    album.picture(&world, &till, "amount", "amount-empty").await?;
    till.press("digit-5").await?;
    till.press("charge").await?;
    till.says(".problem").await?;
    album.picture(&world, &till, "amount", "amount-too-small").await?;
    for _ in 0..5 {
        till.press("double-zero").await?;
    }
    till.says(".problem").await?;
    album.picture(&world, &till, "amount", "amount-too-many-digits").await?;
    let till = world.open("/?amount=22.25").await?;
    till.says(".problem").await?;
    album.picture(&world, &till, "amount", "amount-from-a-bad-address").await?;
    world.close();
    Ok(())
}

async fn scan(album: &Album) -> Result<()> {
    let world = World::start().await?;
    let till = world.open(ADDRESS).await?;
    album.picture(&world, &till, "scan", "scan").await?;
    till.scan("4006381333931").await?;
    till.says(".problem").await?;
    album.picture(&world, &till, "scan", "scan-product").await?;
    till.press("type-code").await?;
    album.picture(&world, &till, "scan", "scan-typing-empty").await?;
    till.fill("code", "28763443").await?;
    album.picture(&world, &till, "scan", "scan-typing").await?;
    till.press("send-code").await?;
    till.says(".problem").await?;
    album.picture(&world, &till, "scan", "scan-typing-too-short").await?;
    world.close();
    Ok(())
}

async fn sending(album: &Album) -> Result<()> {
    let mut world = World::start().await?;
    let till = world.open(ADDRESS).await?;
    till.shows("scan").await?;
    world.faults.always(Fault::Swallow, "PUT /v1/payments/*");
    till.scan(&magic("00")).await?;
    album.picture(&world, &till, "sending", "sending").await?;
    world.faults.always(Fault::Swallow, "GET /v1/payments/*");
    world.reload().await?;
    album.picture(&world, &till, "resuming", "resuming").await?;
    world.faults.lift();
    world.reload().await?;
    album.picture(&world, &till, "cancelled", "cancelled-by-a-reload").await?;
    till.press("scan-again").await?;
    till.shows("scan").await?;
    world.kill_proxy();
    till.scan(&magic("00")).await?;
    till.says(".bar").await?;
    album.picture(&world, &till, "sending", "sending-without-connection").await?;
    world.close();
    Ok(())
}

async fn payment(album: &Album) -> Result<()> {
    let world = World::start().await?;
    let till = world.open(ADDRESS).await?;
    till.shows("scan").await?;
    till.scan(&magic("01")).await?;
    album.picture(&world, &till, "pending", "pending").await?;
    world.sandbox.confirm().await?;
    album.picture(&world, &till, "paid", "paid").await?;
    till.press("next-sale").await?;
    till.charge("13579000").await?;
    till.shows("scan").await?;
    world.sandbox.order("POST", "next", json!({ "outcome": "approve_after_confirm" })).await?;
    till.scan("1234567890").await?;
    till.says(".note").await?;
    album.picture(&world, &till, "pending", "pending-with-a-strange-code").await?;
    world.faults.always(Fault::Cut, "GET /v1/payments/*");
    world.faults.break_answers();
    till.says(".bar").await?;
    album.picture(&world, &till, "pending", "pending-without-connection").await?;
    world.faults.lift();
    world.sandbox.confirm().await?;
    album.picture(&world, &till, "paid", "paid-large-amount").await?;
    world.close();
    Ok(())
}

async fn cancelling(album: &Album) -> Result<()> {
    let world = World::start().await?;
    let till = world.open(ADDRESS).await?;
    till.shows("scan").await?;
    till.scan(&magic("03")).await?;
    till.shows("pending").await?;
    world.sandbox.fault("hang", "POST /charges/:id/expire").await?;
    till.press("cancel").await?;
    album.picture(&world, &till, "cancelling", "cancelling").await?;
    world.close();
    Ok(())
}
