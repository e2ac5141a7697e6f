//! The accounts, and what they say about a payment of theirs.

use std::sync::Arc;

use scantill_payment::{CancelRequested, PaymentAttempt};
use scantill_types::api::{CancelledBy, PaymentState};
use scantill_types::{Timestamp, Timing};

use crate::account::Account;
use crate::clock::Clock;
use crate::storage::StoredPayment;

/// The Omise accounts whose payments this proxy carries.
#[derive(Debug)]
pub(super) struct Accounts {
    all: Vec<Arc<Account>>,
    clock: Arc<dyn Clock>,
    timing: Timing,
}

impl Accounts {
    pub(super) fn new(all: Vec<Arc<Account>>, clock: Arc<dyn Clock>, timing: Timing) -> Self {
        Self { all, clock, timing }
    }

    pub(super) fn all(&self) -> &[Arc<Account>] {
        &self.all
    }

    /// The account of a payment; `None` if it is not configured any more.
    pub(super) fn of(&self, stored: &StoredPayment) -> Option<Arc<Account>> {
        self.all.iter().find(|account| account.name == stored.account).cloned()
    }

    /// The provider's time now, at the earliest; `None` while it is not known.
    pub(super) fn provider_time(&self, stored: &StoredPayment) -> Option<Timestamp> {
        self.of(stored)?.clock.now().map(|now| now.earliest)
    }

    /// A request of now.
    pub(super) fn cancel_request(&self, stored: &StoredPayment, by: CancelledBy) -> CancelRequested {
        CancelRequested { by, provider_time: self.provider_time(stored) }
    }

    /// The waits for a payment: its charge is read less often while the account's webhooks prove healthy. A payment in
    /// doubt is looked up as often as ever, since no webhook names a charge that does not exist.
    pub(super) fn timing_of(&self, account: &Account, attempt: &PaymentAttempt) -> Timing {
        let now_ms = self.clock.monotonic_ms();
        let will_be_told =
            attempt.payment_state() == PaymentState::Pending && account.webhook_health().is_healthy(now_ms);
        if will_be_told { self.timing.relaxed() } else { self.timing }
    }
}
