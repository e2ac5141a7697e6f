//! The half of the sale on a tablet: the last sales beside the keypad, and what the customer does beside the scan.

use anyhow::Result;
use scantill_e2e::patience::until;
use scantill_e2e::{Look, Settings, Till, World, magic};

const TABLET: Look = Look::plain(1280, 800);
/// The lines of the last sales: outcome, reference, amount.
const SALES: &str = "const root = document.querySelector('#till').shadowRoot;
    return [...root.querySelectorAll('[data-place=last-sales] li')]
        .map((line) => [line.dataset.outcome, line.querySelector('span').textContent, line.querySelector('b').textContent].join(' ')).join(', ')";
const TEXT: &str = "return document.querySelector('#till').shadowRoot.querySelector('.under').innerText";
const ROOM: &str = "const root = document.querySelector('#till').shadowRoot;
    return [...root.querySelectorAll('.figure, .label, .keypad button')].map((one) => one.getBoundingClientRect().top).join(' ')";

async fn shows(world: &World, sales: &str) -> Result<()> {
    until(sales, async || Ok((world.run(SALES).await? == sales).then_some(()))).await
}

/// A sale with this code, up to its outcome.
async fn sale(world: &World, reference: &str, code: &str, outcome: &str) -> Result<Till> {
    let till = world.open(&format!("/?amount=2225&reference={reference}")).await?;
    till.shows("scan").await?;
    till.scan(&magic(code)).await?;
    till.shows(outcome).await?;
    Ok(till)
}

#[tokio::test]
async fn the_last_sales_are_beside_the_keypad_also_after_a_reload() -> Result<()> {
    let world = World::start_with(Settings { creation: "one_call", ..Settings::default() }).await?;
    world.browser().look(TABLET).await?;
    let till = sale(&world, "<i>inv-1</i>", "00", "paid").await?;
    till.press("next-sale").await?;
    till.shows("amount").await?;
    shows(&world, "paid <i>inv-1</i> ฿22.25").await?;
    let till = sale(&world, "inv-2", "10", "failed").await?;
    till.press("end-sale").await?;
    till.shows("amount").await?;
    shows(&world, "not-paid inv-2 ฿22.25, paid <i>inv-1</i> ฿22.25").await?;
    world.sandbox.fault("cut_before_commit", "POST /charges").await?;
    let till = sale(&world, "inv-3", "00", "unknown").await?;
    till.press("park").await?;
    till.shows("amount").await?;
    let sales = "in-doubt inv-3 ฿22.25, not-paid inv-2 ฿22.25, paid <i>inv-1</i> ฿22.25";
    shows(&world, sales).await?;
    world.reload().await?;
    till.shows("amount").await?;
    shows(&world, sales).await?;
    let told = world.run(TEXT).await?;
    let told = told.as_str().unwrap_or_default();
    assert!(
        !told.contains("·····") && !told.contains("chrg"),
        "a customer reads no code and no charge: {told}"
    );
    world.close();
    Ok(())
}

#[tokio::test]
async fn what_comes_later_moves_nothing() -> Result<()> {
    let world = World::start().await?;
    world.browser().look(TABLET).await?;
    let till = world.open("/").await?;
    till.shows("amount").await?;
    let room = world.run(ROOM).await?;
    till.says("[data-place=last-sales] .quiet").await?;
    assert_eq!(world.run(ROOM).await?, room);
    world.close();
    Ok(())
}

#[tokio::test]
async fn beside_the_scan_the_customer_sees_what_to_do() -> Result<()> {
    let world = World::start().await?;
    world.browser().look(TABLET).await?;
    let till = world.open("/?amount=2225&reference=inv-1").await?;
    till.shows("scan").await?;
    let steps = till.says("[data-place=steps] ol").await?;
    assert!(steps.contains("Open the wallet") && steps.contains("Show the code"), "{steps}");
    let wallets = till.says("[data-place=steps] h2").await?;
    assert!(wallets.contains("Alipay"), "{wallets}");
    world.close();
    Ok(())
}
