//! The payer's phone, as the sandbox serves it.

use anyhow::Result;

use crate::patience::until;
use crate::world::World;

/// The phone of this browser's tab: it stays the same when the tab comes back to it.
#[derive(Debug)]
pub struct Phone<'a> {
    world: &'a World,
}

impl<'a> Phone<'a> {
    /// Opens it in place of the page that is open.
    pub async fn open(world: &'a World) -> Result<Self> {
        world.goto(&format!("{}/phone", world.sandbox.origin())).await?;
        Ok(Self { world })
    }

    /// The digits that it shows.
    pub async fn code(&self) -> Result<String> {
        until("the phone shows a code", async || {
            let digits = self.world.run("return document.querySelector('#digits').textContent").await?;
            let digits: String = digits.as_str().unwrap_or_default().split_whitespace().collect();
            Ok((!digits.is_empty()).then_some(digits))
        })
        .await
    }

    /// Waits until it asks its owner.
    pub async fn asks(&self) -> Result<()> {
        self.opens("ask").await
    }

    /// Waits until it tells its owner what became of the payment.
    pub async fn shows_result(&self) -> Result<()> {
        self.opens("result").await
    }

    /// Its owner agrees.
    pub async fn confirm(&self) -> Result<()> {
        self.world.run("document.querySelector('#confirm').click()").await?;
        Ok(())
    }

    async fn opens(&self, dialog: &str) -> Result<()> {
        let script = format!("return document.querySelector('#{dialog}').open");
        until(dialog, async || Ok((self.world.run(&script).await? == true).then_some(()))).await
    }
}
