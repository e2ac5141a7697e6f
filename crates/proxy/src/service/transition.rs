//! From an input to the committed payment, and to what follows from it.

use scantill_payment::{Effect, Input, PaymentAttempt};
use scantill_types::api::PaymentState;
use scantill_types::{PaymentId, Timestamp, Timing};

use super::PaymentService;
use crate::account::Account;
use crate::poll_queue::Lease;
use crate::storage::{Cause, Committed, StorageError, StoredPayment, Transition};

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
    /// This input changed it.
    Changed,
    /// The payment knew it already, or refused it.
    Unchanged,
}

impl PaymentService {
    /// Feeds an input to a payment until it is committed. Inputs are facts, so they hold for a newer version too.
    ///
    /// The caller may go away meanwhile: what follows from the commit is still done.
    pub async fn apply(
        &self,
        id: &PaymentId,
        cause: impl Into<Cause>,
        input: Input,
    ) -> Result<StoredPayment, StorageError> {
        self.apply_under(None, id, cause, input).await
    }

    /// The same under a lease: once the lease is not in force any more, nothing is written.
    pub(super) async fn apply_under(
        &self,
        lease: Option<&Lease>,
        id: &PaymentId,
        cause: impl Into<Cause>,
        input: Input,
    ) -> Result<StoredPayment, StorageError> {
        Ok(self.apply_reporting(lease, id, cause, input).await?.stored)
    }

    /// The payment as an input would leave it now. Nothing is written.
    pub fn preview(&self, stored: &StoredPayment, input: Input) -> PaymentAttempt {
        stored.attempt.clone().step(self.inner.clock.now(), &self.inner.timing, input).0
    }

    /// The same, and reports whether this very input changed the payment.
    pub(super) async fn apply_reporting(
        &self,
        lease: Option<&Lease>,
        id: &PaymentId,
        cause: impl Into<Cause>,
        input: Input,
    ) -> Result<Applied, StorageError> {
        let (service, lease, id, cause) = (self.clone(), lease.cloned(), id.clone(), cause.into());
        let task = async move { service.apply_to_end(lease.as_ref(), &id, cause, input).await };
        let task = self.inner.tasks.spawn(task);
        task.await.unwrap_or_else(|error| Err(StorageError::Unavailable(error.to_string())))
    }

    async fn apply_to_end(
        &self,
        lease: Option<&Lease>,
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
                return Ok(Applied { stored, change: Change::Unchanged });
            }
            let mut committed = self.commit(lease, &stored, attempt.clone(), at, &cause).await?;
            if matches!(committed, Committed::AnotherIsAccepted) {
                // The person who decided gets to know, and nothing is changed.
                if matches!(input, Input::Decided(_) | Input::DecidedBySupervisor(_)) {
                    return Ok(Applied { stored, change: Change::Unchanged });
                }
                tracing::error!(payment = %stored.id(), "a sale was paid twice: the second payment is refunded");
                committed =
                    self.commit(lease, &stored, attempt.beside_another_accepted(at), at, &cause).await?;
            }
            match committed {
                Committed::Done(next) => {
                    warn_of_reviews(&stored, &next);
                    self.perform(&next, effects);
                    self.inner.lookups.forget_finished(&next);
                    if next.attempt.disposition != stored.attempt.disposition {
                        self.resolve_sale_in_background(&next);
                    }
                    self.inner.wake.notify_one();
                    return Ok(Applied { stored: *next, change: Change::Changed });
                }
                Committed::Stale(newer) => stored = *newer,
                Committed::Superseded => return Err(StorageError::Superseded),
                Committed::AnotherIsAccepted => stored = self.reread(id).await?.ok_or_else(missing)?,
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
        let account = self.account(stored);
        let timing = account.as_ref().map_or(self.inner.timing, |account| self.timing_of(account, &attempt));
        let due_at = attempt.due(at, &timing).map(|due| due.at);
        let transition = Transition { attempt, due_at, at, cause: cause.clone(), lease: lease.cloned() };
        self.inner.storage.commit(stored.id().clone(), stored.version, transition).await
    }

    pub(super) async fn reread(&self, id: &PaymentId) -> Result<Option<StoredPayment>, StorageError> {
        self.inner.storage.payment(id.clone()).await
    }

    /// The waits for a payment: its charge is read less often while the account's webhooks prove healthy. A payment in
    /// doubt is looked up as often as ever, since no webhook names a charge that does not exist.
    pub(super) fn timing_of(&self, account: &Account, attempt: &PaymentAttempt) -> Timing {
        let now_ms = self.inner.clock.monotonic_ms();
        let will_be_told =
            attempt.payment_state() == PaymentState::Pending && account.webhook_health().is_healthy(now_ms);
        if will_be_told { self.inner.timing.relaxed() } else { self.inner.timing }
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
}

/// A reason for a review is an alarm when it is added.
fn warn_of_reviews(before: &StoredPayment, after: &StoredPayment) {
    for reason in after.attempt.reviews_added_since(&before.attempt) {
        tracing::error!(payment = %after.id(), ?reason, "a payment needs review");
    }
}
