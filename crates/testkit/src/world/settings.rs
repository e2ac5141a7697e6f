//! How a test's proxy is configured.

use scantill_proxy::config::Config;
use scantill_proxy::device_life::DeviceLife;
use serde_json::json;
use tempfile::TempDir;

use crate::{ProxyConfiguration, WEBHOOK_SECRET};

/// A test asks more often than any till does.
const UNHURRIED: &str = "device = { changes_per_minute = 1000000, changes_at_once = 1000000, approvals_per_minute = \
    1000000, approvals_at_once = 1000000, lists_per_minute = 1000000, lists_at_once = 1000000, reads_per_minute = 1000000, \
    reads_at_once = 1000000, never_arrived_a_day = 1000000 }";

/// What differs from test to test.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The wallet, as Omise names it.
    pub source_type: &'static str,
    /// `source_then_charge` or `one_call`.
    pub creation: &'static str,
    /// Whether the sandbox sends webhooks.
    pub webhooks: bool,
    /// The waits.
    pub timing: &'static str,
    /// What callers may hold, if it differs.
    pub limits: &'static str,
    /// More lines of the account.
    pub account: &'static str,
    /// Other pages that may embed the till.
    pub origins: &'static [&'static str],
    /// How long a device stays paired, if not as long as in a shop.
    pub device_life: Option<DeviceLife>,
    /// `optional` or `required`.
    pub device_keys: &'static str,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            source_type: "barcode_alipay",
            creation: "source_then_charge",
            webhooks: true,
            timing: "read_first_ms = 50, read_every_ms = 50, expire_again_ms = 50, read_slow_every_ms = 50",
            limits: "",
            account: "",
            origins: &[],
            device_life: None,
            device_keys: "optional",
        }
    }
}

impl Settings {
    /// The usual settings, where no webhook comes.
    pub fn without_webhooks() -> Self {
        Self { webhooks: false, ..Self::default() }
    }
}

/// Writes the configuration, and reads it as the proxy does.
pub fn config(folder: &TempDir, api_url: &str, settings: &Settings) -> Config {
    let Settings { source_type, creation, timing, limits, account, origins, device_keys, .. } = settings;
    let device = if limits.contains("device") { "" } else { UNHURRIED };
    let limits = [*limits, device].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
    let configuration = ProxyConfiguration::new(api_url)
        .with("pairing = \"open\"")
        .with(format_args!("timing = {{ {timing} }}"))
        .with(format_args!("limits = {{ {limits} }}"))
        .with(format_args!("allowed_origins = {}", json!(origins)))
        .with(format_args!("device_keys = \"{device_keys}\""))
        .source_type(source_type)
        .with_account(format_args!(
            "webhook_secret = \"{WEBHOOK_SECRET}\"\ncreation = \"{creation}\"\n{account}"
        ));
    let config = Config::load(&configuration.write(folder.path())).unwrap();
    Config { devices: settings.device_life.unwrap_or(config.devices), ..config }
}
