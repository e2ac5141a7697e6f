//! `serve`: tills and webhooks, until a signal.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use scantill_proxy::config::Config;
use scantill_proxy::private::{Secrecy, exposed_parents, exposure};
use scantill_proxy::serve::Proxy;
use scantill_proxy::server::{Endpoint, forbid_core_files, raise_descriptor_limit};
use scantill_proxy::till_files::overlap;
use scantill_proxy::tls::{TlsFiles, renewed_on_hangup};
use scantill_proxy::transport::unused_proxies;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::say;

#[derive(Debug, Args)]
pub(crate) struct ServeOptions {
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

pub(crate) async fn run(options: ServeOptions) -> anyhow::Result<()> {
    forbid_core_files();
    let mut config = Config::load(&options.config)?;
    options.check_keys(&config)?;
    let unused = unused_proxies().join(", ");
    if !unused.is_empty() {
        tracing::warn!("{unused} of the environment is not used: Omise is called directly, or not at all");
    }
    let certificate = options.tls_files().map(renewed_on_hangup).transpose()?;
    let signals = Signals::listen().context("signals cannot be listened for")?;
    raise_descriptor_limit();
    let listener = bind(config.listen, "listen", &options.config).await?;
    let address = listener.local_addr()?;
    config.listen = address;
    let operations = match config.operations {
        Some(operations) => Some(bind(operations, "operations", &options.config).await?),
        None => None,
    };
    let mut proxy = Proxy::prepare(config).await?;
    if let Some(listener) = operations {
        tracing::info!(address = %listener.local_addr()?, "operations are answered");
        proxy = proxy.with_operations(listener);
    }
    if let Some(authority) = &options.tls_ca {
        proxy = proxy.offering(authority)?;
    }
    match certificate {
        None => {
            announce(&format!("http://{address}"));
            proxy.run(listener, signals.stopped()).await?;
        }
        Some(certificate) => {
            announce(&format!("https://{address}"));
            proxy.run(Endpoint::with_tls(listener, certificate), signals.stopped()).await?;
        }
    }
    Ok(())
}

async fn bind(address: SocketAddr, setting: &str, config: &Path) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!(
            "{address} cannot be listened on; is another proxy running? Change `{setting}` in {}",
            config.display()
        )
    })
}

/// Who started it waits for this line. Where nobody can read it, payments are served all the same.
fn announce(address: &str) {
    if let Err(error) = say(&format!("listening on {address}")) {
        tracing::warn!(%error, address, "listening, but whoever waits for that line cannot be told");
    }
}

impl ServeOptions {
    /// Before anything is served: nobody else on the machine reads a secret, and no page of the till holds one.
    fn check_keys(&self, config: &Config) -> anyhow::Result<()> {
        // The authority's key is made beside its certificate.
        let authority = self.tls_ca.as_ref().map(|certificate| certificate.with_file_name("ca-key.pem"));
        let keys: Vec<&Path> = self.tls_key.iter().chain(&authority).map(PathBuf::as_path).collect();
        if let Some(overlap) = config.till.as_ref().and_then(|till| overlap(till, keys.iter().copied())) {
            return Err(overlap.into());
        }
        let exposed = |key: &Path| exposure(key, Secrecy::Secret).into_iter().chain(exposed_parents(key));
        Ok(config.check_exposed(keys.into_iter().flat_map(exposed).collect())?)
    }

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
