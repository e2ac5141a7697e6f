//! The command line of the proxy.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{Args, Parser, Subcommand};
use scantill_core::{StoreId, TerminalId};
use scantill_proxy::clock::{Clock, SystemClock, SystemEntropy};
use scantill_proxy::config::Config;
use scantill_proxy::secrets::{new_pairing_code, pairing_digest};
use scantill_proxy::serve::{Proxy, pairing_code_expiry};
use scantill_proxy::store::{NewTerminal, SqliteStore, Store};
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// Scantill's merchant proxy: creates wallet charges at Omise, keeps the books, tells the tills.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve tills and webhooks until SIGTERM or Ctrl-C.
    Serve {
        /// The configuration file (TOML).
        #[arg(long)]
        config: PathBuf,
    },
    /// Print the `OpenAPI` document.
    Openapi,
    /// Tills: add one, or a further tablet to one.
    #[command(subcommand)]
    Terminal(TerminalCommand),
}

#[derive(Debug, Subcommand)]
enum TerminalCommand {
    /// Add a till and print the one-use code that pairs a tablet with it.
    Add(Box<AddTerminal>),
}

#[derive(Debug, Args)]
struct AddTerminal {
    /// The configuration file (TOML).
    #[arg(long)]
    config: PathBuf,
    /// The account; may be left out where there is only one.
    #[arg(long)]
    account: Option<String>,
    /// The store's id, as Omise and Alipay shall see it.
    #[arg(long)]
    store: String,
    /// The store's name, as the customer's wallet shall show it.
    #[arg(long)]
    name: String,
    /// The till's id.
    #[arg(long)]
    terminal: String,
    /// The store's time zone, for its business day.
    #[arg(long, default_value = "Asia/Bangkok")]
    time_zone: String,
    /// When the store's business day starts.
    #[arg(long, default_value = "04:00")]
    day_starts: String,
}

#[tokio::main]
async fn main() -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    // Where the log cannot be written, a complaint about that would end the task that logs: money must not hang on it.
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    log.with_target(false).log_internal_errors(false).init();
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::debug!(?error, "stopped");
            say_error(&format!("scantill-proxy: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> anyhow::Result<()> {
    match arguments.command {
        Command::Serve { config } => serve(&config).await,
        Command::Openapi => {
            say(&scantill_proxy::routes::document().to_pretty_json()?);
            Ok(())
        }
        Command::Terminal(TerminalCommand::Add(add)) => add_terminal(*add).await,
    }
}

async fn serve(path: &Path) -> anyhow::Result<()> {
    let mut config = Config::load(path)?;
    let signals = Signals::listen().context("signals cannot be listened for")?;
    let listen = config.listen;
    let listener = TcpListener::bind(listen).await.with_context(|| {
        format!(
            "{listen} cannot be listened on; is another proxy running? Change `listen` in {}",
            path.display()
        )
    })?;
    let address = listener.local_addr()?;
    config.listen = address;
    let proxy = Proxy::prepare(config).await?;
    say(&format!("listening on http://{address}"));
    proxy.run(listener, signals.stopped()).await?;
    Ok(())
}

/// The two ways to ask for the end. They are listened for before anybody is told that the proxy is ready.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn listen() -> std::io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    /// Done at the first SIGTERM or Ctrl-C; the second ends the process at once.
    async fn stopped(mut self) {
        self.next().await;
        tokio::spawn(async move {
            self.next().await;
            std::process::exit(130);
        });
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

async fn add_terminal(add: AddTerminal) -> anyhow::Result<()> {
    let config = Config::load(&add.config)?;
    let names: Vec<&str> = config.accounts.iter().map(|account| account.name.as_str()).collect();
    let account = match (&add.account, names.as_slice()) {
        (Some(name), names) if names.contains(&name.as_str()) => name.clone(),
        (None, [only]) => (*only).to_owned(),
        (_, names) => bail!("say --account with one of: {}", names.join(", ")),
    };
    jiff::tz::TimeZone::get(&add.time_zone)
        .with_context(|| format!("{} is no time zone; use a name such as Asia/Bangkok", add.time_zone))?;
    let terminal = NewTerminal {
        account,
        store_id: StoreId::parse(&add.store).context("--store")?,
        store_name: add.name,
        time_zone: add.time_zone,
        day_starts_minutes: minutes(&add.day_starts).context("--day-starts takes a time such as 04:00")?,
        terminal: TerminalId::parse(&add.terminal).context("--terminal")?,
    };
    let store = SqliteStore::open(&config.data, &SystemEntropy)?;
    let code = new_pairing_code(&SystemEntropy)?;
    let expires_at = pairing_code_expiry(SystemClock::default().now());
    store.add_terminal(terminal, pairing_digest(&code), expires_at).await?;
    say(&format!("pairing code: {code}\nType it on the tablet within ten minutes. It works once."));
    Ok(())
}

fn minutes(text: &str) -> Option<i64> {
    let (hours, minutes) = text.split_once(':')?;
    let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
    ((0..24).contains(&hours) && (0..60).contains(&minutes)).then_some(hours * 60 + minutes)
}

#[expect(clippy::print_stdout, reason = "the command line speaks to people and scripts on standard output")]
fn say(text: &str) {
    println!("{text}");
}

#[expect(
    clippy::print_stderr,
    reason = "the reason for stopping belongs on standard error, whatever the log says"
)]
fn say_error(text: &str) {
    eprintln!("{text}");
}
