//! The webhooks that came, each once, and what they say as long as nobody has followed it.

use async_trait::async_trait;
use rusqlite::{Connection, params};
use scantill_types::{PaymentId, Timestamp};

use super::SqliteStorage;
use crate::storage::{StorageError, Webhook, WebhookDb, WebhookStored};

/// Webhooks are remembered for two weeks: longer than anybody delivers one again.
const LIFE_MS: i64 = 14 * 24 * 60 * 60 * 1_000;

#[async_trait]
impl WebhookDb for SqliteStorage {
    async fn store_webhook(&self, webhook: Webhook, key: String) -> Result<WebhookStored, StorageError> {
        self.writer.write(move |write| insert(write.connection, &webhook, &key)).await
    }

    async fn unconfirmed_webhooks(&self, account: String, limit: u32) -> Result<Vec<Webhook>, StorageError> {
        self.reader.read(move |connection| unconfirmed(connection, &account, limit)).await
    }

    async fn is_named_by_a_webhook(&self, payment: PaymentId) -> Result<bool, StorageError> {
        self.reader.read(move |connection| names(connection, &payment)).await
    }

    async fn mark_webhooks_confirmed(&self, webhooks: Vec<Webhook>) -> Result<(), StorageError> {
        self.writer.write(move |write| confirmed(write.connection, &webhooks)).await
    }
}

fn insert(connection: &Connection, webhook: &Webhook, key: &str) -> Result<WebhookStored, StorageError> {
    let forgotten = "DELETE FROM webhooks WHERE received_at < ?1";
    let Webhook { account, event, assertion, payment, at } = webhook;
    connection.prepare_cached(forgotten)?.execute([at.0 - LIFE_MS])?;
    let payment = payment.as_ref().map(PaymentId::as_str);
    let sql = "INSERT OR IGNORE INTO webhooks (account, event_id, key, assertion, payment_id, received_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let values = params![account, event, key, assertion, payment, at.0];
    let inserted = connection.prepare_cached(sql)?.execute(values)?;
    Ok(if inserted == 1 { WebhookStored::New } else { WebhookStored::Repeated })
}

fn unconfirmed(connection: &Connection, account: &str, limit: u32) -> Result<Vec<Webhook>, StorageError> {
    let sql =
        "SELECT event_id, assertion, payment_id, received_at FROM webhooks INDEXED BY webhooks_unconfirmed
        WHERE assertion IS NOT NULL AND account = ?1 ORDER BY random() LIMIT ?2";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map(params![account, limit], |row| {
        let payment: Option<String> = row.get(2)?;
        let payment = payment.and_then(|id| PaymentId::parse(&id).ok());
        let (event, assertion, at) = (row.get(0)?, row.get(1)?, Timestamp(row.get(3)?));
        Ok(Webhook { account: account.to_owned(), event, assertion, payment, at })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn names(connection: &Connection, payment: &PaymentId) -> Result<bool, StorageError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM webhooks WHERE payment_id = ?1 AND assertion IS NOT NULL)";
    Ok(connection.query_row(sql, [payment.as_str()], |row| row.get(0))?)
}

fn confirmed(connection: &Connection, webhooks: &[Webhook]) -> Result<(), StorageError> {
    let sql = "UPDATE webhooks SET assertion = NULL WHERE account = ?1 AND event_id = ?2";
    let mut statement = connection.prepare_cached(sql)?;
    for webhook in webhooks {
        statement.execute([&webhook.account, &webhook.event])?;
    }
    Ok(())
}
