//! What a scanner sends, and what must never be sent on.

use std::collections::HashSet;
use std::time::Duration;

use anyhow::Result;
use scantill_e2e::patience::until;
use scantill_e2e::{Fault, World, magic};
use thirtyfour::Key;

/// A scanner's keys wait for a busy machine.
const PAUSE: Duration = Duration::from_millis(322);
/// Between two keys of a practised hand on a number pad.
const HAND_GAP: Duration = Duration::from_millis(80);

const PUT: &str = "PUT /v1/payments/*";
/// An EAN-13 of a product, a code to be paid to, a scan torn in the middle.
const WRONG: [&str; 3] = ["4006381333931", "https://qr.alipay.com/fkx012345", "12345678"];

#[tokio::test]
async fn the_same_code_scanned_twice_in_a_row_is_charged_once() -> Result<()> {
    let world = World::start().await?;
    let till = world.open("/?amount=2225").await?;
    till.shows("scan").await?;
    let enter = Key::Enter.value();
    let code = magic("01");
    till.keys(&format!("{code}{enter}{code}{enter}")).await?;
    till.shows("pending").await?;
    till.scan(&code).await?;
    world.sandbox.confirm().await?;
    till.shows("paid").await?;
    world.agrees(1, 1).await?;
    assert_eq!(world.payments().await?.len(), 1);
    world.close();
    Ok(())
}

#[tokio::test]
async fn two_suffixes_after_a_code_are_one_scan_and_press_nothing() -> Result<()> {
    let world = World::start().await?;
    let till = world.open("/?amount=2225").await?;
    till.shows("scan").await?;
    let enter = Key::Enter.value();
    till.keys(&format!("{}{enter}{enter}", magic("10"))).await?;
    till.shows("failed").await?;
    till.press("scan-again").await?;
    till.shows("scan").await?;
    till.keys(&format!("{}{enter}{enter}", magic("00"))).await?;
    till.shows("paid").await?;
    world.agrees(2, 1).await?;
    assert_eq!(world.faults.seen(PUT).len(), 2);
    world.close();
    Ok(())
}

#[tokio::test]
async fn a_scanner_without_a_suffix_is_understood() -> Result<()> {
    let world = World::start().await?;
    let till = world.open("/?amount=2225").await?;
    till.shows("scan").await?;
    till.keys(&magic("00")).await?;
    till.shows("paid").await?;
    world.agrees(1, 1).await?;
    world.close();
    Ok(())
}

#[tokio::test]
async fn a_text_that_is_no_payer_code_is_explained_and_unsent() -> Result<()> {
    let world = World::start().await?;
    let till = world.open("/?amount=2225").await?;
    let mut sentences = HashSet::new();
    for wrong in WRONG {
        till.shows("scan").await?;
        till.scan(wrong).await?;
        assert!(sentences.insert(till.says(".problem").await?), "{wrong}: {sentences:?}");
        world.reload().await?;
    }
    till.shows("scan").await?;
    till.press("type-code").await?;
    till.fill("code", "https://qr.alipay.com/fkx012345").await?;
    till.press("send-code").await?;
    assert!(sentences.contains(&till.says(".problem").await?));
    assert!(world.faults.seen(PUT).is_empty());
    world.agrees(0, 0).await?;
    world.close();
    Ok(())
}

#[tokio::test]
async fn a_scan_on_the_keypads_screen_charges_nothing_and_leaves_the_amount() -> Result<()> {
    let world = World::start().await?;
    let till = world.open("/").await?;
    till.shows("amount").await?;
    till.press("digit-5").await?;
    let before = till.text(".figure").await?;
    till.scan(&magic("00")).await?;
    // Keys are heard in order: once this one shows, the scan before it has been heard.
    till.press("double-zero").await?;
    till.shows("amount").await?;
    till.press("delete").await?;
    till.press("delete").await?;
    assert_eq!(till.text(".figure").await?, before);
    assert!(world.faults.seen(PUT).is_empty());
    world.close();
    Ok(())
}

#[tokio::test]
async fn a_code_that_was_spent_is_not_sent_again() -> Result<()> {
    let world = World::start().await?;
    let till = world.open("/?amount=2225").await?;
    till.shows("scan").await?;
    let code = "28763443825664394";
    world.sandbox.order("POST", "next", serde_json::json!({ "outcome": "fail:payment_rejected" })).await?;
    till.scan(code).await?;
    till.shows("failed").await?;
    till.press("scan-again").await?;
    till.shows("scan").await?;
    till.scan(code).await?;
    till.says(".problem").await?;
    // After a reload the till has forgotten the code; the proxy has not.
    world.reload().await?;
    till.shows("scan").await?;
    till.scan(code).await?;
    till.shows("refused").await?;
    assert_eq!(till.explained().await?, "code_used");
    world.agrees(1, 0).await?;
    world.close();
    Ok(())
}

#[tokio::test]
async fn a_scan_that_a_pause_tears_is_told_and_never_sent() -> Result<()> {
    let world = World::start().await?;
    let till = world.open("/?amount=2225").await?;
    till.shows("scan").await?;
    let code = magic("00");
    till.keys_at(PAUSE, &code[..1]).await?;
    till.keys(&format!("{}{}", &code[1..], Key::Enter.value())).await?;
    assert!(till.says(".problem").await?.contains("in pieces"));
    assert!(world.faults.seen(PUT).is_empty());
    till.scan(&code).await?;
    till.shows("paid").await?;
    world.agrees(1, 1).await?;
    world.close();
    Ok(())
}

#[tokio::test]
async fn a_practised_hand_types_charges_and_goes_on_by_enter() -> Result<()> {
    let world = World::start().await?;
    let till = world.open("/").await?;
    till.shows("amount").await?;
    let enter = Key::Enter.value();
    till.keys_at(HAND_GAP, &format!("2500{enter}")).await?;
    till.shows("scan").await?;
    assert_eq!(till.text(".figure").await?, "฿25.00");
    let code = magic("00");
    till.scan(&code).await?;
    till.shows("paid").await?;
    // A second scan of an eager hand is no Enter.
    till.scan(&format!("{code}7")).await?;
    till.shows("paid").await?;
    until("the next sale", async || {
        till.keys(&String::from(enter)).await?;
        Ok((till.screen().await?.as_deref() == Some("amount")).then_some(()))
    })
    .await?;
    world.agrees(1, 1).await?;
    world.close();
    Ok(())
}

#[tokio::test]
async fn a_slow_network_delays_the_payment_and_doubles_nothing() -> Result<()> {
    let world = World::start().await?;
    let till = world.open("/?amount=2225").await?;
    till.shows("scan").await?;
    world.faults.always(Fault::Delay(Duration::from_millis(900)), PUT);
    till.scan(&magic("00")).await?;
    till.shows("sending").await?;
    till.scan(&magic("00")).await?;
    till.shows("paid").await?;
    world.agrees(1, 1).await?;
    assert_eq!(world.faults.seen(PUT).len(), 1);
    world.close();
    Ok(())
}
