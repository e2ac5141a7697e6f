//! The payment service: it commits what the payment's machine says, performs the action, and feeds the answer back as evidence.

mod charge_lookup;
mod evidence;
mod poller;
mod provider_reads;
mod reconcile;
mod refunds;
mod sale_conflicts;
mod slots;
mod submit;
mod transition;
mod webhook_inbox;

use charge_lookup::Lookups;
use provider_reads::ProviderReads;
use slots::Slots;
pub use submit::Submission;
pub use transition::{Applied, Change};
use webhook_inbox::WebhookInbox;

use std::sync::Arc;

use scantill_payment::Input;
use scantill_types::Timing;
use tokio::sync::{Notify, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::Instrument;

use crate::account::Account;
use crate::clock::{Clock, Entropy};
use crate::request_id;
use crate::storage::{Storage, StorageError, StoredPayment};

/// Maximum charges that are created at once; further ones wait in a queue of their own (P5).
const CHARGES_MAX: usize = 4;
/// Maximum refunds that are sent at once.
const REFUNDS_MAX: usize = 2;
/// Maximum reads at once. Omise asks for at most ten calls in parallel, and the account is asked who it is beside these.
const READS_MAX: usize = 3;

/// Maximum payments that are polled at once: each waits for its turn to read, and no lease may run out in that queue while
/// a provider hangs.
const POLLS_MAX: usize = 4 * READS_MAX;

/// The pace of overdue polls of finished payments after a stop.
const WATCH_PACE_MS: u64 = 200;

/// Carries the payments of all accounts from intent to outcome.
#[derive(Clone, Debug)]
pub struct PaymentService {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    storage: Arc<dyn Storage>,
    clock: Arc<dyn Clock>,
    timing: Timing,
    accounts: Vec<Arc<Account>>,
    charge_slots: Arc<Slots>,
    /// Refunds have slots of their own: they never delay a payment.
    refund_slots: Arc<Semaphore>,
    poll_slots: Arc<Semaphore>,
    provider: ProviderReads,
    lookups: Lookups,
    inbox: WebhookInbox,
    wake: Notify,
    tasks: TaskTracker,
    shutdown: CancellationToken,
}

impl PaymentService {
    /// A service that stops once `shutdown` is cancelled.
    pub fn new(
        storage: Arc<dyn Storage>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        timing: Timing,
        accounts: Vec<Arc<Account>>,
        shutdown: CancellationToken,
    ) -> Self {
        let inner = Inner {
            storage,
            timing,
            accounts,
            charge_slots: Slots::new(CHARGES_MAX),
            refund_slots: Arc::new(Semaphore::new(REFUNDS_MAX)),
            poll_slots: Arc::new(Semaphore::new(POLLS_MAX)),
            provider: ProviderReads::new(clock.clone(), entropy, timing),
            lookups: Lookups::new(clock.clone(), timing),
            inbox: WebhookInbox::default(),
            clock,
            wake: Notify::new(),
            tasks: TaskTracker::new(),
            shutdown,
        };
        Self { inner: Arc::new(inner) }
    }

    /// Takes up what was unsettled when the proxy last stopped: nothing is sent again.
    pub async fn recover(&self) -> Result<usize, StorageError> {
        let unsettled = self.inner.storage.unsettled_payments().await?;
        let count = unsettled.len();
        for stored in unsettled {
            let restarted = self.apply(stored.id(), "restarted", Input::Restarted).await?;
            self.resolve_sale(&restarted).await?;
            // What was planned before the stop may lie far off; a first look costs one read.
            self.inner.storage.expedite(&restarted, self.inner.clock.now()).await?;
        }
        let spread = self.inner.storage.stagger_overdue(self.inner.clock.now(), WATCH_PACE_MS).await?;
        if 0 < spread {
            tracing::info!(spread, "polls of finished payments are overdue, and are spread over some time");
        }
        Ok(count)
    }

    /// Carries work of a request to its end, whether or not its caller goes away meanwhile. A stop waits for it.
    pub async fn carry_out<T, E>(
        &self,
        work: impl Future<Output = Result<T, E>> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        match self.inner.tasks.spawn(request_id::carried(work).in_current_span()).await {
            Ok(done) => done,
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            Err(error) => Err(StorageError::Unavailable(error.to_string()).into()),
        }
    }

    /// Ends when nothing is in flight any more.
    pub async fn drained(&self) {
        self.inner.tasks.close();
        self.inner.tasks.wait().await;
        if let Err(error) = self.record_confirmed().await {
            tracing::warn!(%error, "webhooks that were followed are looked at once more at the next start");
        }
    }

    fn account(&self, stored: &StoredPayment) -> Option<Arc<Account>> {
        self.inner.accounts.iter().find(|account| account.name == stored.account).cloned()
    }
}
