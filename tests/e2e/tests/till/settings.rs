//! Settings that the cashier changes on the till: its language and its volume.

use anyhow::Result;
use scantill_e2e::patience::until;
use scantill_e2e::{Till, World};

const LANGUAGE: &str = "return document.querySelector('#till').shadowRoot.querySelector('.till').lang";
const PRESSED: &str = "return document.querySelector('#till').shadowRoot
    .querySelector('[data-part=volume-off]').getAttribute('aria-pressed')";

async fn choose(till: &Till, part: &str) -> Result<()> {
    till.press("scanner").await?;
    till.shows("scanner").await?;
    till.click(&format!("[data-part={part}]")).await
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
async fn a_till_waits_for_texts_that_cannot_be_fetched_yet() -> Result<()> {
    let world = World::start().await?;
    world.faults.always(scantill_e2e::Fault::Cut, "GET /pkg/till.en.txt");
    let till = world.open("/?amount=2225").await?;
    world.faults.until_seen("GET /pkg/till.en.txt", 1).await?;
    world.faults.lift();
    till.shows("scan").await?;
    assert_eq!(till.says("h1").await?, "Scan the customer’s code");
    world.close();
    Ok(())
}
