//! Putting the parts together and running them until somebody says stop.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::Router;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use scantill_types::payer_code::Mode;
use scantill_types::{Timestamp, Timing};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::account::{Account, AccountError};
use crate::admin_socket;
use crate::app::App;
use crate::approval::PinChecker;
use crate::clock::{Clock, Entropy, NoEntropy, SystemClock, SystemEntropy};
use crate::config::Config;
use crate::keyed_mutex::KeyedMutex;
use crate::open_streams::OpenStreams;
use crate::pairing_tries::PairingTries;
use crate::proof::Proofs;
use crate::quotas::Quotas;
use crate::readiness::Readiness;
use crate::routes::{self, Answers};
use crate::security_log::{Kind, SecurityLog, Subject};
use crate::server::{self, Endpoint, Limits};
use crate::service::PaymentService;
use crate::session::Seen;
use crate::step_free_clock::StepFreeClock;
use crate::storage::{DataFolderLock, SqliteStorage, Storage, StorageError};
use crate::till_files::{Listing, TillError, TillFiles};
use crate::tls::{TlsError, authority};

/// The provider's first word is worth waiting for, since its clock is learned from it; tills wait meanwhile.
const IDENTIFY_WAIT: Duration = Duration::from_secs(2);
/// Omise gives back payments of the last 365 days.
const REFUNDABLE_MS: u64 = 365 * 24 * 60 * 60 * 1_000;

/// Why the proxy does not start, or stopped.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// An account cannot be used.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// The storage cannot be opened.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// Money may still come, or go back, on an account that is no longer configured (P1).
    #[error(
        "account {0:?} has open or refundable payments but is not configured any more: add it again until they are over"
    )]
    AccountMissing(String),
    /// No name can be drawn for this run.
    #[error(transparent)]
    Entropy(#[from] NoEntropy),
    /// The till cannot be served.
    #[error(transparent)]
    Till(#[from] TillError),
    /// The system gives no thread.
    #[error("no thread can be started: {0}")]
    Thread(#[source] std::io::Error),
}

/// A proxy that is ready to serve.
#[derive(Debug)]
pub struct Proxy {
    app: Arc<App>,
    clock: Arc<StepFreeClock>,
    database: PathBuf,
    till: Option<Arc<TillFiles>>,
    origins: Vec<String>,
    lock: DataFolderLock,
    trust: Router,
    operations: Option<TcpListener>,
}

impl Proxy {
    /// Opens the storage, asks the provider for the identity of each account, and resumes the open payments.
    pub async fn prepare(config: Config) -> Result<Self, ServeError> {
        Self::prepare_by(config, Arc::new(SystemClock::default())).await
    }

    /// The same by another clock than the machine's.
    pub async fn prepare_by(mut config: Config, machine: Arc<dyn Clock>) -> Result<Self, ServeError> {
        let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
        let clock = Arc::new(StepFreeClock::new(machine.clone()));
        let timing: Timing = config.timing();
        let listing = if config.mode == Mode::Live { Listing::Required } else { Listing::Optional };
        let till = config.till.as_deref().map(|folder| TillFiles::read(folder, listing));
        let worked = |till: TillFiles| if config.service_worker { till } else { till.without_worker() };
        let till = till.transpose()?.map(worked).map(Arc::new);
        let accounts = Account::all(&mut config, &machine)?;
        let lock = DataFolderLock::take(&config.data, config.listen)?;
        let storage: Arc<dyn Storage> = Arc::new(SqliteStorage::open(&config.data, entropy.as_ref())?);
        if let Some(newest) = storage.newest().await? {
            clock.not_before(newest);
        }
        check_accounts(storage.as_ref(), &accounts, clock.now()).await?;
        tell_of_unknown_stores(storage.as_ref(), &accounts).await?;
        let shutdown = CancellationToken::new();
        for account in &accounts {
            identify(account, storage.as_ref()).await?;
        }
        let service = PaymentService::new(
            storage.clone(),
            clock.clone(),
            entropy.clone(),
            timing,
            accounts.clone(),
            shutdown.clone(),
        );
        let open = service.recover().await?;
        tracing::info!(open, installation = storage.installation(), "the storage is open");
        let (mode, pairing, device_keys) = (config.mode, config.pairing, config.device_keys);
        let proofs = Proofs::new(entropy.as_ref())?;
        // The recorder is there before anything counts.
        let (metrics, security) = (recorder(), SecurityLog::start());
        tell_of_audit(storage.as_ref(), &security).await?;
        let app = App {
            storage,
            clock: clock.clone(),
            entropy,
            service,
            accounts,
            mode,
            timing,
            pairing,
            device_keys,
            proofs,
            shutdown,
            device_life: config.devices,
            seen: Seen::default(),
            pins: PinChecker::start().map_err(ServeError::Thread)?,
            refunds_of_store: KeyedMutex::default(),
            security,
            readiness: Readiness::default(),
            quotas: Quotas::new(&config.limits.device, machine.clone()),
            pairing_tries: PairingTries::new(machine),
            streams: OpenStreams::new(config.limits.device.streams),
            limits: config.limits,
            support: config.support,
            metrics,
        };
        Ok(Self {
            app: Arc::new(app),
            clock,
            database: config.data,
            till,
            origins: config.allowed_origins,
            trust: Router::new(),
            operations: None,
            lock,
        })
    }

    /// Offers the shop's own certificate authority (PEM) to tablets, at `/trust`.
    pub fn offering(mut self, authority: &Path) -> Result<Self, TlsError> {
        self.trust = routes::trust(authority::der(authority)?, &authority::fingerprint(authority)?);
        Ok(self)
    }

    /// Answers operations at a listener of their own.
    #[must_use]
    pub fn with_operations(self, listener: TcpListener) -> Self {
        Self { operations: Some(listener), ..self }
    }

    /// Serves until `stop` is done, then lets what is in flight end.
    pub async fn run(
        self,
        endpoint: impl Into<Endpoint>,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), ServeError> {
        let endpoint = endpoint.into();
        let Self { app, clock, database, till, origins, trust, operations, lock } = self;
        let answers =
            Answers { entropy: app.entropy.clone(), by_tls: endpoint.speaks_tls(), limits: app.limits };
        let inside = Answers { by_tls: false, ..answers.clone() };
        let mut loops = JoinSet::new();
        let service = app.service.clone();
        loops.spawn(async move { service.poll().await });
        let service = app.service.clone();
        loops.spawn(async move { service.reconcile().await });
        if let Some(listener) = admin_socket::open(&database) {
            let router = routes::around(routes::admin_router(app.clone()), inside.clone());
            loops.spawn(admin_socket::serve(listener, router, app.clone(), database));
        }
        if let Some(listener) = operations {
            let router = routes::around(routes::operations(app.clone()), inside);
            loops.spawn(server::serve(
                listener.into(),
                router,
                Limits::of_operations(),
                app.shutdown.clone(),
            ));
        }
        let identifying = tokio::spawn(identify_again(app.clone()));
        let following = tokio::spawn(clock.follow_in_pauses(app.storage.clone()));
        let shutdown = app.shutdown.clone();
        let router = routes::router(app.clone(), till, &origins).merge(trust);
        let router = routes::around(router, answers);
        let signal = async move {
            stop.await;
            shutdown.cancel();
        };
        let whole = async {
            tokio::join!(server::serve(endpoint, router, app.limits, app.shutdown.clone()), signal);
            // They end by the same signal, and begin nothing after that; a panic in one was logged where it happened.
            while loops.join_next().await.is_some() {}
            app.service.drained().await;
        };
        tokio::select! {
            () = whole => {}
            () = patience(&app) => {
                tracing::warn!("the proxy stops with work in flight; it is taken up at the next start");
            }
        }
        identifying.abort();
        following.abort();
        drop(lock);
        Ok(())
    }
}

/// Payments go on where the audit does not fit: a shop that cannot sell helps nobody to find out why.
async fn tell_of_audit(storage: &dyn Storage, security: &SecurityLog) -> Result<(), StorageError> {
    let checked = storage.check_audit().await?;
    for fault in &checked.faults {
        tracing::error!(target: "security", %fault, "the audit's chain is broken");
    }
    if !checked.faults.is_empty() {
        security.note(Kind::BrokenAudit, Subject::default());
    }
    // A head in a log that is kept elsewhere shows later whether the chain was written anew.
    tracing::info!(head = %checked.head, lines = checked.lines, "the end of the audit was checked");
    Ok(())
}

/// Limits of a store that is written wrong would hold for nobody.
async fn tell_of_unknown_stores(
    storage: &dyn Storage,
    accounts: &[Arc<Account>],
) -> Result<(), StorageError> {
    let terminals = storage.terminals().await?;
    for account in accounts {
        let limited = account.config.refund_limits.iter().filter_map(|limits| limits.store.as_deref());
        let is_known = |name: &str| {
            terminals.iter().any(|known| known.account == account.name && known.store_id.as_str() == name)
        };
        for name in limited.filter(|name| !is_known(name)) {
            tracing::warn!(
                account = account.name,
                store = name,
                "refund_limits name a store that has no terminal: `scantill-proxy terminal list` shows how stores are written"
            );
        }
    }
    Ok(())
}

/// Done when the proxy has been stopping for as long as it may.
async fn patience(app: &App) {
    app.shutdown.cancelled().await;
    tokio::time::sleep(Duration::from_millis(app.timing.drain_ms)).await;
}

/// One recorder counts for the whole process; none if another program's is installed already.
fn recorder() -> Option<PrometheusHandle> {
    static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    RECORDER.get_or_init(|| PrometheusBuilder::new().install_recorder().ok()).clone()
}

async fn check_accounts(
    storage: &dyn Storage,
    accounts: &[Arc<Account>],
    now: Timestamp,
) -> Result<(), ServeError> {
    let used = storage.accounts_in_use(now.minus_ms(REFUNDABLE_MS)).await?;
    let is_known = |name: &String| accounts.iter().any(|account| account.name == *name);
    used.into_iter().find(|name| !is_known(name)).map_or(Ok(()), |name| Err(ServeError::AccountMissing(name)))
}

/// An account that was known before serves its open payments even if the provider does not answer or refuses its key (P1).
/// A new account must be identified at start.
async fn identify(account: &Account, storage: &dyn Storage) -> Result<(), ServeError> {
    if !account.recall(storage).await? {
        account.identify(storage).await?;
        return Ok(());
    }
    match tokio::time::timeout(IDENTIFY_WAIT, account.identify(storage)).await {
        Ok(Err(AccountError::KeyRefused { .. })) => {
            tracing::error!(account = account.name, "its payments wait until a key is taken");
            Ok(())
        }
        Ok(Err(error)) => Err(error.into()),
        Ok(Ok(_)) => Ok(()),
        Err(_) => {
            tracing::warn!(account = account.name, "the provider does not answer; it is asked again");
            Ok(())
        }
    }
}

/// Asks again who an account is, until it is known and its key is taken; a key may be refused at any time (P1).
async fn identify_again(app: Arc<App>) {
    loop {
        tokio::time::sleep(Duration::from_millis(app.timing.identify_every_ms)).await;
        for account in app.accounts.iter().filter(|account| !account.is_confirmed()) {
            if let Err(error) = account.identify(app.storage.as_ref()).await {
                tracing::error!(account = account.name, %error, "an account cannot be used");
            }
        }
    }
}
