//! What a configuration must not say. Each refusal names the line and the way out.

use std::path::PathBuf;

use scantill_core::payer_code::{Mode, SourceType};
use scantill_core::{Currency, Timing};

use super::{AccountConfig, Config, Pairing};

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
    /// No account.
    #[error(
        "no account is configured: add an [[accounts]] section with name, secret_key, source_type and currency"
    )]
    NoAccount,
    /// Two accounts of one name, or a name that does not fit into an address.
    #[error("the account name {0:?} is used twice or is not made of letters, digits, '-' and '_'")]
    BadName(String),
    /// No secret key.
    #[error(
        "account {account:?} has no secret key: set either secret_key or secret_key_file, and the like with _before"
    )]
    NoKey {
        /// The account.
        account: String,
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
    #[error(
        "webhook_secret of account {account:?} is not base64: copy it from Omise's dashboard as it stands"
    )]
    BadWebhookSecret {
        /// The account.
        account: String,
    },
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

impl Config {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        if self.accounts.is_empty() {
            return Err(ConfigError::NoAccount);
        }
        if self.pairing == Pairing::Open && self.mode != Mode::Test {
            return Err(ConfigError::OnlyInTestMode("pairing = \"open\""));
        }
        if self.pairing == Pairing::Open && !self.listen.ip().is_loopback() {
            return Err(ConfigError::OpenPairing);
        }
        if self.mode == Mode::Live && self.timing.is_some_and(|timing| timing != Timing::default()) {
            return Err(ConfigError::OnlyInTestMode("timing"));
        }
        for (index, account) in self.accounts.iter().enumerate() {
            if self.accounts[..index].iter().any(|other| other.name == account.name)
                || !is_name(&account.name)
            {
                return Err(ConfigError::BadName(account.name.clone()));
            }
            account.check(self.mode)?;
        }
        Ok(())
    }
}

impl AccountConfig {
    fn check(&self, mode: Mode) -> Result<(), ConfigError> {
        for key in self.keys()? {
            self.check_key(&key, mode)?;
        }
        if mode == Mode::Live && self.api_url.is_some() {
            return Err(ConfigError::OnlyInTestMode("api_url"));
        }
        self.webhook_secrets()?;
        self.check_currency()
    }

    fn check_key(&self, key: &str, mode: Mode) -> Result<(), ConfigError> {
        let account = self.name.clone();
        if !key.starts_with("skey_") {
            return Err(ConfigError::NotASecretKey { account });
        }
        let is_test_key = key.starts_with("skey_test_");
        if is_test_key != (mode == Mode::Test) {
            let key = if is_test_key { "test" } else { "live" };
            return Err(ConfigError::WrongMode { account, mode, key });
        }
        Ok(())
    }

    fn check_currency(&self) -> Result<(), ConfigError> {
        let takes: &[Currency] = match self.source_type {
            SourceType::BarcodeAlipay | SourceType::WechatPayUpm => &[Currency::Thb],
            SourceType::AlipayplusUpm => &[Currency::Thb, Currency::Sgd, Currency::Myr],
        };
        if takes.contains(&self.currency) {
            return Ok(());
        }
        Err(ConfigError::Currency {
            account: self.name.clone(),
            source_type: self.source_type.word(),
            takes: if takes.len() == 1 { "THB" } else { "THB, SGD or MYR" },
            currency: self.currency.code(),
        })
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
        listen = "127.0.0.1:0"
        data = "data"
        mode = "test"
        pairing = "open"
        [[accounts]]
        name = "demo"
        secret_key = "skey_test_demo"
        source_type = "barcode_alipay"
        currency = "THB"
    "#;

    fn check(from: &str, to: &str, expected: &str) {
        assert!(GOOD.contains(from), "{from}");
        let config: Result<Config, _> = toml::from_str(&GOOD.replace(from, to));
        let message = match config {
            Ok(config) => config.check().unwrap_err().to_string(),
            Err(error) => error.to_string(),
        };
        assert!(message.contains(expected), "{message}");
    }

    #[test]
    fn the_good_one_passes() {
        let config: Config = toml::from_str(GOOD).unwrap();
        config.check().unwrap();
    }

    #[test]
    fn each_wrong_line_is_named() {
        check("data =", "date =", "unknown field `date`");
        check("skey_test_demo", "", "has no secret key");
        check("skey_test_demo", "pkey_test_demo", "must begin with skey_");
        check("skey_test_demo", "skey_live", "is a live key");
        check("127.0.0.1:0", "0.0.0.0:0", "loopback");
        check("\"THB\"", "\"SGD\"", "takes THB, not SGD");
        check("\"test\"", "\"live\"", "only with mode");
        check("name = \"demo\"", "name = \"de mo\"", "letters, digits");
        check("mode = \"test\"", "mode = \"play\"", "unknown variant");
        check("pairing = \"open\"", "timing = { permit = 1 }", "unknown wait `permit`");
        check(
            "secret_key =",
            "secret_key_before = \"pkey_test_demo\"\nsecret_key =",
            "must begin with skey_",
        );
    }

    #[test]
    fn live_mode_refuses_shrunken_waits_and_another_address() {
        let live = GOOD
            .replace("\"test\"", "\"live\"")
            .replace("skey_test_", "skey_")
            .replace("\"open\"", "\"code\"");
        toml::from_str::<Config>(&live).unwrap().check().unwrap();
        let elsewhere = live.replace("currency", "api_url = \"http://127.0.0.1\"\ncurrency");
        assert!(matches!(
            toml::from_str::<Config>(&elsewhere).unwrap().check(),
            Err(ConfigError::OnlyInTestMode("api_url"))
        ));
        let shrunken = live.replace("[[accounts]]", "timing = { permit_ms = 1 }\n[[accounts]]");
        assert!(matches!(
            toml::from_str::<Config>(&shrunken).unwrap().check(),
            Err(ConfigError::OnlyInTestMode("timing"))
        ));
    }
}
