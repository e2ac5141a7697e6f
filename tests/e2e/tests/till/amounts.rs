//! Amounts and references that the keypad or the address asks for.

use anyhow::Result;
use scantill_e2e::{World, magic};

#[tokio::test]
async fn an_amount_outside_the_limits_is_refused_with_the_limit() -> Result<()> {
    let world = World::start().await?;
    let till = world.open("/").await?;
    for (amount, limit) in [("1999", "20.00"), ("15000001", "150,000.00")] {
        till.charge(amount).await?;
        let sentence = till.says(".problem").await?;
        assert!(sentence.contains(limit), "{amount}: {sentence}");
        till.shows("amount").await?;
        for _ in amount.chars() {
            till.press("delete").await?;
        }
    }
    till.press("charge").await?;
    till.says(".problem").await?;
    till.charge("2000").await?;
    till.shows("scan").await?;
    world.close();
    Ok(())
}

#[tokio::test]
async fn an_address_opens_the_scan_or_refuses_a_wrong_amount() -> Result<()> {
    let world = World::start().await?;
    let till = world.open("/?amount=2225&reference=inv-1").await?;
    till.shows("scan").await?;
    assert!(till.text(".sale").await?.contains("inv-1"));
    till.press("back").await?;
    till.shows("amount").await?;
    for bad in
        ["amount=22.25", "amount=-5", "amount=0", "amount=1", "amount=15000001", "amount=2225&currency=EUR"]
    {
        let till = world.open(&format!("/?{bad}")).await?;
        till.shows("amount").await?;
        till.says(".problem").await?;
    }
    world.close();
    Ok(())
}

#[tokio::test]
async fn a_reference_that_was_paid_is_refused_until_the_cashier_accepts_it() -> Result<()> {
    let world = World::start().await?;
    let till = world.open("/?amount=2225&reference=inv-1").await?;
    till.shows("scan").await?;
    till.scan(&magic("00")).await?;
    till.shows("paid").await?;
    till.press("next-sale").await?;
    till.shows("amount").await?;
    let till = world.open("/?amount=2225&reference=inv-1").await?;
    till.shows("scan").await?;
    till.scan(&magic("00")).await?;
    till.shows("refused").await?;
    assert_eq!(till.explained().await?, "reference_seen");
    world.agrees(1, 1).await?;
    till.press("accept-reference").await?;
    till.shows("scan").await?;
    till.scan(&magic("00")).await?;
    till.shows("paid").await?;
    world.agrees(2, 2).await?;
    world.close();
    Ok(())
}
