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
mod webhook_inbox;

use slots::Slots;
pub use submit::Submission;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use scantill_payment::{AbsenceProof, Effect, Input, PaymentAttempt};
use scantill_types::api::PaymentState;
use scantill_types::{PaymentId, Timestamp, Timing};
use tokio::sync::{Notify, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::Instrument;

use crate::account::Account;
use crate::clock::{Clock, Entropy};
use crate::request_id;
use crate::storage::{
    Cause, Committed, Lease, Owner, Storage, StorageError, StoredPayment, Transition, Webhook,
};

/// Money POSTs in flight at once; they wait in a queue of their own (P5).
const CHARGES_MAX: usize = 4;
/// Refunds in flight at once.
const REFUNDS_MAX: usize = 2;
/// Reads in flight at once. Omise asks for at most ten calls in parallel, and the account is asked who it is beside these.
const READS_MAX: usize = 3;

/// Payments polled at once: each waits for its turn to read, and no lease may run out in that queue while a provider
/// hangs.
const POLLS_MAX: usize = 4 * READS_MAX;

/// After a stop the overdue looks at payments that ended unpaid come at this pace.
const WATCH_PACE_MS: u64 = 200;

/// Carries the payments of all accounts from intent to outcome.
#[derive(Clone, Debug)]
pub struct PaymentService {
    inner: Arc<Inner>,
    /// The claim under which this one works, if any.
    lease: Option<Arc<Lease>>,
}

/// The turn of whoever reads a payment's charge; and when the last read began that somebody had asked for.
type ChargeReader = tokio::sync::Mutex<Option<u64>>;

/// What became of an input.
#[derive(Debug)]
struct Applied {
    stored: StoredPayment,
    /// It changed the payment: nobody else had said so before.
    moved: bool,
}

#[derive(Debug)]
struct Inner {
    storage: Arc<dyn Storage>,
    owner: Owner,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    timing: Timing,
    accounts: Vec<Arc<Account>>,
    charge_slots: Arc<Slots>,
    /// Refunds in flight at once: they never wait in a payment's way.
    refund_slots: Arc<Semaphore>,
    reads: Arc<Slots>,
    /// Payments polled at once.
    polls: Arc<Semaphore>,
    /// One reader for each charge, whoever asks.
    reading: Mutex<HashMap<PaymentId, Arc<ChargeReader>>>,
    /// The assertions of webhooks that are being followed.
    confirming: Mutex<HashSet<webhook_inbox::WebhookAssertion>>,
    /// Webhooks that were followed, which the storage do not know yet.
    confirmed: Mutex<Vec<Webhook>>,
    /// What was done to find the charges of payments in doubt. What their first lists proved is in storage too (P14).
    lookups: Mutex<HashMap<charge_lookup::LookupKey, AbsenceProof>>,
    wake: Notify,
    tasks: TaskTracker,
    shutdown: CancellationToken,
}

impl PaymentService {
    /// A service that stops once `shutdown` is cancelled.
    pub fn new(
        storage: Arc<dyn Storage>,
        owner: Owner,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        timing: Timing,
        accounts: Vec<Arc<Account>>,
        shutdown: CancellationToken,
    ) -> Self {
        let inner = Inner {
            storage,
            owner,
            clock,
            entropy,
            timing,
            accounts,
            charge_slots: Slots::new(CHARGES_MAX),
            refund_slots: Arc::new(Semaphore::new(REFUNDS_MAX)),
            reads: Slots::new(READS_MAX),
            polls: Arc::new(Semaphore::new(POLLS_MAX)),
            reading: Mutex::default(),
            confirming: Mutex::default(),
            confirmed: Mutex::default(),
            lookups: Mutex::default(),
            wake: Notify::new(),
            tasks: TaskTracker::new(),
            shutdown,
        };
        Self { inner: Arc::new(inner), lease: None }
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

    /// Feeds an input to a payment until it is committed. Inputs are facts, so they hold for a newer version too.
    ///
    /// Whoever asked may go away in between: what was committed is followed through.
    pub async fn apply(
        &self,
        id: &PaymentId,
        cause: impl Into<Cause>,
        input: Input,
    ) -> Result<StoredPayment, StorageError> {
        Ok(self.apply_reporting(id, cause, input).await?.stored)
    }

    /// The payment as an input would leave it now. Nothing is written.
    pub fn preview(&self, stored: &StoredPayment, input: Input) -> PaymentAttempt {
        stored.attempt.clone().step(self.inner.clock.now(), &self.inner.timing, input).0
    }

    /// The same, and says whether this very input changed the payment.
    async fn apply_reporting(
        &self,
        id: &PaymentId,
        cause: impl Into<Cause>,
        input: Input,
    ) -> Result<Applied, StorageError> {
        let (service, id, cause) = (self.clone(), id.clone(), cause.into());
        let task = self.inner.tasks.spawn(async move { service.apply_to_end(&id, cause, input).await });
        task.await.unwrap_or_else(|error| Err(StorageError::Unavailable(error.to_string())))
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

    async fn apply_to_end(
        &self,
        id: &PaymentId,
        cause: Cause,
        input: Input,
    ) -> Result<Applied, StorageError> {
        let missing = || StorageError::Unavailable("the payment is not in storage".into());
        let mut stored = self.inner.storage.payment(id.clone()).await?.ok_or_else(missing)?;
        loop {
            let at = self.inner.clock.now();
            let (attempt, effects) = stored.attempt.clone().step(at, &self.inner.timing, input.clone());
            if attempt == stored.attempt {
                self.perform(&stored, effects);
                return Ok(Applied { stored, moved: false });
            }
            let mut committed = self.commit(&stored, attempt.clone(), at, &cause).await?;
            if matches!(committed, Committed::AnotherIsAccepted) {
                // Whoever decided is told, and nothing is changed behind their back.
                if matches!(input, Input::Decided(_) | Input::DecidedBySupervisor(_)) {
                    return Ok(Applied { stored, moved: false });
                }
                tracing::error!(payment = %stored.id(), "a sale was paid twice: the second payment goes back");
                committed = self.commit(&stored, attempt.beside_another_accepted(at), at, &cause).await?;
            }
            match committed {
                Committed::Done(next) => {
                    warn_of_reviews(&stored, &next);
                    self.perform(&next, effects);
                    self.forget_finished_lookups(&next);
                    if next.attempt.disposition != stored.attempt.disposition {
                        self.resolve_sale_in_background(&next);
                    }
                    self.inner.wake.notify_one();
                    return Ok(Applied { stored: *next, moved: true });
                }
                Committed::Stale(newer) => stored = *newer,
                Committed::Superseded => return Err(StorageError::Superseded),
                Committed::AnotherIsAccepted => stored = self.reread(id).await?.ok_or_else(missing)?,
            }
        }
    }

    async fn commit(
        &self,
        stored: &StoredPayment,
        attempt: PaymentAttempt,
        at: Timestamp,
        cause: &Cause,
    ) -> Result<Committed, StorageError> {
        let account = self.account(stored);
        let timing = account.as_ref().map_or(self.inner.timing, |account| self.timing_of(account, &attempt));
        let due_at = attempt.due(at, &timing).map(|due| due.at);
        let under = self.lease_of(stored.id());
        let transition = Transition { attempt, due_at, at, cause: cause.clone(), under };
        self.inner.storage.commit(stored.id().clone(), stored.version, transition).await
    }

    async fn reread(&self, id: &PaymentId) -> Result<Option<StoredPayment>, StorageError> {
        self.inner.storage.payment(id.clone()).await
    }

    /// The waits for a payment: its charge is read less often while the account's webhooks prove healthy. A payment in
    /// doubt is looked for as ever, since no webhook tells of a charge that does not exist.
    fn timing_of(&self, account: &Account, attempt: &PaymentAttempt) -> Timing {
        let now_ms = self.inner.clock.monotonic_ms();
        let will_be_told =
            attempt.payment_state() == PaymentState::Pending && account.webhook_health().is_healthy(now_ms);
        if will_be_told { self.inner.timing.relaxed() } else { self.inner.timing }
    }

    /// Ends when nothing is in flight any more.
    pub async fn drained(&self) {
        self.inner.tasks.close();
        self.inner.tasks.wait().await;
        if let Err(error) = self.record_confirmed().await {
            tracing::warn!(%error, "webhooks that were followed are looked at once more at the next start");
        }
    }

    fn perform(&self, stored: &StoredPayment, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::ExpireDuplicate(charge) => self.expire_duplicate(stored, charge),
                Effect::Contradicted(contradiction) => {
                    tracing::error!(payment = %stored.id(), ?contradiction, "evidence contradicts what was believed");
                }
                Effect::Ignored => {
                    metrics::counter!("scantill_inputs_ignored_total").increment(1);
                    tracing::debug!(payment = %stored.id(), "an input fits no edge and is dropped");
                }
            }
        }
    }

    fn under(&self, lease: &Lease) -> Self {
        Self { inner: self.inner.clone(), lease: Some(Arc::new(lease.clone())) }
    }

    /// For what goes on in the background, when the lease is long given back.
    fn without_lease(&self) -> Self {
        Self { inner: self.inner.clone(), lease: None }
    }

    /// Another payment than the leased one may be moved along the way, under no lease.
    fn lease_of(&self, id: &PaymentId) -> Option<Lease> {
        self.lease.as_deref().filter(|lease| lease.id == *id).cloned()
    }

    fn account(&self, stored: &StoredPayment) -> Option<Arc<Account>> {
        self.inner.accounts.iter().find(|account| account.name == stored.account).cloned()
    }

    fn reader(&self, id: &PaymentId) -> Arc<ChargeReader> {
        let mut reading = self.inner.reading.lock().unwrap_or_else(PoisonError::into_inner);
        // Those that nobody holds any more are dropped here, so that the map stays as small as the work in hand.
        reading.retain(|_, reader| 1 < Arc::strong_count(reader));
        reading.entry(id.clone()).or_default().clone()
    }
}

/// A reason for a review is an alarm when it is added.
fn warn_of_reviews(before: &StoredPayment, after: &StoredPayment) {
    for reason in after.attempt.reviews_added_since(&before.attempt) {
        tracing::error!(payment = %after.id(), ?reason, "a payment needs review");
    }
}
