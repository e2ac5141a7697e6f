//! How a test's proxy is configured.

use scantill_proxy::config::Config;
use scantill_proxy::device_life::DeviceLife;
use serde_json::json;
use tempfile::TempDir;

use super::WEBHOOK_SECRET;

/// A test asks more often than any till does.
const UNHURRIED: &str = "device = { changes_per_minute = 1000000, changes_at_once = 1000000, approvals_per_minute = \
    1000000, approvals_at_once = 1000000, lists_per_minute = 1000000, lists_at_once = 1000000, reads_per_minute = 1000000, \
    reads_at_once = 1000000, never_arrived_a_day = 1000000 }";

#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) source_type: &'static str,
    pub(crate) creation: &'static str,
    pub(crate) webhooks: bool,
    pub(crate) timing: &'static str,
    /// What callers may hold, if it differs.
    pub(crate) limits: &'static str,
    /// More lines of the account.
    pub(crate) account: &'static str,
    /// Other pages that may embed the till.
    pub(crate) origins: &'static [&'static str],
    /// How long a device stays paired, if not as long as in a shop.
    pub(crate) device_life: Option<DeviceLife>,
    pub(crate) device_keys: &'static str,
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

impl super::World {
    /// From the next start on a device without a key is refused.
    #[allow(dead_code, reason = "the suite `security` needs it")]
    pub(crate) fn require_keys(&mut self) {
        self.settings.device_keys = "required";
    }
}

pub(crate) fn config(folder: &TempDir, api_url: &str, settings: &Settings) -> Config {
    let Settings { source_type, creation, timing, limits, account, origins, device_keys, .. } = settings;
    let origins = json!(origins);
    let device = if limits.contains("device") { "" } else { UNHURRIED };
    let limits = [*limits, device].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
    let text = format!(
        r#"
        listen = "127.0.0.1:0"
        data = "data"
        mode = "test"
        pairing = "open"
        timing = {{ {timing} }}
        limits = {{ {limits} }}
        allowed_origins = {origins}
        device_keys = "{device_keys}"
        [[accounts]]
        name = "demo"
        secret_key = "skey_test_demo"
        webhook_secret = "{WEBHOOK_SECRET}"
        api_url = "{api_url}"
        source_type = "{source_type}"
        currency = "THB"
        creation = "{creation}"
        {account}
        "#
    );
    let path = folder.path().join("scantill.toml");
    std::fs::write(&path, text).unwrap();
    let config = Config::load(&path).unwrap();
    Config { devices: settings.device_life.unwrap_or(config.devices), ..config }
}
