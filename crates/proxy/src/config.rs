//! The configuration file: read whole, checked whole, and refused with the line that is wrong and what to do.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use scantill_omise::signature::Secret;
use scantill_types::payer_code::{Mode, SourceType};
use scantill_types::{Currency, StoreId, Timing};
use serde::{Deserialize, Deserializer};

use crate::approval::RefundLimits;
use crate::device_life::DeviceLife;
use crate::server::Limits;

mod check;
mod lines;
mod origin;
mod secrets;

pub use check::{ConfigError, Problem, Wrong};
pub use origin::{NotAnOrigin, origin};

/// The whole configuration.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where to listen.
    #[serde(deserialize_with = "address")]
    pub listen: SocketAddr,
    /// Where operations ask for health, metrics and the API's document: not a port that strangers reach.
    #[serde(default, deserialize_with = "some_address")]
    pub operations: Option<SocketAddr>,
    /// How much and how long callers may hold.
    #[serde(default)]
    pub limits: Limits,
    /// The folder of the storage.
    pub data: PathBuf,
    /// The folder of the built till; without it the proxy serves the API alone.
    #[serde(default)]
    pub till: Option<PathBuf>,
    /// Whether browsers keep the till for a start without a network. If not, they remove what they kept.
    #[serde(default = "yes")]
    pub service_worker: bool,
    /// Whom a cashier calls; the till's page of settings shows it.
    #[serde(default)]
    pub support: Option<String>,
    /// Whether money moves. A key of the other mode refuses to start.
    pub mode: Mode,
    /// How a new device gets its token.
    #[serde(default)]
    pub pairing: Pairing,
    /// Whether a device may do without a key.
    #[serde(default)]
    pub device_keys: DeviceKeys,
    /// How long a device stays paired.
    #[serde(default)]
    pub devices: DeviceLife,
    /// Origins of other pages that may embed a till, once checked as browsers write them.
    #[serde(default)]
    pub allowed_origins: Vec<String>,
    /// Waits; only test mode may change them.
    #[serde(default, deserialize_with = "known_waits")]
    pub timing: Option<Timing>,
    /// The file that it was read from.
    #[serde(skip)]
    pub path: PathBuf,
    /// The Omise accounts.
    pub accounts: Vec<AccountConfig>,
}

/// How a new device gets its token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pairing {
    /// By a one-use code from the command line.
    #[default]
    Code,
    /// By asking: each new device gets a terminal of its own. For a demo in test mode on a loopback address.
    Open,
}

/// Whether a device's token must be bound to a key of its browser.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeviceKeys {
    /// A device that has none is served by its token alone: a page over plain HTTP has no keys.
    #[default]
    Optional,
    /// A device that has none is refused.
    Required,
}

/// The two ways to create a charge (Omise's page *Alipay (In-store)*).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Creation {
    /// First a source, then a charge on it.
    #[default]
    SourceThenCharge,
    /// The source inside the charge.
    OneCall,
}

/// One Omise account.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountConfig {
    /// Our name for it, in the webhook's address.
    pub name: String,
    /// The secret key, or…
    #[serde(default)]
    pub secret_key: Option<String>,
    /// …a file that holds it.
    #[serde(default)]
    pub secret_key_file: Option<PathBuf>,
    /// The key before it was rolled, while both are good: taken when Omise refuses the newer one.
    #[serde(default)]
    pub secret_key_before: Option<String>,
    /// A file that holds it.
    #[serde(default)]
    pub secret_key_before_file: Option<PathBuf>,
    /// The webhook secret, base64, as the dashboard shows it. Without one webhooks are refused and reads do the work.
    #[serde(default)]
    pub webhook_secret: Option<String>,
    /// The secret before it was rolled.
    #[serde(default)]
    pub webhook_secret_before: Option<String>,
    /// The API's address; only test mode may change it.
    #[serde(default)]
    pub api_url: Option<String>,
    /// The kind of source.
    pub source_type: SourceType,
    /// The currency.
    pub currency: Currency,
    /// How charges are created.
    #[serde(default)]
    pub creation: Creation,
    /// Whether `barcode_alipay` sources name store and terminal (P9); an account may carry its store already.
    #[serde(default = "yes")]
    pub send_store_fields: bool,
    /// What one supervisor may refund alone, store by store.
    #[serde(default)]
    pub refund_limits: Vec<RefundLimits>,
}

impl std::fmt::Debug for AccountConfig {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { name, source_type, currency, creation, .. } = self;
        write!(formatter, "AccountConfig({name}, {source_type:?}, {currency:?}, {creation:?})")
    }
}

impl Config {
    /// Reads and checks a file: all that is wrong is told at once. Relative paths are taken from the file's folder.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| ConfigError::Unreadable { path: path.to_owned(), error: error.to_string() })?;
        let mut config: Self = toml::from_str(&text).map_err(|error| ConfigError::Invalid {
            path: path.to_owned(),
            error: without_the_line(&text, &error),
        })?;
        path.clone_into(&mut config.path);
        config.find_beside(path.parent().unwrap_or(Path::new(".")));
        let problems = config.problems();
        if problems.is_empty() {
            config.allowed_origins =
                config.allowed_origins.iter().filter_map(|text| origin(text).ok()).collect();
            return Ok(config);
        }
        let lined = problems.into_iter().map(|(place, problem)| (lines::line(&text, &place), problem));
        Err(ConfigError::Wrong(Wrong { path: path.to_owned(), problems: lined.collect() }))
    }

    /// A service's working folder is not the one in which the file was tried.
    fn find_beside(&mut self, folder: &Path) {
        let paths = self
            .accounts
            .iter_mut()
            .flat_map(|account| [account.secret_key_file.as_mut(), account.secret_key_before_file.as_mut()]);
        for path in paths.chain([Some(&mut self.data), self.till.as_mut()]).flatten() {
            *path = folder.join(&path);
        }
    }

    /// The waits in force.
    pub fn timing(&self) -> Timing {
        self.timing.unwrap_or_default()
    }
}

impl AccountConfig {
    /// The secret keys in force, from files or lines: the newer first.
    pub fn keys(&self) -> Result<Vec<String>, Problem> {
        let missing = || Problem::NoKey { account: self.name.clone() };
        let newest = self.key()?.ok_or_else(missing)?;
        Ok([newest].into_iter().chain(self.key_before()?).collect())
    }

    fn key(&self) -> Result<Option<String>, Problem> {
        self.key_of(self.secret_key.as_ref(), "secret_key_file", self.secret_key_file.as_deref())
    }

    fn key_before(&self) -> Result<Option<String>, Problem> {
        let file = self.secret_key_before_file.as_deref();
        self.key_of(self.secret_key_before.as_ref(), "secret_key_before_file", file)
    }

    fn key_of(
        &self,
        line: Option<&String>,
        setting: &'static str,
        file: Option<&Path>,
    ) -> Result<Option<String>, Problem> {
        let account = || self.name.clone();
        let key = match (line, file) {
            (None, None) => return Ok(None),
            (Some(key), None) => key.clone(),
            (None, Some(path)) => std::fs::read_to_string(path).map_err(|error| Problem::File {
                account: account(),
                setting,
                path: path.to_owned(),
                error: error.to_string(),
            })?,
            (Some(_), Some(_)) => return Err(Problem::NoKey { account: account() }),
        };
        let key = key.trim().to_owned();
        if key.is_empty() { Err(Problem::NoKey { account: account() }) } else { Ok(Some(key)) }
    }

    /// The webhook secrets in force.
    pub fn webhook_secrets(&self) -> Result<Vec<Secret>, Problem> {
        let texts = [
            ("webhook_secret", &self.webhook_secret),
            ("webhook_secret_before", &self.webhook_secret_before),
        ];
        let decoded =
            texts.map(|(setting, text)| text.as_deref().map(|text| self.webhook_secret_of(setting, text)));
        decoded.into_iter().flatten().collect()
    }

    fn webhook_secret_of(&self, setting: &'static str, text: &str) -> Result<Secret, Problem> {
        let account = self.name.clone();
        Secret::decode(text).map_err(|_| Problem::BadWebhookSecret { account, setting })
    }

    /// The limits of a store: its own, or those of every store.
    pub fn refund_limits(&self, store: &StoreId) -> RefundLimits {
        let of =
            |wanted: Option<&str>| self.refund_limits.iter().find(|limits| limits.store.as_deref() == wanted);
        of(Some(store.as_str())).or_else(|| of(None)).cloned().unwrap_or_default()
    }

    /// The API's address.
    pub fn api_url(&self) -> &str {
        self.api_url.as_deref().unwrap_or("https://api.omise.co").trim_end_matches('/')
    }
}

/// The error's own display quotes the line, and the line may hold the key.
fn without_the_line(text: &str, error: &toml::de::Error) -> String {
    let start = error.span().map_or(0, |span| span.start);
    format!("line {}: {}", lines::number(text, start), error.message())
}

fn address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SocketAddr, D::Error> {
    address_of("listen", deserializer)
}

fn address_of<'de, D: Deserializer<'de>>(setting: &str, deserializer: D) -> Result<SocketAddr, D::Error> {
    let text = String::deserialize(deserializer)?;
    let advice = || {
        format!(
            "`{setting}` takes an address and a port such as 127.0.0.1:8787, or 0.0.0.0:8787 for every network"
        )
    };
    text.parse().map_err(|_| serde::de::Error::custom(advice()))
}

fn some_address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SocketAddr>, D::Error> {
    address_of("operations", deserializer).map(Some)
}

/// Tills read waits that they do not know; a configuration must not name one.
fn known_waits<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timing>, D::Error> {
    let waits = toml::Table::deserialize(deserializer)?;
    let known = toml::Table::try_from(Timing::default()).map_err(serde::de::Error::custom)?;
    if let Some(unknown) = waits.keys().find(|wait| !known.contains_key(*wait)) {
        return Err(serde::de::Error::custom(format!("unknown wait `{unknown}` in `timing`")));
    }
    waits.try_into().map(Some).map_err(serde::de::Error::custom)
}

fn yes() -> bool {
    true
}
