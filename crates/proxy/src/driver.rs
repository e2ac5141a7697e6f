//! The payment driver: commits what the machine says, does the effect, and feeds the answer back as evidence.

mod evidence;
mod finding;
mod hints;
mod reading;
mod reconciling;
mod refunding;
mod sending;
mod settling;
mod slots;
mod tending;

pub use sending::Intake;
use slots::Slots;

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
use crate::store::{Cause, Claim, Committed, Owner, Record, Store, StoreError, Transition, Webhook};

/// Money POSTs in flight at once; they wait in a queue of their own (P5).
const POSTS_MAX: usize = 4;
/// Refunds in flight at once.
const GIVINGS_MAX: usize = 2;
/// Reads in flight at once. Omise asks for at most ten calls in parallel, and the account is asked who it is beside these.
const READS_MAX: usize = 3;

/// Payments tended at once: each waits for its turn to read, and no lease may run out in that queue while a provider
/// hangs.
const TENDED_MAX: usize = 4 * READS_MAX;

/// After a stop the overdue looks at payments that ended unpaid come at this pace.
const WATCH_PACE_MS: u64 = 200;

/// Drives all payments of all accounts.
#[derive(Clone, Debug)]
pub struct Driver {
    inner: Arc<Inner>,
    /// The claim under which this one works, if any.
    claim: Option<Arc<Claim>>,
}

/// The turn of whoever reads a payment's charge; and when the last read began that somebody had asked for.
type Reader = tokio::sync::Mutex<Option<u64>>;

/// What became of an input.
#[derive(Debug)]
struct Applied {
    record: Record,
    /// It changed the payment: nobody else had said so before.
    moved: bool,
}

#[derive(Debug)]
struct Inner {
    store: Arc<dyn Store>,
    owner: Owner,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    timing: Timing,
    accounts: Vec<Arc<Account>>,
    posts: Arc<Slots>,
    /// Refunds in flight at once: they never wait in a payment's way.
    givings: Arc<Semaphore>,
    reads: Arc<Slots>,
    /// Payments tended at once.
    tending: Arc<Semaphore>,
    /// One reader for each charge, whoever asks.
    reading: Mutex<HashMap<PaymentId, Arc<Reader>>>,
    /// The claims of webhooks that are being followed.
    hinted: Mutex<HashSet<hints::Claim>>,
    /// Webhooks that were followed, which the books do not know yet.
    followed: Mutex<Vec<Webhook>>,
    /// What was done to find the charges of payments in doubt. What their first lists proved is in the books too (P14).
    searches: Mutex<HashMap<finding::Sought, AbsenceProof>>,
    wake: Notify,
    tasks: TaskTracker,
    shutdown: CancellationToken,
}

impl Driver {
    /// A driver that stops when `shutdown` says so.
    pub fn new(
        store: Arc<dyn Store>,
        owner: Owner,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        timing: Timing,
        accounts: Vec<Arc<Account>>,
        shutdown: CancellationToken,
    ) -> Self {
        let inner = Inner {
            store,
            owner,
            clock,
            entropy,
            timing,
            accounts,
            posts: Slots::new(POSTS_MAX),
            givings: Arc::new(Semaphore::new(GIVINGS_MAX)),
            reads: Slots::new(READS_MAX),
            tending: Arc::new(Semaphore::new(TENDED_MAX)),
            reading: Mutex::default(),
            hinted: Mutex::default(),
            followed: Mutex::default(),
            searches: Mutex::default(),
            wake: Notify::new(),
            tasks: TaskTracker::new(),
            shutdown,
        };
        Self { inner: Arc::new(inner), claim: None }
    }

    /// Takes up what was unsettled when the proxy last stopped: nothing is sent again.
    pub async fn recover(&self) -> Result<usize, StoreError> {
        let unsettled = self.inner.store.unsettled_payments().await?;
        let count = unsettled.len();
        for record in unsettled {
            let restarted = self.apply(record.id(), "restarted", Input::Restarted).await?;
            self.settle_sale(&restarted).await?;
            // What was planned before the stop may lie far off; a first look costs one read.
            self.inner.store.hasten(&restarted, self.inner.clock.now()).await?;
        }
        let spread = self.inner.store.spread_overdue(self.inner.clock.now(), WATCH_PACE_MS).await?;
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
    ) -> Result<Record, StoreError> {
        Ok(self.apply_telling(id, cause, input).await?.record)
    }

    /// The payment as an input would leave it now. Nothing is written.
    pub fn foresee(&self, record: &Record, input: Input) -> PaymentAttempt {
        record.attempt.clone().step(self.inner.clock.now(), &self.inner.timing, input).0
    }

    /// The same, and says whether this very input changed the payment.
    async fn apply_telling(
        &self,
        id: &PaymentId,
        cause: impl Into<Cause>,
        input: Input,
    ) -> Result<Applied, StoreError> {
        let (driver, id, cause) = (self.clone(), id.clone(), cause.into());
        let task = self.inner.tasks.spawn(async move { driver.apply_whole(&id, cause, input).await });
        task.await.unwrap_or_else(|error| Err(StoreError::Unavailable(error.to_string())))
    }

    /// Carries work of a request to its end, whether or not its caller goes away meanwhile. A stop waits for it.
    pub async fn carry_out<T, E>(
        &self,
        work: impl Future<Output = Result<T, E>> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        match self.inner.tasks.spawn(request_id::carried(work).in_current_span()).await {
            Ok(done) => done,
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            Err(error) => Err(StoreError::Unavailable(error.to_string()).into()),
        }
    }

    async fn apply_whole(&self, id: &PaymentId, cause: Cause, input: Input) -> Result<Applied, StoreError> {
        let missing = || StoreError::Unavailable("the payment is not in the books".into());
        let mut record = self.inner.store.payment(id.clone()).await?.ok_or_else(missing)?;
        loop {
            let at = self.inner.clock.now();
            let (attempt, effects) = record.attempt.clone().step(at, &self.inner.timing, input.clone());
            if attempt == record.attempt {
                self.perform(&record, effects);
                return Ok(Applied { record, moved: false });
            }
            let mut committed = self.commit(&record, attempt.clone(), at, &cause).await?;
            if matches!(committed, Committed::AnotherIsKept) {
                // Whoever decided is told, and nothing is changed behind their back.
                if matches!(input, Input::Decided(_) | Input::DecidedBySupervisor(_)) {
                    return Ok(Applied { record, moved: false });
                }
                tracing::error!(payment = %record.id(), "a sale was paid twice: the second payment goes back");
                committed = self.commit(&record, attempt.beside_another_accepted(at), at, &cause).await?;
            }
            match committed {
                Committed::Done(next) => {
                    self.perform(&next, effects);
                    self.forget_searches(&next);
                    if next.attempt.disposition != record.attempt.disposition {
                        self.settle_sale_later(&next);
                    }
                    self.inner.wake.notify_one();
                    return Ok(Applied { record: *next, moved: true });
                }
                Committed::Stale(newer) => record = *newer,
                Committed::Superseded => return Err(StoreError::Superseded),
                Committed::AnotherIsKept => record = self.reread(id).await?.ok_or_else(missing)?,
            }
        }
    }

    async fn commit(
        &self,
        record: &Record,
        attempt: PaymentAttempt,
        at: Timestamp,
        cause: &Cause,
    ) -> Result<Committed, StoreError> {
        let account = self.account(record);
        let timing = account.as_ref().map_or(self.inner.timing, |account| self.timing_of(account, &attempt));
        let due_at = attempt.due(at, &timing).map(|due| due.at);
        let under = self.claim_of(record.id());
        let transition = Transition { attempt, due_at, at, cause: cause.clone(), under };
        self.inner.store.commit(record.id().clone(), record.version, transition).await
    }

    async fn reread(&self, id: &PaymentId) -> Result<Option<Record>, StoreError> {
        self.inner.store.payment(id.clone()).await
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
        if let Err(error) = self.note_followed().await {
            tracing::warn!(%error, "webhooks that were followed are looked at once more at the next start");
        }
    }

    fn perform(&self, record: &Record, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::ExpireDuplicate(charge) => self.expire_extra(record, charge),
                Effect::Alarm(alarm) => {
                    tracing::error!(payment = %record.id(), ?alarm, "a payment needs a human");
                }
                Effect::Ignored => {
                    metrics::counter!("scantill_inputs_ignored_total").increment(1);
                    tracing::debug!(payment = %record.id(), "an input fits no edge and is dropped");
                }
            }
        }
    }

    fn under(&self, claim: &Claim) -> Self {
        Self { inner: self.inner.clone(), claim: Some(Arc::new(claim.clone())) }
    }

    /// For what goes on in the background, when the claim is long given back.
    fn unclaimed(&self) -> Self {
        Self { inner: self.inner.clone(), claim: None }
    }

    /// Another payment than the claimed one may be moved along the way, under no claim.
    fn claim_of(&self, id: &PaymentId) -> Option<Claim> {
        self.claim.as_deref().filter(|claim| claim.id == *id).cloned()
    }

    fn account(&self, record: &Record) -> Option<Arc<Account>> {
        self.inner.accounts.iter().find(|account| account.name == record.account).cloned()
    }

    fn reader(&self, id: &PaymentId) -> Arc<Reader> {
        let mut reading = self.inner.reading.lock().unwrap_or_else(PoisonError::into_inner);
        // Those that nobody holds any more are dropped here, so that the map stays as small as the work in hand.
        reading.retain(|_, reader| 1 < Arc::strong_count(reader));
        reading.entry(id.clone()).or_default().clone()
    }
}
