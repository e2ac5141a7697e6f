//! Putting the parts together and running them until somebody says stop.

use std::future::Future;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use scantill_core::{Timestamp, Timing};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::account::{Account, AccountError};
use crate::app::App;
use crate::clock::{Clock, Entropy, NoEntropy, SystemClock, SystemEntropy};
use crate::config::Config;
use crate::driver::Driver;
use crate::routes;
use crate::secrets::hex;
use crate::store::{BooksLock, Owner, SqliteStore, Store, StoreError};

/// An account that could not be asked at start is asked again at this pace.
const IDENTIFY_AGAIN: Duration = Duration::from_secs(5);

/// Why the proxy does not start, or stopped.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// An account cannot be used.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// The books cannot be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Money may still come on an account that is no longer configured (P1).
    #[error(
        "account {0:?} has open payments but is not configured any more: add it again until they are over"
    )]
    AccountMissing(String),
    /// No name can be drawn for this run.
    #[error(transparent)]
    Entropy(#[from] NoEntropy),
    /// The listener failed.
    #[error("the listener failed: {0}")]
    Listener(#[from] std::io::Error),
}

/// A proxy that is ready to serve.
#[derive(Debug)]
pub struct Proxy {
    app: Arc<App>,
    till: Option<PathBuf>,
    origins: Vec<String>,
    lock: BooksLock,
}

impl Proxy {
    /// Opens the books, asks each account who it is, and takes up what was open.
    pub async fn prepare(mut config: Config) -> Result<Self, ServeError> {
        let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
        let timing: Timing = config.timing();
        let accounts = Account::all(&mut config)?;
        let lock = BooksLock::take(&config.data, config.listen)?;
        let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&config.data, entropy.as_ref())?);
        check_accounts(store.as_ref(), &accounts).await?;
        let shutdown = CancellationToken::new();
        for account in &accounts {
            account.identify(store.as_ref()).await?;
        }
        let driver = Driver::new(
            store.clone(),
            owner(entropy.as_ref())?,
            clock.clone(),
            timing,
            accounts.clone(),
            shutdown.clone(),
        );
        let open = driver.recover().await?;
        tracing::info!(open, installation = store.installation(), "the books are open");
        let (mode, pairing) = (config.mode, config.pairing);
        let wrong_codes = Mutex::default();
        let app =
            App { store, clock, entropy, driver, accounts, mode, timing, pairing, shutdown, wrong_codes };
        Ok(Self { app: Arc::new(app), till: config.till, origins: config.allowed_origins, lock })
    }

    /// Serves until `stop` is done, then lets what is in flight end.
    pub async fn run(
        self,
        listener: TcpListener,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), ServeError> {
        let Self { app, till, origins, lock } = self;
        let tending = tokio::spawn({
            let driver = app.driver.clone();
            async move { driver.tend().await }
        });
        let identifying = tokio::spawn(identify_again(app.clone()));
        let shutdown = app.shutdown.clone();
        let router = routes::router(app.clone(), till.as_deref(), &origins);
        let signal = async move {
            stop.await;
            shutdown.cancel();
        };
        let whole = async {
            let served = axum::serve(listener, router).with_graceful_shutdown(signal).await;
            app.shutdown.cancel();
            app.driver.drained().await;
            served
        };
        let served = tokio::select! {
            served = whole => served,
            () = patience(&app) => {
                tracing::warn!("the proxy stops with work in flight; it is taken up at the next start");
                Ok(())
            }
        };
        identifying.abort();
        // The loop ends by the same signal; a panic in it was logged where it happened.
        let _ = tending.await;
        drop(lock);
        Ok(served?)
    }
}

/// A name for this run, so that what an earlier one claimed is not taken for its own.
fn owner(entropy: &dyn Entropy) -> Result<Owner, NoEntropy> {
    let mut bytes = [0; 8];
    entropy.fill(&mut bytes)?;
    Ok(Owner(hex(&bytes)))
}

async fn check_accounts(store: &dyn Store, accounts: &[Arc<Account>]) -> Result<(), ServeError> {
    let is_known = |name: &str| accounts.iter().any(|account| account.name == name);
    let open = store.open_payments().await?;
    match open.into_iter().find(|record| !is_known(&record.account)) {
        Some(record) => Err(ServeError::AccountMissing(record.account)),
        None => Ok(()),
    }
}

/// Done when the proxy has been stopping for as long as it may.
async fn patience(app: &App) {
    app.shutdown.cancelled().await;
    tokio::time::sleep(Duration::from_millis(app.timing.drain_ms)).await;
}

async fn identify_again(app: Arc<App>) {
    loop {
        let unknown: Vec<_> = app.accounts.iter().filter(|account| !account.is_confirmed()).collect();
        if unknown.is_empty() {
            return;
        }
        tokio::time::sleep(IDENTIFY_AGAIN).await;
        for account in unknown {
            if let Err(error) = account.identify(app.store.as_ref()).await {
                tracing::error!(account = account.name, %error, "an account cannot be used");
            }
        }
    }
}

/// How long a pairing code is good.
pub const PAIRING_CODE_LIFE_MS: u64 = 10 * 60 * 1_000;

/// When a pairing code made now stops being good.
pub fn pairing_code_expiry(now: Timestamp) -> Timestamp {
    now.plus_ms(PAIRING_CODE_LIFE_MS)
}
