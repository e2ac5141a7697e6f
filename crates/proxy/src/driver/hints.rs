//! Webhooks are hints that a read is worth while; nothing of theirs is believed (P17).

mod claim;
mod following;

pub(super) use claim::Claim;

use std::collections::HashSet;
use std::sync::{Arc, MutexGuard, PoisonError};

use scantill_omise::{Charge, Event, Refund};
use scantill_types::PaymentId;

use super::Driver;
use crate::account::Account;
use crate::crash_point::{self, CrashPoint};
use crate::store::{Record, StoreError, Webhook};
use claim::Says;
use following::Looked;

/// A hint that no read has confirmed is followed up after these pauses.
const AGAIN_SECONDS: [u64; 6] = [1, 2, 4, 8, 30, 120];

/// Webhooks that nobody could follow are taken up again so many at a time.
const TAKEN_UP_MAX: u32 = 200;

/// What no read confirms for so long after it was told is not so.
const LAG_MS_MAX: u64 = 60 * 60 * 1_000;

impl Driver {
    /// Keeps an event, and then follows its hint in the background: what it says is in the books until it was followed,
    /// so that neither a crash nor a provider that does not answer loses it.
    pub async fn hint(&self, account: &Arc<Account>, event: &Event) -> Result<(), StoreError> {
        let claim = Claim::of_event(event);
        let webhook = self.webhook(account, event.id.clone(), claim.as_ref());
        crash_point::reach(CrashPoint::WebhookUnkept);
        if !self.inner.store.keep_webhook(webhook.clone(), event.key.clone()).await? {
            metrics::counter!("scantill_webhooks_repeated_total").increment(1);
        }
        crash_point::reach(CrashPoint::WebhookUnfollowed);
        // A delivery that comes again is followed again: the read after the first one may have failed.
        if let Some(claim) = claim {
            self.follow_later(account.clone(), webhook, claim);
        }
        Ok(())
    }

    /// Keeps that an account's list shows a refund, as if a webhook had told of it, unless the books know it.
    pub(super) async fn hint_of_refund(
        &self,
        account: &Account,
        record: &Record,
        refund: &Refund,
    ) -> Result<(), StoreError> {
        let claim = Claim::of_refund(refund);
        if claim.is_confirmed_by(record) {
            return Ok(());
        }
        self.keep_listed(account, format!("listed:{}", refund.id), claim).await
    }

    /// Keeps that it shows a further charge of a payment.
    pub(super) async fn hint_of_charge(
        &self,
        account: &Account,
        payment: PaymentId,
        charge: &Charge,
    ) -> Result<(), StoreError> {
        self.keep_listed(account, format!("listed:{}", charge.id), Claim::of_charge(charge, payment)).await
    }

    async fn keep_listed(&self, account: &Account, event: String, claim: Claim) -> Result<(), StoreError> {
        let webhook = self.webhook(account, event, Some(&claim));
        self.inner.store.keep_webhook(webhook, "listed".to_owned()).await.map(|_| ())
    }

    fn webhook(&self, account: &Account, event: String, claim: Option<&Claim>) -> Webhook {
        Webhook {
            account: account.name.clone(),
            event,
            claim: claim.and_then(|claim| serde_json::to_string(claim).ok()),
            payment: claim.and_then(|claim| claim.payment.clone()),
            at: self.inner.clock.now(),
        }
    }

    /// Takes up what was said to an account and nobody could follow, one after another, until one cannot be read.
    pub(super) async fn take_up_hints(&self, account: &Account) -> Result<(), StoreError> {
        self.note_followed().await?;
        for webhook in self.inner.store.unfollowed_webhooks(account.name.clone(), TAKEN_UP_MAX).await? {
            let claim = webhook.claim.as_deref().and_then(|claim| serde_json::from_str::<Claim>(claim).ok());
            let looked = match &claim {
                Some(claim) if self.hinted().contains(claim) => continue,
                Some(claim) => self.follow(account, claim, &[]).await?,
                None => Looked::Enough,
            };
            // What is read may lag behind what was told, and an unreadable charge of a payment in doubt proves nothing.
            let is_old = LAG_MS_MAX < self.inner.clock.now().since_ms(webhook.at);
            let is_of_refund = claim.is_some_and(|claim| matches!(claim.says, Says::Refund(_)));
            match looked {
                Looked::Unreached => break,
                Looked::Unconfirmed if is_of_refund || !is_old => {}
                Looked::Unreadable => {}
                Looked::Enough | Looked::Unconfirmed => self.followed().push(webhook),
            }
        }
        self.note_followed().await
    }

    /// In the background. One of its kind at a time is enough.
    fn follow_later(&self, account: Arc<Account>, webhook: Webhook, claim: Claim) {
        if !self.hinted().insert(claim.clone()) {
            return;
        }
        let driver = self.clone();
        self.inner.tasks.spawn(async move {
            match driver.follow(&account, &claim, &AGAIN_SECONDS).await {
                Ok(Looked::Enough) => driver.followed().push(webhook),
                Ok(looked) => {
                    tracing::warn!(charge = %claim.charge, ?looked, "no read confirms what a webhook said");
                    metrics::counter!("scantill_webhooks_unconfirmed_total").increment(1);
                    if looked == Looked::Unconfirmed {
                        driver.followed().push(webhook);
                    }
                }
                Err(error) => {
                    tracing::error!(charge = %claim.charge, %error, "a webhook could not be followed");
                }
            }
            driver.hinted().remove(&claim);
        });
    }

    fn hinted(&self) -> MutexGuard<'_, HashSet<Claim>> {
        self.inner.hinted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn followed(&self) -> MutexGuard<'_, Vec<Webhook>> {
        self.inner.followed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes in one commit what was followed: one that is followed twice does no harm.
    pub(super) async fn note_followed(&self) -> Result<(), StoreError> {
        let followed = std::mem::take(&mut *self.followed());
        if followed.is_empty() {
            return Ok(());
        }
        self.inner.store.webhooks_followed(followed).await
    }
}
