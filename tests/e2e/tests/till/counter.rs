//! The demo's first page: a till and the payer's phone side by side.

use anyhow::Result;
use scantill_e2e::World;
use scantill_e2e::patience::until;

const PHONE: &str = "document.querySelector('#phone').contentDocument";

/// Presses a button of the phone, as soon as it can be pressed.
async fn press(world: &World, button: &str) -> Result<()> {
    let script = format!(
        "const button = {PHONE}?.querySelector('#{button}');
         if (!button || button.hidden || !button.checkVisibility()) return false;
         button.focus(); button.click(); return true"
    );
    until(button, async || Ok((world.run(&script).await? == true).then_some(()))).await
}

#[tokio::test]
async fn a_first_payment_needs_no_typing_of_a_code() -> Result<()> {
    let world = World::start().await?;
    world.goto(&format!("{}/", world.sandbox.origin())).await?;
    let till = world.till("#till");
    till.shows("amount").await?;
    for key in ["digit-2", "digit-5", "double-zero", "charge"] {
        till.press(key).await?;
    }
    till.shows("scan").await?;
    press(&world, "hold").await?;
    till.shows("pending").await?;
    press(&world, "confirm").await?;
    till.shows("paid").await?;
    world.agrees(1, 1).await?;
    world.close();
    Ok(())
}
