//! Chromium and its driver: the one place that knows which browser it is. Another browser is another such file.

mod camera;
mod look;
mod power;

use std::env;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::common::command::Command as WebDriverCommand;
use thirtyfour::prelude::*;
use thirtyfour::session::handle::SessionHandle;
use thirtyfour::{ChromeCapabilities, WindowHandle};
use tokio::sync::{OnceCell, Semaphore, SemaphorePermit};

use crate::programs::Programs;
use crate::service::Service;

pub use camera::Camera;
pub use look::Look;

/// Chromium as root needs no sandbox of its own; its own connections would only disturb.
const ARGUMENTS: [&str; 8] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--window-size=1280,900",
];

/// The language of the browser's user, as in `th`; English if it is not set.
const LANGUAGE: &str = "SCANTILL_LANGUAGE";

/// Browsers that may be open at once: more would starve each other on a small machine.
const BROWSERS_MAX: usize = 2;

/// Then the end of the process closes it.
const CLOSE_WAIT: Duration = Duration::from_secs(10);

static SEATS: Semaphore = Semaphore::const_new(BROWSERS_MAX);
/// One driver for all tests of this process; the watchdog of its service ends it with the process.
static DRIVER: OnceCell<Driver> = OnceCell::const_new();

#[derive(Debug)]
struct Driver {
    address: String,
    _service: Service,
}

/// A browser without any past but its own; it closes with this value, be the test passed or failed.
#[derive(Debug)]
pub struct Browser {
    driver: WebDriver,
    launch: Launch,
    profile: TempDir,
    _seat: SemaphorePermit<'static>,
}

/// How it is opened, the first time and after a power cut.
#[derive(Debug)]
struct Launch {
    address: String,
    wanted: ChromeCapabilities,
}

impl Launch {
    async fn open(&self) -> Result<WebDriver> {
        WebDriver::new(&self.address, self.wanted.clone()).await.context("the browser did not open")
    }
}

impl Browser {
    /// Opens a browser as soon as there is room for one.
    pub async fn open(programs: &Programs, camera: &Camera) -> Result<Self> {
        let seat = SEATS.acquire().await?;
        let running = DRIVER.get_or_try_init(|| Driver::start(programs)).await?;
        let profile = TempDir::new()?;
        let mut wanted = DesiredCapabilities::chrome();
        wanted.set_binary(&programs.chromium.to_string_lossy())?;
        let folder = format!("--user-data-dir={}", profile.path().display());
        let language = env::var(LANGUAGE).ok().map(|tag| format!("--accept-lang={tag}"));
        let more = camera.arguments().into_iter().chain([folder]).chain(language);
        for argument in ARGUMENTS.map(str::to_owned).into_iter().chain(more) {
            wanted.add_arg(&argument)?;
        }
        let launch = Launch { address: running.address.clone(), wanted };
        Ok(Self { driver: launch.open().await?, launch, profile, _seat: seat })
    }

    /// Kills the browser with all its processes, as a power cut does: what it has not written is lost.
    pub async fn cut_power(&self) -> Result<()> {
        power::cut(self.profile.path()).await
    }

    /// Starts it again on what it has written, be it closed in good order or dead.
    pub async fn start_again(&mut self) -> Result<()> {
        close(&self.driver);
        let old = std::mem::replace(&mut self.driver, self.launch.open().await?);
        // It would close its session a second time.
        let _ = old.leak();
        Ok(())
    }

    /// The `WebDriver` session.
    pub fn session(&self) -> &Arc<SessionHandle> {
        self.driver.handle()
    }

    /// The tab that is looked at.
    pub async fn tab(&self) -> Result<WindowHandle> {
        Ok(self.session().window().await?)
    }

    /// Opens a tab and looks at it.
    pub async fn open_tab(&self) -> Result<WindowHandle> {
        let tab = self.session().new_tab().await?;
        self.switch_to(&tab).await?;
        Ok(tab)
    }

    /// Looks at a tab.
    pub async fn switch_to(&self, tab: &WindowHandle) -> Result<()> {
        self.session().switch_to_window(tab.clone()).await?;
        // A tab behind another is hidden, and its timers sleep.
        self.driver.cdp().send_raw("Page.bringToFront", json!({})).await?;
        Ok(())
    }

    /// Closes the tab that is looked at; none is looked at then.
    pub async fn close_tab(&self) -> Result<()> {
        self.session().close_window().await?;
        Ok(())
    }

    /// Runs a script in every page before the page's own, as if it were a part of the browser.
    pub async fn before_load(&self, script: &str) -> Result<()> {
        let script = json!({ "source": script });
        self.driver.cdp().send_raw("Page.addScriptToEvaluateOnNewDocument", script).await?;
        Ok(())
    }

    /// Gives the browser's developer tools an order, and returns what they say.
    pub async fn order(&self, order: &str) -> Result<Value> {
        Ok(self.driver.cdp().send_raw(order, json!({})).await?)
    }

    /// Takes the network from the page, or gives it back; the browser tells the page.
    pub async fn set_offline(&self, offline: bool) -> Result<()> {
        let unlimited =
            json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
        self.driver.cdp().send_raw("Network.enable", json!({})).await?;
        self.driver.cdp().send_raw("Network.emulateNetworkConditions", unlimited).await?;
        Ok(())
    }

    /// Clears all that pages of this origin have stored.
    pub async fn clear_storage(&self, origin: &str) -> Result<()> {
        let all = json!({ "origin": origin, "storageTypes": "all" });
        self.driver.cdp().send_raw("Storage.clearDataForOrigin", all).await?;
        Ok(())
    }

    /// Touches a place of the page, in CSS pixels of its view: what is there gets the focus as from a finger.
    pub async fn touch(&self, x_px: i32, y_px: i32) -> Result<()> {
        let there = json!({ "type": "pointerMove", "origin": "viewport", "x": x_px, "y": y_px });
        let press = ["pointerDown", "pointerUp"].map(|kind| json!({ "type": kind, "button": 0 }));
        let actions: Vec<_> = std::iter::once(there).chain(press).collect();
        let finger = json!({ "type": "pointer", "id": "finger", "actions": actions,
            "parameters": { "pointerType": "touch" } });
        self.session().cmd(WebDriverCommand::PerformActions(json!([finger]).into())).await?;
        Ok(())
    }

    /// Lets the page's processor be so many times slower, as a tablet's is.
    pub async fn slow_down(&self, times: u32) -> Result<()> {
        self.driver.cdp().send_raw("Emulation.setCPUThrottlingRate", json!({ "rate": times })).await?;
        Ok(())
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        close(&self.driver);
        // It would close the session a second time.
        let _ = self.driver.clone().leak();
    }
}

/// Closes the browser on a connection of its own: the client's belong to a runtime that stands still meanwhile.
#[expect(clippy::print_stderr, reason = "a drop has nobody else to tell")]
fn close(driver: &WebDriver) {
    let address = driver.server_url();
    let (host, port) = (address.host_str().unwrap_or_default(), address.port().unwrap_or_default());
    let session = driver.session_id();
    let request = format!("DELETE /session/{session} HTTP/1.1\r\nHost: {host}\r\n\r\n");
    let closed = TcpStream::connect((host, port)).and_then(|mut stream| {
        stream.set_read_timeout(Some(CLOSE_WAIT))?;
        stream.write_all(request.as_bytes())?;
        // The driver answers when the browser is gone, and keeps the connection.
        stream.read(&mut [0; 64])
    });
    if let Err(error) = closed {
        eprintln!("a browser did not close: {error}");
    }
}

impl Driver {
    async fn start(programs: &Programs) -> Result<Self> {
        let mut command = Command::new(&programs.chromedriver);
        command.arg("--port=0");
        let mut service = Service::start("driver of the browser", command)?;
        let port = service.says("was started successfully on port ").await?;
        let address = format!("http://127.0.0.1:{}", port.trim_end_matches('.'));
        Ok(Self { address, _service: service })
    }
}
