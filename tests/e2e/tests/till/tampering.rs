//! Line 20 of the security checklist: a file that was changed on its way does not run, and the page says so.
//!
//! What is added changes nothing of what a file does: without the hash a browser would run it.

use std::time::Duration;

use anyhow::{Context, Result};
use scantill_e2e::patience::until;
use scantill_e2e::{Camera, Fault, Settings, World, magic};
use serde_json::json;

use crate::camera::{DIGITS, at_scan, film, state};
use crate::pictures::{Symbol, View};
use crate::supervisor::{called, opens, shop};

const MESSAGE: &str = "return document.querySelector('#message')?.textContent ?? ''";
/// A page shows its till or says why not.
const LOADS_WITHIN: Duration = Duration::from_secs(2);
const DAMAGED: &str = "its files are damaged";
const LINE: Fault = Fault::Append(b"\n");
/// A section of a module's own, named `x`, with nothing in it.
const SECTION: Fault = Fault::Append(&[0, 2, 1, b'x']);

/// A worker fetches every file once the till stands, before a test can change it.
pub(super) fn without_worker() -> Settings {
    Settings { service_worker: false, ..Settings::default() }
}

fn changed(file: &str) -> Fault {
    if file.ends_with("_bg.wasm") { SECTION } else { LINE }
}

#[tokio::test]
async fn a_changed_file_of_the_first_load_does_not_run() -> Result<()> {
    for file in ["/page.js", "/pkg/scantill.js", "/pkg/scantill_bg.wasm"] {
        let world = World::start().await?;
        world.faults.always(changed(file), &format!("GET {file}"));
        let till = world.open("/").await?;
        until(file, async || {
            let message = world.run(MESSAGE).await?;
            Ok(message.as_str().is_some_and(|message| message.contains(DAMAGED)).then_some(()))
        })
        .await?;
        assert_eq!(till.screen().await?, None, "{file}");
        world.faults.lift();
        // The browser still keeps the changed file. The page that did not start has it fetched anew.
        until("the till", async || {
            world.open("/").await?;
            tokio::time::sleep(LOADS_WITHIN).await;
            Ok((till.screen().await?.as_deref() == Some("amount")).then_some(()))
        })
        .await?;
        world.close();
    }
    Ok(())
}

/// The till does without both: one tells why a till did not start, the other places it on the page.
#[tokio::test]
async fn a_changed_script_or_style_beside_the_till_is_left_out() -> Result<()> {
    let runs = "return [typeof tillFailed, document.styleSheets.length]";
    let parts = [("/start.js", json!(["undefined", 1])), ("/page.css", json!(["function", 0]))];
    for (file, expected) in parts {
        let world = World::start().await?;
        world.faults.always(LINE, &format!("GET {file}"));
        let till = world.open("/?amount=2225").await?;
        till.shows("scan").await?;
        assert_eq!(world.run(runs).await?, expected, "{file}");
        till.scan(&magic("00")).await?;
        till.shows("paid").await?;
        world.close();
    }
    Ok(())
}

#[tokio::test]
async fn a_changed_scanner_module_is_not_used() -> Result<()> {
    for file in ["/pkg/scanners.js", "/pkg/scanners_bg.wasm"] {
        let world = World::start().await?;
        world.faults.always(changed(file), &format!("GET {file}"));
        let till = world.open("/").await?;
        till.shows("amount").await?;
        till.press("scanner").await?;
        assert!(till.says(".problem").await?.contains("load the page again"), "{file}");
        world.faults.lift();
        till.press("close-scanner").await?;
        till.press("scanner").await?;
        till.says(".scanners").await?;
        world.close();
    }
    Ok(())
}

#[tokio::test]
async fn a_changed_supervisors_sheet_is_not_opened() -> Result<()> {
    for file in ["/pkg/office.js", "/pkg/office_bg.wasm"] {
        let world = shop(without_worker()).await?;
        let till = called(&world).await?;
        world.faults.always(changed(file), &format!("GET {file}"));
        till.press("supervisor").await?;
        until(file, async || Ok(till.text(".note").await?.contains("could not be loaded").then_some(())))
            .await?;
        world.faults.lift();
        opens(&till).await?;
        world.close();
    }
    Ok(())
}

#[tokio::test]
async fn a_changed_decoder_reads_nothing() -> Result<()> {
    let film = film(&Symbol::qr(DIGITS), View::default())?;
    for file in ["/decoder/decoder.js", "/decoder/decoder_bg.wasm"] {
        let world = World::open_with(without_worker(), &Camera::Film(film.path().to_owned())).await?;
        let till = at_scan(&world).await?;
        world.faults.always(changed(file), &format!("GET {file}"));
        till.press("camera").await?;
        state(&till, "decoder").await.with_context(|| file.to_owned())?;
        world.agrees(0, 0).await?;
        world.faults.lift();
        till.press("camera-again").await?;
        till.shows("paid").await?;
        world.close();
    }
    Ok(())
}

/// A page that gives a preload another hash than its use fetches the file twice. A browser with a worker does not even ask
/// for the page.
#[tokio::test]
async fn a_file_is_asked_for_once_however_often_the_page_loads() -> Result<()> {
    let world = World::start_with(without_worker()).await?;
    let files = ["/page.css", "/page.js", "/start.js", "/pkg/scantill.js", "/pkg/scantill_bg.wasm"];
    for load in 1..=3 {
        world.open("/").await?.shows("amount").await?;
        for file in files {
            assert_eq!(world.faults.seen(&format!("GET {file}")).len(), 1, "{file}, load {load}");
        }
        let pages = world.faults.seen("GET /");
        assert_eq!(pages.len(), load);
        assert_eq!(pages.last().and_then(|page| page.status), Some(if load == 1 { 200 } else { 304 }));
    }
    world.close();
    Ok(())
}
