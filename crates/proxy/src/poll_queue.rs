//! When each payment is polled next, and which poller holds the lease on it.
//!
//! The storage tells the queue of each commit, in the order of the commits. One process serves a data folder, so that
//! [`LocalPollQueue`] keeps the queue in memory and builds it from the stored due times at start. Storage that several
//! processes share implements [`PollQueue`] in its database instead.

mod entry;
mod local;

use async_trait::async_trait;
use scantill_types::{PaymentId, Timestamp};

use crate::fair_share::Tenant;
use crate::storage::{StorageError, StoredPayment};

pub use local::LocalPollQueue;

/// The right to poll a payment, for a time: nobody else reads its charge meanwhile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The payment.
    pub id: PaymentId,
    /// Grows with each lease of any payment. A commit under an older lease than the payment's last writes nothing.
    pub fence: u64,
}

/// What a poller found before it released its lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PollResult {
    /// The version on which it decided: a later commit knows better when the payment is due. `None` if polling failed; then
    /// `due_at` is used as given.
    pub version: Option<u64>,
    /// When the payment is due again; `None` if nothing is left to do.
    pub due_at: Option<Timestamp>,
}

/// What a commit plans for its payment.
#[derive(Clone, Debug)]
pub struct PollPlan {
    /// `None` if nothing is left to do.
    pub due_at: Option<Timestamp>,
    /// The payment's version.
    pub version: u64,
    /// The payment and its duplicate charges ended unpaid, and it is read in case money came after all: that may wait for
    /// everything else (P15).
    pub is_finished: bool,
    /// Whose payment it is.
    pub tenant: Tenant,
}

/// What the queue knew when a lease was released.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Released {
    /// The payment is due again, or the lease was not in force.
    Kept,
    /// Nothing is left to do, although the last commit planned a poll: the stored due time is out of date.
    Forgotten,
}

/// The due payments.
#[async_trait]
pub trait PollQueue: Send + Sync + std::fmt::Debug {
    /// Leases at most `limit` due payments for `lease_ms`: in turn by account and terminal, and of one terminal the longest
    /// due first. A payment whose lease ran out is leased again, under a higher fence.
    async fn lease_due(
        &self,
        now: Timestamp,
        lease_ms: u64,
        limit: usize,
    ) -> Result<Vec<Lease>, StorageError>;
    /// Releases a lease. A commit or an expedite that came meanwhile decides before the poller's result; a lease that is
    /// not in force any more decides nothing.
    async fn release(&self, lease: Lease, polled: PollResult, now: Timestamp) -> Result<(), StorageError>;
    /// Makes a payment due now, whatever was planned.
    async fn expedite(&self, payment: &StoredPayment, now: Timestamp) -> Result<(), StorageError>;
    /// Puts off the overdue polls of finished payments, to one for each `pace_ms` from `now` on, and returns how many. After
    /// a long stop all of them are due at once, and active payments must not wait behind them.
    async fn stagger_overdue(&self, now: Timestamp, pace_ms: u64) -> Result<usize, StorageError>;
    /// Moves all due times by `ms`, forward or (if negative) back, after the clock by which they were planned was set.
    async fn shift_due_times(&self, ms: i64) -> Result<(), StorageError>;
    /// When the next payment can be leased, as far as that depends on the clock.
    async fn next_due(&self, now: Timestamp) -> Result<Option<Timestamp>, StorageError>;
}
