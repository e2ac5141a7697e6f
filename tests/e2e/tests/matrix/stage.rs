//! One till in one world, and the way into each state.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use scantill_e2e::patience::{until, within};
use scantill_e2e::{Camera, Colleague, Settings, ShopPage, Till, World};
use serde_json::Value;

use crate::event::Event;
use crate::state::State;

/// The terminal of the table.
pub(crate) const TERMINAL: &str = "POS-01";
/// The amount of the sale that is looked at, as a till writes it.
pub(crate) const AMOUNT: &str = "22.25";
/// The amount of the other order.
pub(crate) const OTHER_AMOUNT: &str = "99.00";
pub(crate) const OTHER_ORDER: &str = "order-b";

/// No later than this the till says that it has no connection.
const UNREACHABLE_SAID_WITHIN: Duration = Duration::from_secs(5);
/// A payment in doubt stays so; what was ended is looked at again soon after its customer paid.
const TIMING: &str = "watch_first_ms = 2300";
const TIMING_OF_THE_IMPATIENT: &str = "put_answer_ms = 700";

/// A world with one paired till, and a colleague who knows how the payments stand.
pub(crate) struct Stage {
    pub(crate) world: World,
    pub(crate) colleague: Colleague,
    pub(crate) state: State,
    pub(crate) findings: Vec<String>,
    shop: Option<ShopPage>,
}

impl Stage {
    /// Starts everything and pairs the till.
    pub(crate) async fn set(row: State, event: Event) -> Result<Self> {
        let shop = if event.is_embedded() { Some(ShopPage::start().await?) } else { None };
        let creation = if row.is_in_doubt() { "one_call" } else { "source_then_charge" };
        let origin = shop.as_ref().map(ShopPage::origin);
        let timing = if row == State::GivingUp { TIMING_OF_THE_IMPATIENT } else { TIMING };
        let settings = Settings { creation, pairing: "code", timing, origin, ..Settings::default() };
        let world = World::open_with(settings, &Camera::None).await?;
        let colleague = Colleague::join(&world, TERMINAL).await?;
        let mut stage = Self { world, colleague, state: row, findings: Vec::new(), shop };
        stage.open("/").await?;
        stage.pair().await?;
        stage.till().shows("amount").await?;
        if event == Event::PowerCut {
            // A tablet that is used has been paired for days: its token lies on the disk.
            stage.world.start_browser_again().await?;
            stage.open("/").await?;
            stage.till().shows("amount").await?;
        }
        Ok(stage)
    }

    pub(crate) fn till(&self) -> Till {
        self.world.till("#till")
    }

    /// Opens the till at this address, or the page that embeds it.
    pub(crate) async fn open(&self, path: &str) -> Result<()> {
        let proxy = self.world.faults.origin();
        let address = match &self.shop {
            Some(shop) => shop.with_till_of(&proxy),
            None => format!("{proxy}{path}"),
        };
        self.world.goto(&address).await
    }

    /// The page goes; nothing of it runs on.
    pub(crate) async fn leave(&self) -> Result<()> {
        self.world.goto(&format!("{}/healthz", self.world.faults.origin())).await
    }

    /// Begins a sale as a host would.
    pub(crate) async fn begin_sale(&self, reference: &str) -> Result<()> {
        if self.shop.is_some() {
            self.till().shows("amount").await?;
            self.world.run(&format!("window.checkout(2225, '{reference}')")).await?;
        } else {
            self.open(&format!("/?amount=2225&reference={reference}")).await?;
        }
        self.till().shows("scan").await
    }

    /// Pairs the tablet with a fresh code, in this tab.
    pub(crate) async fn pair(&self) -> Result<()> {
        let till = self.till();
        until("a till to pair", async || match till.screen().await?.as_deref() {
            Some("pair") => Ok(Some(())),
            Some("elsewhere") => till.press_if_there("use-here").await.map(|()| None),
            _ => Ok(None),
        })
        .await?;
        till.fill("pairing-code", &self.world.proxy.add_terminal(TERMINAL)?).await?;
        till.press("pair").await?;
        until("paired", async || Ok((till.screen().await?.as_deref() != Some("pair")).then_some(()))).await
    }

    /// Waits until the till knows whose it is.
    pub(crate) async fn until_begun(&self) -> Result<()> {
        let begun = |screen: &str| screen != "starting";
        until("the till has begun", async || {
            Ok(self.till().screen().await?.as_deref().is_some_and(begun).then_some(()))
        })
        .await
    }

    /// What happens while nobody looks.
    pub(crate) async fn meanwhile(&self) -> Result<()> {
        if self.state != State::PaidMeanwhile {
            return Ok(());
        }
        self.world.sandbox.confirm().await?;
        until("paid", async || {
            let payment = self.payment().await?;
            Ok((payment["state"] == "successful").then_some(()))
        })
        .await
    }

    /// A till that has lost the proxy must say so soon, whatever it shows.
    pub(crate) async fn says_unreachable(&mut self) -> Result<()> {
        if self.state == State::InAnotherTab {
            // This tab runs no till, and asks nobody.
            return Ok(());
        }
        let till = self.till();
        let said = within(UNREACHABLE_SAID_WITHIN, "no connection", async || {
            Ok((!till.text(".bar").await?.is_empty()).then_some(()))
        })
        .await;
        if said.is_err() {
            let screen = till.screen().await?;
            self.findings.push(format!("on {screen:?} nothing says within 5 s that the proxy is gone"));
        }
        Ok(())
    }

    /// The payment that the table looks at: the newest of its amount.
    pub(crate) async fn payment(&self) -> Result<Value> {
        let payments = self.colleague.payments(&self.world).await?;
        payments.into_iter().find(|payment| payment["amount"] == 2225).context("no payment of ฿22.25")
    }

    /// Waits until the proxy says this of the payment.
    pub(crate) async fn until_payment(&self, field: &str, value: &str) -> Result<()> {
        until(&format!("{field} is {value}"), async || {
            let payments = self.colleague.payments(&self.world).await?;
            Ok(payments.iter().any(|payment| payment[field] == value).then_some(()))
        })
        .await
    }

    /// Waits for the badge of a payment that is not in hand.
    pub(crate) async fn until_badge(&self) -> Result<()> {
        let till = self.till();
        let badge =
            until("a badge", async || Ok((!till.text(".badge").await?.is_empty()).then_some(()))).await;
        if badge.is_err() {
            bail!("no badge on {:?}: {:?}", till.screen().await?, till.text(".till").await?);
        }
        Ok(())
    }
}
