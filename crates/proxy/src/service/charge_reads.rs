//! Reads of charges that are taken as evidence.

use std::sync::Arc;

use scantill_omise::Charge;
use scantill_payment::Input;
use scantill_types::ChargeId;

use super::evidence::evidence;
use super::provider_reads::{Contact, ProviderReads};
use super::transition::Transitions;
use crate::account::Account;
use crate::failpoint::{self, Failpoint};
use crate::poll_queue::Lease;
use crate::storage::{StorageError, StoredPayment};

/// Reads charges, and feeds them to their payments.
#[derive(Debug)]
pub(super) struct ChargeReads {
    provider: Arc<ProviderReads>,
    transitions: Arc<Transitions>,
}

impl ChargeReads {
    pub(super) fn new(provider: Arc<ProviderReads>, transitions: Arc<Transitions>) -> Self {
        Self { provider, transitions }
    }

    /// Reads a charge and takes it as evidence. The provider may not be reached.
    pub(super) async fn read(
        &self,
        lease: Option<&Lease>,
        account: &Account,
        stored: &StoredPayment,
        charge: &ChargeId,
    ) -> Result<Contact, StorageError> {
        let Ok(charge) = self.provider.read_charge(account, stored, charge).await else {
            return Ok(Contact::Unreached);
        };
        self.apply(lease, stored, charge).await?;
        Ok(Contact::Reached)
    }

    /// Takes a charge that was read as evidence.
    pub(super) async fn apply(
        &self,
        lease: Option<&Lease>,
        held: &StoredPayment,
        charge: Charge,
    ) -> Result<StoredPayment, StorageError> {
        failpoint::reach(Failpoint::ReadUnstored);
        self.transitions.apply(lease, held, "read", Input::ChargeRead(evidence(charge))).await
    }
}
