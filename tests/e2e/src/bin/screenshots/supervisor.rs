//! The supervisor's sheet: what is offered, the PIN, a refund, and what happened.

use anyhow::Result;
use scantill_e2e::{Settings, Till, World, magic};

use crate::album::Album;

const PIN: [&str; 4] = ["pad-2", "pad-5", "pad-8", "pad-0"];

pub(crate) async fn take(album: &mut Album) {
    let walks = [called(album).await, in_doubt(album).await];
    album.walked(walks);
}

async fn step(album: &Album, world: &World, sheet: &Till, step: &str, name: &str) -> Result<()> {
    sheet.says(&format!(".office[data-step={step}] h2")).await?;
    album.page(world, name).await
}

async fn called(album: &Album) -> Result<()> {
    let world = World::start().await?;
    for (name, pin) in [("Chai", "1357"), ("Malee Wongsakul", "2580"), ("Nok", "8642")] {
        world.proxy.add_supervisor(name, pin)?;
    }
    let till = world.open("/?amount=2225&reference=inv-1042").await?;
    till.shows("scan").await?;
    till.scan(&magic("41")).await?;
    till.shows("pending").await?;
    till.press("cancel").await?;
    till.shows("decide").await?;
    till.press("call-supervisor").await?;
    album.picture(&world, &till, "supervisor", "supervisor").await?;
    till.press("supervisor").await?;
    let sheet = till.sheet();
    sheet.says(".o-told").await?;
    step(album, &world, &sheet, "choosing", "supervisor-sheet").await?;
    sheet.press("supervisor-give-back").await?;
    step(album, &world, &sheet, "giving_back", "supervisor-give-back").await?;
    sheet.press("supervisor-back").await?;
    sheet.press("supervisor-refund").await?;
    step(album, &world, &sheet, "refunding", "supervisor-refund").await?;
    sheet.press("supervisor-next").await?;
    sheet.says(".o-people").await?;
    step(album, &world, &sheet, "approving", "supervisor-who").await?;
    sheet.press("who-1").await?;
    for key in PIN.into_iter().rev() {
        sheet.press(key).await?;
    }
    sheet.press("pin-send").await?;
    sheet.says(".o-problem").await?;
    for key in PIN {
        sheet.press(key).await?;
    }
    step(album, &world, &sheet, "approving", "supervisor-pin").await?;
    sheet.press("pin-send").await?;
    step(album, &world, &sheet, "done", "supervisor-done").await?;
    world.close();
    Ok(())
}

async fn in_doubt(album: &Album) -> Result<()> {
    let world = World::start_with(Settings { creation: "one_call", ..Settings::default() }).await?;
    let till = world.open("/?amount=2225&reference=inv-1042").await?;
    till.shows("scan").await?;
    world.sandbox.fault("cut_before_commit", "POST /charges").await?;
    till.scan(&magic("00")).await?;
    till.shows("unknown").await?;
    till.press("supervisor").await?;
    let sheet = till.sheet();
    step(album, &world, &sheet, "choosing", "supervisor-in-doubt").await?;
    world.close();
    Ok(())
}
