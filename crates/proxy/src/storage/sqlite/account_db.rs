//! The accounts in SQLite: each method is one job of the writer or of the reader.

use async_trait::async_trait;
use scantill_types::{StoreId, Timestamp};

use super::payments::lookups;
use super::{SqliteStorage, accounts, approvals, terminals};
use crate::provider_clock::ProviderTime;
use crate::storage::{
    AccountDb, ApprovalAsked, Begun, Identity, IdentityStored, PinResult, StorageError, Supervisor,
};

#[async_trait]
impl AccountDb for SqliteStorage {
    async fn identity(&self, account: String, fingerprint: String) -> Result<Option<Identity>, StorageError> {
        self.reader.read(move |connection| terminals::identity(connection, &account, &fingerprint)).await
    }

    async fn store_identity(
        &self,
        account: String,
        fingerprint: String,
        identity: Identity,
    ) -> Result<IdentityStored, StorageError> {
        self.writer
            .write(move |write| {
                terminals::store_identity(write.connection, &account, &fingerprint, &identity)
            })
            .await
    }

    async fn accounts_in_use(&self, refundable_since: Timestamp) -> Result<Vec<String>, StorageError> {
        self.reader.read(move |connection| lookups::accounts_in_use(connection, refundable_since)).await
    }

    async fn reconciled(&self, account: String) -> Result<Option<Timestamp>, StorageError> {
        self.reader.read(move |connection| accounts::reconciled(connection, &account)).await
    }

    async fn note_reconciled(&self, account: String, until: ProviderTime) -> Result<(), StorageError> {
        self.writer.write(move |write| accounts::note_reconciled(write.connection, &account, until)).await
    }

    async fn add_supervisor(&self, supervisor: Supervisor, now: Timestamp) -> Result<(), StorageError> {
        self.writer.write(move |write| accounts::add_supervisor(write.connection, &supervisor, now)).await
    }

    async fn supervisors(&self, account: String, store: StoreId) -> Result<Vec<Supervisor>, StorageError> {
        self.reader.read(move |connection| accounts::supervisors(connection, &account, &store)).await
    }

    async fn begin_approval(&self, asked: ApprovalAsked, now: Timestamp) -> Result<Begun, StorageError> {
        self.writer.write(move |write| approvals::begin(write.connection, &asked, now)).await
    }

    async fn end_approval(
        &self,
        asked: ApprovalAsked,
        supervisor: Option<Supervisor>,
        result: PinResult,
        now: Timestamp,
    ) -> Result<(), StorageError> {
        let person = supervisor;
        self.writer
            .write(move |write| approvals::end(write.connection, &asked, person.as_ref(), result, now))
            .await
    }
}
