//! A finger that bounces on a button: the second press falls where the next screen has a button of its own.

use anyhow::Result;
use scantill_e2e::{Look, Till, World, magic};

/// In each of them other buttons take the place of the one that was pressed.
const LOOKS: [Look; 3] = [Look::plain(820, 1180), Look::plain(390, 844), Look::plain(1280, 800)];
/// Both presses were taken, and what they changed is painted.
const PAINTED: &str = "return new Promise((done) => requestAnimationFrame(() => setTimeout(done)))";

async fn bounces(world: &World, till: &Till, action: &str, screen: &str, look: Look) -> Result<()> {
    till.press_bouncing(action).await?;
    till.shows(screen).await?;
    world.run(PAINTED).await?;
    assert_eq!(till.screen().await?.as_deref(), Some(screen), "after {action}, {look:?}");
    Ok(())
}

async fn type_amount(till: &Till) -> Result<()> {
    for digit in ["digit-2", "digit-2", "digit-2", "digit-5"] {
        till.press(digit).await?;
    }
    Ok(())
}

/// The bounce of a press that led to the keypad was not a digit's.
async fn types_nothing(till: &Till, look: Look) -> Result<()> {
    let figure = till.text(".figure").await?;
    assert_eq!(figure, "฿0.00", "{look:?}");
    Ok(())
}

#[tokio::test]
async fn a_bouncing_finger_presses_nothing_on_the_screen_that_it_brought() -> Result<()> {
    let world = World::start().await?;
    for look in LOOKS {
        let till = world.open("/").await?;
        world.browser().look(look).await?;
        till.shows("amount").await?;
        type_amount(&till).await?;
        bounces(&world, &till, "charge", "scan", look).await?;
        bounces(&world, &till, "back", "amount", look).await?;
        types_nothing(&till, look).await?;
        type_amount(&till).await?;
        bounces(&world, &till, "charge", "scan", look).await?;
        till.scan(&magic("00")).await?;
        till.shows("paid").await?;
        bounces(&world, &till, "next-sale", "amount", look).await?;
        types_nothing(&till, look).await?;
    }
    world.agrees(LOOKS.len(), LOOKS.len()).await?;
    world.close();
    Ok(())
}
