//! Webhooks are hints that a read is worth while; nothing of theirs is believed (P17).

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use scantill_core::{ChargeId, PaymentId};
use scantill_omise::Charge;

use super::Driver;
use super::evidence::metadata;
use crate::account::Account;
use crate::crash_point::{self, CrashPoint};
use crate::store::{Record, StoreError};

/// A hint that no read has confirmed is followed up after these pauses.
const AGAIN_SECONDS: [u64; 6] = [1, 2, 4, 8, 30, 120];

/// What a webhook claims of a charge.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Claim {
    payment: PaymentId,
    charge: ChargeId,
    status: String,
}

impl Driver {
    /// Follows a hint about a charge of this account, in the background. One of its kind at a time is enough.
    pub fn hint(&self, account: &Arc<Account>, charge: &Charge) {
        let named = charge.metadata_text(metadata::PAYMENT).and_then(|id| PaymentId::parse(id).ok());
        let Some(payment) = named else { return };
        let claim = Claim { payment, charge: charge.id.clone(), status: charge.status.clone() };
        if !self.inner.hinted.lock().unwrap_or_else(PoisonError::into_inner).insert(claim.clone()) {
            return;
        }
        let (driver, account) = (self.clone(), account.clone());
        self.inner.tasks.spawn(async move {
            if let Err(error) = driver.follow(&account, &claim).await {
                tracing::error!(payment = %claim.payment, %error, "a webhook could not be followed");
            }
            driver.inner.hinted.lock().unwrap_or_else(PoisonError::into_inner).remove(&claim);
        });
    }

    /// Reads until a read says what the webhook said, or the pauses are spent.
    async fn follow(&self, account: &Account, claim: &Claim) -> Result<(), StoreError> {
        let mut pauses = AGAIN_SECONDS.into_iter();
        while !self.read_once(account, claim).await? {
            let Some(seconds) = pauses.next() else {
                tracing::warn!(payment = %claim.payment, "no read confirms what a webhook said");
                return Ok(());
            };
            tokio::select! {
                () = tokio::time::sleep(Duration::from_secs(seconds)) => {}
                () = self.inner.shutdown.cancelled() => return Ok(()),
            }
        }
        Ok(())
    }

    /// Reads the charge as the one reader of its payment. `true` if there is nothing more to follow.
    async fn read_once(&self, account: &Account, claim: &Claim) -> Result<bool, StoreError> {
        let reader = self.reader(&claim.payment);
        let _reading = reader.lock().await;
        let ours = |record: &Record| record.account == account.name;
        let Some(record) = self.inner.store.payment(claim.payment.clone()).await?.filter(ours) else {
            return Ok(true);
        };
        if confirms(&record, claim) {
            return Ok(true);
        }
        let reached = self.read(account, &record, &claim.charge).await?;
        crash_point::reach(CrashPoint::HintApplied);
        let is_first_word = claim.status == "pending";
        let record = self.inner.store.payment(claim.payment.clone()).await?;
        let bound_to_another =
            |record: &Record| record.attempt.charge.as_ref().is_some_and(|charge| charge.id != claim.charge);
        let done = |record: &Record| is_first_word || confirms(record, claim) || bound_to_another(record);
        Ok(reached && record.as_ref().is_none_or(done))
    }
}

/// Whether the books have read of this charge what the webhook says of it.
fn confirms(record: &Record, claim: &Claim) -> bool {
    let facts = record.attempt.charge.as_ref();
    facts.is_some_and(|facts| facts.id == claim.charge && facts.status == claim.status)
}
