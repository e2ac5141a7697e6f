//! An Omise account as the proxy uses it: whose it is, what it may charge, and the client that speaks for it (P1).

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use scantill_omise::signature::Secret;
use scantill_omise::{Client, ReadError};
use scantill_payment::backoff::Backoff;
use scantill_payment::webhook_health::WebhookHealth;
use scantill_types::api::Limits;
use scantill_types::payer_code::Mode;
use scantill_types::{Currency, Timing};

use crate::clock::Clock;
use crate::config::{AccountConfig, Config, Problem};
use crate::provider_clock::ProviderClock;
use crate::secrets::digest;
use crate::storage::{Identity, IdentityStored, Storage, StorageError};
use crate::transport::HttpTransport;

/// One account.
#[derive(Debug)]
pub struct Account {
    /// Our name for it.
    pub name: String,
    /// What was configured.
    pub config: AccountConfig,
    /// The provider's clock beside ours.
    pub clock: Arc<ProviderClock>,
    /// The webhook secrets in force; none means that webhooks are refused.
    pub webhook_secrets: Vec<Secret>,
    mode: Mode,
    /// One key, or two while they are rotated: the newer first.
    keys: Vec<Key>,
    /// Which of them is in use.
    key_in_use: AtomicUsize,
    /// Omise refused the key in use: payments wait until one is taken (P1).
    is_refused: AtomicBool,
    backoff: Mutex<Backoff>,
    webhook_health: Mutex<WebhookHealth>,
    known: RwLock<Known>,
}

/// A key with the client that speaks for it. The key itself is in the client alone.
#[derive(Debug)]
struct Key {
    client: Client,
    fingerprint: String,
}

/// What asking with one key showed.
enum Asked {
    Known,
    Unreachable { is_known: bool },
}

/// What the provider said of the account.
#[derive(Clone, Debug, Default)]
struct Known {
    identity: Option<Identity>,
    limits: Option<Limits>,
}

/// Why an account cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// The configuration is wrong.
    #[error(transparent)]
    Config(#[from] Problem),
    /// The key belongs to another mode than the configured one.
    #[error("mode is {mode:?}, but Omise says that the key of account {account:?} is {actual}")]
    WrongMode {
        /// The account.
        account: String,
        /// What was configured.
        mode: Mode,
        /// What Omise says.
        actual: &'static str,
    },
    /// The key belongs to another account than the payments in storage (P1).
    #[error(
        "the key of account {account:?} belongs to another Omise account than the payments in storage: use a key of that account, or configure the new account under another name"
    )]
    OtherAccount {
        /// The account.
        account: String,
    },
    /// Omise refuses the key.
    #[error("Omise refuses the key of account {account:?} ({code}): check secret_key")]
    KeyRefused {
        /// The account.
        account: String,
        /// Omise's code.
        code: String,
    },
    /// The storage fail.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The HTTP client cannot be made: it needs the authorities that vouch for the provider's certificate.
    #[error(
        "no HTTPS client for account {account:?} ({reason}): install the package ca-certificates, or name a file of trusted authorities (PEM) in the environment variable SSL_CERT_FILE"
    )]
    Client {
        /// The account.
        account: String,
        /// What the library says.
        reason: String,
    },
}

impl Account {
    /// An account of the configuration, not yet identified.
    pub fn new(
        config: AccountConfig,
        mode: Mode,
        timing: Timing,
        machine: Arc<dyn Clock>,
    ) -> Result<Self, AccountError> {
        let clock = Arc::new(ProviderClock::new(machine));
        let keyed = |key: String| {
            let fingerprint = digest(&key);
            let transport =
                HttpTransport::new(config.api_url(), key, timing, clock.clone()).map_err(|error| {
                    AccountError::Client { account: config.name.clone(), reason: whole(&error) }
                })?;
            Ok(Key { client: Client::new(Arc::new(transport)), fingerprint })
        };
        let keys = config.keys()?.into_iter().map(keyed).collect::<Result<Vec<Key>, AccountError>>()?;
        Ok(Self {
            name: config.name.clone(),
            clock,
            webhook_secrets: config.webhook_secrets()?,
            config,
            mode,
            keys,
            key_in_use: AtomicUsize::new(0),
            is_refused: AtomicBool::new(false),
            backoff: Mutex::default(),
            webhook_health: Mutex::default(),
            known: RwLock::default(),
        })
    }

    /// All accounts of a configuration.
    pub fn all(config: &mut Config, machine: &Arc<dyn Clock>) -> Result<Vec<Arc<Self>>, AccountError> {
        let (mode, timing) = (config.mode, config.timing());
        let accounts = std::mem::take(&mut config.accounts);
        accounts
            .into_iter()
            .map(|account| Self::new(account, mode, timing, machine.clone()).map(Arc::new))
            .collect()
    }

    /// The client with the key that is in use.
    pub fn client(&self) -> &Client {
        &self.keys[self.key_in_use.load(Ordering::Relaxed)].client
    }

    /// Takes over who the account was when it was last asked. `true` if that is known for any of its keys.
    pub async fn recall(&self, storage: &dyn Storage) -> Result<bool, AccountError> {
        let mut known = false;
        for key in &self.keys {
            known |= self.recall_by(key, storage).await?;
        }
        Ok(known)
    }

    async fn recall_by(&self, key: &Key, storage: &dyn Storage) -> Result<bool, AccountError> {
        let stored = storage.identity(self.name.clone(), key.fingerprint.clone()).await?;
        let is_known = stored.is_some();
        self.learn(|known| known.identity = known.identity.take().or(stored));
        Ok(is_known)
    }

    /// Asks the provider who the account is, with each key in turn. Unreachable, the identity last stored for a key
    /// holds; a key of another account is refused (P1).
    ///
    /// `true` if it is known now.
    pub async fn identify(&self, storage: &dyn Storage) -> Result<bool, AccountError> {
        let mut taken = None;
        let mut refusal = None;
        for (index, key) in self.keys.iter().enumerate() {
            match self.identify_by(key, storage).await {
                Ok(Asked::Known) => taken = taken.or(Some(index)),
                Ok(Asked::Unreachable { is_known }) => return Ok(is_known),
                Err(AccountError::KeyRefused { account, code }) => {
                    tracing::error!(account, code, newest = index == 0, "Omise refuses a key");
                    refusal = refusal.or(Some(code));
                }
                Err(error) => return Err(error),
            }
        }
        match (taken, refusal) {
            (Some(index), _) => {
                self.key_in_use.store(index, Ordering::Relaxed);
                self.is_refused.store(false, Ordering::Relaxed);
                self.read_limits().await;
                Ok(true)
            }
            (None, Some(code)) => {
                self.key_refused(&code);
                Err(AccountError::KeyRefused { account: self.name.clone(), code })
            }
            (None, None) => Ok(false),
        }
    }

    async fn identify_by(&self, key: &Key, storage: &dyn Storage) -> Result<Asked, AccountError> {
        match key.client.account().await {
            Ok(account) => {
                let identity = Identity { id: account.id, livemode: account.livemode };
                self.check_mode(&identity)?;
                self.store_identity(storage, key, identity).await?;
                Ok(Asked::Known)
            }
            Err(ReadError::Unauthorized { code }) => {
                Err(AccountError::KeyRefused { account: self.name.clone(), code })
            }
            Err(error) => {
                tracing::warn!(account = self.name, %error, "the provider cannot be asked whose key this is");
                Ok(Asked::Unreachable { is_known: self.recall_by(key, storage).await? })
            }
        }
    }

    /// Omise refuses the key in use: payments wait, and each key is tried again.
    pub fn key_refused(&self, code: &str) {
        if !self.is_refused.swap(true, Ordering::Relaxed) {
            tracing::error!(
                account = self.name,
                code,
                "payments wait: Omise refuses the key; check secret_key"
            );
            metrics::counter!("scantill_keys_refused_total").increment(1);
        }
    }

    /// Whether payments wait for a key that Omise takes.
    pub fn is_refused(&self) -> bool {
        self.is_refused.load(Ordering::Relaxed)
    }

    /// How fast it may be read.
    pub fn backoff(&self) -> MutexGuard<'_, Backoff> {
        self.backoff.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether its webhooks come.
    pub fn webhook_health(&self) -> MutexGuard<'_, WebhookHealth> {
        self.webhook_health.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Who the account is, if that is known.
    pub fn identity(&self) -> Option<Identity> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).identity.clone()
    }

    /// Whether it was asked successfully in this run, and its key is still taken.
    pub fn is_confirmed(&self) -> bool {
        !self.is_refused() && self.known.read().unwrap_or_else(PoisonError::into_inner).limits.is_some()
    }

    /// The bounds of one payment.
    pub fn limits(&self) -> Limits {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner).limits;
        known.unwrap_or_else(|| documented_limits(self.config.currency))
    }

    fn check_mode(&self, identity: &Identity) -> Result<(), AccountError> {
        if identity.livemode == (self.mode == Mode::Live) {
            return Ok(());
        }
        let actual = if identity.livemode { "a live key" } else { "a test key" };
        Err(AccountError::WrongMode { account: self.name.clone(), mode: self.mode, actual })
    }

    async fn store_identity(
        &self,
        storage: &dyn Storage,
        key: &Key,
        identity: Identity,
    ) -> Result<(), AccountError> {
        let stored =
            storage.store_identity(self.name.clone(), key.fingerprint.clone(), identity.clone()).await?;
        if stored == IdentityStored::OtherAccount || self.identity().is_some_and(|known| known != identity) {
            return Err(AccountError::OtherAccount { account: self.name.clone() });
        }
        self.learn(|known| known.identity = Some(identity));
        Ok(())
    }

    /// The capability tells the limits, and whether the source type is enabled at all.
    async fn read_limits(&self) {
        let wanted = self.config.source_type.as_str();
        let fallback = documented_limits(self.config.currency);
        let limits = match self.client().capability().await {
            Ok(capability) => {
                if !capability.methods.iter().any(|method| method == wanted) {
                    let account = &self.name;
                    tracing::warn!(
                        account,
                        source_type = wanted,
                        "the account's capability lacks this source type"
                    );
                }
                // The capability speaks of all methods in the account's own currency: the narrower bound holds.
                let told = capability.charge_amount.filter(|_| self.config.currency == Currency::Thb);
                told.map_or(fallback, |(min, max)| Limits {
                    min: min.max(fallback.min),
                    max: max.min(fallback.max),
                })
            }
            Err(error) => {
                tracing::warn!(account = self.name, %error, "the capability cannot be read: the documented limits hold");
                fallback
            }
        };
        self.learn(|known| known.limits = Some(limits));
    }

    fn learn(&self, change: impl FnOnce(&mut Known)) {
        change(&mut self.known.write().unwrap_or_else(PoisonError::into_inner));
    }
}

/// An error with all that caused it: the first line alone is often "builder error".
fn whole(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

/// What Omise's pages say of the in-store types.
fn documented_limits(currency: Currency) -> Limits {
    match currency {
        Currency::Thb | Currency::Jpy => Limits::default(),
        Currency::Sgd => Limits { min: 100, max: 2_000_000 },
        Currency::Myr => Limits { min: 100, max: 3_000_000 },
    }
}
