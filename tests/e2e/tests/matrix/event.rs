//! What may happen to a till in the middle of a sale.

use anyhow::Result;
use clap::ValueEnum;
use scantill_e2e::patience::until;

use crate::stage::{OTHER_ORDER, Stage};
use crate::state::State;

/// An event; the table has a column for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Event {
    /// The page is loaded again at its address.
    Reload,
    /// Every process of the browser is killed; it starts again at `/`.
    PowerCut,
    /// The till is opened in a second tab, and the first one is closed.
    SecondTab,
    /// The page's storage is cleared; the tablet is paired again.
    StorageCleared,
    /// The token is gone; the same tablet is paired again.
    NewPairing,
    /// The browser loses its network for a while.
    NetworkOffAndOn,
    /// The proxy is killed and started again.
    ProxyKilled,
    /// The embedding page takes the till's element away and puts a new till in its place.
    ElementReplaced,
    /// The page is opened for another order.
    LinkToAnotherOrder,
}

/// Forgets the token alone, as a tablet does that was paired anew.
const FORGET_TOKEN: &str =
    "for (const key of Object.keys(localStorage)) if (key.endsWith(':token')) localStorage.removeItem(key)";

const LOCKS: &str = "return navigator.locks.query().then((locks) => locks.held.length)";

impl Event {
    /// The till begins anew: what it has shown before is no news any more.
    pub(crate) fn restarts(self) -> bool {
        !matches!(self, Self::NetworkOffAndOn | Self::ProxyKilled)
    }

    /// The till is a module in another page.
    pub(crate) fn is_embedded(self) -> bool {
        self == Self::ElementReplaced
    }

    /// Lets it happen.
    pub(crate) async fn strike(self, stage: &mut Stage) -> Result<()> {
        match self {
            Self::Reload => reload(stage).await,
            Self::PowerCut => power_cut(stage).await,
            Self::SecondTab => second_tab(stage).await,
            Self::StorageCleared => {
                stage.leave().await?;
                let origin = stage.world.faults.origin();
                stage.world.browser().clear_storage(&origin).await?;
                pair_anew(stage).await
            }
            Self::NewPairing => {
                stage.leave().await?;
                stage.world.run(FORGET_TOKEN).await?;
                pair_anew(stage).await
            }
            Self::NetworkOffAndOn => network_off_and_on(stage).await,
            Self::ProxyKilled => proxy_killed(stage).await,
            Self::ElementReplaced => {
                stage.world.run("window.removeTill()").await?;
                if stage.state == State::PaidMeanwhile {
                    let_go(stage).await?;
                }
                stage.meanwhile().await?;
                stage.world.run("window.placeTill()").await?;
                Ok(())
            }
            Self::LinkToAnotherOrder => {
                stage.leave().await?;
                stage.meanwhile().await?;
                stage.open(&format!("/?amount=9900&reference={OTHER_ORDER}")).await
            }
        }
    }
}

/// The page is away for a moment, as it is while it loads.
async fn reload(stage: &mut Stage) -> Result<()> {
    let address = stage.world.run("return location.href").await?;
    stage.leave().await?;
    stage.meanwhile().await?;
    stage.world.goto(address.as_str().unwrap_or_default()).await
}

/// A till whose element is gone lets its tab's lock go: from then on nobody looks.
async fn let_go(stage: &Stage) -> Result<()> {
    until("the till rests", async || Ok((stage.world.run(LOCKS).await? == 0).then_some(()))).await
}

async fn pair_anew(stage: &mut Stage) -> Result<()> {
    stage.meanwhile().await?;
    stage.open("/").await?;
    stage.pair().await
}

async fn power_cut(stage: &mut Stage) -> Result<()> {
    stage.world.browser().cut_power().await?;
    stage.meanwhile().await?;
    stage.world.start_browser_again().await?;
    stage.open("/").await
}

/// The first tab is closed once the second has begun.
async fn second_tab(stage: &mut Stage) -> Result<()> {
    let browser = stage.world.browser();
    let first = browser.tab().await?;
    let second = browser.open_tab().await?;
    stage.open("/").await?;
    stage.until_begun().await?;
    browser.switch_to(&first).await?;
    browser.close_tab().await?;
    browser.switch_to(&second).await?;
    stage.meanwhile().await
}

async fn network_off_and_on(stage: &mut Stage) -> Result<()> {
    stage.world.browser().set_offline(true).await?;
    stage.says_unreachable().await?;
    stage.meanwhile().await?;
    stage.world.browser().set_offline(false).await
}

async fn proxy_killed(stage: &mut Stage) -> Result<()> {
    stage.world.kill_proxy();
    stage.says_unreachable().await?;
    stage.world.start_proxy().await?;
    stage.meanwhile().await
}
