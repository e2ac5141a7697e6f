//! From the amount to the outcome.

use anyhow::Result;
use scantill_e2e::phone::Phone;
use scantill_e2e::{World, magic};

/// The digits of the magic codes that fail, and the failure that each brings.
const FAILURES: [(&str, &str); 16] = [
    ("10", "insufficient_balance"),
    ("11", "insufficient_fund"),
    ("12", "timeout"),
    ("13", "payment_expired"),
    ("14", "payment_rejected"),
    ("15", "payment_cancelled"),
    ("16", "failed_processing"),
    ("17", "invalid_barcode"),
    ("18", "failed_fraud_check"),
    ("19", "internal_error"),
    ("20", "undefined"),
    ("21", "amount_mismatch"),
    ("22", "confirmed_amount_mismatch"),
    ("23", "invalid_account"),
    ("24", "invalid_account_number"),
    // A word that Omise may add tomorrow: the documents list no code of it.
    ("25", ""),
];

#[tokio::test]
async fn an_amount_from_the_keypad_and_one_scan_are_paid_at_once() -> Result<()> {
    let world = World::start().await?;
    let till = world.open("/").await?;
    till.charge("2225").await?;
    till.shows("scan").await?;
    assert!(!till.has("input:focus:not([data-catcher])").await?, "no field that is seen has the focus");
    till.scan(&magic("00")).await?;
    till.shows("paid").await?;
    assert!(till.text(".sale").await?.contains("22"), "the amount stays in sight");
    world.agrees(1, 1).await?;
    assert_eq!(world.sandbox.charges().await?[0]["amount_paid"], 2225);
    till.press("next-sale").await?;
    till.shows("amount").await?;
    world.close();
    Ok(())
}

#[tokio::test]
async fn a_payment_waits_for_the_payer_and_is_paid_once_they_confirm() -> Result<()> {
    let world = World::start().await?;
    let till = world.open("/?amount=2225&reference=inv-1").await?;
    till.shows("scan").await?;
    till.scan(&magic("01")).await?;
    till.shows("pending").await?;
    world.sandbox.confirm().await?;
    till.shows("paid").await?;
    world.agrees(1, 1).await?;
    assert_eq!(world.sandbox.charges().await?[0]["metadata"]["invoice_id"], "inv-1");
    world.close();
    Ok(())
}

#[tokio::test]
async fn a_payment_that_is_confirmed_on_the_payers_phone_is_paid() -> Result<()> {
    let world = World::start().await?;
    let code = Phone::open(&world).await?.code().await?;
    let till = world.open("/?amount=2225").await?;
    till.shows("scan").await?;
    till.scan(&code).await?;
    till.shows("pending").await?;
    let phone = Phone::open(&world).await?;
    phone.asks().await?;
    phone.confirm().await?;
    phone.shows_result().await?;
    let till = world.open("/").await?;
    till.shows("paid").await?;
    world.agrees(1, 1).await?;
    world.close();
    Ok(())
}

#[tokio::test]
async fn refunded_money_means_that_nothing_is_handed_over() -> Result<()> {
    let world = World::start().await?;
    let till = world.open("/?amount=2225").await?;
    till.shows("scan").await?;
    till.scan(&magic("00")).await?;
    till.shows("paid").await?;
    world.sandbox.give_back().await?;
    world.refresh().await?;
    till.shows("given_back").await?;
    world.close();
    Ok(())
}

#[tokio::test]
async fn each_failure_shows_its_code_and_takes_no_money() -> Result<()> {
    let world = World::start().await?;
    let till = world.open("/?amount=2225").await?;
    for (digits, code) in FAILURES {
        till.shows("scan").await?;
        till.scan(&magic(digits)).await?;
        till.shows("failed").await?;
        assert_eq!(till.explained().await?, code);
        assert!(!till.text("code").await?.is_empty(), "{digits}: a supervisor is told a code");
        assert!(!till.text(".next").await?.is_empty(), "{digits}: the cashier is told what to do");
        till.press("scan-again").await?;
    }
    world.agrees(FAILURES.len(), 0).await?;
    till.scan(&magic("00")).await?;
    till.shows("paid").await?;
    world.agrees(FAILURES.len() + 1, 1).await?;
    world.close();
    Ok(())
}

#[tokio::test]
async fn a_code_typed_by_hand_is_charged() -> Result<()> {
    let world = World::start().await?;
    let till = world.open("/?amount=2225").await?;
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
async fn the_documented_sample_code_is_charged_with_a_warning() -> Result<()> {
    let world = World::start().await?;
    let till = world.open("/?amount=2225").await?;
    till.shows("scan").await?;
    till.scan("1234567890").await?;
    till.shows("pending").await?;
    assert!(!till.says(".note").await?.is_empty());
    till.shows("paid").await?;
    world.agrees(1, 1).await?;
    assert_eq!(world.payments().await?[0]["code_outside_grammar"], true);
    world.close();
    Ok(())
}
