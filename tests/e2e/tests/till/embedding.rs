//! Two tills on another shop's page.

use anyhow::{Context, Result};
use scantill_e2e::patience::until;
use scantill_e2e::{Camera, ShopPage, Till, World, magic};
use serde_json::Value;
use thirtyfour::Key;

/// What a page hands down to every element within it, as the till's heading has it; lengths in its own font size,
/// since the till's size follows its place.
const HANDED_DOWN: &str = "const heading = document.querySelector('[data-screen]').shadowRoot.querySelector('h1');
    const style = getComputedStyle(heading);
    const size = parseFloat(style.fontSize);
    const length = (name) => Number.isNaN(parseFloat(style[name])) ? style[name] : (parseFloat(style[name]) / size).toFixed(2);
    const words = ['textTransform', 'fontFamily', 'fontWeight', 'fontStyle', 'textAlign', 'color', 'visibility', 'direction']
        .map((name) => style[name]);
    return [...words, ...['letterSpacing', 'wordSpacing', 'lineHeight', 'textIndent'].map(length)].join('; ')";

async fn press_pay(world: &World, side: &str) -> Result<()> {
    world.run(&format!("document.querySelector('#pay-{side}').click()")).await?;
    Ok(())
}

async fn outcome(world: &World, side: &str) -> Result<Value> {
    until(&format!("an outcome on the {side}"), async || {
        let text =
            world.run(&format!("return document.querySelector('#outcome-{side}').textContent")).await?;
        Ok(serde_json::from_str(text.as_str().unwrap_or_default()).ok())
    })
    .await
}

#[tokio::test]
async fn two_tills_take_a_payment_each_without_each_others_scans() -> Result<()> {
    let world = World::start().await?;
    world.open("/embed.html").await?;
    let (left, right) = (world.till("#till-left"), world.till("#till-right"));
    for (till, side) in [(&left, "left"), (&right, "right")] {
        till.shows("amount").await?;
        press_pay(&world, side).await?;
        till.shows("scan").await?;
    }
    right.scan(&magic("00")).await?;
    right.shows("paid").await?;
    left.shows("scan").await?;
    let paid = outcome(&world, "right").await?;
    assert_eq!((&paid["status"], &paid["payment"]["amount"]), (&"paid".into(), &4200.into()));
    left.click(".deaf").await?;
    left.scan(&magic("10")).await?;
    left.shows("failed").await?;
    right.shows("paid").await?;
    left.press("scan-again").await?;
    left.shows("scan").await?;
    left.scan(&magic("00")).await?;
    left.shows("paid").await?;
    let paid = outcome(&world, "left").await?;
    assert_eq!((&paid["status"], &paid["payment"]["amount"]), (&"paid".into(), &2225.into()));
    world.agrees(3, 2).await?;
    world.close();
    Ok(())
}

/// A hand goes to the page's own button and presses it.
async fn press_pay_by_hand(world: &World, till: &Till) -> Result<()> {
    world.run("document.querySelector('#pay-left').focus()").await?;
    till.keys(&String::from(Key::Enter.value())).await
}

#[tokio::test]
async fn a_scan_on_an_outcome_presses_nothing_of_the_page() -> Result<()> {
    let world = World::start().await?;
    world.open("/embed.html").await?;
    let left = world.till("#till-left");
    left.shows("amount").await?;
    press_pay_by_hand(&world, &left).await?;
    left.shows("scan").await?;
    until("the focus", async || {
        let focused = world.run("return document.activeElement.id").await?;
        Ok((focused == "till-left").then_some(()))
    })
    .await?;
    left.says(".ear").await?;
    left.scan(&magic("00")).await?;
    left.shows("paid").await?;
    outcome(&world, "left").await?;
    world.run("document.querySelector('#pay-left').focus()").await?;
    for suffix in [Key::Enter, Key::Tab] {
        let code = format!("{}1{}", magic("00"), suffix.value());
        left.keys(&code).await?;
        left.shows("paid").await?;
        assert_eq!(
            world.run("return document.activeElement.id").await?,
            "pay-left",
            "no suffix moves the focus"
        );
    }
    world
        .run("const field = document.querySelector('#amount-left'); field.focus(); field.value = '12'")
        .await?;
    left.scan(&magic("00")).await?;
    until("the field as it was", async || {
        Ok((world.run("return document.querySelector('#amount-left').value").await? == "12").then_some(()))
    })
    .await?;
    left.shows("paid").await?;
    world.agrees(1, 1).await?;
    world.close();
    Ok(())
}

#[tokio::test]
async fn a_till_in_a_frame_is_ready_with_the_frames_focus() -> Result<()> {
    let world = World::start().await?;
    world.open("/embed.html").await?;
    world
        .run(
            "const frame = document.createElement('iframe');
            frame.src = '/?amount=2225';
            frame.style.height = '600px';
            document.body.prepend(frame);
            document.querySelector('#amount-right').focus()",
        )
        .await?;
    let shows = async |sign: &str| {
        let look = format!(
            "return !!document.querySelector('iframe').contentDocument?.querySelector('#till')?.shadowRoot
                ?.querySelector('{sign}')"
        );
        until(sign, async || Ok((world.run(&look).await? == true).then_some(()))).await
    };
    shows(".deaf").await?;
    // A script's focus() does not always reach a frame of a page whose window is not the active one: a finger does.
    let corner = world
        .run("const box = document.querySelector('iframe').getBoundingClientRect(); return [box.x, box.y]");
    let [x_px, y_px]: [f64; 2] = serde_json::from_value(corner.await?)?;
    #[allow(clippy::cast_possible_truncation, reason = "places on a screen")]
    world.browser().touch(x_px as i32 + 4, y_px as i32 + 4).await?;
    shows(".ear").await?;
    world.run("document.querySelector('#amount-right').focus()").await?;
    shows(".deaf").await?;
    let focused = "return document.activeElement.id";
    assert_eq!(world.run(focused).await?, "amount-right", "the till takes nothing back");
    world.close();
    Ok(())
}

#[tokio::test]
async fn the_host_page_learns_that_a_sale_was_ended_without_money() -> Result<()> {
    let world = World::start().await?;
    world.open("/embed.html").await?;
    let left = world.till("#till-left");
    left.shows("amount").await?;
    press_pay(&world, "left").await?;
    left.shows("scan").await?;
    left.scan(&magic("14")).await?;
    left.shows("failed").await?;
    left.press("end-sale").await?;
    let ended = outcome(&world, "left").await?;
    let payment = ended["payment"].as_object().context("the last attempt")?;
    assert_eq!(
        (&ended["status"], &payment["failure_code"]),
        (&"not_paid".into(), &"payment_rejected".into())
    );
    world.agrees(1, 0).await?;
    world.close();
    Ok(())
}

#[tokio::test]
async fn a_second_checkout_is_told_that_the_till_is_busy() -> Result<()> {
    let world = World::start().await?;
    world.open("/embed.html").await?;
    let left = world.till("#till-left");
    left.shows("amount").await?;
    press_pay(&world, "left").await?;
    left.shows("scan").await?;
    press_pay(&world, "left").await?;
    assert_eq!(outcome(&world, "left").await?["error"], "busy");
    left.shows("scan").await?;
    world.close();
    Ok(())
}

#[tokio::test]
async fn the_host_pages_styles_do_not_reach_into_the_till() -> Result<()> {
    let world = World::start().await?;
    let till = world.open("/?amount=2225").await?;
    till.shows("scan").await?;
    let alone = world.run(HANDED_DOWN).await?;
    world.open("/embed.html").await?;
    let left = world.till("#till-left");
    left.shows("amount").await?;
    press_pay(&world, "left").await?;
    left.shows("scan").await?;
    assert_eq!(world.run(HANDED_DOWN).await?, alone);
    world.close();
    Ok(())
}

#[tokio::test]
async fn a_frame_on_a_listed_page_takes_a_payment() -> Result<()> {
    let page = ShopPage::start().await?;
    let world = World::with_shop_page(&page, &Camera::None).await?;
    world.goto(&page.framing(&format!("{}/?amount=2225", world.faults.origin()))).await?;
    world.browser().session().enter_frame(0).await?;
    let till = world.till("#till");
    till.shows("scan").await?;
    till.press("type-code").await?;
    till.fill("code", &magic("00")).await?;
    till.press("send-code").await?;
    till.shows("paid").await?;
    world.agrees(1, 1).await?;
    world.close();
    Ok(())
}

#[tokio::test]
async fn a_page_that_is_not_listed_shows_no_till() -> Result<()> {
    let page = ShopPage::start().await?;
    let world = World::start().await?;
    world.goto(&page.with_till_of(&world.faults.origin())).await?;
    let till = world.till("#till");
    until("the words", async || {
        let is_told =
            till.has("h1").await? && till.text("h1").await?.contains("does not allow this page’s origin");
        Ok(is_told.then_some(()))
    })
    .await?;
    world.goto(&page.framing(&format!("{}/?amount=2225", world.faults.origin()))).await?;
    world.browser().session().enter_frame(0).await?;
    assert_eq!(world.run("return document.querySelector('#till')").await?, Value::Null);
    world.close();
    Ok(())
}

/// The README's snippet: an element without a height, in a page that knows nothing of the till.
const SNIPPET: &str = "document.body.innerHTML = '<p>A shop</p><div id=\"till\"></div>';
    document.querySelectorAll('link, style').forEach((style) => style.remove());
    return import('./pkg/scantill.js').then(async ({ default: init, mount }) => {
        await init();
        mount(document.querySelector('#till'), { device: 'snippet' });
    })";
const AMOUNT: &str = "const root = document.querySelector('#till').shadowRoot;
    const figure = root.querySelector('.figure').getBoundingClientRect();
    const till = root.querySelector('.till').getBoundingClientRect();
    const host = document.querySelector('#till').getBoundingClientRect();
    return [figure.height > 30, figure.bottom < till.bottom, till.height === host.height, till.height]";

#[tokio::test]
async fn the_readmes_snippet_shows_the_amount_without_a_height() -> Result<()> {
    let world = World::start().await?;
    world.open("/embed.html").await?;
    world.run(SNIPPET).await?;
    let till = world.till("#till");
    till.shows("amount").await?;
    let seen = serde_json::json!([true, true, true, 600]);
    assert_eq!(world.run(AMOUNT).await?, seen);
    till.charge("2225").await?;
    till.shows("scan").await?;
    assert_eq!(world.run(AMOUNT).await?, seen);
    till.scan(&magic("00")).await?;
    till.shows("paid").await?;
    assert_eq!(world.run(AMOUNT).await?, seen);
    world.close();
    Ok(())
}
