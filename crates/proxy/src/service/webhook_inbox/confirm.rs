//! Confirms a webhook: reads its charge until a read agrees with the assertion.

use std::sync::Arc;
use std::time::Duration;

use scantill_omise::ReadError;
use scantill_types::PaymentId;
use scantill_types::api::PaymentState;
use tokio_util::sync::CancellationToken;

use super::super::Shared;
use super::super::charge_reads::ChargeReads;
use super::super::provider_reads::{NoAnswer, ProviderReads};
use super::assertion::{AssertedFact, AssertedTerms, WebhookAssertion};
use crate::account::Account;
use crate::clock::Clock;
use crate::failpoint::{self, Failpoint};
use crate::storage::{Storage, StorageError, StoredPayment};

/// How long the answer to a POST is awaited before a webhook that came first is confirmed.
const ANSWER_FIRST: Duration = Duration::from_secs(1);

/// The result of one read for a webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Confirmation {
    /// The webhook is confirmed, or has nothing more to tell.
    Enough,
    /// The charge was read, and does not agree (yet).
    Unconfirmed,
    /// The provider answered, and not with the charge.
    Unreadable,
    /// The provider could not be asked.
    Unreached,
}

/// Reads the charges of webhooks.
#[derive(Debug)]
pub(in super::super) struct WebhookConfirmer {
    storage: Arc<dyn Storage>,
    clock: Arc<dyn Clock>,
    provider: Arc<ProviderReads>,
    charge_reads: Arc<ChargeReads>,
    shutdown: CancellationToken,
}

impl WebhookConfirmer {
    pub(in super::super) fn new(
        shared: &Shared,
        provider: Arc<ProviderReads>,
        charge_reads: Arc<ChargeReads>,
    ) -> Self {
        let Shared { storage, clock, shutdown, .. } = shared.clone();
        Self { storage, clock, provider, charge_reads, shutdown }
    }

    /// Reads until a read agrees with the webhook, or the pauses are over.
    pub(super) async fn confirm(
        &self,
        account: &Account,
        assertion: &WebhookAssertion,
        pauses: &'static [u64],
    ) -> Result<Confirmation, StorageError> {
        let Some(stored) = self.payment_of(account, assertion).await? else {
            tracing::warn!(charge = %assertion.charge, "a signed webhook is about a charge that is not in this storage");
            metrics::counter!("scantill_webhooks_of_others_total").increment(1);
            return Ok(Confirmation::Enough);
        };
        compare(&stored, assertion);
        let mut pauses = pauses.iter();
        if assertion.says_only_pending() && stored.attempt.payment_state() == PaymentState::Sending {
            // The answer to the POST says as much, and costs no read; if it was lost, this webhook finds the charge.
            tokio::time::sleep(ANSWER_FIRST).await;
        }
        loop {
            let confirmation = self.confirm_once(account, stored.id(), assertion).await?;
            if confirmation == Confirmation::Enough {
                return Ok(confirmation);
            }
            let Some(seconds) = pauses.next() else { return Ok(confirmation) };
            tokio::select! {
                () = tokio::time::sleep(Duration::from_secs(*seconds)) => {}
                () = self.shutdown.cancelled() => return Ok(Confirmation::Unreached),
            }
        }
    }

    /// Reads the charge once, as the only reader of its payment.
    async fn confirm_once(
        &self,
        account: &Account,
        payment: &PaymentId,
        assertion: &WebhookAssertion,
    ) -> Result<Confirmation, StorageError> {
        let reader = self.provider.reader(payment);
        let _reading = reader.lock().await;
        let Some(stored) = self.storage.payment(payment.clone()).await? else {
            return Ok(Confirmation::Enough);
        };
        if assertion.is_confirmed_by(&stored) {
            return Ok(Confirmation::Enough);
        }
        let was_open = stored.is_open();
        let charge = match self.provider.read_charge(account, &stored, &assertion.charge).await {
            Ok(charge) => charge,
            // What is said of a payment in doubt is kept: no list proves that it is absent while a webhook names a charge.
            Err(NoAnswer::Failed(ReadError::NotFound | ReadError::Refused { .. }))
                if !was_open && matches!(assertion.says, AssertedFact::Status(_)) =>
            {
                return Ok(Confirmation::Unconfirmed);
            }
            Err(NoAnswer::Failed(ReadError::NotFound | ReadError::Refused { .. } | ReadError::Malformed)) => {
                return Ok(Confirmation::Unreadable);
            }
            Err(_) => return Ok(Confirmation::Unreached),
        };
        let stored = self.charge_reads.apply(None, &stored, charge).await?;
        failpoint::reach(Failpoint::WebhookConfirmed);
        if was_open && !stored.is_open() {
            account.webhook_health().proved(self.clock.monotonic_ms());
        }
        let bound = stored.attempt.charges.bound.as_ref();
        let bound_to_another = bound.is_some_and(|charge| charge.id != assertion.charge);
        let is_enough =
            assertion.says_only_pending() || assertion.is_confirmed_by(&stored) || bound_to_another;
        Ok(if is_enough { Confirmation::Enough } else { Confirmation::Unconfirmed })
    }

    /// The payment that an event is about, if it is one of this account's in this storage (P4).
    async fn payment_of(
        &self,
        account: &Account,
        assertion: &WebhookAssertion,
    ) -> Result<Option<StoredPayment>, StorageError> {
        let stored = match &assertion.payment {
            Some(payment) => self.storage.payment(payment.clone()).await?,
            None => self.storage.payment_of_charge(account.name.clone(), assertion.charge.clone()).await?,
        };
        Ok(stored.filter(|stored| stored.account == account.name))
    }
}

/// A webhook that differs from the order has no effect, but it is logged (P17).
fn compare(stored: &StoredPayment, assertion: &WebhookAssertion) {
    let order = &stored.attempt.order;
    let ordered =
        AssertedTerms { amount: order.amount, currency: Some(order.currency), livemode: order.livemode };
    if assertion.terms.as_ref().is_some_and(|terms| *terms != ordered) {
        tracing::error!(payment = %stored.id(), charge = %assertion.charge, "a signed webhook differs from what was ordered; it is not believed");
        metrics::counter!("scantill_webhooks_differing_total").increment(1);
    }
}
