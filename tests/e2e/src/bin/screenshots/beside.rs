//! The till beside others: another tab, another tablet of the terminal, another order, a page that may not embed it.

use anyhow::Result;
use scantill_e2e::patience::until;
use scantill_e2e::{Colleague, Fault, Settings, ShopPage, Till, World, magic};
use serde_json::json;

use crate::album::Album;

const TERMINAL: &str = "POS-01";

pub(crate) async fn take(album: &mut Album) {
    let walks = [
        other_tab(album).await,
        other_tablet(album).await,
        other_order(album).await,
        removed(album).await,
        not_allowed(album).await,
        readme(album).await,
    ];
    album.walked(walks);
}

async fn other_tab(album: &Album) -> Result<()> {
    let world = World::start().await?;
    let till = world.open("/?amount=2225&reference=inv-1042").await?;
    till.shows("scan").await?;
    let first = world.browser().tab().await?;
    world.browser().open_tab().await?;
    let till = world.open("/").await?;
    album.picture(&world, &till, "elsewhere", "elsewhere").await?;
    world.browser().close_tab().await?;
    world.browser().switch_to(&first).await?;
    world.close();
    Ok(())
}

async fn pair(world: &World) -> Result<Till> {
    let till = world.open("/").await?;
    till.shows("pair").await?;
    till.fill("pairing-code", &world.proxy.add_terminal(TERMINAL)?).await?;
    till.press("pair").await?;
    till.shows("amount").await?;
    Ok(till)
}

async fn other_tablet(album: &Album) -> Result<()> {
    let world = World::start_with(Settings { pairing: "code", ..Settings::default() }).await?;
    let colleague = Colleague::join(&world, TERMINAL).await?;
    pair(&world).await?;
    let body = json!({ "sale_id": "sale-of-a-colleague", "amount": 118_050, "currency": "THB",
        "code": magic("01"), "scanned_ago_ms": 0, "reference": "inv-1041" });
    colleague.charge(&world, "0190d8a6-7c1e-7000-8000-000000000001", body).await?;
    let till = world.open("/").await?;
    till.says(".chip").await?;
    album.picture(&world, &till, "amount", "amount-with-one-on-another-till").await?;
    till.press("show-parked").await?;
    album.picture(&world, &till, "other_till", "other-till").await?;
    world.close();
    Ok(())
}

/// An order that waits for the payment in hand, and a scan that comes too late.
async fn other_order(album: &Album) -> Result<()> {
    let world = World::start().await?;
    let till = world.open("/?amount=2225&reference=inv-1042").await?;
    till.shows("scan").await?;
    till.scan(&magic("01")).await?;
    till.shows("pending").await?;
    let till = world.open("/?amount=118050&reference=inv-1043").await?;
    till.shows("pending").await?;
    till.says(".chip").await?;
    album.picture(&world, &till, "pending", "pending-with-an-order").await?;
    world.sandbox.confirm().await?;
    till.shows("paid").await?;
    till.scan(&magic("00")).await?;
    till.says(".problem").await?;
    album.picture(&world, &till, "paid", "paid-with-an-order-and-a-scan").await?;
    world.close();
    Ok(())
}

/// The till was removed at the proxy while it was used.
async fn removed(album: &Album) -> Result<()> {
    let world = World::start_with(Settings { pairing: "code", ..Settings::default() }).await?;
    let till = pair(&world).await?;
    till.charge("2225").await?;
    till.shows("scan").await?;
    let body = r#"{"type":"about:blank","detail":"removed","status":401,"code":"unauthenticated"}"#;
    let removed = Fault::Answer { status: 401, media_type: "application/problem+json", body };
    for call in ["GET /v1/terminal", "GET /v1/payments", "PUT /v1/payments/*"] {
        world.faults.always(removed, call);
    }
    till.scan(&magic("00")).await?;
    album.picture(&world, &till, "pair", "pair-revoked").await?;
    world.close();
    Ok(())
}

async fn not_allowed(album: &Album) -> Result<()> {
    let page = ShopPage::start().await?;
    let world = World::start().await?;
    world.goto(&page.with_till_of(&world.faults.origin())).await?;
    let till = world.till("#till");
    until("the words", async || Ok(till.text("h1").await?.contains("origin").then_some(()))).await?;
    album.picture(&world, &till, "pair", "origin-not-allowed").await?;
    world.close();
    Ok(())
}

/// The README's page: an element without a height.
async fn readme(album: &Album) -> Result<()> {
    let page = ShopPage::start().await?;
    let origin = Some(page.origin());
    let world = World::start_with(Settings { origin, ..Settings::default() }).await?;
    world.goto(&page.with_till_of(&world.faults.origin())).await?;
    world.run("document.querySelectorAll('style').forEach((style) => style.remove())").await?;
    let till = world.till("#till");
    album.picture(&world, &till, "amount", "embedded-without-a-height").await?;
    world.run("window.checkout(2225, 'inv-1042')").await?;
    album.picture(&world, &till, "scan", "embedded-without-a-height-scan").await?;
    world.close();
    Ok(())
}
