//! What a configuration must not say. Each refusal names the line and the way out.

use std::fmt;
use std::path::PathBuf;

use reqwest::Url;
use scantill_types::payer_code::{Mode, SourceType};
use scantill_types::{Currency, Timing};

use super::lines::LinePlace;
use super::{AccountConfig, Config, NotAnOrigin, Pairing, origin};
use crate::approval::are_usable;
use crate::till_files::{Overlap, overlap};

/// Why the proxy does not start.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file cannot be read.
    #[error("{path} cannot be read: {error}", path = .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: String,
    },
    /// Not TOML, or a key that is not known.
    #[error("{path} is not a valid configuration: {error}", path = .path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// Where and what.
        error: String,
    },
    /// It can be read, and says what it must not.
    #[error("{0}")]
    Wrong(Wrong),
}

/// More does not fit the till's page of settings.
const SUPPORT_LENGTH_MAX: usize = 120;

/// All that is wrong with a configuration.
#[derive(Debug)]
pub struct Wrong {
    /// The file.
    pub path: PathBuf,
    /// Each problem with its line, if it has one.
    pub problems: Vec<(Option<usize>, Problem)>,
}

/// Something that a configuration must not say.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// No account.
    #[error(
        "no account is configured: add an [[accounts]] section with name, secret_key, source_type and currency"
    )]
    NoAccount,
    /// Two accounts of one name, or a name that does not fit into an address.
    #[error("the account name {0:?} is used twice or is not made of letters, digits, '-' and '_'")]
    BadName(String),
    /// An origin that no browser would ever send.
    #[error("{text:?} in allowed_origins: {reason}")]
    Origin {
        /// The entry.
        text: String,
        /// Why.
        reason: NotAnOrigin,
    },
    /// A limit that lets nothing through.
    #[error("limits: each of them is 1 or more")]
    Limits,
    /// Devices that stay paired for no time, or for ever.
    #[error("devices: idle_days and life_days are 1 to 3660")]
    DeviceLife,
    /// A line for the cashier that does not fit its place.
    #[error("support: one line of at most {SUPPORT_LENGTH_MAX} characters, such as \"Call 02 123 4567\"")]
    Support,
    /// The folder of the till's files holds no till.
    #[error("till: there is no {path}: build the till's files (cargo xtask dist), or leave the line out to serve the API alone", path = .0.display())]
    NoTill(PathBuf),
    /// The till would be served with secrets beside it.
    #[error("till: {0}")]
    Till(Overlap),
    /// No secret key.
    #[error(
        "account {account:?} has no secret key: set either secret_key or secret_key_file, and the like with _before"
    )]
    NoKey {
        /// The account.
        account: String,
    },
    /// A file with a secret cannot be read.
    #[error("{setting} of account {account:?}: {path} cannot be read: {error}", path = .path.display())]
    File {
        /// The account.
        account: String,
        /// The setting that names the file.
        setting: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: String,
    },
    /// Something other than a secret key.
    #[error("the key of account {account:?} is not a secret key: it must begin with skey_")]
    NotASecretKey {
        /// The account.
        account: String,
    },
    /// Test and live mixed.
    #[error(
        "mode is {mode:?}, but the key of account {account:?} is a {key} key: use a key of the same mode"
    )]
    WrongMode {
        /// The account.
        account: String,
        /// The configured mode.
        mode: Mode,
        /// What the key is.
        key: &'static str,
    },
    /// The webhook secret is not base64.
    #[error("{setting} of account {account:?} is not base64: copy it from Omise's dashboard as it stands")]
    BadWebhookSecret {
        /// The account.
        account: String,
        /// Which of its secrets.
        setting: &'static str,
    },
    /// The provider's address is none.
    #[error(
        "api_url of account {0:?} is an address such as http://127.0.0.1:8080, without query or user's name"
    )]
    BadApiUrl(String),
    /// Limits that no refund can keep, or two for one store.
    #[error(
        "refund_limits of account {0:?}: amounts are 0 or more, and each store, and every other store, is named once"
    )]
    RefundLimits(String),
    /// Something that only test mode allows.
    #[error("{0} is allowed only with mode = \"test\"")]
    OnlyInTestMode(&'static str),
    /// Open pairing would give strangers a till.
    #[error("pairing = \"open\" is allowed only when listening on a loopback address such as 127.0.0.1")]
    OpenPairing,
    /// The source type does not take the currency.
    #[error("account {account:?}: {source_type} takes {takes}, not {currency}")]
    Currency {
        /// The account.
        account: String,
        /// The source type.
        source_type: &'static str,
        /// What it takes.
        takes: &'static str,
        /// What was configured.
        currency: &'static str,
    },
}

impl fmt::Display for Wrong {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = |line: &Option<usize>| line.map_or(String::new(), |line| format!("line {line}: "));
        write!(formatter, "{}", self.path.display())?;
        if let [(only, problem)] = self.problems.as_slice() {
            return write!(formatter, ": {}{problem}", line(only));
        }
        write!(formatter, " has {} problems:", self.problems.len())?;
        for (at, problem) in &self.problems {
            write!(formatter, "\n  {}{problem}", line(at))?;
        }
        Ok(())
    }
}

/// One line that says something.
fn is_line(text: &str) -> bool {
    !text.trim().is_empty()
        && text.chars().count() <= SUPPORT_LENGTH_MAX
        && !text.contains(|sign: char| sign.is_control())
}

/// Problems as they are found, each with its place.
type Found = Vec<(LinePlace, Problem)>;

impl Config {
    /// All that is wrong.
    pub(super) fn problems(&self) -> Found {
        let mut found = Found::new();
        let mut note =
            |setting, entry, problem| found.push((LinePlace { account: None, setting, entry }, problem));
        let is_open = self.pairing == Pairing::Open;
        if is_open && self.mode != Mode::Test {
            note("pairing", None, Problem::OnlyInTestMode("pairing = \"open\""));
        }
        if is_open && !self.listen.ip().is_loopback() {
            note("listen", None, Problem::OpenPairing);
        }
        if self.mode == Mode::Live && self.timing.is_some_and(|timing| timing != Timing::default()) {
            note("timing", None, Problem::OnlyInTestMode("timing"));
        }
        if !self.limits.are_usable() {
            note("limits", None, Problem::Limits);
        }
        if !self.devices.is_usable() {
            note("devices", None, Problem::DeviceLife);
        }
        if self.support.as_deref().is_some_and(|text| !is_line(text)) {
            note("support", None, Problem::Support);
        }
        for (entry, text) in self.allowed_origins.iter().enumerate() {
            if let Err(reason) = origin(text) {
                note("allowed_origins", Some(entry), Problem::Origin { text: text.clone(), reason });
            }
        }
        let page = self.till.as_ref().map(|till| till.join("index.html"));
        if let Some(missing) = page.filter(|page| !page.is_file()) {
            note("till", None, Problem::NoTill(missing));
        }
        let secrets = self.secret_paths();
        let overlap = |till: &PathBuf| overlap(till, secrets.iter().map(PathBuf::as_path));
        if let Some(overlap) = self.till.as_ref().and_then(overlap) {
            note("till", None, Problem::Till(overlap));
        }
        if self.accounts.is_empty() {
            note("accounts", None, Problem::NoAccount);
        }
        for (index, account) in self.accounts.iter().enumerate() {
            let is_twice = self.accounts[..index].iter().any(|other| other.name == account.name);
            let bad_name =
                (is_twice || !is_name(&account.name)).then(|| Problem::BadName(account.name.clone()));
            let problems =
                account.problems(self.mode).into_iter().chain(bad_name.map(|problem| ("name", problem)));
            let place = |setting| LinePlace { account: Some(index), setting, entry: None };
            found.extend(problems.map(|(setting, problem)| (place(setting), problem)));
        }
        found
    }
}

impl AccountConfig {
    fn problems(&self, mode: Mode) -> Vec<(&'static str, Problem)> {
        let missing = || Problem::NoKey { account: self.name.clone() };
        let key = self.key().and_then(|key| key.ok_or_else(missing)).map(Some);
        let mut found = Vec::new();
        for (line, file, key) in [
            ("secret_key", ("secret_key_file", &self.secret_key_file), key),
            (
                "secret_key_before",
                ("secret_key_before_file", &self.secret_key_before_file),
                self.key_before(),
            ),
        ] {
            let setting = if file.1.is_some() { file.0 } else { line };
            let checked = key.and_then(|key| key.map_or(Ok(()), |key| self.check_key(&key, mode)));
            found.extend(checked.err().map(|problem| (setting, problem)));
        }
        for (setting, text) in
            [("webhook_secret", &self.webhook_secret), ("webhook_secret_before", &self.webhook_secret_before)]
        {
            let decoded = text.as_deref().map(|text| self.webhook_secret_of(setting, text));
            found.extend(decoded.and_then(Result::err).map(|problem| (setting, problem)));
        }
        if mode == Mode::Live && self.api_url.is_some() {
            found.push(("api_url", Problem::OnlyInTestMode("api_url")));
        }
        if !is_address(self.api_url()) {
            found.push(("api_url", Problem::BadApiUrl(self.name.clone())));
        }
        if !are_usable(&self.refund_limits) {
            found.push(("refund_limits", Problem::RefundLimits(self.name.clone())));
        }
        found.extend(self.check_currency().err().map(|problem| ("currency", problem)));
        found
    }

    fn check_key(&self, key: &str, mode: Mode) -> Result<(), Problem> {
        let account = self.name.clone();
        if !key.starts_with("skey_") {
            return Err(Problem::NotASecretKey { account });
        }
        let is_test_key = key.starts_with("skey_test_");
        if is_test_key != (mode == Mode::Test) {
            let key = if is_test_key { "test" } else { "live" };
            return Err(Problem::WrongMode { account, mode, key });
        }
        Ok(())
    }

    fn check_currency(&self) -> Result<(), Problem> {
        let takes: &[Currency] = match self.source_type {
            SourceType::BarcodeAlipay | SourceType::WechatPayUpm => &[Currency::Thb],
            SourceType::AlipayplusUpm => &[Currency::Thb, Currency::Sgd, Currency::Myr],
        };
        if takes.contains(&self.currency) {
            return Ok(());
        }
        Err(Problem::Currency {
            account: self.name.clone(),
            source_type: self.source_type.as_str(),
            takes: if takes.len() == 1 { "THB" } else { "THB, SGD or MYR" },
            currency: self.currency.code(),
        })
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

/// Paths of calls are written behind it as it stands.
fn is_address(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| {
        let is_bare = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
        matches!(url.scheme(), "http" | "https") && is_bare && url.password().is_none()
    })
}

#[cfg(test)]
#[path = "check/tests.rs"]
mod tests;
