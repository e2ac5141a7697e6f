//! Following what was claimed: reading until a read says the same.

use std::time::Duration;

use scantill_omise::ReadError;
use scantill_types::PaymentId;
use scantill_types::api::PaymentState;

use super::super::Driver;
use super::super::reading::NoAnswer;
use super::claim::{Claim, Says, Terms};
use crate::account::Account;
use crate::crash_point::{self, CrashPoint};
use crate::store::{Record, StoreError};

/// How long the answer to a POST is waited for before a webhook that came first is followed.
const ANSWER_FIRST: Duration = Duration::from_secs(1);

/// What became of one look at what a webhook says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Looked {
    /// Nothing more is to be found by it.
    Enough,
    /// The charge was read, and does not say so (yet).
    Unconfirmed,
    /// The provider answered, and not with the charge.
    Unreadable,
    /// The provider could not be asked.
    Unreached,
}

impl Driver {
    /// Reads until a read says what the webhook said, or the pauses are spent.
    pub(super) async fn follow(
        &self,
        account: &Account,
        claim: &Claim,
        pauses: &'static [u64],
    ) -> Result<Looked, StoreError> {
        let Some(record) = self.record_of(account, claim).await? else {
            tracing::warn!(charge = %claim.charge, "a signed webhook is about a charge that is not in these books");
            metrics::counter!("scantill_webhooks_of_others_total").increment(1);
            return Ok(Looked::Enough);
        };
        compare(&record, claim);
        let mut pauses = pauses.iter();
        if claim.is_first_word() && record.attempt.payment_state() == PaymentState::Sending {
            // The answer to the POST says as much, and costs no read; if it was lost, this webhook finds the charge.
            tokio::time::sleep(ANSWER_FIRST).await;
        }
        loop {
            let looked = self.look_once(account, record.id(), claim).await?;
            if looked == Looked::Enough {
                return Ok(looked);
            }
            let Some(seconds) = pauses.next() else { return Ok(looked) };
            tokio::select! {
                () = tokio::time::sleep(Duration::from_secs(*seconds)) => {}
                () = self.inner.shutdown.cancelled() => return Ok(Looked::Unreached),
            }
        }
    }

    /// Reads the charge as the one reader of its payment.
    async fn look_once(
        &self,
        account: &Account,
        payment: &PaymentId,
        claim: &Claim,
    ) -> Result<Looked, StoreError> {
        let reader = self.reader(payment);
        let _reading = reader.lock().await;
        let Some(record) = self.reread(payment).await? else { return Ok(Looked::Enough) };
        if claim.is_confirmed_by(&record) {
            return Ok(Looked::Enough);
        }
        let was_open = record.is_open();
        let charge = match self.read_charge(account, &record, &claim.charge).await {
            Ok(charge) => charge,
            // What is said of a payment in doubt is kept: no list proves that it is absent while a webhook names a charge.
            Err(NoAnswer::Failed(ReadError::NotFound | ReadError::Refused { .. }))
                if !was_open && matches!(claim.says, Says::Status(_)) =>
            {
                return Ok(Looked::Unconfirmed);
            }
            Err(NoAnswer::Failed(ReadError::NotFound | ReadError::Refused { .. } | ReadError::Malformed)) => {
                return Ok(Looked::Unreadable);
            }
            Err(_) => return Ok(Looked::Unreached),
        };
        let record = self.see(payment, "read", charge).await?;
        crash_point::reach(CrashPoint::HintApplied);
        if was_open && !record.is_open() {
            account.webhook_health().proved(self.inner.clock.monotonic_ms());
        }
        let bound = record.attempt.charge.as_ref();
        let bound_to_another = bound.is_some_and(|charge| charge.id != claim.charge);
        let is_enough = claim.is_first_word() || claim.is_confirmed_by(&record) || bound_to_another;
        Ok(if is_enough { Looked::Enough } else { Looked::Unconfirmed })
    }

    /// The payment that an event is about, if it is one of this account's in these books (P4).
    async fn record_of(&self, account: &Account, claim: &Claim) -> Result<Option<Record>, StoreError> {
        let record = match &claim.payment {
            Some(payment) => self.reread(payment).await?,
            None => self.inner.store.payment_of_charge(account.name.clone(), claim.charge.clone()).await?,
        };
        Ok(record.filter(|record| record.account == account.name))
    }
}

/// A webhook that differs from what was ordered has no effect, but somebody should know (P17).
fn compare(record: &Record, claim: &Claim) {
    let order = &record.attempt.order;
    let ordered = Terms { amount: order.amount, currency: Some(order.currency), livemode: order.livemode };
    if claim.terms.as_ref().is_some_and(|terms| *terms != ordered) {
        tracing::error!(payment = %record.id(), charge = %claim.charge, "a signed webhook differs from what was ordered; it is not believed");
        metrics::counter!("scantill_webhooks_differing_total").increment(1);
    }
}
