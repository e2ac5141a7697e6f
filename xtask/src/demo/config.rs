//! The proxy's configuration for the demo.

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use super::Options;
use super::address;
use super::data::Data;

/// The settings of both servers of the demo.
#[derive(Debug)]
pub(crate) struct Config {
    pub(crate) proxy: SocketAddr,
    pub(crate) sandbox: SocketAddr,
    pub(crate) webhook_secret: String,
    store: PathBuf,
    till: PathBuf,
    origins: Vec<String>,
    source_type: String,
    creation: String,
    is_secure: bool,
}

impl Config {
    pub(crate) fn new(options: &Options, data: &Data, till: &Path) -> Self {
        Self {
            proxy: options.proxy(),
            sandbox: options.sandbox(),
            webhook_secret: data.webhook_secret().to_owned(),
            store: data.proxy_store(),
            till: till.to_path_buf(),
            origins: options.origins.clone(),
            source_type: options.source_type.clone(),
            creation: options.creation.clone(),
            is_secure: options.tls,
        }
    }

    /// Each new device gets its own terminal. Only this machine may pair this way.
    pub(crate) fn pairs_openly(&self) -> bool {
        self.proxy.ip().is_loopback()
    }

    pub(crate) fn webhook_url(&self) -> String {
        format!("{}://{}/webhooks/omise/demo", self.scheme(), address::from_here(self.proxy))
    }

    pub(crate) fn till_url(&self) -> String {
        format!("{}://{}/", self.scheme(), address::from_the_network(self.proxy))
    }

    /// The page that lets a tablet trust the demo.
    pub(crate) fn trust_url(&self) -> String {
        format!("{}trust", self.till_url())
    }

    fn scheme(&self) -> &'static str {
        if self.is_secure { "https" } else { "http" }
    }

    /// The page with the till and the phone side by side.
    pub(crate) fn counter_url(&self) -> String {
        format!("{}/counter", self.sandbox_origin())
    }

    pub(crate) fn phone_url(&self) -> String {
        format!("{}/phone", self.sandbox_origin())
    }

    /// The sandbox's counter embeds the till, under each name by which this machine's user may open it.
    fn counter_origins(&self) -> impl Iterator<Item = String> {
        let localhost = self.sandbox.ip().is_loopback();
        let localhost = localhost.then(|| format!("http://localhost:{}", self.sandbox.port()));
        [self.sandbox_origin()].into_iter().chain(localhost)
    }

    fn sandbox_origin(&self) -> String {
        format!("http://{}", address::from_the_network(self.sandbox))
    }

    pub(crate) fn embed_url(&self) -> String {
        format!("{}embed.html", self.till_url())
    }
}

impl fmt::Display for Config {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pairing = if self.pairs_openly() { "open" } else { "code" };
        let api_url = format!("http://{}", address::from_here(self.sandbox));
        writeln!(formatter, "# Made by `cargo xtask demo`, anew at each start.")?;
        line(formatter, "listen", &self.proxy.to_string())?;
        line(formatter, "data", &self.store.to_string_lossy())?;
        line(formatter, "till", &self.till.to_string_lossy())?;
        line(formatter, "mode", "test")?;
        line(formatter, "pairing", pairing)?;
        // The proxy checks the origins, and names a bad one.
        let origins: Vec<String> = self.origins.iter().cloned().chain(self.counter_origins()).collect();
        writeln!(formatter, "allowed_origins = {}", serde_json::Value::from(origins))?;
        writeln!(formatter, "\n[[accounts]]")?;
        line(formatter, "name", "demo")?;
        line(formatter, "secret_key", "skey_test_demo")?;
        line(formatter, "webhook_secret", &self.webhook_secret)?;
        line(formatter, "api_url", &api_url)?;
        line(formatter, "source_type", &self.source_type)?;
        line(formatter, "currency", "THB")?;
        line(formatter, "creation", &self.creation)
    }
}

/// A JSON string is a TOML basic string.
fn line(formatter: &mut fmt::Formatter<'_>, key: &str, value: &str) -> fmt::Result {
    writeln!(formatter, "{key} = {}", serde_json::Value::from(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(listen: &str) -> Config {
        Config {
            proxy: SocketAddr::new(listen.parse().unwrap(), 8787),
            sandbox: SocketAddr::new(listen.parse().unwrap(), 8788),
            webhook_secret: "c2VjcmV0".to_owned(),
            store: PathBuf::from("/data \"of\" mine/proxy"),
            till: PathBuf::from("/till"),
            origins: Vec::new(),
            source_type: "barcode_alipay".to_owned(),
            creation: "one_call".to_owned(),
            is_secure: false,
        }
    }

    #[test]
    fn a_folder_with_quotes_is_written_as_toml() {
        let text = config("127.0.0.1").to_string();
        assert!(text.contains("\ndata = \"/data \\\"of\\\" mine/proxy\"\n"), "{text}");
        assert!(text.contains("\napi_url = \"http://127.0.0.1:8788\"\n"), "{text}");
    }

    #[test]
    fn a_certificate_gives_tills_and_webhooks_https_but_not_the_provider() {
        let config = Config { is_secure: true, ..config("127.0.0.1") };
        assert_eq!(config.webhook_url(), "https://127.0.0.1:8787/webhooks/omise/demo");
        assert_eq!(config.trust_url(), "https://127.0.0.1:8787/trust");
        assert!(config.to_string().contains("api_url = \"http://127.0.0.1:8788\""));
    }

    #[test]
    fn other_pages_that_may_embed_the_till_are_listed() {
        assert!(
            config("127.0.0.1")
                .to_string()
                .contains("\nallowed_origins = [\"http://127.0.0.1:8788\",\"http://localhost:8788\"]\n")
        );
        let origins = vec!["http://localhost:3000".to_owned(), "https://shop.example".to_owned()];
        let text = Config { origins, ..config("127.0.0.1") }.to_string();
        assert!(
            text.contains("[\"http://localhost:3000\",\"https://shop.example\",\"http://127.0.0.1:8788\","),
            "{text}"
        );
    }

    #[test]
    fn only_this_machine_pairs_without_a_code() {
        assert!(config("127.0.0.1").to_string().contains("pairing = \"open\""));
        assert!(config("::1").to_string().contains("pairing = \"open\""));
        assert!(config("0.0.0.0").to_string().contains("pairing = \"code\""));
    }

    #[test]
    fn the_servers_reach_each_other_by_loopback_when_they_listen_everywhere() {
        let config = config("0.0.0.0");
        assert_eq!(config.webhook_url(), "http://127.0.0.1:8787/webhooks/omise/demo");
        assert!(config.to_string().contains("listen = \"0.0.0.0:8787\""));
        assert!(config.to_string().contains("api_url = \"http://127.0.0.1:8788\""));
    }
}
