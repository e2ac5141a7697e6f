//! Trusted keys of scanners of all speeds, wherever the focus is, and how soon the till answers.

use std::time::Duration;

use anyhow::{Context, Result};
use scantill_e2e::{World, magic};
use thirtyfour::Key;

/// A tablet's processor, against the machine of the tests.
const SLOWER: u32 = 4;
const SCANS: usize = 40;
/// From the scan's last key to the screen that says so.
const SENDING_MS_MAX: f64 = 100.0;
/// Plain arithmetic in the same slowed page, its best time of ten.
const REFERENCE: &str = "let best = Infinity, sum = 1;
    for (let round = 0; round < 10; round++) {
        const began = performance.now();
        for (let i = 0; i < 3e6; i++) { sum = (Math.imul(sum, 31) + i) | 0 }
        best = Math.min(best, performance.now() - began);
    }
    window.sum = sum;
    return best";
/// What the reference takes on the machine of the limit.
const REFERENCE_MS: f64 = 12.0;
/// Each scan's last key, and the first screen after it, by the events' own times.
const WATCH: &str = "window.waits = [];
    let at = 0, begun = 0;
    addEventListener('keydown', (event) => {
        if (event.key === 'Enter') { at = event.timeStamp; begun = performance.now() }
    }, true);
    new MutationObserver(() => {
        if (at) { waits.push([performance.now() - at, performance.now() - begun]); at = 0 }
    }).observe(document.querySelector('#till'), { attributeFilter: ['data-screen'] })";

#[tokio::test]
async fn scanners_of_every_speed_are_heard_without_a_field() -> Result<()> {
    let world = World::start().await?;
    let till = world.open("/?amount=2225").await?;
    for (index, gap_ms) in [0, 20, 50, 80, 110].into_iter().enumerate() {
        till.shows("scan").await?;
        let code = format!("{}{index:04}", magic("10"));
        match gap_ms {
            0 => till.scan(&code).await?,
            gap_ms => till.scan_at(Duration::from_millis(gap_ms), &code).await?,
        }
        till.shows("failed").await.context(format!("{gap_ms} ms"))?;
        till.press("scan-again").await?;
    }
    world.agrees(5, 0).await?;
    world.close();
    Ok(())
}

#[tokio::test]
async fn keys_with_200_ms_between_them_are_a_hand() -> Result<()> {
    let world = World::start().await?;
    let till = world.open("/?amount=2225").await?;
    till.shows("scan").await?;
    till.scan_at(Duration::from_millis(200), &magic("00")).await?;
    assert_eq!(till.screen().await?.as_deref(), Some("scan"));
    world.agrees(0, 0).await?;
    world.close();
    Ok(())
}

#[tokio::test]
async fn a_scan_with_a_button_in_focus_presses_nothing() -> Result<()> {
    let world = World::start().await?;
    let till = world.open("/?amount=2225").await?;
    till.shows("scan").await?;
    world
        .run("document.querySelector('#till').shadowRoot.querySelector('[data-action=back]').focus()")
        .await?;
    till.keys(&format!("{}{}", magic("00"), Key::Tab.value())).await?;
    till.shows("paid").await?;
    world.agrees(1, 1).await?;
    world.close();
    Ok(())
}

#[tokio::test]
async fn the_till_answers_a_scan_at_once_on_a_slow_tablet() -> Result<()> {
    let world = World::start().await?;
    let till = world.open("/?amount=2225").await?;
    till.shows("scan").await?;
    world.run(WATCH).await?;
    world.browser().slow_down(SLOWER).await?;
    for index in 0..SCANS {
        till.shows("scan").await?;
        till.scan(&format!("{}{index:04}", magic("10"))).await?;
        till.shows("failed").await?;
        till.press("scan-again").await?;
    }
    let machine_ms = world.run(REFERENCE).await?.as_f64().context("the reference")?;
    let waits_ms: Vec<(f64, f64)> = serde_json::from_value(world.run("return waits").await?)?;
    assert_eq!(waits_ms.len(), SCANS);
    let (in_all, own) =
        (sorted(waits_ms.iter().map(|wait| wait.0)), sorted(waits_ms.iter().map(|wait| wait.1)));
    for (what, waits_ms) in [("in all", &in_all), ("of the till's own", &own)] {
        let (best, median, worst) = (waits_ms[0], waits_ms[SCANS / 2], waits_ms[SCANS - 1]);
        println!(
            "last key to answer, {SLOWER} times slower, {what}: best {best:.1} ms, median {median:.1} ms, worst of \
             {SCANS} {worst:.1} ms"
        );
    }
    // Other programs share the machine, and no wait is shorter than the till's own work: the best tells of that alone. A
    // slower machine than the one of the limit gets as much more time as it needs for the reference.
    let limit_ms = SENDING_MS_MAX * (machine_ms / REFERENCE_MS).max(1.0);
    println!("the reference takes {machine_ms:.1} ms: at most {limit_ms:.0} ms are allowed");
    assert!(in_all[0] < limit_ms, "{in_all:?}, limit {limit_ms} ms");
    world.close();
    Ok(())
}

fn sorted(waits_ms: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut waits_ms: Vec<f64> = waits_ms.collect();
    waits_ms.sort_by(f64::total_cmp);
    waits_ms
}
