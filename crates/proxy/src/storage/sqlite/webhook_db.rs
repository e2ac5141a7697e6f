//! The webhooks in SQLite: each method is one job of the writer or of the reader.

use async_trait::async_trait;
use scantill_types::PaymentId;

use super::{SqliteStorage, webhooks};
use crate::storage::{StorageError, Webhook, WebhookDb, WebhookStored};

#[async_trait]
impl WebhookDb for SqliteStorage {
    async fn store_webhook(&self, webhook: Webhook, key: String) -> Result<WebhookStored, StorageError> {
        self.writer.write(move |write| webhooks::insert(write.connection, &webhook, &key)).await
    }

    async fn unconfirmed_webhooks(&self, account: String, limit: u32) -> Result<Vec<Webhook>, StorageError> {
        self.reader.read(move |connection| webhooks::unconfirmed(connection, &account, limit)).await
    }

    async fn is_named_by_a_webhook(&self, payment: PaymentId) -> Result<bool, StorageError> {
        self.reader.read(move |connection| webhooks::names(connection, &payment)).await
    }

    async fn mark_webhooks_confirmed(&self, webhooks: Vec<Webhook>) -> Result<(), StorageError> {
        self.writer.write(move |write| webhooks::confirmed(write.connection, &webhooks)).await
    }
}
