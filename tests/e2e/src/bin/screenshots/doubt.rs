//! Money in doubt, in hand and put aside.

use anyhow::Result;
use scantill_e2e::{Settings, World, magic};

use crate::album::Album;

pub(crate) async fn take(album: &mut Album) {
    let walk = doubt(album).await;
    album.walked([walk]);
}

async fn doubt(album: &Album) -> Result<()> {
    let world = World::start_with(Settings { creation: "one_call", ..Settings::default() }).await?;
    let till = world.open("/?amount=2225&reference=inv-1042").await?;
    till.shows("scan").await?;
    world.sandbox.fault("cut_before_commit", "POST /charges").await?;
    till.scan(&magic("00")).await?;
    album.picture(&world, &till, "unknown", "unknown").await?;
    till.press("set-aside").await?;
    album.picture(&world, &till, "amount", "amount-with-one-in-doubt").await?;
    world.close();
    Ok(())
}
