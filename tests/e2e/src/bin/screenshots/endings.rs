//! Every way in which a sale ends without being plainly paid.

use anyhow::Result;
use scantill_e2e::{World, magic};

use crate::album::Album;

/// One failure for each advice that a wallet can bring about.
const FAILURES: [(&str, &str); 8] = [
    ("10", "failed-insufficient-balance"),
    ("12", "failed-timeout"),
    ("14", "failed-payment-rejected"),
    ("15", "failed-payment-cancelled"),
    ("16", "failed-processing"),
    ("17", "failed-invalid-barcode"),
    ("18", "failed-fraud-check"),
    ("25", "failed-unheard-of"),
];

pub(crate) async fn take(album: &mut Album) {
    let walks = [
        failures(album).await,
        not_sent(album).await,
        too_late(album, "accept", "decide").await,
        too_late(album, "call-supervisor", "supervisor").await,
        given_back(album).await,
        refused(album).await,
    ];
    album.walked(walks);
}

async fn failures(album: &Album) -> Result<()> {
    let world = World::start().await?;
    let till = world.open("/?amount=2225&reference=inv-1042").await?;
    for (digits, name) in FAILURES {
        till.shows("scan").await?;
        till.scan(&magic(digits)).await?;
        album.picture(&world, &till, "failed", name).await?;
        till.press("scan-again").await?;
    }
    till.shows("scan").await?;
    till.scan(&magic("03")).await?;
    till.shows("pending").await?;
    till.press("cancel").await?;
    album.picture(&world, &till, "cancelled", "cancelled").await?;
    world.close();
    Ok(())
}

async fn not_sent(album: &Album) -> Result<()> {
    let mut world = World::start().await?;
    let till = world.open("/?amount=2225&reference=inv-1042").await?;
    till.shows("scan").await?;
    world.sandbox.stop();
    till.scan(&magic("00")).await?;
    album.picture(&world, &till, "failed", "failed-not-sent").await?;
    world.close();
    Ok(())
}

/// The payment is paid although it was to be cancelled.
async fn too_late(album: &Album, decision: &str, name: &str) -> Result<()> {
    let world = World::start().await?;
    let till = world.open("/?amount=2225&reference=inv-1042").await?;
    till.shows("scan").await?;
    till.scan(&magic("41")).await?;
    till.shows("pending").await?;
    till.press("cancel").await?;
    till.shows("decide").await?;
    if decision == "accept" {
        album.picture(&world, &till, "decide", name).await?;
    } else {
        till.press(decision).await?;
        album.picture(&world, &till, "supervisor", name).await?;
    }
    world.close();
    Ok(())
}

async fn given_back(album: &Album) -> Result<()> {
    let world = World::start().await?;
    let till = world.open("/?amount=2225&reference=inv-1042").await?;
    till.shows("scan").await?;
    till.scan(&magic("00")).await?;
    till.shows("paid").await?;
    world.sandbox.give_back().await?;
    world.refresh().await?;
    album.picture(&world, &till, "given_back", "given-back").await?;
    world.close();
    Ok(())
}

async fn refused(album: &Album) -> Result<()> {
    let world = World::start().await?;
    for screen in ["paid", "refused"] {
        let till = world.open("/?amount=2225&reference=inv-1042").await?;
        till.shows("scan").await?;
        till.scan(&magic("00")).await?;
        till.shows(screen).await?;
        if screen == "paid" {
            till.press("next-sale").await?;
            till.shows("amount").await?;
        }
    }
    album.picture(&world, &world.till("#till"), "refused", "refused-reference-seen").await?;
    world.close();
    Ok(())
}
