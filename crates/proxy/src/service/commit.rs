//! From an input to the committed payment.

use std::sync::Arc;

use scantill_payment::{Input, PaymentAttempt, Remark};
use scantill_types::{Timestamp, Timing};
use tokio::sync::Notify;

use super::Shared;
use super::accounts::Accounts;
use super::charge_lookup::Lookups;
use crate::clock::Clock;
use crate::poll_queue::Lease;
use crate::storage::{Cause, Committed, Storage, StorageError, StoredPayment, Transition};

/// A payment after an input.
#[derive(Debug)]
pub struct Applied {
    /// The payment now.
    pub stored: StoredPayment,
    /// What the input did.
    pub change: Change,
}

/// Whether an input changed its payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// The payment knew it already, or refused it.
    Unchanged,
    /// This input changed it, and left its disposition as it was.
    Changed,
    /// This input changed it with its disposition: the sale's other payments may have to follow.
    DispositionChanged,
}

/// Steps payments and commits them. What the step means for the sale's other payments is left to the caller.
#[derive(Debug)]
pub(super) struct Committer {
    storage: Arc<dyn Storage>,
    clock: Arc<dyn Clock>,
    timing: Timing,
    accounts: Arc<Accounts>,
    lookups: Arc<Lookups>,
    /// Wakes the poller: the payment may be due.
    wake: Arc<Notify>,
}

/// Whether storage may hold a newer version of a payment.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Freshness {
    /// The caller held it.
    MayBeOld,
    /// Storage gave it after the input was there.
    Current,
}

impl Committer {
    pub(super) fn new(shared: &Shared, lookups: Arc<Lookups>) -> Self {
        let Shared { storage, clock, timing, accounts, wake, .. } = shared.clone();
        Self { storage, clock, timing, accounts, lookups, wake }
    }

    /// Feeds an input to a payment until it is committed. Inputs are facts, so they hold for a newer version too: a held
    /// version that is out of date costs one more turn, and never the input.
    pub(super) async fn commit_input(
        &self,
        lease: Option<&Lease>,
        held: StoredPayment,
        cause: &Cause,
        input: &Input,
    ) -> Result<Applied, StorageError> {
        let (mut stored, mut freshness) = (held, Freshness::MayBeOld);
        loop {
            let at = self.clock.now();
            let (attempt, remarks) = stored.attempt.clone().step(at, &self.timing, input.clone());
            if attempt == stored.attempt {
                // What an old version ignores may be news to the version in storage.
                if freshness == Freshness::MayBeOld {
                    (stored, freshness) = (self.reread(&stored).await?, Freshness::Current);
                    continue;
                }
                log_remarks(&stored, remarks);
                return Ok(Applied { stored, change: Change::Unchanged });
            }
            let mut committed = self.commit(lease, &stored, attempt.clone(), at, cause).await?;
            if matches!(committed, Committed::AnotherIsAccepted) {
                // The person who decided gets to know, and nothing is changed.
                if matches!(input, Input::Decided(_) | Input::DecidedBySupervisor(_)) {
                    return Ok(Applied { stored, change: Change::Unchanged });
                }
                tracing::error!(payment = %stored.id(), "a sale was paid twice: the second payment is refunded");
                committed =
                    self.commit(lease, &stored, attempt.beside_another_accepted(at), at, cause).await?;
            }
            match committed {
                Committed::Done(next) => {
                    warn_of_reviews(&stored, &next);
                    log_remarks(&next, remarks);
                    self.lookups.forget_finished(&next);
                    self.wake.notify_one();
                    return Ok(Applied { change: change(&stored, &next), stored: *next });
                }
                Committed::Stale(newer) => (stored, freshness) = (*newer, Freshness::Current),
                Committed::Superseded => return Err(StorageError::Superseded),
                Committed::AnotherIsAccepted => {
                    (stored, freshness) = (self.reread(&stored).await?, Freshness::Current);
                }
            }
        }
    }

    async fn commit(
        &self,
        lease: Option<&Lease>,
        stored: &StoredPayment,
        attempt: PaymentAttempt,
        at: Timestamp,
        cause: &Cause,
    ) -> Result<Committed, StorageError> {
        let account = self.accounts.of(stored);
        let timing =
            account.as_ref().map_or(self.timing, |account| self.accounts.timing_of(account, &attempt));
        let due_at = attempt.due(at, &timing).map(|due| due.at);
        let transition = Transition { attempt, due_at, at, cause: cause.clone(), lease: lease.cloned() };
        self.storage.commit(stored.id().clone(), stored.version, transition).await
    }

    async fn reread(&self, stored: &StoredPayment) -> Result<StoredPayment, StorageError> {
        let missing = || StorageError::Unavailable("the payment is not in storage".into());
        self.storage.payment(stored.id().clone()).await?.ok_or_else(missing)
    }
}

fn change(before: &StoredPayment, after: &StoredPayment) -> Change {
    if after.attempt.disposition == before.attempt.disposition {
        return Change::Changed;
    }
    Change::DispositionChanged
}

/// A reason for a review is an alarm when it is added.
fn warn_of_reviews(before: &StoredPayment, after: &StoredPayment) {
    for reason in after.attempt.reviews_added_since(&before.attempt) {
        tracing::error!(payment = %after.id(), ?reason, "a payment needs review");
    }
}

fn log_remarks(stored: &StoredPayment, remarks: Vec<Remark>) {
    for remark in remarks {
        match remark {
            Remark::Contradicted(contradiction) => {
                tracing::error!(payment = %stored.id(), ?contradiction, "evidence contradicts what was believed");
            }
            Remark::Ignored => {
                metrics::counter!("scantill_inputs_ignored_total").increment(1);
                tracing::debug!(payment = %stored.id(), "an input fits no edge and is dropped");
            }
        }
    }
}
