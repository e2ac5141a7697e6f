//! The scanner's page: before anything came, after a good scan, a slow one, and a wrong one.

use std::time::Duration;

use anyhow::Result;
use scantill_e2e::World;
use scantill_e2e::patience::until;

use crate::album::Album;

pub(crate) async fn take(album: &mut Album) {
    let walk = page(album).await;
    album.walked([walk]);
}

async fn page(album: &Album) -> Result<()> {
    let world = World::start().await?;
    let till = world.open("/?amount=2225&reference=inv-1042").await?;
    till.shows("scan").await?;
    till.press("scanner").await?;
    till.says("[data-source=hid] h3").await?;
    album.picture(&world, &till, "scanner", "scanner").await?;
    till.scan("28763443825664394").await?;
    till.says("[data-part=told]").await?;
    album.picture(&world, &till, "scanner", "scanner-heard").await?;
    till.keys_at(Duration::from_millis(170), "4006381333931").await?;
    till.says("[data-action=raise-limit]").await?;
    album.picture(&world, &till, "scanner", "scanner-slow").await?;
    till.keys("4006381333931").await?;
    until("what was heard", async || {
        Ok(till.text("[data-part=masked]").await?.contains("3931").then_some(()))
    })
    .await?;
    album.picture(&world, &till, "scanner", "scanner-without-suffix").await?;
    world.close();
    Ok(())
}
