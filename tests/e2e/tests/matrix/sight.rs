//! What a cashier sees of a till at one moment, and how to see more.

use anyhow::Result;
use scantill_e2e::{Till, World};

use crate::state::State;

/// All of it at one moment.
const LOOK: &str = "const host = document.querySelector('#till'), root = host?.shadowRoot;
    const text = (selector) => root?.querySelector(selector)?.innerText?.trim() ?? '';
    return [host?.getAttribute('data-screen') ?? '', root?.querySelector('[data-earlier]') ? 'earlier' : '',
        text('.badge'), text('.sale'), text('.till')]";

/// The till as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sight {
    screen: String,
    /// The outcome is told as one of before.
    pub(crate) earlier: bool,
    badge: String,
    sale: String,
    words: String,
}

impl Sight {
    pub(crate) async fn of(world: &World) -> Result<Self> {
        let [screen, earlier, badge, sale, words]: [String; 5] =
            serde_json::from_value(world.run(LOOK).await?)?;
        Ok(Self { screen, earlier: !earlier.is_empty(), badge, sale, words })
    }

    pub(crate) fn is(&self, screen: &str) -> bool {
        self.screen == screen
    }

    /// Whether it is on the screen, full size.
    pub(crate) fn shows(&self, amount: &str, screens: &[&str]) -> bool {
        screens.contains(&self.screen.as_str()) && self.sale.contains(amount)
    }

    pub(crate) fn mentions(&self, amount: &str) -> bool {
        self.words.contains(amount)
    }

    /// Nothing is under way that would change it.
    pub(crate) fn has_settled(&self) -> bool {
        !["", "starting", "resuming", "pair"].contains(&self.screen.as_str())
    }

    /// Goes one step nearer to what the badge tells of. Only where a tab runs the till may the till be called from there.
    pub(crate) async fn lead(&self, till: &Till, state: State) -> Result<()> {
        match self.screen.as_str() {
            "elsewhere" if state == State::InAnotherTab => return till.press_if_there("use-here").await,
            "other_till" => return till.press_if_there("take-over").await,
            _ => {}
        }
        if self.badge.is_empty() {
            return Ok(());
        }
        let action = if till.has("button[data-action=show-parked]").await? { "show-parked" } else { "back" };
        till.press_if_there(action).await
    }
}
