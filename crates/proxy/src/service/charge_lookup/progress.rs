//! What the lists have shown so far about payments and refunds in doubt.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use scantill_payment::{AbsenceProof, ListVerdict, RefundAttempt};
use scantill_types::{PaymentId, RefundId, Timestamp, Timing};

use crate::account::Account;
use crate::clock::Clock;
use crate::provider_clock::ProviderTime;
use crate::storage::StoredPayment;

/// What a lookup searches for: something whose answer was lost.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in super::super) enum LookupKey {
    /// The charge of a payment.
    Charge(PaymentId),
    /// A refund of a payment.
    Refund(PaymentId, RefundId),
}

/// When a list was begun, on both clocks.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct ListTime {
    monotonic_ms: u64,
    /// `None` while the provider's time is not known.
    provider: Option<ProviderTime>,
}

impl ListTime {
    pub(in super::super) fn now(clock: &dyn Clock, account: &Account) -> Self {
        Self { monotonic_ms: clock.monotonic_ms(), provider: account.clock.now() }
    }
}

/// The proofs of absence that are under way. What a first empty list showed is stored with the payment too (P14).
#[derive(Debug)]
pub(in super::super) struct Lookups {
    clock: Arc<dyn Clock>,
    timing: Timing,
    proofs: Mutex<HashMap<LookupKey, AbsenceProof>>,
}

impl Lookups {
    pub(in super::super) fn new(clock: Arc<dyn Clock>, timing: Timing) -> Self {
        Self { clock, timing, proofs: Mutex::default() }
    }

    fn proofs(&self) -> MutexGuard<'_, HashMap<LookupKey, AbsenceProof>> {
        self.proofs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The connection of a POST is closed: from now on a list may miss what the POST made.
    pub(in super::super) fn begin(&self, key: LookupKey) {
        let proof = AbsenceProof::new(self.clock.monotonic_ms());
        self.proofs().insert(key, proof);
    }

    /// A complete list did not hold it: returns what that proves. `first_list` is when the first empty list of an earlier run
    /// was read.
    pub(in super::super) fn note_empty_list(
        &self,
        key: &LookupKey,
        began: ListTime,
        first_list: Option<Timestamp>,
    ) -> ListVerdict {
        let mut proofs = self.proofs();
        let earlier_ms = first_list.zip(began.provider).map(|(first, began)| began.earliest.since_ms(first));
        // After a restart we know only that the POST cannot be under way any more.
        let proof = proofs.entry(key.clone()).or_insert_with(|| match earlier_ms {
            Some(earlier_ms) => AbsenceProof::resumed(began.monotonic_ms, earlier_ms),
            None => AbsenceProof::new(began.monotonic_ms),
        });
        proof.found_nothing(began.monotonic_ms, &self.timing)
    }

    pub(in super::super) fn end(&self, key: &LookupKey) {
        self.proofs().remove(key);
    }

    /// Ends the lookups of payments and refunds that are final, for whatever reason.
    pub(in super::super) fn forget_finished(&self, stored: &StoredPayment) {
        let is_over = |refund: &RefundId| {
            let refunds = stored.attempt.refunds.ours.iter();
            refunds.filter(|ours| ours.order.id == *refund).all(RefundAttempt::is_over)
        };
        let mut proofs = self.proofs();
        proofs.retain(|key, _| match key {
            LookupKey::Charge(id) => id != stored.id() || stored.is_open(),
            LookupKey::Refund(id, refund) => id != stored.id() || !is_over(refund),
        });
    }

    /// When the next list can prove something about a payment's charge; `None` if it can already.
    pub(in super::super) fn next_list_at(&self, id: &PaymentId) -> Option<Timestamp> {
        let proofs = self.proofs();
        let next_ms = proofs.get(&LookupKey::Charge(id.clone()))?.next_list_ms(&self.timing);
        let wait_ms = next_ms.checked_sub(self.clock.monotonic_ms())?;
        Some(self.clock.now().plus_ms(wait_ms))
    }
}
