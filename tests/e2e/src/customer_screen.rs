//! A customer's screen in a window of the browser: what it shows and says.

use anyhow::{Context, Result};
use serde_json::Value;

use crate::patience::until;
use crate::world::World;

const SHOWN: &str = "return document.querySelector('#customer')?.dataset.shows ?? null";
const WORDS: &str =
    "return document.querySelector('#customer')?.innerText.replace(/\\s+/g, ' ').trim() ?? ''";

/// Waits until the window that is looked at shows this, and gives its words.
pub async fn customer_sees(world: &World, screen: &str) -> Result<String> {
    let mut last = Value::Null;
    let seen = until(&format!("the customer's screen {screen}"), async || {
        last = world.run(SHOWN).await?;
        Ok((last == screen).then_some(()))
    })
    .await;
    seen.with_context(|| format!("it shows {last}"))?;
    Ok(world.run(WORDS).await?.as_str().unwrap_or_default().to_owned())
}
