//! Chromium and its driver: the one place that knows which browser it is. Another browser is another such file.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::json;
use thirtyfour::prelude::*;
use thirtyfour::session::handle::SessionHandle;
use tokio::sync::{OnceCell, Semaphore, SemaphorePermit};

use crate::programs::Programs;
use crate::service::Service;

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

/// A fresh browser without any past; it closes with this value, be the test passed or failed.
#[derive(Debug)]
pub struct Browser {
    driver: WebDriver,
    _seat: SemaphorePermit<'static>,
}

/// The camera of the browser's machine.
#[derive(Clone, Debug, Default)]
pub enum Camera {
    /// There is none.
    #[default]
    None,
    /// The browser keeps it from the page.
    Refused,
    /// It sees its maker's test pattern.
    Pattern,
    /// It sees this film, a Y4M file, again and again.
    Film(PathBuf),
}

impl Camera {
    fn arguments(&self) -> Vec<String> {
        let device = "--use-fake-device-for-media-stream";
        let allowed = "--use-fake-ui-for-media-stream";
        match self {
            Self::None => Vec::new(),
            Self::Refused => vec![device.to_owned()],
            Self::Pattern => vec![device.to_owned(), allowed.to_owned()],
            Self::Film(film) => {
                let film = format!("--use-file-for-fake-video-capture={}", film.display());
                vec![device.to_owned(), allowed.to_owned(), film]
            }
        }
    }
}

impl Browser {
    /// Opens a browser as soon as there is room for one.
    pub async fn open(programs: &Programs, camera: &Camera) -> Result<Self> {
        let seat = SEATS.acquire().await?;
        let running = DRIVER.get_or_try_init(|| Driver::start(programs)).await?;
        let mut wanted = DesiredCapabilities::chrome();
        wanted.set_binary(&programs.chromium.to_string_lossy())?;
        for argument in ARGUMENTS.map(str::to_owned).into_iter().chain(camera.arguments()) {
            wanted.add_arg(&argument)?;
        }
        let driver = WebDriver::new(&running.address, wanted).await.context("the browser did not open")?;
        Ok(Self { driver, _seat: seat })
    }

    /// The `WebDriver` session.
    pub fn session(&self) -> &Arc<SessionHandle> {
        self.driver.handle()
    }

    /// Gives the page exactly this many CSS pixels, which no window size does alike in all browsers.
    pub async fn resize(&self, width: u32, height: u32) -> Result<()> {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.driver.cdp().send_raw("Emulation.setDeviceMetricsOverride", metrics).await?;
        Ok(())
    }

    /// Runs a script in every page before the page's own, as if it were a part of the browser.
    pub async fn before_load(&self, script: &str) -> Result<()> {
        let script = json!({ "source": script });
        self.driver.cdp().send_raw("Page.addScriptToEvaluateOnNewDocument", script).await?;
        Ok(())
    }

    /// Lets the page's processor be so many times slower, as a tablet's is.
    pub async fn slow_down(&self, times: u32) -> Result<()> {
        self.driver.cdp().send_raw("Emulation.setCPUThrottlingRate", json!({ "rate": times })).await?;
        Ok(())
    }
}

impl Drop for Browser {
    /// Closes the browser on a connection of its own: the client's belong to a runtime that stands still meanwhile.
    #[expect(clippy::print_stderr, reason = "a drop has nobody else to tell")]
    fn drop(&mut self) {
        let address = self.driver.server_url();
        let (host, port) = (address.host_str().unwrap_or_default(), address.port().unwrap_or_default());
        let session = self.driver.session_id();
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
        // It would close the session a second time.
        let _ = self.driver.clone().leak();
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
