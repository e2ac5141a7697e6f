//! The part of the storage for webhooks.

use async_trait::async_trait;
use scantill_types::PaymentId;

use super::{StorageError, Webhook};

/// What became of a webhook that came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WebhookStored {
    /// It is new.
    New,
    /// Its event was stored before.
    Repeated,
}

/// Webhooks as they came, with what they assert until a read has confirmed it.
#[async_trait]
pub trait WebhookDb: Send + Sync + std::fmt::Debug {
    /// Keeps a webhook, and forgets those that are older than two weeks. `false` if the event was there before.
    async fn store_webhook(&self, webhook: Webhook, key: String) -> Result<WebhookStored, StorageError>;
    /// At most `limit` of those of an account that say something which nobody has followed yet. They come in no order, so
    /// that some which cannot be followed keep no others out.
    async fn unconfirmed_webhooks(&self, account: String, limit: u32) -> Result<Vec<Webhook>, StorageError>;
    /// Whether one of those names this payment.
    async fn is_named_by_a_webhook(&self, payment: PaymentId) -> Result<bool, StorageError>;
    /// They were followed, or there is nothing to find by them.
    async fn mark_webhooks_confirmed(&self, webhooks: Vec<Webhook>) -> Result<(), StorageError>;
}
