//! Settings that the cashier changes on the till: its language, its volume and its appearance.

use anyhow::Result;
use scantill_e2e::patience::until;
use scantill_e2e::{Fault, Look, Settings, Till, World};

use crate::supervisor::{PIN, called, opens, shop, types};

const CODE: &str = "28763443825664394";
const LANGUAGE: &str = "return document.querySelector('#till').shadowRoot.querySelector('.till').lang";
const PRESSED: &str = "return document.querySelector('#till').shadowRoot
    .querySelector('[data-part=volume-off]').getAttribute('aria-pressed')";

/// The colour of the page behind the amount.
const PAPER: &str = "return getComputedStyle(document.querySelector('#till').shadowRoot.querySelector('.till')).backgroundColor";
const BY_DAY: &str = "rgb(245, 241, 232)";
const BY_NIGHT: &str = "rgb(13, 23, 31)";

async fn choose(till: &Till, part: &str) -> Result<()> {
    till.press("scanner").await?;
    till.shows("scanner").await?;
    till.click(&format!("[data-part={part}]")).await
}

#[tokio::test]
async fn a_supervisor_decides_in_the_language_of_the_till() -> Result<()> {
    let world = shop(Settings::default()).await?;
    let till = world.open("/").await?;
    till.shows("amount").await?;
    choose(&till, "language-zh-Hans").await?;
    until("Chinese", async || Ok((world.run(LANGUAGE).await? == "zh-Hans").then_some(()))).await?;
    // A file that was damaged on its way is fetched again, past the browser's cache.
    world.faults.once(Fault::Append(b"!"), "GET /pkg/office.zh-Hans.txt");
    let till = called(&world).await?;
    let sheet = opens(&till).await?;
    assert_eq!(sheet.says("h2").await?, "要怎么处理？");
    assert!(sheet.text(".o-facts").await?.contains("已付款，由主管决定"));
    sheet.press("supervisor-accept").await?;
    types(&sheet, PIN).await?;
    till.shows("paid").await?;
    world.agrees(1, 1).await?;
    world.close();
    Ok(())
}

#[tokio::test]
async fn a_sale_in_each_language_is_paid_without_a_reload() -> Result<()> {
    let world = World::start().await?;
    let till = world.open("/").await?;
    till.shows("amount").await?;
    for (number, (tag, scan, paid)) in [
        ("th", "สแกนโค้ดของลูกค้า", "ชำระเงินแล้ว"),
        ("zh-Hans", "请扫描顾客付款码", "收款成功"),
        ("en", "Scan the customer’s code", "Paid"),
    ]
    .into_iter()
    .enumerate()
    {
        choose(&till, &format!("language-{tag}")).await?;
        until(tag, async || Ok((world.run(LANGUAGE).await? == tag).then_some(()))).await?;
        till.press("close-scanner").await?;
        for digit in ["digit-5", "double-zero", "double-zero", "charge"] {
            till.press(digit).await?;
        }
        till.shows("scan").await?;
        assert_eq!(till.says("h1").await?, scan);
        till.scan(&format!("2876344382566439{number}")).await?;
        till.shows("paid").await?;
        assert_eq!(till.says("h1").await?, paid);
        till.press("next-sale").await?;
        till.shows("amount").await?;
    }
    world.agrees(3, 3).await?;
    world.close();
    Ok(())
}

#[tokio::test]
async fn settings_outlive_a_reload() -> Result<()> {
    let world = World::start().await?;
    let till = world.open("/?amount=2225").await?;
    till.shows("scan").await?;
    choose(&till, "language-th").await?;
    until("Thai", async || Ok((world.run(LANGUAGE).await? == "th").then_some(()))).await?;
    till.click("[data-part=volume-off]").await?;
    world.reload().await?;
    till.shows("scan").await?;
    assert_eq!(world.run(LANGUAGE).await?, "th");
    till.press("scanner").await?;
    till.says("[data-source=sound] h3").await?;
    assert_eq!(world.run(PRESSED).await?, "true");
    world.close();
    Ok(())
}

#[tokio::test]
async fn a_till_without_texts_says_so_takes_no_scan_and_goes_on() -> Result<()> {
    let world = World::start().await?;
    world.faults.always(Fault::Cut, "GET /pkg/till.en.txt");
    let till = world.open("/?amount=2225").await?;
    let told = till.says(".bar").await?;
    assert!(told.contains("cannot load its texts"), "{told}");
    till.keys(CODE).await?;
    till.keys("\u{e007}").await?;
    world.faults.lift();
    till.shows("scan").await?;
    assert_eq!(till.says("h1").await?, "Scan the customer’s code");
    world.agrees(0, 0).await?;
    till.scan(CODE).await?;
    till.shows("paid").await?;
    world.agrees(1, 1).await?;
    world.close();
    Ok(())
}

#[tokio::test]
async fn texts_that_were_damaged_on_their_way_are_fetched_again() -> Result<()> {
    let world = World::start().await?;
    world.faults.once(Fault::Append(b"!"), "GET /pkg/till.en.txt");
    world.faults.once(Fault::Append(b"!"), "GET /pkg/till.th.txt");
    let till = world.open("/?amount=2225").await?;
    till.shows("scan").await?;
    choose(&till, "language-th").await?;
    until("Thai", async || Ok((world.run(LANGUAGE).await? == "th").then_some(()))).await?;
    world.close();
    Ok(())
}

#[tokio::test]
async fn a_language_that_cannot_be_fetched_leaves_the_till_as_it_is() -> Result<()> {
    let world = World::start().await?;
    world
        .faults
        .always(Fault::Answer { status: 404, media_type: "text/plain", body: "?" }, "GET /pkg/till.th.txt");
    let till = world.open("/?amount=2225").await?;
    till.shows("scan").await?;
    choose(&till, "language-th").await?;
    world.faults.until_seen("GET /pkg/till.th.txt", 5).await?;
    till.press("close-scanner").await?;
    till.shows("scan").await?;
    assert_eq!(till.says("h1").await?, "Scan the customer’s code");
    till.scan(CODE).await?;
    till.shows("paid").await?;
    world.close();
    Ok(())
}

async fn is_painted(world: &World, paper: &str) -> Result<()> {
    until(paper, async || Ok((world.run(PAPER).await? == paper).then_some(()))).await
}

#[tokio::test]
async fn the_till_is_dark_when_it_is_told_or_its_device_is() -> Result<()> {
    let world = World::start().await?;
    let tablet = Look::plain(1280, 800);
    world.browser().look(tablet).await?;
    let till = world.open("/?amount=2225").await?;
    till.shows("scan").await?;
    is_painted(&world, BY_DAY).await?;
    world.browser().look(tablet.dark()).await?;
    is_painted(&world, BY_NIGHT).await?;
    choose(&till, "appearance-light").await?;
    is_painted(&world, BY_DAY).await?;
    till.click("[data-part=appearance-dark]").await?;
    world.browser().look(tablet).await?;
    is_painted(&world, BY_NIGHT).await?;
    world.reload().await?;
    till.shows("scan").await?;
    is_painted(&world, BY_NIGHT).await?;
    choose(&till, "appearance-device").await?;
    is_painted(&world, BY_DAY).await?;
    world.close();
    Ok(())
}
