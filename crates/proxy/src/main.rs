//! The command line of the proxy.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{Args, Parser, Subcommand};
use scantill_core::{StoreId, TerminalId};
use scantill_proxy::clock::{Clock, SystemClock, SystemEntropy};
use scantill_proxy::config::Config;
use scantill_proxy::secrets::{new_pairing_code, pairing_digest};
use scantill_proxy::serve::{Proxy, pairing_code_expiry};
use scantill_proxy::store::{NewTerminal, SqliteStore, Store};
use scantill_proxy::tls::authority::Authority;
use scantill_proxy::tls::{TlsFiles, TlsListener, renewed_on_hangup};
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
    Serve(ServeOptions),
    /// Make a certificate for HTTPS in a shop that has no public name: an authority, kept, and a server's certificate.
    Certificate(MakeCertificate),
    /// Print the `OpenAPI` document.
    Openapi,
    /// Tills: add one, or a further tablet to one.
    #[command(subcommand)]
    Terminal(TerminalCommand),
}

#[derive(Debug, Args)]
struct ServeOptions {
    /// The configuration file (TOML).
    #[arg(long)]
    config: PathBuf,
    /// Serve HTTPS with this certificate chain (PEM); SIGHUP reads it and its key anew.
    #[arg(long, value_name = "PEM", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// The certificate's private key (PEM).
    #[arg(long, value_name = "PEM", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// Offer this certificate authority (PEM) to tablets at /trust, with how to trust it.
    #[arg(long, value_name = "PEM", requires = "tls_cert")]
    tls_ca: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct MakeCertificate {
    /// The folder of ca.pem, ca-key.pem, server.pem and server-key.pem.
    #[arg(long)]
    folder: PathBuf,
    /// A name or an address by which tablets reach the proxy; localhost is always one.
    #[arg(long = "name", value_name = "NAME")]
    names: Vec<String>,
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
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false).init();
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
        Command::Serve(options) => serve(options).await,
        Command::Certificate(wanted) => make_certificate(&wanted),
        Command::Openapi => {
            say(&scantill_proxy::routes::document().to_pretty_json()?);
            Ok(())
        }
        Command::Terminal(TerminalCommand::Add(add)) => add_terminal(*add).await,
    }
}

async fn serve(options: ServeOptions) -> anyhow::Result<()> {
    let config = Config::load(&options.config)?;
    let certificate = options.tls_files().map(renewed_on_hangup).transpose()?;
    let signals = Signals::listen().context("signals cannot be listened for")?;
    let listen = config.listen;
    let listener = TcpListener::bind(listen).await.with_context(|| {
        format!(
            "{listen} cannot be listened on; is another proxy running? Change `listen` in {}",
            options.config.display()
        )
    })?;
    let address = listener.local_addr()?;
    let mut proxy = Proxy::prepare(config).await?;
    if let Some(authority) = &options.tls_ca {
        proxy = proxy.offering(authority)?;
    }
    match certificate {
        None => {
            say(&format!("listening on http://{address}"));
            proxy.run(listener, signals.stopped()).await?;
        }
        Some(certificate) => {
            let listener = TlsListener::new(listener, certificate);
            say(&format!("listening on https://{address}"));
            proxy.run(listener, signals.stopped()).await?;
        }
    }
    Ok(())
}

impl ServeOptions {
    fn tls_files(&self) -> Option<TlsFiles> {
        Some(TlsFiles { certificate: self.tls_cert.clone()?, key: self.tls_key.clone()? })
    }
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

fn make_certificate(wanted: &MakeCertificate) -> anyhow::Result<()> {
    let Authority { certificate, server, fingerprint } = Authority::issue(&wanted.folder, &wanted.names)?;
    let (authority, certificate, key) =
        (certificate.display(), server.certificate.display(), server.key.display());
    say(&format!(
        "Serve it with\n  scantill-proxy serve --tls-cert {certificate} --tls-key {key} --tls-ca {authority}\n\
         and open /trust on each tablet once. The authority's SHA-256 fingerprint:\n{fingerprint}"
    ));
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
