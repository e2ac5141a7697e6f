//! Webhooks are hints that a read is worth while; nothing of theirs is believed (P17).

use std::collections::HashSet;
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::Duration;

use scantill_core::api::PaymentState;
use scantill_core::{ChargeId, Currency, PaymentId};
use scantill_omise::{Charge, Event, ReadError, Refund};
use serde::{Deserialize, Serialize};

use super::Driver;
use super::evidence::metadata;
use super::reading::NoAnswer;
use crate::account::Account;
use crate::crash_point::{self, CrashPoint};
use crate::store::{Record, StoreError, Webhook};

/// A hint that no read has confirmed is followed up after these pauses.
const AGAIN_SECONDS: [u64; 6] = [1, 2, 4, 8, 30, 120];

/// How long the answer to a POST is waited for before a webhook that came first is followed.
const ANSWER_FIRST: Duration = Duration::from_secs(1);

/// Webhooks that nobody could follow are taken up again so many at a time.
const TAKEN_UP_MAX: u32 = 200;

/// What no read confirms for so long after it was told is not so.
const LAG_MS_MAX: u64 = 60 * 60 * 1_000;

/// What a webhook claims.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Claim {
    charge: ChargeId,
    /// From the charge's metadata; a refund's event names the charge alone.
    payment: Option<PaymentId>,
    says: Says,
    terms: Option<Terms>,
}

/// What an event says was charged. It decides nothing, but one that differs from the order is a lie or a mistake.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Terms {
    amount: i64,
    currency: Option<Currency>,
    livemode: bool,
}

/// What became of one look at what a webhook says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Looked {
    /// Nothing more is to be found by it.
    Enough,
    /// The charge was read, and does not say so (yet).
    Unconfirmed,
    /// The provider answered, and not with the charge.
    Unreadable,
    /// The provider could not be asked.
    Unreached,
}

/// What it says of the charge.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
    /// Keeps an event, and then follows its hint in the background: what it says is in the books until it was followed,
    /// so that neither a crash nor a provider that does not answer loses it.
    pub async fn hint(&self, account: &Arc<Account>, event: &Event) -> Result<(), StoreError> {
        let claim = claim(event);
        let written = claim.as_ref().and_then(|claim| serde_json::to_string(claim).ok());
        let webhook = Webhook {
            account: account.name.clone(),
            event: event.id.clone(),
            claim: written,
            payment: claim.as_ref().and_then(|claim| claim.payment.clone()),
            at: self.inner.clock.now(),
        };
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

    /// Keeps that an account's list shows a refund which the books do not know, as if a webhook had told of it.
    pub(super) async fn hint_of_refund(&self, account: &Account, refund: &Refund) -> Result<(), StoreError> {
        let says = Says::Refund(refund.id.clone());
        let claim = Claim { charge: refund.charge.clone(), payment: None, says, terms: None };
        self.keep_listed(account, format!("listed:{}", refund.id), claim).await
    }

    /// The same of a further charge of a payment.
    pub(super) async fn hint_of_charge(
        &self,
        account: &Account,
        payment: PaymentId,
        charge: &Charge,
    ) -> Result<(), StoreError> {
        let says = Says::Status(charge.status.clone());
        let claim = Claim { charge: charge.id.clone(), payment: Some(payment), says, terms: None };
        self.keep_listed(account, format!("listed:{}", charge.id), claim).await
    }

    async fn keep_listed(&self, account: &Account, event: String, claim: Claim) -> Result<(), StoreError> {
        let webhook = Webhook {
            account: account.name.clone(),
            event,
            claim: serde_json::to_string(&claim).ok(),
            payment: claim.payment,
            at: self.inner.clock.now(),
        };
        self.inner.store.keep_webhook(webhook, "listed".to_owned()).await.map(|_| ())
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

    /// Reads until a read says what the webhook said, or the pauses are spent.
    async fn follow(
        &self,
        account: &Account,
        claim: &Claim,
        pauses: &'static [u64],
    ) -> Result<Looked, StoreError> {
        self.compare(account, claim).await?;
        let mut pauses = pauses.iter();
        if self.answer_is_awaited(account, claim).await? {
            // The answer to the POST says as much, and costs no read; if it was lost, this webhook finds the charge.
            tokio::time::sleep(ANSWER_FIRST).await;
        }
        loop {
            let looked = self.look_once(account, claim).await?;
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
            tracing::warn!(charge = %claim.charge, "a signed webhook is about a charge that is not in these books");
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

    /// Reads the charge as the one reader of its payment.
    async fn look_once(&self, account: &Account, claim: &Claim) -> Result<Looked, StoreError> {
        let Some(payment) = self.payment_of(account, claim).await? else { return Ok(Looked::Enough) };
        let reader = self.reader(&payment);
        let _reading = reader.lock().await;
        let Some(record) = self.reread(&payment).await? else { return Ok(Looked::Enough) };
        if confirms(&record, claim) {
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
            Err(NoAnswer::Failed(ReadError::NotFound | ReadError::Refused { .. } | ReadError::Garbled)) => {
                return Ok(Looked::Unreadable);
            }
            Err(_) => return Ok(Looked::Unreached),
        };
        let record = self.see(&payment, "read", charge).await?;
        crash_point::reach(CrashPoint::HintApplied);
        if was_open && !record.is_open() {
            account.webhook_health().proved(self.inner.clock.monotonic_ms());
        }
        let bound = record.attempt.charge.as_ref();
        let bound_to_another = bound.is_some_and(|charge| charge.id != claim.charge);
        let is_enough = claim.is_first_word() || confirms(&record, claim) || bound_to_another;
        Ok(if is_enough { Looked::Enough } else { Looked::Unconfirmed })
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
            let further = record.attempt.extras.iter().filter_map(|extra| extra.facts.as_ref());
            let mut known = record.attempt.charge.iter().chain(further);
            let is_older = claim.is_first_word();
            known.any(|facts| facts.id == claim.charge && (is_older || facts.status == *status))
        }
        Says::Refund(id) => {
            record.attempt.refunds.as_api().iter().any(|refund| refund.provider_id.as_deref() == Some(id))
        }
    }
}
