//! Money in doubt, in hand and put aside; money that comes after its sale was left.

use anyhow::Result;
use scantill_e2e::patience::until;
use scantill_e2e::{Settings, World, magic};

use crate::album::Album;

pub(crate) async fn take(album: &mut Album) {
    let walks = [
        doubt(album).await,
        left_too_early(album, "watch_first_ms = 3000", "decide").await,
        left_too_early(album, "watch_first_ms = 3000, decide_ms = 1000", "supervisor").await,
    ];
    album.walked(walks);
}

async fn doubt(album: &Album) -> Result<()> {
    let world = World::start_with(Settings { creation: "one_call", ..Settings::default() }).await?;
    let till = world.open("/?amount=2225&reference=inv-1042").await?;
    till.shows("scan").await?;
    world.sandbox.fault("cut_before_commit", "POST /charges").await?;
    till.scan(&magic("00")).await?;
    album.picture(&world, &till, "unknown", "unknown").await?;
    till.press("park").await?;
    album.picture(&world, &till, "amount", "amount-with-one-in-doubt").await?;
    world.close();
    Ok(())
}

/// The customer pays after the cancelled sale was ended.
async fn left_too_early(album: &Album, timing: &'static str, told: &str) -> Result<()> {
    let world = World::start_with(Settings { timing, ..Settings::default() }).await?;
    let till = world.open("/?amount=2225&reference=inv-1042").await?;
    till.shows("scan").await?;
    till.scan(&magic("42")).await?;
    till.shows("pending").await?;
    till.press("cancel").await?;
    till.shows("cancelled").await?;
    till.press("end-sale").await?;
    till.shows("amount").await?;
    for digit in ["digit-4", "digit-2", "double-zero"] {
        till.press(digit).await?;
    }
    until(told, async || Ok(till.text(".badge").await?.contains(told).then_some(()))).await?;
    album.picture(&world, &till, "amount", &format!("amount-with-one-to-{told}")).await?;
    till.press("charge").await?;
    album.picture(&world, &till, "scan", &format!("scan-with-one-to-{told}")).await?;
    world.close();
    Ok(())
}
