//! What the success of one payment means for the others of its sale (P2, P16).

use scantill_payment::{CancelRequested, Input};
use scantill_types::api::{CancelledBy, Disposition, ReviewReason};
use scantill_types::{PaymentId, Timestamp};

use super::Driver;
use crate::store::{Filter, Record, StoreError};

/// Attempts of one sale that are looked through; only one of them can be open.
const ATTEMPTS_MAX: u32 = 50;

impl Driver {
    /// In the background, since whoever learned of the success need not wait for it.
    pub(super) fn settle_sale_later(&self, record: &Record) {
        let (driver, record) = (self.unclaimed(), record.clone());
        self.inner.tasks.spawn(async move {
            if let Err(error) = driver.settle_sale(&record).await {
                tracing::error!(payment = %record.id(), %error, "the sale of a success could not be settled");
            }
        });
    }

    /// Ends the sale's other open attempts, and gives back what came beside the payment that is kept. It may run any
    /// number of times.
    pub(super) async fn settle_sale(&self, record: &Record) -> Result<(), StoreError> {
        let attempts = self.inner.store.payments(of_the_same_sale(record)).await?;
        // Money that goes back ends nobody's attempt.
        let Some(success) = attempts.iter().find(|attempt| stands(attempt)).cloned() else { return Ok(()) };
        let has_kept = attempts.iter().any(|attempt| word(attempt) == Some(Disposition::Accepted));
        for attempt in attempts {
            let is_another = attempt.id() != success.id();
            if is_another && attempt.is_open() && attempt.attempt.cancel_request.is_none() {
                let request = self.cancel_request(&attempt, CancelledBy::OtherPayment);
                self.feed(&attempt, "sale_paid", Input::CancelRequested(request)).await?;
            }
            if has_kept && waits_for_a_decision(&attempt) {
                self.feed(&attempt, "other_payment_kept", Input::OtherPaymentAccepted).await?;
            }
        }
        Ok(())
    }

    /// A request of now.
    pub fn cancel_request(&self, record: &Record, by: CancelledBy) -> CancelRequested {
        CancelRequested { by, provider_time: self.provider_time(record) }
    }

    /// The provider's time of now, at the earliest; none while it was not heard.
    pub(super) fn provider_time(&self, record: &Record) -> Option<Timestamp> {
        self.account(record)?.clock.now().map(|now| now.earliest)
    }

    /// The other payment that the sale of this one keeps.
    pub async fn kept_beside(&self, record: &Record) -> Result<Option<PaymentId>, StoreError> {
        let attempts = self.inner.store.payments(of_the_same_sale(record)).await?;
        let is_kept =
            |other: &&Record| other.id() != record.id() && word(other) == Some(Disposition::Accepted);
        Ok(attempts.iter().find(is_kept).map(|other| other.id().clone()))
    }

    /// A change may settle a sale, and settling may change a payment: the box ends that circle of types.
    async fn feed(&self, record: &Record, cause: &'static str, input: Input) -> Result<(), StoreError> {
        Box::pin(self.apply(record.id(), cause, input)).await.map(|_| ())
    }
}

fn of_the_same_sale(record: &Record) -> Filter {
    Filter {
        store_id: record.store_id.clone(),
        account: record.account.clone(),
        terminal: None,
        sale: Some(record.attempt.order.sale.clone()),
        reference: None,
        unsettled: false,
        before: None,
        limit: ATTEMPTS_MAX,
    }
}

fn word(record: &Record) -> Option<Disposition> {
    record.attempt.disposition.as_ref().map(scantill_payment::Disposition::to_api)
}

fn stands(record: &Record) -> bool {
    matches!(
        word(record),
        Some(Disposition::Accepted | Disposition::AwaitingDecision | Disposition::InReview)
    )
}

fn waits_for_a_decision(record: &Record) -> bool {
    match word(record) {
        Some(Disposition::AwaitingDecision) => true,
        Some(Disposition::InReview) => record.attempt.review == Some(ReviewReason::DecisionOverdue),
        _ => false,
    }
}
