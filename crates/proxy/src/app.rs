//! What every route needs, in one value.

use std::sync::{Arc, Mutex, PoisonError};

use scantill_core::Timing;
use scantill_core::api::Terminal;
use scantill_core::payer_code::Mode;
use tokio_util::sync::CancellationToken;

use crate::account::Account;
use crate::clock::{Clock, Entropy, NoEntropy};
use crate::config::Pairing;
use crate::driver::Driver;
use crate::store::{Device, Store};

/// Wrong pairing codes within the window that lock pairing for all.
const WRONG_CODES_MAX: usize = 5;
const WRONG_CODES_WINDOW_MS: u64 = 10 * 60 * 1_000;

/// The proxy's parts, shared by its routes.
#[derive(Debug)]
pub struct App {
    /// The books.
    pub store: Arc<dyn Store>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// The payments' driver.
    pub driver: Driver,
    /// The Omise accounts.
    pub accounts: Vec<Arc<Account>>,
    /// Whether money moves.
    pub mode: Mode,
    /// The waits in force.
    pub timing: Timing,
    /// How devices are paired.
    pub pairing: Pairing,
    /// Ends the streams.
    pub shutdown: CancellationToken,
    /// When wrong pairing codes came, on the clock that only runs forward.
    pub wrong_codes: Mutex<Vec<u64>>,
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
            currency,
            minor_digits: currency.minor_digits(),
            limits: account.limits(),
            source_type: account.config.source_type,
            mode: self.mode,
            timing: self.timing,
        }
    }

    /// Whether too many wrong pairing codes came of late.
    pub fn pairing_is_locked(&self) -> bool {
        let now = self.clock.monotonic_ms();
        let mut wrong = self.wrong_codes.lock().unwrap_or_else(PoisonError::into_inner);
        wrong.retain(|at| now.saturating_sub(*at) < WRONG_CODES_WINDOW_MS);
        WRONG_CODES_MAX <= wrong.len()
    }

    /// Counts a wrong pairing code.
    pub fn count_wrong_code(&self) {
        self.wrong_codes.lock().unwrap_or_else(PoisonError::into_inner).push(self.clock.monotonic_ms());
    }

    /// Fresh random bytes.
    pub fn random<const N: usize>(&self) -> Result<[u8; N], NoEntropy> {
        let mut bytes = [0; N];
        self.entropy.fill(&mut bytes)?;
        Ok(bytes)
    }
}
