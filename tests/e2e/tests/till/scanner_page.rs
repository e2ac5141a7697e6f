//! The scanner's page, on which nothing is charged.

use std::time::Duration;

use anyhow::Result;
use scantill_e2e::World;
use scantill_e2e::patience::until;

const CODE: &str = "28763443825664394";
/// Whether the module came from another address than the first.
const ASKED_AGAIN: &str = "return performance.getEntriesByType('resource')
    .some(({ name }) => /\\/pkg\\/scanners-\\w+\\.js\\?again=/.test(name))";

#[tokio::test]
async fn a_test_scan_is_shown_by_its_ends_and_charges_nothing() -> Result<()> {
    let world = World::start().await?;
    let till = world.open("/?amount=2225").await?;
    till.shows("scan").await?;
    till.press("scanner").await?;
    till.shows("scanner").await?;
    till.says("[data-source=hid] h3").await?;
    till.scan(CODE).await?;
    assert_eq!(till.says("[data-part=masked]").await?, "28 ····· 4394");
    let trace = till.says("[data-part=trace]").await?;
    assert!(trace.starts_with("scantill-trace-1 alipay scan") && !trace.contains("2876"), "{trace}");
    till.press("close-scanner").await?;
    till.shows("scan").await?;
    world.agrees(0, 0).await?;
    // The page remembers nothing of the code.
    assert!(!world.remembered().await?.contains("287634"));
    world.close();
    Ok(())
}

#[tokio::test]
async fn a_slow_scanner_works_with_a_raised_limit_after_a_reload() -> Result<()> {
    let world = World::start().await?;
    let till = world.open("/").await?;
    till.shows("amount").await?;
    till.press("scanner").await?;
    till.says("[data-source=hid] h3").await?;
    till.keys_at(Duration::from_millis(165), CODE).await?;
    till.press("raise-limit").await?;
    let limit = until("a higher limit", async || {
        let limit = till.text("[data-part=limit]").await?;
        Ok((!limit.starts_with("140")).then_some(limit))
    })
    .await?;
    world.reload().await?;
    till.shows("amount").await?;
    till.press("scanner").await?;
    until("the limit", async || Ok((till.text("[data-part=limit]").await? == limit).then_some(()))).await?;
    till.scan_at(Duration::from_millis(165), CODE).await?;
    assert_eq!(till.says("[data-part=masked]").await?, "28 ····· 4394");
    world.close();
    Ok(())
}

#[tokio::test]
async fn the_page_comes_without_the_module_that_could_not_be_loaded() -> Result<()> {
    for (part, is_remembered) in [("GET /pkg/scanners_bg.wasm", false), ("GET /pkg/scanners.js", true)] {
        let world = World::start().await?;
        world.faults.always(scantill_e2e::Fault::Cut, part);
        let till = world.open("/?amount=2225").await?;
        till.shows("scan").await?;
        till.press("scanner").await?;
        till.says(".problem").await?;
        till.press("close-scanner").await?;
        till.shows("scan").await?;
        world.faults.lift();
        till.press("scanner").await?;
        till.says("[data-source=hid] h3").await?;
        let again = world.run(ASKED_AGAIN).await?;
        assert_eq!(again, is_remembered, "a browser remembers by its address what it could not fetch");
        world.close();
    }
    Ok(())
}
