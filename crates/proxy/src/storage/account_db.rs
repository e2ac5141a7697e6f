//! The part of the storage for accounts.

use async_trait::async_trait;
use scantill_types::{StoreId, Timestamp};

use super::{ApprovalAsked, Begun, StorageError, Supervisor};
use crate::provider_clock::ProviderTime;

/// Who the provider says an account is (P1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Omise's id of the account.
    pub id: String,
    /// Real money.
    pub livemode: bool,
}

/// Whether an identity was stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdentityStored {
    /// It is the account's identity now.
    Stored,
    /// Payments of this name belong to another account. Nothing was written.
    OtherAccount,
}

/// What came of the try of a PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinResult {
    /// The PIN of a supervisor.
    Right,
    /// Nobody's PIN.
    Wrong,
}

/// Accounts with their identity at the provider, their reconciliation and the supervisors of their stores.
#[async_trait]
pub trait AccountDb: Send + Sync + std::fmt::Debug {
    /// The identity last stored for a key's fingerprint.
    async fn identity(&self, account: String, fingerprint: String) -> Result<Option<Identity>, StorageError>;
    /// Stores an identity. Payments of this name may belong to another account (P1).
    async fn store_identity(
        &self,
        account: String,
        fingerprint: String,
        identity: Identity,
    ) -> Result<IdentityStored, StorageError>;
    /// The accounts that have open payments, or paid ones that were created since then.
    async fn accounts_in_use(&self, refundable_since: Timestamp) -> Result<Vec<String>, StorageError>;
    /// Until when the account was reconciled, on the provider's clock.
    async fn reconciled(&self, account: String) -> Result<Option<Timestamp>, StorageError>;
    /// Records that the account was reconciled until `until`. Payments created before we knew the provider's time get the
    /// interval between the last two reconciliations as their creation time.
    async fn note_reconciled(&self, account: String, until: ProviderTime) -> Result<(), StorageError>;
    /// Adds a supervisor of a store, or gives one a new PIN.
    async fn add_supervisor(&self, supervisor: Supervisor, now: Timestamp) -> Result<(), StorageError>;
    /// The supervisors of a store.
    async fn supervisors(&self, account: String, store: StoreId) -> Result<Vec<Supervisor>, StorageError>;
    /// Begins a try of a PIN, in the audit: it counts as a wrong one unless tries are locked.
    async fn begin_approval(&self, asked: ApprovalAsked, now: Timestamp) -> Result<Begun, StorageError>;
    /// Ends a try, in the audit. A right PIN clears the count of its person at this device.
    async fn end_approval(
        &self,
        asked: ApprovalAsked,
        supervisor: Option<Supervisor>,
        result: PinResult,
        now: Timestamp,
    ) -> Result<(), StorageError>;
}
