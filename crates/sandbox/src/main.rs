//! The `scantill-sandbox` program.

mod arguments;

use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use clap::Parser;
use scantill_sandbox::{
    Chaos, HttpWebhookSender, Options, Sandbox, Secret, StateFile, Switches, WebhookTarget,
};
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

use arguments::Arguments;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    let is_for_eyes =
        io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    // Where the log cannot be written, a complaint about that would end the task that logs.
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    log.with_ansi(is_for_eyes).log_internal_errors(false).init();
    match run(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // No reader is left if even this cannot be written.
            let _ = writeln!(io::stderr(), "scantill-sandbox: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<()> {
    let options = options(&arguments)?;
    let stopped = stop_signal()?;
    let listener = listen(&arguments.listen).await?;
    let running = Sandbox::start(listener, options);
    // It is no error if no one reads this.
    let _ = writeln!(io::stdout(), "listening on http://{}", running.address());
    stopped.await;
    running.stop().await;
    Ok(())
}

fn options(arguments: &Arguments) -> Result<Options> {
    let webhook = match &arguments.webhook_url {
        None => None,
        Some(url) => {
            let secrets = arguments.webhook_secret.iter().map(|secret| Secret::from_base64(secret));
            let secrets = secrets.collect::<Result<Vec<_>, _>>().context("--webhook-secret")?;
            Some(WebhookTarget::new(url, secrets).context("--webhook-url")?)
        }
    };
    let state_file = arguments.state.as_ref().map(StateFile::open).transpose().context("--state")?;
    let seed = match arguments.seed {
        Some(seed) => seed,
        None => getrandom::u64().context("the machine gives no random numbers; name a --seed")?,
    };
    let till_url = arguments.till_url.clone();
    let (switches, chaos) = (switches(arguments)?, chaos(arguments));
    let webhook_sender = Arc::new(webhook_sender(arguments.webhook_ca.as_deref()).context("--webhook-ca")?);
    Ok(Options { seed, webhook, switches, chaos, state_file, till_url, webhook_sender, ..Options::default() })
}

fn webhook_sender(authority: Option<&Path>) -> Result<HttpWebhookSender> {
    let Some(path) = authority else { return Ok(HttpWebhookSender::default()) };
    let pem = std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
    Ok(HttpWebhookSender::trusting(&pem)?)
}

fn switches(arguments: &Arguments) -> Result<Switches> {
    let payers = format!("payers={}", arguments.payers);
    [&payers].into_iter().chain(&arguments.switches).try_fold(Switches::default(), |switches, given| {
        let (name, value) = given.split_once('=').context("--switch must be NAME=VALUE")?;
        switches.with(name.trim(), value.trim()).with_context(|| format!("--switch {given}"))
    })
}

fn chaos(arguments: &Arguments) -> Chaos {
    let chaos = arguments.chaos.iter().cloned().fold(Chaos::default(), Chaos::and);
    match arguments.chaos_seed {
        Some(seed) => chaos.with_seed(seed),
        None => chaos,
    }
}

async fn listen(address: &str) -> Result<TcpListener> {
    match TcpListener::bind(address).await {
        Ok(listener) => Ok(listener),
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
            bail!(
                "{address} is taken by another program: stop that one, or name another address with --listen"
            )
        }
        Err(error) => bail!("cannot listen on {address} ({error}): name another address with --listen"),
    }
}

/// Ends on Ctrl-C or, where there is such a thing, SIGTERM. It listens from now on, not from the first wait.
#[cfg(unix)]
fn stop_signal() -> Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn stop_signal() -> Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
