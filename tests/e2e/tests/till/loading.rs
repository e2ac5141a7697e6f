//! A till that cannot begin: the page says why, and what helps.

use anyhow::Result;
use scantill_e2e::patience::until;
use scantill_e2e::{Fault, World, magic};

const MESSAGE: &str = "return document.querySelector('#message')?.textContent ?? ''";
const NEEDS: &str = "it needs Chrome or Edge 112, Safari 16.5 or Firefox 121";
const CONNECTION: &str = "Check the connection";

async fn says(world: &World, words: &str) -> Result<()> {
    until(words, async || {
        let message = world.run(MESSAGE).await?;
        Ok(message.as_str().is_some_and(|message| message.contains(words)).then_some(()))
    })
    .await
}

/// The page's words in a browser of which this script has taken something away before the page was loaded.
async fn says_in_a_browser_without(script: &str, words: &str) -> Result<()> {
    let world = World::start().await?;
    world.browser().before_load(script).await?;
    world.open("/").await?;
    says(&world, words).await?;
    world.close();
    Ok(())
}

/// Where no hash stops it first: on a page that names none, or in a browser that compares none.
async fn says_without_hashes(fault: Fault, file: &str, words: &str) -> Result<()> {
    let world = World::start().await?;
    world.page_without_hashes().await?;
    world.faults.always(fault, &format!("GET {file}"));
    world.open("/").await?;
    says(&world, words).await?;
    world.close();
    Ok(())
}

async fn says_with(fault: Fault, file: &str, words: &str) -> Result<()> {
    let world = World::start().await?;
    world.faults.always(fault, &format!("GET {file}"));
    world.open("/").await?;
    says(&world, words).await?;
    world.close();
    Ok(())
}

fn script(body: &'static str) -> Fault {
    Fault::Answer { status: 200, media_type: "text/javascript", body }
}

const MISSING: Fault = Fault::Answer { status: 404, media_type: "text/plain", body: "not found" };

#[tokio::test]
async fn a_browser_without_style_objects_is_told_which_one_works() -> Result<()> {
    says_in_a_browser_without(
        "CSSStyleSheet = class { constructor() { throw new TypeError('Illegal') } }",
        NEEDS,
    )
    .await
}

#[tokio::test]
async fn a_browser_without_webassembly_is_told_which_one_is_needed() -> Result<()> {
    says_in_a_browser_without("delete window.WebAssembly", NEEDS).await
}

#[tokio::test]
async fn a_browser_without_the_styles_words_is_told_which_one_is_needed() -> Result<()> {
    let script = "CSS.supports = () => false; HTMLElement.prototype.attachShadow = undefined";
    says_in_a_browser_without(script, NEEDS).await
}

#[tokio::test]
async fn a_script_that_the_browser_cannot_read_is_reported() -> Result<()> {
    says_without_hashes(script("import init from './pkg/scantill.js'; let it = #newer;"), "/page.js", NEEDS)
        .await
}

#[tokio::test]
async fn glue_that_the_browser_cannot_read_is_reported() -> Result<()> {
    says_without_hashes(script("export default @newer"), "/pkg/scantill.js", NEEDS).await
}

#[tokio::test]
async fn a_program_that_is_not_there_is_a_matter_of_loading() -> Result<()> {
    says_with(MISSING, "/pkg/scantill_bg.wasm", CONNECTION).await
}

#[tokio::test]
async fn a_script_that_is_not_there_is_a_matter_of_loading() -> Result<()> {
    says_with(MISSING, "/page.js", CONNECTION).await?;
    says_with(Fault::Cut, "/pkg/scantill.js", CONNECTION).await
}

/// In a frame: a driver waits for the page itself.
#[tokio::test]
async fn a_file_that_never_comes_is_no_silence_for_ever() -> Result<()> {
    let world = World::start().await?;
    // A page of this origin without a till: a second load of the till would not ask for the file.
    world.open("/embed.css").await?;
    world.faults.always(Fault::Swallow, "GET /pkg/scantill_bg.wasm");
    world.run("document.body.append(Object.assign(document.createElement('iframe'), { src: './' }))").await?;
    until("words about the waiting", async || {
        let message =
            "return document.querySelector('iframe').contentDocument?.querySelector('#message')?.textContent";
        let message = world.run(message).await?;
        Ok(message.as_str().is_some_and(|message| message.contains("still loading")).then_some(()))
    })
    .await?;
    world.close();
    Ok(())
}

/// Files of another build than the browser's own: another id in their names.
#[tokio::test]
async fn glue_of_another_build_refuses_to_run() -> Result<()> {
    let world = World::start().await?;
    let glue = world.other_build("/pkg/scantill.js").await?;
    world.faults.always(script(glue), "GET /pkg/scantill.js");
    world.page_without_hashes().await?;
    let till = world.open("/").await?;
    says(&world, "of two builds. Load this page again.").await?;
    assert_eq!(till.screen().await?, None);
    world.close();
    Ok(())
}

#[tokio::test]
async fn a_scanner_module_of_another_build_is_not_used() -> Result<()> {
    let world = World::start().await?;
    let glue = world.other_build("/pkg/scanners.js").await?;
    world.faults.always(script(glue), "GET /pkg/scanners.js");
    let till = world.open("/").await?;
    till.shows("amount").await?;
    till.press("scanner").await?;
    assert!(till.says(".problem").await?.contains("load the page again"));
    world.faults.lift();
    till.press("close-scanner").await?;
    till.press("scanner").await?;
    till.says(".scanners").await?;
    world.close();
    Ok(())
}

/// nginx: `location /pos/ { proxy_pass http://127.0.0.1:8787/; }`.
#[tokio::test]
async fn a_till_behind_a_path_of_another_server_takes_a_payment() -> Result<()> {
    let world = World::start().await?;
    world.faults.set_path("/pos");
    let till = world.open("/pos/?amount=2225").await?;
    till.shows("scan").await?;
    till.scan(&magic("00")).await?;
    till.shows("paid").await?;
    world.agrees(1, 1).await?;
    world.close();
    Ok(())
}

#[tokio::test]
async fn a_module_keeps_the_path_of_its_proxy() -> Result<()> {
    let world = World::start().await?;
    world.faults.set_path("/pos");
    world.open("/pos/embed.html").await?;
    let left = world.till("#till-left");
    left.shows("amount").await?;
    world.run("document.querySelector('#pay-left').click()").await?;
    left.shows("scan").await?;
    left.scan(&magic("00")).await?;
    left.shows("paid").await?;
    world.agrees(1, 1).await?;
    world.close();
    Ok(())
}
