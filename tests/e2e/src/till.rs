//! A till in a browser as a cashier sees and uses it: its screen, its buttons, its scanner.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use thirtyfour::Key;
use thirtyfour::common::command::Command;
use thirtyfour::error::WebDriverErrorInner;
use thirtyfour::prelude::*;
use thirtyfour::session::handle::SessionHandle;

use crate::patience::until;

/// What the codes on the screen stand for.
const SUPPORT_CODES: &str = include_str!("../../../docs/support-codes.md");
/// Between two keys of a fast hand.
const HAND_GAP: Duration = Duration::from_millis(60);

/// Whatever is inside the till's shadow root.
const FIND: &str = "const [host, selector] = arguments;
    return document.querySelector(host)?.shadowRoot?.querySelector(selector) ?? null";
const HAS: &str = "const [host, selector] = arguments;
    return Boolean(document.querySelector(host)?.shadowRoot?.querySelector(selector))";
const SCREEN: &str = "return document.querySelector(arguments[0])?.getAttribute('data-screen') ?? null";
const TEXT: &str = "const [host, selector] = arguments;
    return document.querySelector(host)?.shadowRoot?.querySelector(selector)?.innerText?.trim() ?? ''";

/// Whether the last press is longer ago than a bounce takes.
const RESTED: &str = "if (!('pressedAt' in window)) {
        window.pressedAt = -1000;
        addEventListener('pointerdown', () => { window.pressedAt = performance.now() }, true);
    }
    return performance.now() - window.pressedAt > 450";
/// A scan that is torn so often has another cause than a busy machine.
const SCANS_MAX: usize = 5;
/// These are pressed as fast as a hand can, since the screen stays.
const KEYPAD: [&str; 3] = ["digit-", "double-zero", "delete"];

/// The till in one element of the page.
#[derive(Clone, Debug)]
pub struct Till {
    session: Arc<SessionHandle>,
    host: &'static str,
}

impl Till {
    /// The till of this element.
    pub fn at(session: &Arc<SessionHandle>, host: &'static str) -> Self {
        Self { session: session.clone(), host }
    }

    /// The supervisor's sheet that was opened from a till.
    #[must_use]
    pub fn sheet(&self) -> Self {
        Self::at(&self.session, "[data-scantill-office]")
    }

    /// The name of the screen; none before there is one.
    pub async fn screen(&self) -> Result<Option<String>> {
        Ok(self.ask(SCREEN, &[]).await?.as_str().map(str::to_owned))
    }

    /// Waits for a screen.
    pub async fn shows(&self, screen: &str) -> Result<()> {
        let awaited =
            until(screen, async || Ok((self.screen().await?.as_deref() == Some(screen)).then_some(()))).await;
        if awaited.is_err() {
            let (shown, words) = (self.screen().await?, self.text(".till").await?);
            awaited
                .with_context(|| format!("{screen} was awaited, but the till shows {shown:?}: {words:?}"))?;
        }
        Ok(())
    }

    /// The words of the first such element, or nothing.
    pub async fn text(&self, selector: &str) -> Result<String> {
        Ok(self.ask(TEXT, &[selector]).await?.as_str().unwrap_or_default().to_owned())
    }

    /// Waits until such an element says something, and gives its words.
    pub async fn says(&self, selector: &str) -> Result<String> {
        until(&format!("words in {selector}"), async || {
            let text = self.text(selector).await?;
            Ok((!text.is_empty()).then_some(text))
        })
        .await
    }

    /// The words behind the support codes on the screen, as the documents list them.
    pub async fn explained(&self) -> Result<String> {
        let shown = self.text("code").await?;
        let listed = SUPPORT_CODES.lines().filter_map(|line| {
            let mut cells = line.split('`').skip(1).step_by(2);
            Some((cells.next()?, cells.next()?))
        });
        let words = listed.filter(|(code, _)| shown.contains(code)).map(|(_, word)| word);
        Ok(words.collect::<Vec<_>>().join(" "))
    }

    /// Whether there is such an element.
    pub async fn has(&self, selector: &str) -> Result<bool> {
        Ok(self.ask(HAS, &[selector]).await? == true)
    }

    /// Presses a button with the pointer, as a hand does: a new screen takes no press that could be the bounce of the last.
    pub async fn press(&self, action: &str) -> Result<()> {
        if !KEYPAD.iter().any(|key| action.starts_with(key)) {
            self.rest().await?;
        }
        self.click(&format!("[data-action={action}]")).await
    }

    /// Presses a button with a finger that bounces: two presses at once, the second on whatever is there by then.
    pub async fn press_bouncing(&self, action: &str) -> Result<()> {
        self.rest().await?;
        let press = |kind: &str| json!({ "type": kind, "button": 0 });
        self.act(&format!("[data-action={action}]"), async |button| {
            let there = json!({ "type": "pointerMove", "origin": button.to_json()?, "x": 0, "y": 0 });
            let bounce = ["pointerDown", "pointerUp", "pointerDown", "pointerUp"].map(press);
            let actions: Vec<_> = std::iter::once(there).chain(bounce).collect();
            let finger = json!({ "type": "pointer", "id": "finger", "actions": actions,
                "parameters": { "pointerType": "touch" } });
            self.session.cmd(Command::PerformActions(json!([finger]).into())).await.map(|_| ())
        })
        .await
    }

    /// Presses a button if it is there and lets itself be pressed at once.
    pub async fn press_if_there(&self, action: &str) -> Result<()> {
        if let Some(button) = self.find(&format!("button[data-action={action}]")).await? {
            // A screen that has just changed has taken it away.
            let _ = button.click().await;
        }
        Ok(())
    }

    /// Types an amount on the keypad's screen and goes on to the scan.
    pub async fn charge(&self, amount: &str) -> Result<()> {
        self.shows("amount").await?;
        for digit in amount.chars() {
            self.press(&format!("digit-{digit}")).await?;
        }
        self.press("charge").await
    }

    /// Clicks the first such element as soon as it can be clicked.
    pub async fn click(&self, selector: &str) -> Result<()> {
        self.act(selector, async |element| element.click().await).await
    }

    /// Types into a field of the till, as fast as a hand can: what comes faster is a scanner's.
    pub async fn fill(&self, field: &str, text: &str) -> Result<()> {
        self.click(&format!("[data-field={field}]")).await?;
        self.keys_at(HAND_GAP, text).await
    }

    /// Scans a code: keys of the whole page, no field touched, Enter at the end.
    ///
    /// A machine that is busy tears a scan now and then: the till says so, and the cashier scans again.
    pub async fn scan(&self, code: &str) -> Result<()> {
        for _ in 0..SCANS_MAX {
            self.keys(&format!("{code}{}", Key::Enter.value())).await?;
            if !self.text(".problem").await?.contains("in pieces") {
                break;
            }
        }
        Ok(())
    }

    /// Scans a code with at least this gap between two keys.
    pub async fn scan_at(&self, gap: Duration, code: &str) -> Result<()> {
        self.keys_at(gap, &format!("{code}{}", Key::Enter.value())).await
    }

    /// Strikes keys as fast as the fastest scanner does, wherever the focus is.
    ///
    /// A driver waits until the page has taken a key before it strikes the next, as no scanner does: a key that means
    /// nothing takes the wait for a page that has just been painted, so that none falls between the keys of the scan.
    pub async fn keys(&self, keys: &str) -> Result<()> {
        self.session.action_chain().key_down(Key::Shift).key_up(Key::Shift).perform().await?;
        self.session.action_chain().send_keys(keys).perform().await?;
        Ok(())
    }

    /// Strikes keys with this gap between two, all of them by one order to the driver: a gap that waits for the next order
    /// would be as long as a busy machine makes it.
    pub async fn keys_at(&self, gap: Duration, keys: &str) -> Result<()> {
        self.session.action_chain().key_down(Key::Shift).key_up(Key::Shift).perform().await?;
        let gap_ms = u64::try_from(gap.as_millis())?;
        let strokes = keys.chars().flat_map(|key| {
            let stroke = |kind: &str| json!({ "type": kind, "value": key });
            [stroke("keyDown"), stroke("keyUp"), json!({ "type": "pause", "duration": gap_ms })]
        });
        let scanner = json!({ "type": "key", "id": "scanner", "actions": strokes.collect::<Vec<_>>() });
        self.session.cmd(Command::PerformActions(json!([scanner]).into())).await?;
        Ok(())
    }

    async fn rest(&self) -> Result<()> {
        let is_rested = async || Ok((self.ask(RESTED, &[]).await? == true).then_some(()));
        until("a moment since the last press", is_rested).await
    }

    /// Acts on an element as soon as it lets itself: a screen that has just changed takes its buttons away.
    async fn act(&self, selector: &str, act: impl AsyncFn(&WebElement) -> WebDriverResult<()>) -> Result<()> {
        let mut last = None;
        let acted = until(&format!("an element {selector} to act on"), async || {
            let Some(element) = self.find(selector).await? else { return Ok(None) };
            last = act(&element).await.err();
            Ok(last.is_none().then_some(()))
        })
        .await;
        acted.with_context(|| last.map(|error| error.to_string()).unwrap_or_default())
    }

    async fn find(&self, selector: &str) -> Result<Option<WebElement>> {
        let found = match self.session.execute(FIND, self.arguments(&[selector])).await {
            // It went between the page's answer and the driver's.
            Err(gone) if matches!(*gone, WebDriverErrorInner::StaleElementReference(_)) => return Ok(None),
            found => found?,
        };
        if found.json().is_null() { Ok(None) } else { Ok(Some(found.element()?)) }
    }

    async fn ask(&self, script: &str, more: &[&str]) -> Result<Value> {
        Ok(self.session.execute(script, self.arguments(more)).await?.json().clone())
    }

    fn arguments(&self, more: &[&str]) -> Vec<Value> {
        std::iter::once(self.host).chain(more.iter().copied()).map(|text| json!(text)).collect()
    }
}
