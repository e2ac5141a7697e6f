//! Refunds that were made elsewhere: the provider's list is looked through now and then, since no webhook is certain.
//! And webhooks that came, but could not be followed.

use std::time::Duration;

use scantill_core::Timestamp;
use scantill_omise::{ListWindow, ReadError, Refund};

use super::Driver;
use super::reading::NoAnswer;
use crate::account::Account;
use crate::store::StoreError;

/// Each look begins this long before the end of the last one: lists lag.
const OVERLAP_MS: u64 = 15 * 60 * 1_000;
/// The first look of an account begins this long ago.
const FIRST_LOOK_MS: u64 = 24 * 60 * 60 * 1_000;
const PAGE: u64 = 100;
const PAGES_MAX: u64 = 50;

/// What became of the look at one refund.
enum Noted {
    Done,
    /// Its charge cannot be read: it is looked at again in the next round.
    Unreadable,
    /// The provider could not be asked.
    Unreached,
}

impl Driver {
    /// Runs until the shutdown.
    pub async fn reconcile(&self) {
        let pause = Duration::from_millis(self.inner.timing.reconcile_every_ms);
        while !self.inner.shutdown.is_cancelled() {
            tokio::select! {
                () = self.reconcile_all() => {}
                () = self.inner.shutdown.cancelled() => return,
            }
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = self.inner.shutdown.cancelled() => {}
            }
        }
    }

    async fn reconcile_all(&self) {
        if let Err(error) = self.take_up_hints().await {
            tracing::error!(%error, "webhooks that nobody followed cannot be taken up");
        }
        for account in &self.inner.accounts {
            if let Err(error) = self.reconcile_account(account).await {
                tracing::error!(account = account.name, %error, "the refunds of an account could not be looked through");
            }
        }
    }

    async fn reconcile_account(&self, account: &Account) -> Result<(), StoreError> {
        let Some(now) = account.clock.now() else { return Ok(()) };
        let last = self.inner.store.reconciled(account.name.clone()).await?;
        let from = last.map_or(now.earliest.minus_ms(FIRST_LOOK_MS), |last| last.minus_ms(OVERLAP_MS));
        let Some(refunds) = self.refunds_since(account, from).await else { return Ok(()) };
        let mut is_whole = true;
        for refund in &refunds {
            match self.take_note(account, refund).await? {
                Noted::Done => {}
                // The refunds after it must not wait for it.
                Noted::Unreadable => is_whole = false,
                Noted::Unreached => return Ok(()),
            }
        }
        if is_whole {
            self.inner.store.note_reconciled(account.name.clone(), now).await?;
        }
        Ok(())
    }

    /// None if the list could not be read whole.
    async fn refunds_since(&self, account: &Account, from: Timestamp) -> Option<Vec<Refund>> {
        let mut refunds = Vec::new();
        for page in 0..PAGES_MAX {
            let window = ListWindow { from, to: None, offset: page * PAGE, limit: PAGE };
            let list = self.asked(account, account.client().refunds(window)).await.ok()?;
            let total = list.total;
            refunds.extend(list.refunds);
            if total <= (page + 1) * PAGE {
                return Some(refunds);
            }
        }
        tracing::error!(
            account = account.name,
            "more refunds than one look can take: look through them in the dashboard"
        );
        None
    }

    /// A refund that the books do not know is a reason to read its charge; the list itself is believed nothing.
    async fn take_note(&self, account: &Account, refund: &Refund) -> Result<Noted, StoreError> {
        let found = self.inner.store.payment_of_charge(account.name.clone(), refund.charge.clone()).await?;
        let Some(record) = found else { return Ok(Noted::Done) };
        let is_known = |known: &scantill_core::api::Refund| known.provider_id.as_deref() == Some(&refund.id);
        if !record.attempt.refunds.as_api().iter().any(is_known) {
            let reader = self.reader(record.id());
            let _reading = reader.lock().await;
            return match self.read_charge(account, &record, &refund.charge).await {
                Ok(charge) => self.see(record.id(), "read", charge).await.map(|_| Noted::Done),
                Err(NoAnswer::Failed(
                    ReadError::NotFound | ReadError::Garbled | ReadError::Refused { .. },
                )) => {
                    tracing::error!(payment = %record.id(), "money went back elsewhere, and its charge cannot be read");
                    Ok(Noted::Unreadable)
                }
                Err(_) => Ok(Noted::Unreached),
            };
        }
        Ok(Noted::Done)
    }
}
