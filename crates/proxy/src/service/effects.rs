//! What the payment's machine wants done once a step is committed.

use std::sync::Arc;
use std::time::Duration;

use scantill_payment::Effect;
use scantill_types::ChargeId;
use tokio_util::task::TaskTracker;

use super::Shared;
use super::accounts::Accounts;
use super::provider_reads::ProviderReads;
use crate::clock::Clock;
use crate::storage::StoredPayment;

/// Performs the effects of committed steps.
#[derive(Debug)]
pub(super) struct Effects {
    clock: Arc<dyn Clock>,
    accounts: Arc<Accounts>,
    provider: Arc<ProviderReads>,
    tasks: TaskTracker,
}

impl Effects {
    pub(super) fn new(shared: &Shared, provider: Arc<ProviderReads>) -> Self {
        let Shared { clock, accounts, tasks, .. } = shared.clone();
        Self { clock, accounts, provider, tasks }
    }

    pub(super) fn perform(&self, stored: &StoredPayment, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::ExpireDuplicate(charge) => self.expire_duplicate(stored, charge),
                Effect::Contradicted(contradiction) => {
                    tracing::error!(payment = %stored.id(), ?contradiction, "evidence contradicts what was believed");
                }
                Effect::Ignored => {
                    metrics::counter!("scantill_inputs_ignored_total").increment(1);
                    tracing::debug!(payment = %stored.id(), "an input fits no edge and is dropped");
                }
            }
        }
    }

    fn expire_duplicate(&self, stored: &StoredPayment, charge: ChargeId) {
        let Some(account) = self.accounts.of(stored) else { return };
        let (provider, stored) = (self.provider.clone(), stored.clone());
        let wait = stored.attempt.order.end_not_before.since_ms(self.clock.now());
        self.tasks.spawn(async move {
            tokio::time::sleep(Duration::from_millis(wait)).await;
            if let Err(error) = provider.expire(&account, &stored, &charge).await {
                tracing::error!(payment = %stored.id(), %error, "a second charge could not be expired");
            }
        });
    }
}
