//! What the success of one payment means for the others of its sale (P2, P16).

use scantill_payment::{CancelRequested, Input};
use scantill_types::api::{CancelledBy, Disposition};
use scantill_types::{PaymentId, Timestamp};

use super::PaymentService;
use crate::storage::{PaymentFilter, StorageError, StoredPayment};

/// Maximum payments of one sale that are checked; only one of them can be open.
const ATTEMPTS_MAX: u32 = 50;

impl PaymentService {
    /// In the background: the caller, who learned of the success, does not wait for it.
    pub(super) fn resolve_sale_in_background(&self, stored: &StoredPayment) {
        let (service, stored) = (self.clone(), stored.clone());
        self.inner.tasks.spawn(async move {
            if let Err(error) = service.resolve_sale(&stored).await {
                tracing::error!(payment = %stored.id(), %error, "the sale of a success could not be settled");
            }
        });
    }

    /// Cancels the sale's other open payments, and refunds what was paid beside the accepted payment. It may run any number of
    /// times.
    pub(super) async fn resolve_sale(&self, stored: &StoredPayment) -> Result<(), StorageError> {
        let attempts = self.inner.storage.payments(of_the_same_sale(stored)).await?;
        // A payment that is being refunded cancels no other one.
        let Some(success) = attempts.iter().find(|attempt| holds_money(attempt)).cloned() else {
            return Ok(());
        };
        let has_accepted =
            attempts.iter().any(|attempt| disposition_of(attempt) == Some(Disposition::Accepted));
        for attempt in attempts {
            let is_another = attempt.id() != success.id();
            if is_another && attempt.is_open() && attempt.attempt.cancel_request.is_none() {
                let request = self.cancel_request(&attempt, CancelledBy::OtherPayment);
                self.apply_boxed(&attempt, "sale_paid", Input::CancelRequested(request)).await?;
            }
            if has_accepted && attempt.attempt.is_undecided() {
                self.apply_boxed(&attempt, "other_payment_kept", Input::OtherPaymentAccepted).await?;
            }
        }
        Ok(())
    }

    /// A request of now.
    pub fn cancel_request(&self, stored: &StoredPayment, by: CancelledBy) -> CancelRequested {
        CancelRequested { by, provider_time: self.provider_time(stored) }
    }

    /// The provider's time now, at the earliest; `None` while it is not known.
    pub(super) fn provider_time(&self, stored: &StoredPayment) -> Option<Timestamp> {
        self.account(stored)?.clock.now().map(|now| now.earliest)
    }

    /// The other payment of the sale that was accepted.
    pub async fn accepted_sibling(&self, stored: &StoredPayment) -> Result<Option<PaymentId>, StorageError> {
        let attempts = self.inner.storage.payments(of_the_same_sale(stored)).await?;
        let is_accepted = |other: &&StoredPayment| {
            other.id() != stored.id() && disposition_of(other) == Some(Disposition::Accepted)
        };
        Ok(attempts.iter().find(is_accepted).map(|other| other.id().clone()))
    }

    /// A change may resolve a sale, and that may change a payment: the box ends this circle of types.
    async fn apply_boxed(
        &self,
        stored: &StoredPayment,
        cause: &'static str,
        input: Input,
    ) -> Result<(), StorageError> {
        Box::pin(self.apply(stored.id(), cause, input)).await.map(|_| ())
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
