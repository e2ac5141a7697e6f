//! The till as an app: it is kept for a start without a network, and a newer one is taken between sales alone.

use anyhow::{Context, Result, ensure};
use scantill_e2e::patience::until;
use scantill_e2e::{Fault, Settings, Till, World, magic};
use serde_json::json;

const WORKS: &str =
    "return navigator.serviceWorker.getRegistration().then(found => found?.active?.state === 'activated')";
const IS_CONTROLLED: &str = "return Boolean(navigator.serviceWorker.controller)";
const KEPT: &str = "return caches.keys().then(names => Promise.all(names.map(async name =>
    (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname)))).then(all => all.flat())";
const SUM: &str = "return crypto.subtle.digest('SHA-256', new TextEncoder().encode(arguments[0]))
    .then(sum => btoa(String.fromCharCode(...new Uint8Array(sum))))";
const BUILD: &str = "return document.querySelector('meta[name=build]')?.content ?? 'first'";
const WAITS: &str = "return navigator.serviceWorker.getRegistration().then(found => found.update().then(() => found.waiting?.state ?? ''))";
const LOADED: &str = "return window.loadedBefore ?? 'anew'";
/// The minutes of a second.
const A_SECOND: &str = "localStorage.setItem(`scantill:${location.origin}:idle-minutes`, 1 / 60)";

/// The browser keeps the whole till.
async fn is_kept(world: &World) -> Result<()> {
    until("the worker", async || Ok((world.run(WORKS).await? == true).then_some(()))).await
}

async fn waiting(world: &World) -> Result<Till> {
    let till = world.open("/?amount=2225&reference=inv-1").await?;
    till.shows("scan").await?;
    is_kept(world).await?;
    till.scan(&magic("01")).await?;
    till.shows("pending").await?;
    Ok(till)
}

#[tokio::test]
async fn a_reload_without_a_proxy_opens_the_till_and_loses_no_payment() -> Result<()> {
    let mut world = World::start().await?;
    let till = waiting(&world).await?;
    world.kill_proxy();
    world.reload().await?;
    till.shows("starting").await?;
    till.says(".bar").await?;
    ensure!(world.run(IS_CONTROLLED).await? == true, "the page came from the network");
    world.reload().await?;
    till.shows("starting").await?;
    world.start_proxy().await?;
    till.shows("pending").await?;
    world.sandbox.confirm().await?;
    till.shows("paid").await?;
    world.agrees(1, 1).await?;
    world.close();
    Ok(())
}

#[tokio::test]
async fn the_worker_keeps_the_files_of_the_build_and_no_call() -> Result<()> {
    let mut world = World::start().await?;
    let till = waiting(&world).await?;
    world.reload().await?;
    till.shows("pending").await?;
    world.sandbox.confirm().await?;
    till.shows("paid").await?;
    let kept = world.run(KEPT).await?;
    let kept: Vec<&str> =
        kept.as_array().context("no list")?.iter().filter_map(|path| path.as_str()).collect();
    let is_hash =
        |part: &str| part.get(..12).is_some_and(|hash| hash.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let is_file = |path: &&str| *path == "/" || path.split('-').any(is_hash);
    ensure!(kept.iter().all(is_file) && kept.contains(&"/") && kept.len() > 15, "{kept:?}");
    for file in ["/pkg/scantill_bg.wasm", "/pkg/office_bg.wasm", "/decoder/decoder.js", "/pkg/till.th.txt"] {
        ensure!(kept.contains(&world.built(file)?.as_str()), "{file} is not kept: {kept:?}");
    }
    let stopped = "return new Promise(tell => {
        addEventListener('securitypolicyviolation', event => tell(event.effectiveDirective));
        fetch('https://api.omise.co/account').catch(() => {});
    })";
    ensure!(world.run(stopped).await? == "connect-src", "the kept page has the policy of the served one");
    world.kill_proxy();
    let asks = "return Promise.all(['v1/terminal', 'webhooks/omise/demo', 'healthz'].map(path => fetch(path).then(() => path, () => '')))";
    ensure!(world.run(asks).await? == json!(["", "", ""]), "a call was answered without the proxy");
    world.close();
    Ok(())
}

#[tokio::test]
async fn a_broken_cache_leads_to_the_network() -> Result<()> {
    let world = World::start().await?;
    let till = world.open("/").await?;
    till.shows("amount").await?;
    is_kept(&world).await?;
    let breaks = "return caches.keys().then(names => Promise.all(names.map(async name => {
        const cache = await caches.open(name);
        for (const request of await cache.keys())
            await cache.put(request, new Response('broken', { headers: { 'content-type': 'text/html' } }));
    }))).then(() => true)";
    ensure!(world.run(breaks).await? == true);
    world.reload().await?;
    till.shows("amount").await?;
    till.charge("2225").await?;
    till.shows("scan").await?;
    till.scan(&magic("00")).await?;
    till.shows("paid").await?;
    world.close();
    Ok(())
}

#[tokio::test]
async fn a_newer_till_is_taken_between_sales_alone() -> Result<()> {
    let world = World::start().await?;
    world.browser().before_load(A_SECOND).await?;
    let till = waiting(&world).await?;
    world.run("window.loadedBefore = 'before'").await?;
    newer_build(&world).await?;
    until("the newer till waits", async || Ok((world.run(WAITS).await? == "installed").then_some(())))
        .await?;
    till.shows("pending").await?;
    world.sandbox.confirm().await?;
    till.shows("paid").await?;
    ensure!(world.run(LOADED).await? == "before", "the page was loaded again in a payment");
    world.reload().await?;
    till.shows("paid").await?;
    ensure!(world.run(BUILD).await? == "first", "a reload took the newer till in a sale");
    till.press("next-sale").await?;
    until("the newer till", async || Ok((world.run(BUILD).await? == "second").then_some(()))).await?;
    till.shows("amount").await?;
    world.agrees(1, 1).await?;
    world.close();
    Ok(())
}

/// From now on the proxy serves a page of another build, and a worker that keeps it.
async fn newer_build(world: &World) -> Result<()> {
    let read = async |path: &str| -> Result<String> {
        let address = format!("{}{path}", world.faults.origin());
        Ok(world.http().get(address).send().await?.error_for_status()?.text().await?)
    };
    let (page, worker) = (read("/index.html").await?, read("/service-worker.js").await?);
    let newer = page.replace("<head>", "<head>\n<meta name=\"build\" content=\"second\">");
    let sum = async |text: &str| -> Result<String> {
        let script = SUM.replace("arguments[0]", &json!(text).to_string());
        Ok(world.run(&script).await?.as_str().context("no sum")?.to_owned())
    };
    let (old, new) = (sum(&page).await?, sum(&newer).await?);
    ensure!(worker.contains(&old), "the worker does not name its page");
    let answer = |media_type, body: String| Fault::Answer { status: 200, media_type, body: body.leak() };
    for path in ["GET /", "GET /index.html"] {
        world.faults.always(answer("text/html", newer.clone()), path);
    }
    let worker = worker.replace(&old, &new);
    world.faults.always(answer("text/javascript", worker), "GET /service-worker.js");
    Ok(())
}

#[tokio::test]
async fn an_operator_removes_the_worker() -> Result<()> {
    let world = World::start_with(Settings { service_worker: false, ..Settings::default() }).await?;
    let till = world.open("/").await?;
    till.shows("amount").await?;
    world.faults.until_seen("GET /service-worker.js", 1).await?;
    let gone = "return Promise.all([navigator.serviceWorker.getRegistrations(), caches.keys()]).then(all => all.flat().length === 0)";
    until("no worker", async || Ok((world.run(gone).await? == true).then_some(()))).await?;
    ensure!(world.run(IS_CONTROLLED).await? == false);
    world.close();
    Ok(())
}

#[tokio::test]
async fn an_idle_till_goes_back_and_a_payment_stays() -> Result<()> {
    let world = World::start().await?;
    world.browser().before_load(A_SECOND).await?;
    let till = world.open("/").await?;
    till.shows("amount").await?;
    till.charge("2225").await?;
    till.shows("scan").await?;
    till.shows("amount").await?;
    till.press("scanner").await?;
    till.shows("scanner").await?;
    till.shows("amount").await?;
    let till = world.open("/?amount=4200").await?;
    till.shows("scan").await?;
    till.press("type-code").await?;
    until("the field for the code is closed", async || {
        Ok((!till.has("[data-field=code]").await?).then_some(()))
    })
    .await?;
    till.shows("scan").await?;
    till.scan(&magic("01")).await?;
    till.shows("pending").await?;
    let idle = "return document.querySelector('#till').scantillTill.goIdle(true)";
    ensure!(world.run(idle).await? == false);
    till.shows("pending").await?;
    world.sandbox.confirm().await?;
    till.shows("paid").await?;
    ensure!(world.run(idle).await? == false);
    till.shows("paid").await?;
    world.close();
    Ok(())
}

#[tokio::test]
async fn the_till_can_be_installed_as_an_app() -> Result<()> {
    let world = World::start().await?;
    world.open("/").await?.shows("amount").await?;
    let told = world.browser().order("Page.getInstallabilityErrors").await?;
    ensure!(told["installabilityErrors"] == json!([]), "{told}");
    let manifest = world.browser().order("Page.getAppManifest").await?;
    ensure!(manifest["errors"] == json!([]), "{manifest}");
    let text = manifest["data"].as_str().unwrap_or_default();
    ensure!(text.contains("\"start_url\": \"./\"") && !text.contains("SCANTILL"), "{text}");
    let icon = "return document.querySelector('link[rel=icon]').href";
    let icon = world.run(icon).await?;
    let answer = world.http().get(icon.as_str().unwrap_or_default()).send().await?.error_for_status()?;
    ensure!(answer.headers()["content-type"] == "image/svg+xml");
    world.close();
    Ok(())
}

#[tokio::test]
async fn settings_open_to_a_long_press_alone_in_a_kiosk() -> Result<()> {
    let world = World::start().await?;
    let till = world.open("/?kiosk").await?;
    till.shows("amount").await?;
    until("the kiosk", async || {
        Ok((world.run("return 'kiosk' in document.documentElement.dataset").await? == true).then_some(()))
    })
    .await?;
    till.click("[data-action=scanner]").await?;
    till.press("digit-5").await?;
    till.shows("amount").await?;
    let hold =
        "const button = document.querySelector('#till').shadowRoot.querySelector('[data-action=scanner]');
        button.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, composed: true }))";
    world.run(hold).await?;
    till.shows("scanner").await?;
    world.close();
    Ok(())
}
