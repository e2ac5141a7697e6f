//! The payment service: it commits what the payment's machine says, performs the action, and feeds the answer back as evidence.
//!
//! Each part is a struct that holds what it uses and the parts that it calls, and no part is called by one that it calls:
//!
//! ```text
//! routes, loops -> PaymentService -> submit, refresh, poller, webhook_inbox, reconcile, recovery
//!     -> charge_lookup, refunds -> charge_reads -> transition -> sale_conflicts -> commit
//! ```
//!
//! `provider_reads`, `accounts`, `slots` and the lookups in progress stand beside them, and call no part.

mod accounts;
mod charge_lookup;
mod charge_reads;
mod commit;
mod evidence;
mod poller;
mod provider_reads;
mod reconcile;
mod recovery;
mod refresh;
mod refunds;
mod sale_conflicts;
mod slots;
mod submit;
mod transition;
mod webhook_inbox;

use accounts::Accounts;
use charge_lookup::{ChargeLookup, Lookups};
use charge_reads::ChargeReads;
use commit::Committer;
pub use commit::{Applied, Change};
use poller::{PollActions, Poller};
use provider_reads::ProviderReads;
use reconcile::Reconciler;
use recovery::Recovery;
use refresh::Refresher;
use refunds::Refunder;
use sale_conflicts::SaleConflicts;
pub use submit::Submission;
use submit::Submitter;
use transition::Transitions;
use webhook_inbox::{WebhookConfirmer, WebhookInbox};

use std::sync::Arc;

use scantill_omise::Event;
use scantill_payment::{CancelRequested, Input, PaymentAttempt, RefundOrder};
use scantill_types::api::CancelledBy;
use scantill_types::{PaymentId, Timing};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::Instrument;

use crate::account::Account;
use crate::clock::{Clock, Entropy};
use crate::request_id;
use crate::storage::{Cause, Created, Storage, StorageError, StoredPayment};

/// What most parts use; each part takes of it what it needs.
#[derive(Clone, Debug)]
struct Shared {
    storage: Arc<dyn Storage>,
    clock: Arc<dyn Clock>,
    timing: Timing,
    accounts: Arc<Accounts>,
    /// Wakes the poller.
    wake: Arc<Notify>,
    /// The work that a stop waits for.
    tasks: TaskTracker,
    shutdown: CancellationToken,
}

/// Carries the payments of all accounts from intent to outcome.
#[derive(Clone, Debug)]
pub struct PaymentService {
    clock: Arc<dyn Clock>,
    timing: Timing,
    accounts: Arc<Accounts>,
    transitions: Arc<Transitions>,
    sale_conflicts: Arc<SaleConflicts>,
    submitter: Arc<Submitter>,
    refunder: Arc<Refunder>,
    refresher: Arc<Refresher>,
    poller: Arc<Poller>,
    webhook_inbox: Arc<WebhookInbox>,
    reconciler: Arc<Reconciler>,
    recovery: Arc<Recovery>,
    tasks: TaskTracker,
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
        let provider = Arc::new(ProviderReads::new(clock.clone(), entropy, timing));
        let accounts = Arc::new(Accounts::new(accounts, clock.clone(), timing));
        let (wake, tasks) = (Arc::default(), TaskTracker::new());
        Self::of_parts(Shared { storage, clock, timing, accounts, wake, tasks, shutdown }, &provider)
    }

    /// Makes the parts, each after those that it calls.
    fn of_parts(shared: Shared, provider: &Arc<ProviderReads>) -> Self {
        let lookups = Arc::new(Lookups::new(shared.clock.clone(), shared.timing));
        let committer = Arc::new(Committer::new(&shared, lookups.clone()));
        let sale_conflicts = Arc::new(SaleConflicts::new(&shared, committer.clone()));
        let transitions = Arc::new(Transitions::new(&shared, committer, sale_conflicts.clone()));
        let charge_reads = Arc::new(ChargeReads::new(provider.clone(), transitions.clone()));
        let charge_lookup = Arc::new(ChargeLookup::new(
            &shared,
            provider.clone(),
            lookups.clone(),
            transitions.clone(),
            charge_reads.clone(),
        ));
        let refunder = Arc::new(Refunder::new(
            &shared,
            provider.clone(),
            lookups.clone(),
            transitions.clone(),
            charge_reads.clone(),
        ));
        let poll_actions = PollActions {
            accounts: shared.accounts.clone(),
            provider: provider.clone(),
            lookups: lookups.clone(),
            transitions: transitions.clone(),
            charge_reads: charge_reads.clone(),
            charge_lookup: charge_lookup.clone(),
            refunder: refunder.clone(),
        };
        let refresher = Refresher::new(&shared, provider.clone(), charge_reads.clone(), charge_lookup);
        let confirmer = WebhookConfirmer::new(&shared, provider.clone(), charge_reads);
        let webhook_inbox = Arc::new(WebhookInbox::new(&shared, confirmer));
        Self {
            submitter: Arc::new(Submitter::new(&shared, lookups.clone(), transitions.clone())),
            refresher: Arc::new(refresher),
            poller: Arc::new(Poller::new(&shared, provider.clone(), lookups, poll_actions)),
            reconciler: Arc::new(Reconciler::new(&shared, provider.clone(), webhook_inbox.clone())),
            recovery: Arc::new(Recovery::new(&shared, transitions.clone(), sale_conflicts.clone())),
            transitions,
            sale_conflicts,
            refunder,
            webhook_inbox,
            clock: shared.clock,
            timing: shared.timing,
            accounts: shared.accounts,
            tasks: shared.tasks,
        }
    }

    /// Takes up what was unsettled when the proxy last stopped: nothing is sent again. Returns how many payments that are.
    pub async fn recover(&self) -> Result<usize, StorageError> {
        self.recovery.recover().await
    }

    /// Polls the payments that are due, until the shutdown.
    pub async fn poll(&self) {
        self.poller.poll().await;
    }

    /// Reads the lists of all accounts from time to time, until the shutdown.
    pub async fn reconcile(&self) {
        self.reconciler.reconcile().await;
    }

    /// Inserts a payment and sends it in the background.
    pub async fn submit(&self, submission: Submission) -> Result<Created, StorageError> {
        self.submitter.submit(submission).await
    }

    /// Feeds an input to a payment, of which the caller may hold an older version, and returns the payment after it.
    pub async fn apply(
        &self,
        held: &StoredPayment,
        cause: impl Into<Cause>,
        input: Input,
    ) -> Result<StoredPayment, StorageError> {
        self.transitions.apply(None, held, cause, input).await
    }

    /// The payment as an input would leave it now. Nothing is written.
    pub fn preview(&self, stored: &StoredPayment, input: Input) -> PaymentAttempt {
        stored.attempt.clone().step(self.clock.now(), &self.timing, input).0
    }

    /// Reads the provider once for this payment, and returns the payment after it.
    pub async fn refresh(&self, stored: &StoredPayment) -> Result<StoredPayment, StorageError> {
        self.refresher.refresh(stored).await
    }

    /// Asks for a refund. Of several calls that ask for the same refund at once, one reports a change.
    pub async fn request_refund(
        &self,
        held: &StoredPayment,
        order: RefundOrder,
    ) -> Result<Applied, StorageError> {
        self.refunder.request_refund(held, order).await
    }

    /// Stores a webhook, and then confirms it in the background.
    pub async fn receive_webhook(&self, account: &Arc<Account>, event: &Event) -> Result<(), StorageError> {
        self.webhook_inbox.receive(account, event).await
    }

    /// A request to cancel a payment, of now.
    pub fn cancel_request(&self, stored: &StoredPayment, by: CancelledBy) -> CancelRequested {
        self.accounts.cancel_request(stored, by)
    }

    /// The other payment of the sale that was accepted.
    pub async fn accepted_sibling(&self, stored: &StoredPayment) -> Result<Option<PaymentId>, StorageError> {
        self.sale_conflicts.accepted_sibling(stored).await
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
        match self.tasks.spawn(request_id::carried(work).in_current_span()).await {
            Ok(done) => done,
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            Err(error) => Err(StorageError::Unavailable(error.to_string()).into()),
        }
    }

    /// Ends when nothing is in flight any more.
    pub async fn drained(&self) {
        self.tasks.close();
        self.tasks.wait().await;
        if let Err(error) = self.webhook_inbox.record_confirmed().await {
            tracing::warn!(%error, "webhooks that were followed are looked at once more at the next start");
        }
    }
}
