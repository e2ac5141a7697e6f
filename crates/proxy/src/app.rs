//! What every route needs, in one value.

use std::sync::Arc;

use metrics_exporter_prometheus::PrometheusHandle;
use scantill_types::Timing;
use scantill_types::api::Terminal;
use scantill_types::payer_code::Mode;
use tokio_util::sync::CancellationToken;

use crate::account::Account;
use crate::approval::PinChecker;
use crate::clock::{Clock, Entropy, NoEntropy};
use crate::config::{DeviceKeys, Pairing};
use crate::device_life::DeviceLife;
use crate::keyed_mutex::KeyedMutex;
use crate::open_streams::OpenStreams;
use crate::pairing_tries::PairingTries;
use crate::proof::Proofs;
use crate::quotas::Quotas;
use crate::readiness::Readiness;
use crate::security_log::SecurityLog;
use crate::server::Limits;
use crate::service::PaymentService;
use crate::session::Seen;
use crate::storage::{Device, Storage};

/// The proxy's parts, shared by its routes.
#[derive(Debug)]
pub struct App {
    /// The storage.
    pub storage: Arc<dyn Storage>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// What carries payments from intent to outcome.
    pub service: PaymentService,
    /// The Omise accounts.
    pub accounts: Vec<Arc<Account>>,
    /// Whether money moves.
    pub mode: Mode,
    /// The waits in force.
    pub timing: Timing,
    /// How devices are paired.
    pub pairing: Pairing,
    /// Whether a device may do without a key.
    pub device_keys: DeviceKeys,
    /// Checks the proofs of bound devices.
    pub proofs: Proofs,
    /// Ends the streams.
    pub shutdown: CancellationToken,
    /// How long a device stays paired.
    pub device_life: DeviceLife,
    /// Which devices were recorded as seen of late.
    pub seen: Seen,
    /// Checks PINs.
    pub pins: PinChecker,
    /// Where a day's refunds are limited, they are asked for one after another in each store.
    pub refunds_of_store: KeyedMutex,
    /// Refusals that an operator must see.
    pub security: SecurityLog,
    /// Whether payments can be taken.
    pub readiness: Readiness,
    /// What each device may still ask for.
    pub quotas: Quotas,
    /// How often each address may try pairing codes.
    pub pairing_tries: PairingTries,
    /// The event streams that are open.
    pub streams: Arc<OpenStreams>,
    /// How much and how long callers may hold.
    pub limits: Limits,
    /// Whom a cashier calls.
    pub support: Option<String>,
    /// What `/metrics` shows; none where nobody records.
    pub metrics: Option<PrometheusHandle>,
}

impl App {
    /// The account of a name.
    pub fn account(&self, name: &str) -> Option<&Arc<Account>> {
        self.accounts.iter().find(|account| account.name == name)
    }

    /// Who a device is, for its till.
    pub fn terminal(&self, device: &Device, account: &Account) -> Terminal {
        let currency = account.config.currency;
        Terminal {
            terminal_id: device.terminal.clone(),
            store_id: device.store_id.clone(),
            store_name: device.store_name.clone(),
            time_zone: device.time_zone.clone(),
            currency,
            minor_digits: currency.minor_digits(),
            limits: account.limits(),
            source_type: account.config.source_type,
            mode: self.mode,
            timing: self.timing.till,
            now: Some(self.clock.now()),
        }
    }

    /// Fresh random bytes.
    pub fn random<const N: usize>(&self) -> Result<[u8; N], NoEntropy> {
        let mut bytes = [0; N];
        self.entropy.fill(&mut bytes)?;
        Ok(bytes)
    }
}
