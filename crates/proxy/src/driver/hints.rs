//! Webhooks are hints that a read is worth while; nothing of theirs is believed (P17).

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use scantill_core::{ChargeId, PaymentId};
use scantill_omise::Charge;

use super::Driver;
use super::evidence::metadata;
use crate::account::Account;
use crate::store::{Record, StoreError};

/// A hint that claims more than the read shows is followed up after these pauses.
const AGAIN_SECONDS: [u64; 4] = [1, 2, 4, 8];

impl Driver {
    /// Follows a hint about a charge of this account, in the background.
    pub fn hint(&self, account: &Arc<Account>, charge: &Charge) {
        let named = charge.metadata_text(metadata::PAYMENT).and_then(|id| PaymentId::parse(id).ok());
        let Some(id) = named else { return };
        let fresh = self.inner.hinted.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone());
        if !fresh {
            return;
        }
        let (driver, account) = (self.clone(), account.clone());
        let (charge, claims_end) = (charge.id.clone(), charge.status != "pending");
        self.inner.tasks.spawn(async move {
            if let Err(error) = driver.follow(&account, &id, &charge, claims_end).await {
                tracing::error!(payment = %id, %error, "a webhook could not be followed");
            }
        });
    }

    async fn follow(
        &self,
        account: &Account,
        id: &PaymentId,
        charge: &ChargeId,
        claims_end: bool,
    ) -> Result<(), StoreError> {
        let mut pauses = AGAIN_SECONDS.into_iter();
        let mut first = true;
        loop {
            let Some(record) = self.read_once(account, id, charge, first).await? else { return Ok(()) };
            first = false;
            let Some(seconds) = pauses.next().filter(|_| claims_end && record.is_open()) else {
                return Ok(());
            };
            tokio::select! {
                () = tokio::time::sleep(Duration::from_secs(seconds)) => {}
                () = self.inner.shutdown.cancelled() => return Ok(()),
            }
        }
    }

    /// Reads the charge as the one reader of its payment. `None` if it is none of ours.
    async fn read_once(
        &self,
        account: &Account,
        id: &PaymentId,
        charge: &ChargeId,
        first: bool,
    ) -> Result<Option<Record>, StoreError> {
        let reader = self.reader(id);
        let _reading = reader.lock().await;
        if first {
            self.inner.hinted.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
        }
        let ours = |record: &Record| record.account == account.name;
        let Some(record) = self.inner.store.payment(id.clone()).await?.filter(ours) else { return Ok(None) };
        self.read(account, &record, charge).await?;
        self.inner.store.payment(id.clone()).await
    }
}
