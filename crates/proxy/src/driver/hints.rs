//! Webhooks are hints that a read is worth while; nothing of theirs is believed (P17).

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use scantill_core::api::PaymentState;
use scantill_core::{ChargeId, Currency, PaymentId};
use scantill_omise::Event;

use super::Driver;
use super::evidence::metadata;
use crate::account::Account;
use crate::crash_point::{self, CrashPoint};
use crate::store::{Record, StoreError};

/// A hint that no read has confirmed is followed up after these pauses.
const AGAIN_SECONDS: [u64; 6] = [1, 2, 4, 8, 30, 120];

/// How long the answer to a POST is waited for before a webhook that came first is followed.
const ANSWER_FIRST: Duration = Duration::from_secs(1);

/// What a webhook claims.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Claim {
    charge: ChargeId,
    /// From the charge's metadata; a refund's event names the charge alone.
    payment: Option<PaymentId>,
    says: Says,
    terms: Option<Terms>,
}

/// What an event says was charged. It decides nothing, but one that differs from the order is a lie or a mistake.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Terms {
    amount: i64,
    currency: Option<Currency>,
    livemode: bool,
}

/// What it says of the charge.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Says {
    /// The charge has this status.
    Status(String),
    /// The charge has this refund.
    Refund(String),
}

impl Claim {
    /// That a charge exists, and nothing more.
    fn is_first_word(&self) -> bool {
        self.says == Says::Status("pending".to_owned())
    }
}

impl Driver {
    /// Follows the hint of an event, in the background. One of its kind at a time is enough.
    pub fn hint(&self, account: &Arc<Account>, event: &Event) {
        let Some(claim) = claim(event) else { return };
        if !self.inner.hinted.lock().unwrap_or_else(PoisonError::into_inner).insert(claim.clone()) {
            return;
        }
        let (driver, account) = (self.clone(), account.clone());
        self.inner.tasks.spawn(async move {
            if let Err(error) = driver.follow(&account, &claim).await {
                tracing::error!(charge = %claim.charge, %error, "a webhook could not be followed");
            }
            driver.inner.hinted.lock().unwrap_or_else(PoisonError::into_inner).remove(&claim);
        });
    }

    /// Reads until a read says what the webhook said, or the pauses are spent.
    async fn follow(&self, account: &Account, claim: &Claim) -> Result<(), StoreError> {
        self.compare(account, claim).await?;
        let mut pauses = AGAIN_SECONDS.into_iter();
        if self.answer_is_awaited(account, claim).await? {
            // The answer to the POST says as much, and costs no read; if it was lost, this webhook finds the charge.
            tokio::time::sleep(ANSWER_FIRST).await;
        }
        while !self.read_once(account, claim).await? {
            let Some(seconds) = pauses.next() else {
                tracing::warn!(charge = %claim.charge, "no read confirms what a webhook said");
                metrics::counter!("scantill_webhooks_unconfirmed_total").increment(1);
                return Ok(());
            };
            tokio::select! {
                () = tokio::time::sleep(Duration::from_secs(seconds)) => {}
                () = self.inner.shutdown.cancelled() => return Ok(()),
            }
        }
        Ok(())
    }

    /// Whether a webhook tells of a charge whose creation is just being answered.
    async fn answer_is_awaited(&self, account: &Account, claim: &Claim) -> Result<bool, StoreError> {
        let Some(payment) = self.payment_of(account, claim).await? else { return Ok(false) };
        let record = self.reread(&payment).await?;
        let is_sending = record.is_some_and(|record| record.attempt.word() == PaymentState::Sending);
        Ok(is_sending && claim.is_first_word())
    }

    /// A webhook that differs from what was ordered has no effect, but somebody should know (P17).
    async fn compare(&self, account: &Account, claim: &Claim) -> Result<(), StoreError> {
        let Some(payment) = self.payment_of(account, claim).await? else {
            metrics::counter!("scantill_webhooks_of_others_total").increment(1);
            return Ok(());
        };
        let Some((record, terms)) = self.reread(&payment).await?.zip(claim.terms.as_ref()) else {
            return Ok(());
        };
        let order = &record.attempt.order;
        let ordered =
            Terms { amount: order.amount, currency: Some(order.currency), livemode: order.livemode };
        if *terms != ordered {
            tracing::error!(%payment, charge = %claim.charge, "a signed webhook differs from what was ordered; it is not believed");
            metrics::counter!("scantill_webhooks_differing_total").increment(1);
        }
        Ok(())
    }

    /// Reads the charge as the one reader of its payment. `true` if there is nothing more to follow.
    async fn read_once(&self, account: &Account, claim: &Claim) -> Result<bool, StoreError> {
        let Some(payment) = self.payment_of(account, claim).await? else { return Ok(true) };
        let reader = self.reader(&payment);
        let _reading = reader.lock().await;
        let Some(record) = self.reread(&payment).await? else { return Ok(true) };
        if confirms(&record, claim) {
            return Ok(true);
        }
        let was_open = record.is_open();
        let reached = self.read(account, &record, &claim.charge).await?;
        crash_point::reach(CrashPoint::HintApplied);
        let Some(record) = self.reread(&payment).await? else { return Ok(true) };
        if reached && was_open && !record.is_open() {
            account.webhook_health().proved(self.inner.clock.monotonic_ms());
        }
        let bound = record.attempt.charge.as_ref();
        let bound_to_another = bound.is_some_and(|charge| charge.id != claim.charge);
        Ok(reached && (claim.is_first_word() || confirms(&record, claim) || bound_to_another))
    }

    /// The payment that an event is about, if it is one of this account's in these books (P4).
    async fn payment_of(&self, account: &Account, claim: &Claim) -> Result<Option<PaymentId>, StoreError> {
        let record = match &claim.payment {
            Some(payment) => self.reread(payment).await?,
            None => self.inner.store.payment_of_charge(account.name.clone(), claim.charge.clone()).await?,
        };
        let ours = record.filter(|record| record.account == account.name);
        Ok(ours.map(|record| record.id().clone()))
    }
}

fn claim(event: &Event) -> Option<Claim> {
    if let Some(charge) = &event.charge {
        let named = charge.metadata_text(metadata::PAYMENT).and_then(|id| PaymentId::parse(id).ok());
        let says = Says::Status(charge.status.clone());
        let currency = Currency::from_code(&charge.currency);
        let terms = Some(Terms { amount: charge.amount, currency, livemode: charge.livemode });
        return named.map(|payment| Claim { charge: charge.id.clone(), payment: Some(payment), says, terms });
    }
    let refund = event.refund.as_ref()?;
    let says = Says::Refund(refund.id.clone());
    Some(Claim { charge: refund.charge.clone(), payment: None, says, terms: None })
}

/// Whether the books have read of this charge what the webhook says of it.
fn confirms(record: &Record, claim: &Claim) -> bool {
    match &claim.says {
        Says::Status(status) => {
            let facts = record.attempt.charge.as_ref();
            facts.is_some_and(|facts| facts.id == claim.charge && facts.status == *status)
        }
        Says::Refund(id) => {
            record.attempt.refunds.as_api().iter().any(|refund| refund.provider_id.as_deref() == Some(id))
        }
    }
}
