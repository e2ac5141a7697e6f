//! The actions of a poll: to read, to look up and to expire a charge, and to end what took too long.

use std::sync::Arc;

use scantill_omise::ReadError;
use scantill_payment::{Action, Input};
use scantill_types::ChargeId;
use scantill_types::api::PaymentState;

use super::super::accounts::Accounts;
use super::super::charge_lookup::{ChargeLookup, LookupKey, Lookups};
use super::super::charge_reads::ChargeReads;
use super::super::provider_reads::{Contact, NoAnswer, ProviderReads};
use super::super::refunds::Refunder;
use super::super::transition::Transitions;
use crate::account::Account;
use crate::failpoint::{self, Failpoint};
use crate::poll_queue::Lease;
use crate::storage::{StorageError, StoredPayment};

/// The result of a read of the primary charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ReadResult {
    /// The charge was read, or the payment is final.
    Seen,
    /// The provider does not know it.
    Missing,
    /// The provider could not be asked.
    Unreached,
}

impl ReadResult {
    /// Whether the pass may go on at once.
    fn contact(self) -> Contact {
        match self {
            Self::Seen => Contact::Reached,
            Self::Missing | Self::Unreached => Contact::Unreached,
        }
    }
}

/// Performs the actions of polls.
#[derive(Debug)]
pub(in super::super) struct PollActions {
    pub(in super::super) accounts: Arc<Accounts>,
    pub(in super::super) provider: Arc<ProviderReads>,
    pub(in super::super) lookups: Arc<Lookups>,
    pub(in super::super) transitions: Arc<Transitions>,
    pub(in super::super) charge_reads: Arc<ChargeReads>,
    pub(in super::super) charge_lookup: Arc<ChargeLookup>,
    pub(in super::super) refunder: Arc<Refunder>,
}

impl PollActions {
    pub(super) async fn perform(
        &self,
        lease: &Lease,
        account: &Account,
        stored: &StoredPayment,
        action: Action,
    ) -> Result<Contact, StorageError> {
        let lease = Some(lease);
        let bound = stored.attempt.charges.bound.as_ref().map(|charge| charge.id.clone());
        match (action, bound) {
            (Action::Read, Some(charge)) => {
                Ok(self.read_bound_charge(lease, account, stored, &charge).await?.contact())
            }
            (Action::Expire, Some(charge)) => self.expire(lease, account, stored, &charge).await,
            (Action::LookupCharge | Action::Read | Action::Expire, _) => {
                self.charge_lookup.lookup_charge(lease, account, stored).await
            }
            (Action::ReadDuplicate(charge), _) => {
                self.charge_reads.read(lease, account, stored, &charge).await
            }
            (Action::ExpireDuplicate(charge), _) => {
                self.expire_duplicate(lease, account, stored, charge).await
            }
            (Action::SendRefund(refund), _) => {
                self.refunder.send_refund(lease, account, stored, &refund).await
            }
            (Action::LookupRefund(refund), _) => {
                self.refunder.lookup_refund(lease, account, stored, &refund).await
            }
            (Action::StopAwaitingRefund(refund), _) => {
                self.refunder.stop_awaiting_refund(lease, stored, &refund).await?;
                Ok(Contact::Reached)
            }
            (Action::StopAwaitingAnswer, _) => {
                self.lookups.begin(LookupKey::Charge(stored.id().clone()));
                self.transitions.apply(lease, stored, "answer_overdue", Input::AnswerOverdue).await?;
                Ok(Contact::Reached)
            }
            (Action::RequestCancel, bound) => self.request_late_cancel(lease, account, stored, bound).await,
            (Action::EndDecisionTime, _) => {
                self.transitions.apply(lease, stored, "decision_overdue", Input::DecisionOverdue).await?;
                Ok(Contact::Reached)
            }
        }
    }

    /// The deadline may have passed while the provider could not be read. What the customer paid meanwhile was paid in time,
    /// so that the cancel is requested only after one read (P11).
    async fn request_late_cancel(
        &self,
        lease: Option<&Lease>,
        account: &Account,
        stored: &StoredPayment,
        bound: Option<ChargeId>,
    ) -> Result<Contact, StorageError> {
        let is_read = match bound {
            Some(charge) => {
                self.read_bound_charge(lease, account, stored, &charge).await? != ReadResult::Unreached
            }
            None => self.charge_lookup.lookup_charge(lease, account, stored).await? == Contact::Reached,
        };
        if is_read {
            let input = Input::DeadlinePassed { provider_time: self.accounts.provider_time(stored) };
            self.transitions.apply(lease, stored, "deadline", input).await?;
        }
        Ok(if is_read { Contact::Reached } else { Contact::Unreached })
    }

    /// A read that finds the end of a payment before any webhook did shows that webhooks do not come.
    async fn read_bound_charge(
        &self,
        lease: Option<&Lease>,
        account: &Account,
        stored: &StoredPayment,
        charge: &ChargeId,
    ) -> Result<ReadResult, StorageError> {
        let waits_for_a_webhook = stored.attempt.payment_state() == PaymentState::Pending;
        let charge = match self.provider.read_charge(account, stored, charge).await {
            Ok(charge) => charge,
            Err(NoAnswer::Failed(ReadError::NotFound)) => {
                return self.lookup_other_charge(lease, account, stored).await;
            }
            Err(_) => return Ok(ReadResult::Unreached),
        };
        let stored = self.charge_reads.apply(lease, stored, charge).await?;
        if waits_for_a_webhook && !stored.is_open() {
            account.webhook_health().missed();
        }
        Ok(ReadResult::Seen)
    }

    /// The provider does not know the primary charge: perhaps the answer that named it was wrong, and another charge
    /// carries the payment's id.
    async fn lookup_other_charge(
        &self,
        lease: Option<&Lease>,
        account: &Account,
        stored: &StoredPayment,
    ) -> Result<ReadResult, StorageError> {
        if !stored.is_open() {
            return Ok(ReadResult::Seen);
        }
        let stored = &self.transitions.apply(lease, stored, "bound_missing", Input::BoundMissing).await?;
        self.charge_lookup.lookup_charge(lease, account, stored).await?;
        Ok(ReadResult::Missing)
    }

    async fn expire(
        &self,
        lease: Option<&Lease>,
        account: &Account,
        stored: &StoredPayment,
        charge: &ChargeId,
    ) -> Result<Contact, StorageError> {
        let stored = &self.transitions.apply(lease, stored, "expire_begins", Input::ExpireBegins).await?;
        let answer = self.provider.expire(account, stored, charge).await;
        failpoint::reach(Failpoint::ExpireUnstored);
        if let Err(error) = &answer {
            tracing::warn!(payment = %stored.id(), %error, "the charge was not seen to be expired");
        }
        // Only the read that follows tells the state of the charge; the answer to the expire does not.
        let charge = match self.provider.read_charge(account, stored, charge).await {
            Ok(charge) => charge,
            Err(NoAnswer::Failed(ReadError::NotFound)) => {
                return self.lookup_other_charge(lease, account, stored).await.map(ReadResult::contact);
            }
            Err(_) => return Ok(Contact::Unreached),
        };
        // The read succeeded, so that the refusal was not about the key.
        if answer.is_err_and(|error| is_refusal(&error)) {
            self.transitions.apply(lease, stored, "expire_refused", Input::ExpireRefused).await?;
        }
        self.charge_reads.apply(lease, stored, charge).await?;
        Ok(Contact::Reached)
    }

    /// That it begins is committed before it is sent. A duplicate whose end was read meanwhile is not expired any more.
    async fn expire_duplicate(
        &self,
        lease: Option<&Lease>,
        account: &Account,
        stored: &StoredPayment,
        charge: ChargeId,
    ) -> Result<Contact, StorageError> {
        let input = Input::DuplicateExpireBegins(charge.clone());
        let stored = self.transitions.apply(lease, stored, "duplicate_expire_begins", input).await?;
        failpoint::reach(Failpoint::DuplicateExpireUnsent);
        if !stored.attempt.charges.is_expiring(&charge) {
            return Ok(Contact::Reached);
        }
        let answer = self.provider.expire(account, &stored, &charge).await;
        let Err(error) = answer else { return Ok(Contact::Reached) };
        tracing::error!(payment = %stored.id(), %error, "a duplicate charge could not be expired");
        Ok(if is_refusal(&error) { Contact::Reached } else { Contact::Unreached })
    }
}

/// Whether Omise answered, and refused to expire the charge.
fn is_refusal(error: &ReadError) -> bool {
    match error {
        ReadError::Refused { .. } | ReadError::Unauthorized { .. } | ReadError::NotFound => true,
        ReadError::Unreachable | ReadError::Busy { .. } | ReadError::Malformed => false,
    }
}
