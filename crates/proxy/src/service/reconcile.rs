//! Reconciliation: reads the lists of an account's refunds and charges from time to time, since no webhook is certain. A refund
//! may have been made elsewhere, and a request to charge may have been delivered twice (P12). It also confirms stored
//! webhooks that no read could confirm before.

use std::sync::Arc;
use std::time::Duration;

use scantill_omise::{Charge, ListWindow, Refund};
use scantill_types::{PaymentId, Timestamp, Timing};
use tokio_util::sync::CancellationToken;

use super::Shared;
use super::accounts::Accounts;
use super::evidence::metadata;
use super::provider_reads::ProviderReads;
use super::webhook_inbox::WebhookInbox;
use crate::account::Account;
use crate::fair_share::Tenant;
use crate::storage::{Storage, StorageError};

/// Each pass begins this long before the end of the last one: lists lag.
const OVERLAP_MS: u64 = 15 * 60 * 1_000;
/// The first pass of an account begins this long ago.
const FIRST_PASS_MS: u64 = 24 * 60 * 60 * 1_000;
const PAGE: u64 = 100;
const PAGES_MAX: u64 = 50;

/// Reads the lists of all accounts from time to time.
#[derive(Debug)]
pub(super) struct Reconciler {
    storage: Arc<dyn Storage>,
    timing: Timing,
    accounts: Arc<Accounts>,
    provider: Arc<ProviderReads>,
    inbox: Arc<WebhookInbox>,
    shutdown: CancellationToken,
}

impl Reconciler {
    pub(super) fn new(shared: &Shared, provider: Arc<ProviderReads>, inbox: Arc<WebhookInbox>) -> Self {
        let Shared { storage, timing, accounts, shutdown, .. } = shared.clone();
        Self { storage, timing, accounts, provider, inbox, shutdown }
    }

    /// Runs until the shutdown.
    pub(super) async fn reconcile(&self) {
        let pause = Duration::from_millis(self.timing.reconcile_every_ms);
        while !self.shutdown.is_cancelled() {
            tokio::select! {
                () = self.reconcile_all() => {}
                () = self.shutdown.cancelled() => return,
            }
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = self.shutdown.cancelled() => {}
            }
        }
    }

    async fn reconcile_all(&self) {
        for account in self.accounts.all() {
            if let Err(error) = self.reconcile_account(account).await {
                tracing::error!(account = account.name, %error, "an account could not be reconciled");
            }
            if let Err(error) = self.inbox.confirm_stored_webhooks(account).await {
                tracing::error!(account = account.name, %error, "stored webhooks cannot be confirmed");
            }
        }
    }

    async fn reconcile_account(&self, account: &Account) -> Result<(), StorageError> {
        let Some(now) = account.clock.now() else { return Ok(()) };
        let last = self.storage.reconciled(account.name.clone()).await?;
        let from = last.map_or(now.earliest.minus_ms(FIRST_PASS_MS), |last| last.minus_ms(OVERLAP_MS));
        let Some((refunds, is_whole)) = self.refunds_since(account, from).await else { return Ok(()) };
        for refund in &refunds {
            self.note_unknown_refund(account, refund).await?;
        }
        let from = from.max(now.earliest.minus_ms(FIRST_PASS_MS));
        let Some(charges) = self.charges_since(account, from).await else { return Ok(()) };
        for charge in &charges {
            self.note_unknown_charge(account, charge).await?;
        }
        if is_whole {
            self.storage.note_reconciled(account.name.clone(), now).await?;
        }
        Ok(())
    }

    /// What could be read of the list, and whether that is all; none if the provider could not be asked.
    async fn refunds_since(&self, account: &Account, from: Timestamp) -> Option<(Vec<Refund>, bool)> {
        let mut refunds = Vec::new();
        let mut is_readable = true;
        for page in 0..PAGES_MAX {
            let window = ListWindow { from, to: None, offset: page * PAGE, limit: PAGE };
            let list = self
                .provider
                .ask(account, Tenant::account(&account.name), account.client().refunds(window))
                .await
                .ok()?;
            let total = list.total;
            if 0 < list.unreadable {
                tracing::error!(account = account.name, "the list of refunds holds what cannot be read");
                is_readable = false;
            }
            refunds.extend(list.refunds);
            if total <= (page + 1) * PAGE {
                return Some((refunds, is_readable));
            }
        }
        tracing::error!(
            account = account.name,
            "more refunds than one look can take: look through them in the dashboard"
        );
        Some((refunds, false))
    }

    /// None if the list could not be read. Of more than one look can take, the oldest are enough: those that are not seen
    /// have their webhooks.
    async fn charges_since(&self, account: &Account, from: Timestamp) -> Option<Vec<Charge>> {
        let mut charges = Vec::new();
        for page in 0..PAGES_MAX {
            let window = ListWindow { from, to: None, offset: page * PAGE, limit: PAGE };
            let list = self
                .provider
                .ask(account, Tenant::account(&account.name), account.client().charges(window))
                .await
                .ok()?;
            charges.extend(list.charges);
            if list.total <= (page + 1) * PAGE {
                break;
            }
        }
        Some(charges)
    }

    /// A further charge of one of our payments that the storage do not know.
    async fn note_unknown_charge(&self, account: &Account, charge: &Charge) -> Result<(), StorageError> {
        let ours = charge.metadata_text(metadata::INSTALLATION) == Some(self.storage.installation());
        let payment = charge.metadata_text(metadata::PAYMENT).and_then(|id| PaymentId::parse(id).ok());
        let Some(payment) = payment.filter(|_| ours) else { return Ok(()) };
        let found = self.storage.payment_of_charge(account.name.clone(), charge.id.clone()).await?;
        let is_bound = self
            .storage
            .payment(payment.clone())
            .await?
            .is_some_and(|stored| stored.attempt.charges.bound.is_some());
        // One whose charge is not known yet is looked for by itself.
        if found.is_some() || !is_bound {
            return Ok(());
        }
        tracing::error!(%payment, charge = %charge.id, "a further charge carries this payment");
        self.inbox.store_listed_charge(account, payment, charge).await
    }

    /// A refund that the storage do not know is a reason to read its charge; the list itself is believed nothing. One charge
    /// that cannot be read keeps nobody from the others.
    async fn note_unknown_refund(&self, account: &Account, refund: &Refund) -> Result<(), StorageError> {
        let found = self.storage.payment_of_charge(account.name.clone(), refund.charge.clone()).await?;
        match found {
            Some(stored) => self.inbox.store_listed_refund(account, &stored, refund).await,
            None => Ok(()),
        }
    }
}
