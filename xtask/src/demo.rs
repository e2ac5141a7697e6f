//! `cargo xtask demo`: the till, the proxy and the sandbox on one machine, from a fresh clone to a payment.

mod address;
mod certificate;
mod config;
mod data;
mod services;
mod supervisor;
mod words;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::mpsc::{self, Sender};

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::programs::{self, show};
use crate::progress::{Progress, Step};
use crate::till;
use crate::workspace::{self, Workspace};
use certificate::Certificate;
use config::Config;
use data::Data;
use services::{Event, Services};

const STARTS: Step = Step { words: "Starting the sandbox and the proxy", seconds: 5 };

/// Where the demo listens, where it keeps its data, and how the proxy makes charges.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Port of the proxy, which serves the till
    #[arg(long, default_value_t = 8787, value_parser = clap::value_parser!(u16).range(1..))]
    port: u16,
    /// Port of the sandbox, which plays the payment provider and the payer's phone
    #[arg(long, default_value_t = 8788, value_parser = clap::value_parser!(u16).range(1..))]
    sandbox_port: u16,
    /// Folder of the demo's data; it is kept when the demo stops [default: demo-data]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Address to listen on; 0.0.0.0 opens the demo to a tablet on the same network
    #[arg(long, value_name = "ADDR", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    listen: IpAddr,
    /// Serve the till over HTTPS, which a tablet needs for its camera and for a scanner over WebHID
    #[arg(long)]
    tls: bool,
    /// Origin of another page that may embed the till, as scheme, name and port; may be given several times
    #[arg(long = "origin", value_name = "URL")]
    origins: Vec<String>,
    /// Source type of the charges
    #[arg(long, default_value = "barcode_alipay", value_parser = ["barcode_alipay", "alipayplus_upm", "wechat_pay_upm"])]
    source_type: String,
    /// Whether the source is made first, or with the charge
    #[arg(long, default_value = "source_then_charge", value_parser = ["source_then_charge", "one_call"])]
    creation: String,
}

impl Options {
    fn proxy(&self) -> SocketAddr {
        SocketAddr::new(self.listen, self.port)
    }

    fn sandbox(&self) -> SocketAddr {
        SocketAddr::new(self.listen, self.sandbox_port)
    }
}

/// Builds what is needed, runs both servers until one ends or the user stops them.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let workspace = Workspace::find()?;
    require_ports(options)?;
    let data = Data::open(&options.data.clone().unwrap_or_else(|| workspace.root.join("demo-data")))?;
    let mut progress = Progress::of(plan(&workspace)?);
    let till = till::build(&workspace, &mut progress)?;
    workspace::build_servers(&workspace, &mut progress)?;
    let config = Config::new(options, &data, &till);
    data.write_config(&config.to_string())?;

    let certificate =
        options.tls.then(|| Certificate::make(&workspace, &data, options.listen)).transpose()?;
    progress.begin(STARTS);
    let (sender, events) = mpsc::channel();
    stop_on_signal(sender.clone())?;
    let mut services = Services::new(events);
    let sandbox = sandbox(&workspace, &data, &config, certificate.as_ref());
    services.start("sandbox", sandbox, &sender)?;
    let pairing = pairing_words(&workspace, &data, &config)?;
    supervisor::add(&workspace, &data.config())?;
    services.start("proxy", proxy(&workspace, &data, certificate.as_ref()), &sender)?;
    if services.are_running() {
        show(&words::running(&config, data.folder(), pairing.as_deref(), certificate.as_ref()));
    }
    services.run_until_stopped()?;
    show("\nStopped. The data folder is kept for the next start.");
    Ok(ExitCode::SUCCESS)
}

fn require_ports(options: &Options) -> Result<()> {
    if options.port == options.sandbox_port {
        bail!("the proxy and the sandbox need two ports: give another with `--port` or `--sandbox-port`");
    }
    address::require_free(options.proxy(), "--port")?;
    address::require_free(options.sandbox(), "--sandbox-port")
}

fn plan(workspace: &Workspace) -> Result<Vec<Step>> {
    Ok(till::plan(workspace)?.into_iter().chain([workspace::BUILDS_SERVERS, STARTS]).collect())
}

fn stop_on_signal(sender: Sender<Event>) -> Result<()> {
    ctrlc::set_handler(move || {
        let _ = sender.send(Event::Stop);
    })
    .context("Ctrl-C cannot be caught on this system")
}

fn sandbox(
    workspace: &Workspace,
    data: &Data,
    config: &Config,
    certificate: Option<&Certificate>,
) -> Command {
    let mut command = Command::new(workspace.binary("scantill-sandbox"));
    command.args(["--listen", &config.sandbox.to_string(), "--state"]).arg(data.sandbox_state());
    command.args(["--webhook-url", &config.webhook_url(), "--webhook-secret", &config.webhook_secret]);
    command.args(["--till-url", &config.till_url()]);
    if let Some(certificate) = certificate {
        certificate.let_trust(&mut command);
    }
    command
}

fn proxy(workspace: &Workspace, data: &Data, certificate: Option<&Certificate>) -> Command {
    let mut command = Command::new(workspace.binary("scantill-proxy"));
    command.args(["serve", "--config"]).arg(data.config());
    if let Some(certificate) = certificate {
        certificate.let_serve(&mut command);
    }
    command
}

/// Open pairing is for this machine only: over a network a tablet needs a code, made before the proxy opens
/// the storage.
fn pairing_words(workspace: &Workspace, data: &Data, config: &Config) -> Result<Option<String>> {
    if config.pairs_openly() {
        return Ok(None);
    }
    let printed = programs::output(
        terminal_add(workspace, &data.config()),
        "the proxy made no pairing code: see above; with another `--data` folder the demo begins anew",
    )?;
    Ok(Some(printed.trim().to_owned()))
}

fn terminal_add(workspace: &Workspace, config: &Path) -> Command {
    let mut command = Command::new(workspace.binary("scantill-proxy"));
    command.args(["terminal", "add", "--config"]).arg(config);
    command.args(["--store", "store_1", "--name", "store 1", "--terminal", "POS-01"]);
    command.args(["--time-zone", "Asia/Bangkok", "--day-starts", "04:00"]);
    command
}
