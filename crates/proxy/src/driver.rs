//! The payment driver: commits what the machine says, does the effect, and feeds the answer back as evidence.

mod evidence;
mod finding;
mod hints;
mod sending;
mod tending;

pub use sending::Intake;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use scantill_core::api::Ender;
use scantill_core::payment::{Effect, Input, Search};
use scantill_core::{PaymentId, Timing};
use tokio::sync::{Notify, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::account::Account;
use crate::clock::Clock;
use crate::store::{Claim, Committed, Filter, Owner, Record, Store, StoreError, Transition};

/// Money POSTs in flight at once; they wait in a queue of their own (P5).
const POSTS_MAX: usize = 4;
/// Reads in flight at once. Omise asks for at most ten calls in parallel.
const READS_MAX: usize = 6;

/// After a stop the overdue looks at payments that ended unpaid come at this pace.
const WATCH_PACE_MS: u64 = 200;
/// Attempts of one sale that are looked through; only one of them can be open.
const RIVALS_MAX: u32 = 50;

/// Drives all payments of all accounts.
#[derive(Clone, Debug)]
pub struct Driver {
    inner: Arc<Inner>,
    /// The claim under which this one works, if any.
    claim: Option<Arc<Claim>>,
}

#[derive(Debug)]
struct Inner {
    store: Arc<dyn Store>,
    owner: Owner,
    clock: Arc<dyn Clock>,
    timing: Timing,
    accounts: Vec<Arc<Account>>,
    posts: Arc<Semaphore>,
    reads: Semaphore,
    /// One reader for each charge, whoever asks.
    reading: Mutex<HashMap<PaymentId, Arc<tokio::sync::Mutex<()>>>>,
    /// The claims of webhooks that are being followed.
    hinted: Mutex<HashSet<hints::Claim>>,
    /// What was done to find the charges of payments in doubt; in memory, so that a restart begins anew (P14).
    searches: Mutex<HashMap<PaymentId, Search>>,
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
        timing: Timing,
        accounts: Vec<Arc<Account>>,
        shutdown: CancellationToken,
    ) -> Self {
        let inner = Inner {
            store,
            owner,
            clock,
            timing,
            accounts,
            posts: Arc::new(Semaphore::new(POSTS_MAX)),
            reads: Semaphore::new(READS_MAX),
            reading: Mutex::default(),
            hinted: Mutex::default(),
            searches: Mutex::default(),
            wake: Notify::new(),
            tasks: TaskTracker::new(),
            shutdown,
        };
        Self { inner: Arc::new(inner), claim: None }
    }

    /// Takes up what was open when the proxy last stopped: nothing is sent again.
    pub async fn recover(&self) -> Result<usize, StoreError> {
        let open = self.inner.store.open_payments().await?;
        let count = open.len();
        for record in open {
            let restarted = self.apply(record.id(), "restarted", Input::Restarted).await?;
            // What was planned before the stop may lie far off; a first look costs one read.
            if restarted.is_open() {
                self.inner.store.hasten(restarted.id().clone(), self.inner.clock.now()).await?;
            }
        }
        let spread = self.inner.store.spread_overdue(self.inner.clock.now(), WATCH_PACE_MS).await?;
        tracing::info!(
            spread,
            "looks at payments that ended unpaid are overdue, and are made up for in turn"
        );
        Ok(count)
    }

    /// Feeds an input to a payment until it is committed. Inputs are facts, so they hold for a newer version too.
    pub async fn apply(
        &self,
        id: &PaymentId,
        cause: &'static str,
        input: Input,
    ) -> Result<Record, StoreError> {
        let missing = || StoreError::Unavailable("the payment is not in the books".into());
        let mut record = self.inner.store.payment(id.clone()).await?.ok_or_else(missing)?;
        loop {
            let at = self.inner.clock.now();
            let (attempt, effects) = record.attempt.clone().step(at, &self.inner.timing, input.clone());
            if attempt == record.attempt {
                self.perform(&record, effects);
                return Ok(record);
            }
            let due_at = attempt.due(at, &self.inner.timing).map(|due| due.at);
            let transition = Transition { attempt, due_at, at, cause, under: self.claim_of(id) };
            match self.inner.store.commit(id.clone(), record.version, transition).await? {
                Committed::Done(record) => {
                    self.perform(&record, effects);
                    if record.attempt.disposition.is_some() {
                        self.end_rivals(&record);
                    }
                    self.inner.wake.notify_one();
                    return Ok(*record);
                }
                Committed::Stale(newer) => record = *newer,
                Committed::Superseded => return Err(StoreError::Superseded),
            }
        }
    }

    /// Ends when nothing is in flight any more.
    pub async fn drained(&self) {
        self.inner.tasks.close();
        self.inner.tasks.wait().await;
    }

    fn perform(&self, record: &Record, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::ExpireExtra(charge) => self.expire_extra(record, charge),
                Effect::Alarm(alarm) => {
                    tracing::error!(payment = %record.id(), ?alarm, "a payment needs a human");
                }
                Effect::Ignored => {
                    tracing::debug!(payment = %record.id(), "an input fits no edge and is dropped");
                }
            }
        }
    }

    /// Once a payment of a sale is paid, the sale's other open attempts are ended (P2).
    fn end_rivals(&self, record: &Record) {
        let (driver, record) = (self.clone(), record.clone());
        self.inner.tasks.spawn(async move {
            if let Err(error) = driver.end_rivals_of(&record).await {
                tracing::error!(payment = %record.id(), %error, "the other attempts of a paid sale could not be ended");
            }
        });
    }

    async fn end_rivals_of(&self, paid: &Record) -> Result<(), StoreError> {
        let filter = Filter {
            store_id: paid.store_id.clone(),
            account: paid.account.clone(),
            terminal: None,
            sale: Some(paid.attempt.order.sale.clone()),
            before: None,
            limit: RIVALS_MAX,
        };
        for rival in self.inner.store.payments(filter).await? {
            if rival.is_open() && rival.id() != paid.id() && rival.attempt.end_wanted.is_none() {
                Box::pin(self.apply(rival.id(), "sale_paid", Input::EndWanted(Ender::OtherPayment))).await?;
            }
        }
        Ok(())
    }

    fn under(&self, claim: &Claim) -> Self {
        Self { inner: self.inner.clone(), claim: Some(Arc::new(claim.clone())) }
    }

    /// Another payment than the claimed one may be moved along the way, under no claim.
    fn claim_of(&self, id: &PaymentId) -> Option<Claim> {
        self.claim.as_deref().filter(|claim| claim.id == *id).cloned()
    }

    fn account(&self, record: &Record) -> Option<Arc<Account>> {
        self.inner.accounts.iter().find(|account| account.name == record.account).cloned()
    }

    fn reader(&self, id: &PaymentId) -> Arc<tokio::sync::Mutex<()>> {
        let mut reading = self.inner.reading.lock().unwrap_or_else(PoisonError::into_inner);
        // Those that nobody holds any more are dropped here, so that the map stays as small as the work in hand.
        reading.retain(|_, reader| 1 < Arc::strong_count(reader));
        reading.entry(id.clone()).or_default().clone()
    }
}
