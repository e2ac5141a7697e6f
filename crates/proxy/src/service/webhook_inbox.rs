//! The webhook inbox: a webhook is stored, and then a read confirms what it asserts. Nothing in a webhook is believed (P17).

mod assertion;
mod confirm;

pub(super) use assertion::WebhookAssertion;

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use scantill_omise::{Charge, Event, Refund};
use scantill_types::PaymentId;
use tokio_util::task::TaskTracker;

use super::Shared;
use crate::account::Account;
use crate::clock::Clock;
use crate::failpoint::{self, Failpoint};
use crate::storage::{Storage, StorageError, StoredPayment, Webhook, WebhookStored};
use assertion::AssertedFact;
use confirm::Confirmation;
pub(super) use confirm::WebhookConfirmer;

/// The pauses between the reads that try to confirm a webhook.
const RETRY_SECONDS: [u64; 6] = [1, 2, 4, 8, 30, 120];

/// Maximum stored webhooks that one reconciliation tries to confirm.
const CONFIRMED_AT_ONCE_MAX: u32 = 200;

/// An assertion that no read confirms within this time is false.
const UNCONFIRMED_MS_MAX: u64 = 60 * 60 * 1_000;

/// Stores webhooks, and knows those that are being confirmed and those that were.
#[derive(Debug)]
pub(super) struct WebhookInbox {
    storage: Arc<dyn Storage>,
    clock: Arc<dyn Clock>,
    confirmer: WebhookConfirmer,
    tasks: TaskTracker,
    confirming: Mutex<HashSet<WebhookAssertion>>,
    /// Confirmed webhooks that storage does not know as confirmed yet.
    confirmed: Mutex<Vec<Webhook>>,
}

impl WebhookInbox {
    pub(super) fn new(shared: &Shared, confirmer: WebhookConfirmer) -> Self {
        let Shared { storage, clock, tasks, .. } = shared.clone();
        Self { storage, clock, confirmer, tasks, confirming: Mutex::default(), confirmed: Mutex::default() }
    }

    /// Stores a webhook, and then confirms it in the background. Its assertion stays in storage until a read has confirmed it,
    /// so that neither a crash nor a silent provider loses it.
    pub(super) async fn receive(
        self: &Arc<Self>,
        account: &Arc<Account>,
        event: &Event,
    ) -> Result<(), StorageError> {
        let assertion = WebhookAssertion::of_event(event);
        let webhook = self.webhook(account, event.id.clone(), assertion.as_ref());
        failpoint::reach(Failpoint::WebhookNotStored);
        let stored = self.storage.store_webhook(webhook.clone(), event.key.clone()).await?;
        if stored == WebhookStored::Repeated {
            metrics::counter!("scantill_webhooks_repeated_total").increment(1);
        }
        failpoint::reach(Failpoint::WebhookUnconfirmed);
        // A repeated delivery is confirmed again: the read after the first one may have failed.
        if let Some(assertion) = assertion {
            self.confirm_in_background(account.clone(), webhook, assertion);
        }
        Ok(())
    }

    /// Stores a refund that the provider's list shows, as if a webhook had asserted it, unless the storage knows it.
    pub(super) async fn store_listed_refund(
        &self,
        account: &Account,
        stored: &StoredPayment,
        refund: &Refund,
    ) -> Result<(), StorageError> {
        let assertion = WebhookAssertion::of_refund(refund);
        if assertion.is_confirmed_by(stored) {
            return Ok(());
        }
        self.store_listed(account, format!("listed:{}", refund.id), assertion).await
    }

    /// Stores a duplicate charge that the list shows.
    pub(super) async fn store_listed_charge(
        &self,
        account: &Account,
        payment: PaymentId,
        charge: &Charge,
    ) -> Result<(), StorageError> {
        self.store_listed(
            account,
            format!("listed:{}", charge.id),
            WebhookAssertion::of_charge(charge, payment),
        )
        .await
    }

    async fn store_listed(
        &self,
        account: &Account,
        event: String,
        assertion: WebhookAssertion,
    ) -> Result<(), StorageError> {
        let webhook = self.webhook(account, event, Some(&assertion));
        self.storage.store_webhook(webhook, "listed".to_owned()).await.map(|_| ())
    }

    fn webhook(&self, account: &Account, event: String, assertion: Option<&WebhookAssertion>) -> Webhook {
        Webhook {
            account: account.name.clone(),
            event,
            assertion: assertion.and_then(|assertion| serde_json::to_string(assertion).ok()),
            payment: assertion.and_then(|assertion| assertion.payment.clone()),
            at: self.clock.now(),
        }
    }

    /// Takes up what was said to an account and nobody could follow, one after another, until one cannot be read.
    pub(super) async fn confirm_stored_webhooks(&self, account: &Account) -> Result<(), StorageError> {
        self.record_confirmed().await?;
        for webhook in self.storage.unconfirmed_webhooks(account.name.clone(), CONFIRMED_AT_ONCE_MAX).await? {
            let assertion = webhook
                .assertion
                .as_deref()
                .and_then(|assertion| serde_json::from_str::<WebhookAssertion>(assertion).ok());
            let confirmation = match &assertion {
                Some(assertion) if self.confirming().contains(assertion) => continue,
                Some(assertion) => self.confirmer.confirm(account, assertion, &[]).await?,
                None => Confirmation::Enough,
            };
            // What is read may lag behind what was told, and an unreadable charge of a payment in doubt proves nothing.
            let is_old = UNCONFIRMED_MS_MAX < self.clock.now().since_ms(webhook.at);
            let is_of_refund =
                assertion.is_some_and(|assertion| matches!(assertion.says, AssertedFact::Refund(_)));
            match confirmation {
                Confirmation::Unreached => break,
                Confirmation::Unconfirmed if is_of_refund || !is_old => {}
                Confirmation::Unreadable => {}
                Confirmation::Enough | Confirmation::Unconfirmed => {
                    self.confirmed().push(webhook);
                }
            }
        }
        self.record_confirmed().await
    }

    /// In the background. One of its kind at a time is enough.
    fn confirm_in_background(
        self: &Arc<Self>,
        account: Arc<Account>,
        webhook: Webhook,
        assertion: WebhookAssertion,
    ) {
        if !self.confirming().insert(assertion.clone()) {
            return;
        }
        let inbox = self.clone();
        self.tasks.spawn(async move {
            match inbox.confirmer.confirm(&account, &assertion, &RETRY_SECONDS).await {
                Ok(Confirmation::Enough) => inbox.confirmed().push(webhook),
                Ok(confirmation) => {
                    tracing::warn!(charge = %assertion.charge, ?confirmation, "no read confirms what a webhook said");
                    metrics::counter!("scantill_webhooks_unconfirmed_total").increment(1);
                    if confirmation == Confirmation::Unconfirmed {
                        inbox.confirmed().push(webhook);
                    }
                }
                Err(error) => {
                    tracing::error!(charge = %assertion.charge, %error, "a webhook could not be followed");
                }
            }
            inbox.confirming().remove(&assertion);
        });
    }

    /// Notes in one commit what was followed: one that is followed twice does no harm.
    pub(super) async fn record_confirmed(&self) -> Result<(), StorageError> {
        let confirmed = std::mem::take(&mut *self.confirmed());
        if confirmed.is_empty() {
            return Ok(());
        }
        self.storage.mark_webhooks_confirmed(confirmed).await
    }

    fn confirming(&self) -> MutexGuard<'_, HashSet<WebhookAssertion>> {
        self.confirming.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn confirmed(&self) -> MutexGuard<'_, Vec<Webhook>> {
        self.confirmed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
