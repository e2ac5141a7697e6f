//! What the success of one payment means for the others of its sale (P2, P16).

use std::sync::Arc;

use scantill_payment::Input;
use scantill_types::PaymentId;
use scantill_types::api::{CancelledBy, Disposition};
use tokio_util::task::TaskTracker;

use super::Shared;
use super::accounts::Accounts;
use super::commit::Committer;
use crate::storage::{PaymentFilter, Storage, StorageError, StoredPayment};

/// Maximum payments of one sale that are checked; only one of them can be open.
const ATTEMPTS_MAX: u32 = 50;

/// Lets the payments of a sale follow from the one that holds the money.
#[derive(Debug)]
pub(super) struct SaleConflicts {
    storage: Arc<dyn Storage>,
    accounts: Arc<Accounts>,
    committer: Arc<Committer>,
    tasks: TaskTracker,
}

impl SaleConflicts {
    pub(super) fn new(shared: &Shared, committer: Arc<Committer>) -> Self {
        let Shared { storage, accounts, tasks, .. } = shared.clone();
        Self { storage, accounts, committer, tasks }
    }

    /// In the background: the caller, who learned of the success, does not wait for it.
    pub(super) fn resolve_sale_in_background(self: &Arc<Self>, stored: &StoredPayment) {
        let (conflicts, stored) = (self.clone(), stored.clone());
        self.tasks.spawn(async move {
            if let Err(error) = conflicts.resolve_sale(&stored).await {
                tracing::error!(payment = %stored.id(), %error, "the sale of a success could not be settled");
            }
        });
    }

    /// Cancels the sale's other open payments, and refunds what was paid beside the accepted payment. It may run any number of
    /// times. What it commits asks for no second run: only evidence or a decision makes another payment hold the money.
    pub(super) async fn resolve_sale(&self, stored: &StoredPayment) -> Result<(), StorageError> {
        let attempts = self.storage.payments(of_the_same_sale(stored)).await?;
        // A payment that is being refunded cancels no other one.
        let Some(success) = attempts.iter().find(|attempt| holds_money(attempt)).cloned() else {
            return Ok(());
        };
        let has_accepted =
            attempts.iter().any(|attempt| disposition_of(attempt) == Some(Disposition::Accepted));
        for attempt in attempts {
            let is_another = attempt.id() != success.id();
            if is_another && attempt.is_open() && attempt.attempt.cancel_request.is_none() {
                let request = self.accounts.cancel_request(&attempt, CancelledBy::OtherPayment);
                self.commit(&attempt, "sale_paid", Input::CancelRequested(request)).await?;
            }
            if has_accepted && attempt.attempt.is_undecided() {
                self.commit(&attempt, "other_payment_kept", Input::OtherPaymentAccepted).await?;
            }
        }
        Ok(())
    }

    /// The other payment of the sale that was accepted.
    pub(super) async fn accepted_sibling(
        &self,
        stored: &StoredPayment,
    ) -> Result<Option<PaymentId>, StorageError> {
        let attempts = self.storage.payments(of_the_same_sale(stored)).await?;
        let is_accepted = |other: &&StoredPayment| {
            other.id() != stored.id() && disposition_of(other) == Some(Disposition::Accepted)
        };
        Ok(attempts.iter().find(is_accepted).map(|other| other.id().clone()))
    }

    async fn commit(
        &self,
        held: &StoredPayment,
        cause: &'static str,
        input: Input,
    ) -> Result<(), StorageError> {
        self.committer.commit_input(None, held.clone(), &cause.into(), &input).await.map(|_| ())
    }
}

fn of_the_same_sale(stored: &StoredPayment) -> PaymentFilter {
    PaymentFilter {
        store_id: stored.store_id.clone(),
        account: stored.account.clone(),
        terminal: None,
        sale: Some(stored.attempt.order.sale.clone()),
        reference: None,
        unsettled: false,
        before: None,
        limit: ATTEMPTS_MAX,
    }
}

fn disposition_of(stored: &StoredPayment) -> Option<Disposition> {
    stored.attempt.disposition.as_ref().map(scantill_payment::Disposition::to_api)
}

fn holds_money(stored: &StoredPayment) -> bool {
    matches!(
        disposition_of(stored),
        Some(Disposition::Accepted | Disposition::AwaitingDecision | Disposition::InReview)
    )
}
