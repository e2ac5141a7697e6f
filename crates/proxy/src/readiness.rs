//! Whether payments can be taken, found out once a second however many ask.

use tokio::sync::Mutex;

use crate::app::App;
use crate::storage::StorageError;

const FRESH_MS: u64 = 1_000;

/// What was found.
#[derive(Clone, Debug)]
pub(crate) struct Report {
    /// How many payments are open, or why the storage cannot be used.
    pub(crate) database: Result<u64, StorageError>,
    /// The provider said who each account is.
    are_accounts_known: bool,
}

impl Report {
    pub(crate) fn is_ready(&self) -> bool {
        self.database.is_ok() && self.are_accounts_known
    }
}

/// The last report, and when it was made.
#[derive(Debug, Default)]
pub struct Readiness(Mutex<Option<(u64, Report)>>);

impl Readiness {
    pub(crate) async fn report(&self, app: &App) -> Report {
        let mut last = self.0.lock().await;
        let now_ms = app.clock.monotonic_ms();
        if let Some((at_ms, report)) = last.as_ref()
            && now_ms.saturating_sub(*at_ms) < FRESH_MS
        {
            return report.clone();
        }
        let database = app.storage.check().await;
        let are_accounts_known = app.accounts.iter().all(|account| account.identity().is_some());
        let report = Report { database, are_accounts_known };
        *last = Some((now_ms, report.clone()));
        report
    }
}
