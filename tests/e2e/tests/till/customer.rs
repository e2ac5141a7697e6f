//! The customer's screen in a second window: from the shop's name to *paid* and back, and what it never shows.

use anyhow::{Context, Result};
use scantill_e2e::patience::until;
use scantill_e2e::{Till, World, customer_sees, magic};
use thirtyfour::WindowHandle;

/// The browser's voices and what they say, in place of the device's own.
const VOICES: &str = "window.spoken = [];
    speechSynthesis.getVoices = () => [{ lang: 'en-GB' }, { lang: 'zh_CN' }];
    speechSynthesis.speak = ({ text, lang }) => spoken.push(`${lang}: ${text}`);";
const SPOKEN: &str = "return window.spoken.join()";

/// A till, and the customer's window that was opened from its settings.
struct Counter {
    world: World,
    till: Till,
    cashier: WindowHandle,
    customer: WindowHandle,
}

impl Counter {
    async fn open() -> Result<Self> {
        let world = World::start().await?;
        let till = world.open("/").await?;
        till.shows("amount").await?;
        let cashier = world.browser().tab().await?;
        till.press("scanner").await?;
        till.shows("scanner").await?;
        till.click("[data-part=customer-window]").await?;
        let customer = until("a second window", async || {
            Ok(world.browser().session().windows().await?.into_iter().find(|window| *window != cashier))
        })
        .await?;
        till.press("close-scanner").await?;
        till.shows("amount").await?;
        Ok(Self { world, till, cashier, customer })
    }

    async fn cashier(&self) -> Result<&Till> {
        self.world.browser().switch_to(&self.cashier).await?;
        Ok(&self.till)
    }

    /// Waits for what the customer sees, and gives its words.
    async fn customer_sees(&self, screen: &str) -> Result<String> {
        self.world.browser().switch_to(&self.customer).await?;
        customer_sees(&self.world, screen).await
    }
}

#[tokio::test]
async fn a_sale_is_seen_in_a_second_window_from_idle_to_idle() -> Result<()> {
    let counter = Counter::open().await?;
    assert_eq!(counter.customer_sees("idle").await?, "store 1");
    counter.cashier().await?.charge("35000").await?;
    counter.till.shows("scan").await?;
    let words = counter.customer_sees("show-code").await?;
    assert!(words.starts_with("store 1 ฿350.00 请出示付款码 Show your payment code"), "{words}");
    counter.cashier().await?.scan(&magic("01")).await?;
    counter.till.shows("pending").await?;
    let words = counter.customer_sees("confirm").await?;
    assert!(words.contains("350.00") && words.contains("Confirm in your app"), "{words}");
    // A reload keeps nothing, and asks the till.
    counter.world.reload().await?;
    assert!(counter.customer_sees("confirm").await?.contains("350.00"));
    counter.world.sandbox.confirm().await?;
    assert!(counter.customer_sees("paid").await?.contains("Thank you"));
    // The till shows *paid* until the next sale; the customer's screen does not.
    assert_eq!(counter.customer_sees("idle").await?, "store 1");
    counter.cashier().await?.shows("paid").await?;
    counter.world.reload().await?;
    counter.till.shows("paid").await?;
    assert_eq!(counter.customer_sees("idle").await?, "store 1");
    counter.world.agrees(1, 1).await?;
    counter.world.close();
    Ok(())
}

#[tokio::test]
async fn a_failed_payment_shows_the_customer_no_reason() -> Result<()> {
    let counter = Counter::open().await?;
    counter.cashier().await?.charge("35000").await?;
    counter.till.scan(&magic("10")).await?;
    counter.till.shows("failed").await?;
    let (shown, masked) = (counter.till.says("h1").await?, magic("10"));
    let words = counter.customer_sees("not-paid").await?;
    assert!(words.starts_with("store 1 未付款，请询问店员 Not paid. Please ask us."), "{words}");
    assert!(!words.contains(&shown) && !words.contains("350") && !words.contains(&masked[13..]), "{words}");
    counter.world.close();
    Ok(())
}

#[tokio::test]
async fn a_till_that_is_gone_leaves_no_amount_behind() -> Result<()> {
    let counter = Counter::open().await?;
    counter.cashier().await?.charge("35000").await?;
    counter.customer_sees("show-code").await?;
    counter.cashier().await?;
    counter.world.goto("about:blank").await?;
    let words = counter.customer_sees("unknown").await?;
    assert!(words.contains("One moment") && !words.contains("350"), "{words}");
    counter.cashier().await?;
    counter.world.open("/").await?.shows("scan").await?;
    assert!(counter.customer_sees("show-code").await?.contains("350"));
    counter.world.close();
    Ok(())
}

#[tokio::test]
async fn the_customers_languages_change_without_a_reload() -> Result<()> {
    let counter = Counter::open().await?;
    counter.cashier().await?.charge("35000").await?;
    counter.customer_sees("show-code").await?;
    counter.cashier().await?.press("scanner").await?;
    for tag in ["zh-Hans", "en"] {
        counter.till.click(&format!("[data-part=customer-language-{tag}]")).await?;
    }
    let words = until("Thai alone", async || {
        let words = counter.customer_sees("show-code").await?;
        Ok((!words.contains("Show your")).then_some(words))
    })
    .await?;
    assert_eq!(words, "store 1 ฿350.00 กรุณาแสดงโค้ดชำระเงิน");
    // The cashier reads English all the time.
    counter.cashier().await?.press("close-scanner").await?;
    counter.till.shows("scan").await?;
    assert_eq!(counter.till.says("h1").await?, "Scan the customer’s code");
    counter.world.close();
    Ok(())
}

#[tokio::test]
async fn a_paid_amount_is_spoken_once_in_the_tills_language() -> Result<()> {
    let world = World::start().await?;
    world.browser().before_load(VOICES).await?;
    let till = world.open("/").await?;
    till.shows("amount").await?;
    till.press("scanner").await?;
    till.shows("scanner").await?;
    assert_eq!(till.says("[data-part=speech-told]").await?, "The till says no amount.");
    till.click("[data-part=language-th]").await?;
    till.click("[data-part=speech-on]").await?;
    until("no voice for Thai", async || {
        Ok(till.says("[data-part=speech-told]").await?.contains("ไม่มีเสียง").then_some(()))
    })
    .await?;
    till.click("[data-part=language-en]").await?;
    until("a voice for English", async || {
        Ok(till.says("[data-part=speech-told]").await?.contains("in its own language").then_some(()))
    })
    .await?;
    till.press("close-scanner").await?;
    till.charge("35050").await?;
    till.scan(&magic("00")).await?;
    till.shows("paid").await?;
    let spoken = until("speech", async || {
        Ok(world.run(SPOKEN).await?.as_str().filter(|spoken| !spoken.is_empty()).map(str::to_owned))
    });
    assert_eq!(spoken.await?, "en: Received, 350.50 baht");
    world.reload().await?;
    till.shows("paid").await?;
    till.press("next-sale").await?;
    till.shows("amount").await?;
    assert_eq!(world.run(SPOKEN).await?.as_str().context("no page")?, "");
    till.press("scanner").await?;
    till.click("[data-part=volume-off]").await?;
    until("silence", async || {
        Ok(till.says("[data-part=speech-told]").await?.contains("sound is off").then_some(()))
    })
    .await?;
    world.close();
    Ok(())
}
