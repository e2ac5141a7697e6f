//! The merchant proxy as its own program, on a storage in a folder of its own.

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use scantill_testkit::{ProxyConfiguration, WEBHOOK_SECRET};
use serde_json::Value;
use tempfile::TempDir;

use crate::programs::Programs;
use crate::service::Service;

/// Waits that a test can afford. What a test's own settings say comes on top.
const TIMING: &str = "read_first_ms = 200, read_every_ms = 200, read_slow_every_ms = 200, expire_again_ms = 200, \
    call_again_ms = 200, poll_beside_stream_ms = 700, poll_alone_ms = 300";

/// How a proxy is configured.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `source_then_charge` or `one_call`.
    pub creation: &'static str,
    /// `open` or `code`.
    pub pairing: &'static str,
    /// Further waits, such as `till_deadline_ms = 900`.
    pub timing: &'static str,
    /// Another page's origin that may embed the till.
    pub origin: Option<String>,
    /// Whether the browser keeps the till.
    pub service_worker: bool,
    /// How much the proxy says.
    pub log: &'static str,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            creation: "source_then_charge",
            pairing: "open",
            timing: "",
            origin: None,
            service_worker: true,
            log: "info",
        }
    }
}

/// A proxy, running or not.
#[derive(Debug)]
pub struct Proxy {
    program: PathBuf,
    folder: TempDir,
    settings: Settings,
    service: Option<Service>,
    address: Option<SocketAddr>,
    logs: String,
}

impl Proxy {
    /// Writes the configuration; nothing runs yet.
    pub fn prepare(programs: &Programs, settings: Settings, api_url: &str) -> Result<Self> {
        let folder = TempDir::new()?;
        let till = std::path::absolute(&programs.till)?;
        configuration(&settings, &till.to_string_lossy(), api_url).write(folder.path());
        let program = programs.proxy.clone();
        Ok(Self { program, folder, settings, service: None, address: None, logs: String::new() })
    }

    /// Starts it on its storage; each time it has another port.
    pub async fn start(&mut self) -> Result<SocketAddr> {
        let mut command = self.command(&["serve"]);
        command.env("RUST_LOG", self.settings.log).env("NO_COLOR", "1");
        let mut service = Service::start("proxy", command)?;
        let address = service.says("listening on http://").await?;
        self.service = Some(service);
        let address = address.parse().with_context(|| format!("the proxy listens on {address:?}"))?;
        self.address = Some(address);
        Ok(address)
    }

    /// Where it listens, if it runs: the way to it past all faults.
    pub fn origin(&self) -> Result<String> {
        let address = self.address.filter(|_| self.service.is_some()).context("the proxy is not running")?;
        Ok(format!("http://{address}"))
    }

    /// Stops it in the middle of whatever it does, or lets it go on.
    pub fn freeze(&self, frozen: bool) -> Result<()> {
        self.service.as_ref().context("the proxy is not running")?.freeze(frozen)
    }

    /// Kills it.
    pub fn kill(&mut self) {
        if let Some(service) = self.service.take() {
            self.logs.push_str(&service.log());
        }
    }

    /// Adds a terminal on the command line, or a further tablet to one, and gives its one-use pairing code.
    pub fn add_terminal(&self, terminal: &str) -> Result<String> {
        self.pairing_code(terminal, &["--keep-devices"])
    }

    /// Gives a pairing code for a tablet that takes the place of those that the terminal has.
    pub fn replace_tablets(&self, terminal: &str) -> Result<String> {
        self.pairing_code(terminal, &[])
    }

    /// Takes the tokens of a terminal's tablets away.
    pub fn revoke(&self, terminal: &str) -> Result<()> {
        let status =
            self.command(&["terminal", "revoke", "--terminal", terminal]).stdout(Stdio::null()).status();
        ensure!(status.context("the proxy's program cannot be started")?.success(), "not revoked");
        Ok(())
    }

    fn pairing_code(&self, terminal: &str, more: &[&str]) -> Result<String> {
        let mut command = self.command(&["terminal", "add"]);
        command.args(more);
        command.args(["--store", "store_1", "--name", "store 1", "--terminal", terminal]);
        command.args(["--time-zone", "Asia/Bangkok", "--day-starts", "04:00"]);
        let output = command.output().context("the proxy's program cannot be started")?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        ensure!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
        let code = said.lines().find_map(|line| line.strip_prefix("pairing code: "));
        code.map(str::to_owned).with_context(|| format!("no pairing code in {said:?}"))
    }

    /// Lets the store have a supervisor with this PIN, by the command line.
    pub fn add_supervisor(&self, name: &str, pin: &str) -> Result<()> {
        let mut command = self.command(&["supervisor", "add"]);
        command.args(["--store", "store_1", "--name", name]).stdin(Stdio::piped()).stdout(Stdio::null());
        let mut child = command.spawn().context("the proxy's program cannot be started")?;
        child.stdin.take().context("no way to say the PIN")?.write_all(format!("{pin}\n").as_bytes())?;
        ensure!(child.wait()?.success(), "the supervisor was not added");
        Ok(())
    }

    /// The lines of its audit.
    pub fn audit(&self) -> Result<String> {
        let output = self.command(&["audit", "show"]).output();
        let output = output.context("the proxy's program cannot be started")?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// All that it said, in all its lives.
    pub fn log(&self) -> String {
        let now = self.service.as_ref().map(Service::log).unwrap_or_default();
        format!("{}{now}", self.logs)
    }

    /// The bytes of its storage on the disk.
    pub fn storage_on_disk(&self) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        for entry in std::fs::read_dir(self.folder.path().join("data"))? {
            let path = entry?.path();
            if path.is_file() {
                bytes.extend(std::fs::read(path)?);
            }
        }
        Ok(bytes)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(arguments).arg("--config").arg(self.folder.path().join(ProxyConfiguration::FILE));
        command
    }
}

fn configuration(settings: &Settings, till: &str, api_url: &str) -> ProxyConfiguration {
    let Settings { creation, pairing, timing, origin, service_worker, .. } = settings;
    let timing = if timing.is_empty() { TIMING.to_owned() } else { format!("{TIMING}, {timing}") };
    // A JSON string is a TOML string.
    let till = Value::from(till);
    // As in the demo, the provider's page with a till and a phone is one.
    let origins: Value = origin.iter().map(String::as_str).chain([api_url]).collect();
    ProxyConfiguration::new(api_url)
        .with(format_args!("till = {till}\npairing = \"{pairing}\"\ntiming = {{ {timing} }}"))
        .with(format_args!(
            "allowed_origins = {origins}\nservice_worker = {service_worker}\nsupport = \"Call 02 123 4567\""
        ))
        .with_account(format_args!("webhook_secret = \"{WEBHOOK_SECRET}\"\ncreation = \"{creation}\""))
}
