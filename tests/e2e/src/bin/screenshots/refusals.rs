//! What the till does not take, and what it cannot do now.

use std::time::Duration;

use anyhow::Result;
use scantill_e2e::patience::until;
use scantill_e2e::{Fault, Settings, Till, World, magic};
use thirtyfour::Key;

use crate::album::Album;

const ADDRESS: &str = "/?amount=2225&reference=inv-1042";
/// Longer than any gap in a scan, and shorter than a pause between two.
const TEAR: Duration = Duration::from_millis(320);
/// A reference as long as a shop's own systems make them.
const LONG: &str = "/?amount=12345678&reference=ORDER-2026-11-28-BANGKOK-SUKHUMVIT-000123456789";

pub(crate) async fn take(album: &mut Album) {
    let walks = [
        torn(album).await,
        offline(album).await,
        deaf(album).await,
        long(album).await,
        silent(album).await,
        not_there(album).await,
        disturbed(album).await,
        refused(album, "sale-paid", "sale_paid", 409).await,
        refused(album, "sale-open", "sale_open", 409).await,
        refused(album, "code-used", "code_used", 409).await,
        refused(album, "proxy-fault", "internal", 500).await,
        refused(album, "omise-unreachable", "provider_unreachable", 503).await,
        sorts(album, "30", "mismatch").await,
        sorts(album, "31", "strange-status").await,
        in_time(album).await,
        earlier(album).await,
    ];
    album.walked(walks);
}

async fn begun(world: &World, address: &str) -> Result<Till> {
    let till = world.open(address).await?;
    till.shows("scan").await?;
    Ok(till)
}

/// The first half of a scan, a pause, and the second.
async fn torn(album: &Album) -> Result<()> {
    let world = World::start().await?;
    let till = begun(&world, ADDRESS).await?;
    till.keys("2876344").await?;
    tokio::time::sleep(TEAR).await;
    till.keys(&format!("3825664394{}", Key::Enter.value())).await?;
    till.says(".problem").await?;
    album.picture(&world, &till, "scan", "scan-in-pieces").await?;
    till.press("back").await?;
    till.shows("amount").await?;
    till.scan("4006381333931").await?;
    till.says(".problem").await?;
    album.picture(&world, &till, "amount", "amount-scanned").await?;
    world.close();
    Ok(())
}

async fn offline(album: &Album) -> Result<()> {
    let world = World::start().await?;
    let till = world.open("/").await?;
    till.shows("amount").await?;
    world.browser().set_offline(true).await?;
    till.says(".bar").await?;
    album.picture(&world, &till, "amount", "amount-offline").await?;
    world.browser().set_offline(false).await?;
    let till = begun(&world, ADDRESS).await?;
    world.browser().set_offline(true).await?;
    till.says(".bar").await?;
    album.picture(&world, &till, "scan", "scan-offline").await?;
    world.close();
    Ok(())
}

async fn deaf(album: &Album) -> Result<()> {
    let world = World::start().await?;
    let till = begun(&world, ADDRESS).await?;
    world.run("document.body.append(Object.assign(document.createElement('input'), { id: 'other', style: 'position: fixed; left: -99px' })); document.querySelector('#other').focus()").await?;
    until("the till is deaf", async || Ok(till.has(".deaf").await?.then_some(()))).await?;
    album.picture(&world, &till, "scan", "scan-not-ready").await?;
    world.close();
    Ok(())
}

async fn long(album: &Album) -> Result<()> {
    let world = World::start().await?;
    let till = begun(&world, LONG).await?;
    album.picture(&world, &till, "scan", "scan-long").await?;
    till.scan(&magic("00")).await?;
    album.picture(&world, &till, "paid", "paid-long").await?;
    world.close();
    Ok(())
}

async fn silent(album: &Album) -> Result<()> {
    let world = World::start_with(Settings { timing: "put_answer_ms = 900", ..Settings::default() }).await?;
    let till = begun(&world, ADDRESS).await?;
    world.faults.always(Fault::Swallow, "PUT /v1/payments/*");
    world.faults.always(Fault::Swallow, "POST /v1/payments/*/cancel");
    till.scan(&magic("00")).await?;
    until("the next sale", async || Ok(till.has("[data-action=park]").await?.then_some(()))).await?;
    album.picture(&world, &till, "sending", "sending-no-answer").await?;
    world.close();
    Ok(())
}

/// The proxy has lost a payment that it had.
async fn not_there(album: &Album) -> Result<()> {
    let world = World::start().await?;
    let till = begun(&world, ADDRESS).await?;
    till.scan(&magic("03")).await?;
    till.shows("pending").await?;
    let gone = Fault::Answer {
        status: 404,
        media_type: "application/problem+json",
        body: r#"{"type":"about:blank","detail":"no such payment","status":404,"code":"payment_not_found","never_created":false}"#,
    };
    for path in ["GET /v1/payments/*", "POST /v1/payments/*/cancel", "POST /v1/payments/*/refresh"] {
        world.faults.always(gone, path);
    }
    world.faults.always(
        Fault::Answer { status: 200, media_type: "application/json", body: r#"{"payments":[]}"# },
        "GET /v1/payments",
    );
    world.faults.always(Fault::Swallow, "GET /v1/events");
    world.reload().await?;
    until("the words", async || Ok(till.text("h1").await?.contains("not there").then_some(()))).await?;
    album.picture(&world, &till, "resuming", "recalling-not-there").await?;
    world.close();
    Ok(())
}

async fn disturbed(album: &Album) -> Result<()> {
    let world = World::start().await?;
    let till = begun(&world, ADDRESS).await?;
    world
        .run(
            "const root = document.querySelector('#till').shadowRoot;
            const spoil = () => { const words = root.querySelector('h1'); if (words && words.textContent !== 'Autre') words.textContent = 'Autre' };
            new MutationObserver(spoil).observe(root, { childList: true, subtree: true, characterData: true });
            spoil()",
        )
        .await?;
    till.says(".bar").await?;
    album.picture(&world, &till, "scan", "scan-disturbed").await?;
    world.close();
    Ok(())
}

async fn refused(album: &Album, name: &str, code: &str, status: u16) -> Result<()> {
    let world = World::start().await?;
    let till = begun(&world, ADDRESS).await?;
    let other = if code.starts_with("sale_") {
        r#","payment_id":"0190d8a6-7c1e-7000-8000-000000000001""#
    } else {
        ""
    };
    let body = format!(
        r#"{{"type":"about:blank","detail":"refused","status":{status},"code":"{code}","never_created":true{other}}}"#
    );
    let answer = Fault::Answer { status, media_type: "application/problem+json", body: body.leak() };
    world.faults.always(answer, "PUT /v1/payments/*");
    till.scan(&magic("00")).await?;
    album.picture(&world, &till, "refused", &format!("refused-{name}")).await?;
    world.close();
    Ok(())
}

/// Money that moved wrongly.
async fn sorts(album: &Album, outcome: &str, name: &str) -> Result<()> {
    let world = World::start().await?;
    let till = begun(&world, ADDRESS).await?;
    till.scan(&magic(outcome)).await?;
    album.picture(&world, &till, "supervisor", &format!("supervisor-{name}")).await?;
    world.close();
    Ok(())
}

/// The customer lets the time go by.
async fn in_time(album: &Album) -> Result<()> {
    let world =
        World::start_with(Settings { timing: "till_deadline_ms = 900", ..Settings::default() }).await?;
    let till = begun(&world, ADDRESS).await?;
    till.scan(&magic("03")).await?;
    album.picture(&world, &till, "cancelled", "cancelled-by-the-time-limit").await?;
    world.close();
    Ok(())
}

/// It was paid while the till was not looking.
async fn earlier(album: &Album) -> Result<()> {
    let world = World::start().await?;
    let till = begun(&world, ADDRESS).await?;
    till.scan(&magic("01")).await?;
    till.shows("pending").await?;
    world.goto(&format!("{}/healthz", world.faults.origin())).await?;
    world.sandbox.confirm().await?;
    until("the proxy knows", async || {
        let payments = world.payments().await?;
        Ok((payments.first().is_some_and(|payment| payment["state"] == "successful")).then_some(()))
    })
    .await?;
    let till = world.open("/").await?;
    album.picture(&world, &till, "paid", "paid-earlier").await?;
    world.close();
    Ok(())
}
