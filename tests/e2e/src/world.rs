//! Sandbox, proxy, fault proxy and browser of one test, and the question whether storage and money agree.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use reqwest::Client;
use scantill_testkit::ledger::{count_paid, is_recorded};
use serde_json::{Value, json};

use crate::browser::{Browser, Camera};
use crate::fault_proxy::{Fault, FaultProxy};
use crate::files::with_hash;
use crate::patience::until;
use crate::programs::Programs;
use crate::proxy::{Proxy, Settings};
use crate::sandbox::Sandbox;
use crate::shop_page::ShopPage;
use crate::till::Till;

/// Calls the proxy as each till that this browser has been.
const ASK: &str = include_str!("proof.js");
const REMEMBERED: &str = "return [location.href, document.title, JSON.stringify(localStorage),
    JSON.stringify(sessionStorage), document.cookie].join('\\n')";
const LOG_LINES_SHOWN: usize = 40;

/// Everything that one test needs; all of it ends with this value.
#[derive(Debug)]
pub struct World {
    browser: Browser,
    /// The provider.
    pub sandbox: Sandbox,
    /// The merchant proxy.
    pub proxy: Proxy,
    /// What stands between the browser and the merchant proxy.
    pub faults: FaultProxy,
    http: Client,
    succeeded: bool,
}

impl World {
    /// A world with the usual settings.
    pub async fn start() -> Result<Self> {
        Self::start_with(Settings::default()).await
    }

    /// A world in which the browser's machine has a camera.
    pub async fn with_camera(camera: &Camera) -> Result<Self> {
        Self::open_with(Settings::default(), camera).await
    }

    /// A world in which another page may embed the till, on a machine with a camera.
    pub async fn with_shop_page(page: &ShopPage, camera: &Camera) -> Result<Self> {
        Self::open_with(Settings { origin: Some(page.origin()), ..Settings::default() }, camera).await
    }

    /// A world with settings of its own.
    pub async fn start_with(settings: Settings) -> Result<Self> {
        Self::open_with(settings, &Camera::None).await
    }

    /// A world with settings and a camera of its own.
    pub async fn open_with(settings: Settings, camera: &Camera) -> Result<Self> {
        let programs = Programs::find()?;
        let browser = Browser::open(&programs, camera).await?;
        let http = Client::builder().no_proxy().timeout(Duration::from_secs(10)).build()?;
        let faults = FaultProxy::start().await?;
        let till_url = format!("{}/", faults.origin());
        let sandbox = Sandbox::start(&programs, http.clone(), till_url).await?;
        let proxy = Proxy::prepare(&programs, settings, &sandbox.origin())?;
        let mut world = Self { browser, sandbox, proxy, faults, http, succeeded: false };
        world.start_proxy().await?;
        Ok(world)
    }

    /// Starts the proxy on its storage and leads browser and webhooks to it.
    pub async fn start_proxy(&mut self) -> Result<()> {
        let address = self.proxy.start().await?;
        self.faults.set_upstream(Some(address));
        self.sandbox.control().send_webhooks_to(&format!("http://{address}")).await?;
        Ok(())
    }

    /// Kills the proxy: the browser finds nobody.
    pub fn kill_proxy(&mut self) {
        self.faults.set_upstream(None);
        self.proxy.kill();
    }

    /// Opens a page and gives the till on it.
    pub async fn open(&self, path: &str) -> Result<Till> {
        self.goto(&format!("{}{path}", self.faults.origin())).await?;
        Ok(self.till("#till"))
    }

    /// Opens any address.
    pub async fn goto(&self, address: &str) -> Result<()> {
        self.browser.session().goto(address).await?;
        Ok(())
    }

    /// A file of the till as another build has it: the same but for the build's id. It lives as long as the tests.
    pub async fn other_build(&self, path: &str) -> Result<&'static str> {
        let (glue, file) = (self.file("/pkg/scantill.js").await?, self.file(path).await?);
        let (_, rest) = glue.split_once("build_").context("the glue carries no build id")?;
        let id = rest.get(..8).filter(|id| file.contains(id)).context("the file carries no build id")?;
        Ok(file.replace(id, "0badc0de").leak())
    }

    /// From now on the page names no hashes of its files.
    pub async fn page_without_hashes(&self) -> Result<()> {
        let page = self.file("/").await?;
        let mut parts = page.split(" integrity=\"");
        let mut body = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            body += part.split_once('"').context("an attribute has no end")?.1;
        }
        let page = Fault::Answer { status: 200, media_type: "text/html", body: body.leak() };
        self.faults.always(page, "GET /");
        Ok(())
    }

    /// The path of a file of the till, such as `/pkg/office.js`, with the hash that this build put into it.
    pub fn built(&self, path: &str) -> Result<String> {
        with_hash(&Programs::find()?.till, path)
    }

    async fn file(&self, path: &str) -> Result<String> {
        let path = self.built(path)?;
        let url = format!("{}{path}", self.faults.origin());
        Ok(self.http.get(url).send().await?.error_for_status()?.text().await?)
    }

    /// The till of an element.
    pub fn till(&self, host: &'static str) -> Till {
        Till::at(self.browser.session(), host)
    }

    /// Loads the page again.
    pub async fn reload(&self) -> Result<()> {
        self.browser.session().refresh().await?;
        Ok(())
    }

    /// Starts the browser again on what it has stored, be it open or dead; no page is open then.
    pub async fn start_browser_again(&mut self) -> Result<()> {
        self.browser.start_again().await
    }

    /// The browser.
    pub fn browser(&self) -> &Browser {
        &self.browser
    }

    /// Runs a script in the page.
    pub async fn run(&self, script: &str) -> Result<Value> {
        Ok(self.browser.session().execute(script, Vec::new()).await?.json().clone())
    }

    /// Address, title, storage and cookies: all that a browser remembers of a page.
    pub async fn remembered(&self) -> Result<String> {
        Ok(self.run(REMEMBERED).await?.as_str().unwrap_or_default().to_owned())
    }

    /// The payments of all tills of this browser, as the proxy stores them.
    pub async fn payments(&self) -> Result<Vec<Value>> {
        let mut payments = Vec::new();
        for page in self.ask("GET", "/v1/payments?limit=200", false).await? {
            payments.extend(page["payments"].as_array().cloned().with_context(|| page.to_string())?);
        }
        Ok(payments)
    }

    /// Has the proxy read the provider again for each payment, as a supervisor might.
    pub async fn refresh(&self) -> Result<()> {
        for payment in self.payments().await? {
            let id = payment["id"].as_str().unwrap_or_default();
            let asked = self.ask("POST", &format!("/v1/payments/{id}/refresh"), true).await?;
            ensure!(!asked.is_empty(), "no till is paired");
        }
        Ok(())
    }

    /// Waits until the ledger holds so many charges, so many of them paid, each stored as what it is.
    pub async fn agrees(&self, charges: usize, paid: usize) -> Result<()> {
        let mut last = None;
        let agreed = until("ledger and storage agree", async || {
            let (ledger, payments) = (self.sandbox.charges().await?, self.payments().await?);
            let is =
                ledger.len() == charges && count_paid(&ledger) == paid && is_recorded(&ledger, &payments);
            last = Some((ledger, payments));
            Ok(is.then_some(()))
        })
        .await;
        agreed.with_context(|| format!("{charges} charges, {paid} paid were expected: {last:#?}"))
    }

    /// A client for calls past the browser.
    pub fn http(&self) -> &Client {
        &self.http
    }

    /// What the proxy answers to each till of this browser, or to the first `only`.
    async fn ask(&self, method: &str, path: &str, only: bool) -> Result<Vec<Value>> {
        let arguments = vec![json!(method), json!(path), json!(only)];
        let answers = self.browser.session().execute(ASK, arguments).await?;
        let answers = answers.json().as_array().context("no answers")?;
        let bodies = answers.iter().map(|answer| {
            ensure!(answer["status"] == 200, "{method} {path}: {answer}");
            Ok(answer["body"].clone())
        });
        bodies.collect()
    }

    /// Ends a test that has succeeded.
    pub fn close(mut self) {
        self.succeeded = true;
    }
}

impl Drop for World {
    /// A world that was not closed belongs to a test that failed: its last words are printed.
    #[expect(clippy::print_stderr, reason = "a failed test shows what was printed")]
    fn drop(&mut self) {
        if !self.succeeded {
            let log = self.proxy.log();
            let lines: Vec<&str> = log.lines().collect();
            let tail = &lines[lines.len().saturating_sub(LOG_LINES_SHOWN)..];
            eprintln!("the proxy's last words:\n{}", tail.join("\n"));
            eprintln!("the audit:\n{}", self.proxy.audit().unwrap_or_else(|error| format!("{error:#}")));
        }
    }
}
