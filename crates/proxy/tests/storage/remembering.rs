//! What the storage knows beside the payments: whose a key is, the keys of the day, the webhooks.

use std::sync::Arc;

use futures_util::future::join_all;
use scantill_proxy::provider_clock::ProviderTime;
use scantill_proxy::storage::{
    Identity, IdentityStored, NewPayment, Storage, StorageError, Webhook, WebhookStored,
};
use scantill_types::Timestamp;

use crate::Database;
use crate::new_payments::{NOW, create, new_payment, payment, read};

const HALF_A_DAY_MS: u64 = 12 * 60 * 60 * 1_000;

fn identity(id: &str) -> Identity {
    Identity { id: id.into(), livemode: false }
}

pub(crate) async fn an_identity_is_known_again_by_the_keys_fingerprint(database: &dyn Database) {
    let storage = database.open();
    assert_eq!(storage.identity("demo".into(), "f1".into()).await.unwrap(), None);
    assert_eq!(
        storage.store_identity("demo".into(), "f1".into(), identity("account_1")).await,
        Ok(IdentityStored::Stored)
    );
    // A second key of the same account, while keys are rotated.
    assert_eq!(
        storage.store_identity("demo".into(), "f2".into(), identity("account_1")).await,
        Ok(IdentityStored::Stored)
    );
    drop(storage);
    let storage = database.open();
    for fingerprint in ["f1", "f2"] {
        let known = storage.identity("demo".into(), fingerprint.into()).await.unwrap();
        assert_eq!(known, Some(identity("account_1")));
    }
    assert_eq!(storage.identity("another".into(), "f1".into()).await.unwrap(), None);
}

pub(crate) async fn a_key_of_another_account_is_refused_once_there_are_payments(database: &dyn Database) {
    let storage = database.open();
    assert_eq!(
        storage.store_identity("demo".into(), "f1".into(), identity("account_1")).await,
        Ok(IdentityStored::Stored)
    );
    assert_eq!(
        storage.store_identity("demo".into(), "f2".into(), identity("account_2")).await,
        Ok(IdentityStored::Stored)
    );
    create(&storage, new_payment("pay-1", "sale-1")).await;
    assert_eq!(
        storage.store_identity("demo".into(), "f3".into(), identity("account_3")).await,
        Ok(IdentityStored::OtherAccount)
    );
    assert_eq!(storage.identity("demo".into(), "f2".into()).await.unwrap(), Some(identity("account_2")));
    assert_eq!(storage.identity("demo".into(), "f3".into()).await.unwrap(), None);
}

pub(crate) async fn keys_for_codes_last_half_a_day_and_end_after_one(database: &dyn Database) {
    let storage = database.open();
    let first = storage.code_keys(NOW, [1; 32]).await.unwrap();
    assert_eq!(first.iter().map(|(_, key)| key.as_slice()).collect::<Vec<_>>(), [[1; 32]]);
    assert_eq!(storage.code_keys(NOW.plus_ms(HALF_A_DAY_MS - 1), [2; 32]).await.unwrap(), first);
    let both = storage.code_keys(NOW.plus_ms(HALF_A_DAY_MS), [2; 32]).await.unwrap();
    assert_eq!(both.iter().map(|(_, key)| key.as_slice()).collect::<Vec<_>>(), [[2; 32], [1; 32]]);
    let later = storage.code_keys(NOW.plus_ms(2 * HALF_A_DAY_MS), [3; 32]).await.unwrap();
    assert_eq!(later.iter().map(|(_, key)| key.as_slice()).collect::<Vec<_>>(), [[3; 32], [2; 32]]);
}

fn webhook(event: &str) -> Webhook {
    Webhook { account: "demo".into(), event: event.into(), assertion: None, payment: None, at: NOW }
}

fn keep(
    storage: &Arc<dyn Storage>,
    webhook: Webhook,
    now: Timestamp,
) -> impl Future<Output = Result<WebhookStored, StorageError>> {
    storage.store_webhook(Webhook { at: now, ..webhook }, "charge.complete".into())
}

pub(crate) async fn what_a_webhook_says_is_there_until_it_was_followed(database: &dyn Database) {
    let storage = database.open();
    let saying = |event: &str| Webhook {
        assertion: Some(format!("says {event}")),
        payment: Some(payment(event)),
        ..webhook(event)
    };
    for (event, at_ms) in [("evnt_2", 2), ("evnt_1", 1), ("evnt_3", 3)] {
        assert_eq!(keep(&storage, saying(event), NOW.plus_ms(at_ms)).await, Ok(WebhookStored::New));
    }
    assert_eq!(keep(&storage, webhook("evnt_4"), NOW).await, Ok(WebhookStored::New));
    let another = Webhook { account: "another".into(), ..saying("evnt_9") };
    assert_eq!(keep(&storage, another, NOW).await, Ok(WebhookStored::New));
    let unconfirmed = async |limit| storage.unconfirmed_webhooks("demo".into(), limit).await.unwrap();
    assert_eq!(unconfirmed(2).await.len(), 2);
    let mut all = unconfirmed(9).await;
    all.sort_by_key(|webhook| webhook.at);
    let at = |event: &str, at_ms| Webhook { at: NOW.plus_ms(at_ms), ..saying(event) };
    assert_eq!(all, [at("evnt_1", 1), at("evnt_2", 2), at("evnt_3", 3)]);
    storage.mark_webhooks_confirmed(vec![saying("evnt_1"), saying("evnt_3")]).await.unwrap();
    for (event, is_named) in [("evnt_1", false), ("evnt_2", true), ("evnt_4", false)] {
        assert_eq!(storage.is_named_by_a_webhook(payment(event)).await, Ok(is_named), "{event}");
    }
    assert_eq!(keep(&storage, saying("evnt_1"), NOW).await, Ok(WebhookStored::Repeated));
    drop(storage);
    assert_eq!(database.open().unconfirmed_webhooks("demo".into(), 9).await.unwrap(), [at("evnt_2", 2)]);
}

pub(crate) async fn a_webhook_is_kept_once(database: &dyn Database) {
    let storage = database.open();
    let keep = |account: &str| keep(&storage, Webhook { account: account.into(), ..webhook("evnt_1") }, NOW);
    let kept = join_all((0..20).map(|_| keep("demo"))).await;
    assert_eq!(kept.into_iter().filter(|kept| *kept == Ok(WebhookStored::New)).count(), 1);
    assert_eq!(keep("another").await, Ok(WebhookStored::New));
}

pub(crate) async fn a_webhook_is_forgotten_after_two_weeks(database: &dyn Database) {
    let storage = database.open();
    let keep = |event: &str, now| keep(&storage, webhook(event), now);
    let two_weeks = NOW.plus_ms(28 * HALF_A_DAY_MS);
    assert_eq!(keep("evnt_1", NOW).await, Ok(WebhookStored::New));
    assert_eq!(keep("evnt_2", two_weeks).await, Ok(WebhookStored::New));
    assert_eq!(keep("evnt_1", two_weeks).await, Ok(WebhookStored::Repeated));
    assert_eq!(keep("evnt_3", two_weeks.plus_ms(1)).await, Ok(WebhookStored::New));
    assert_eq!(keep("evnt_1", two_weeks.plus_ms(1)).await, Ok(WebhookStored::New));
}

pub(crate) async fn the_storage_says_how_many_payments_are_open(database: &dyn Database) {
    let storage = database.open();
    assert_eq!(storage.check().await, Ok(0));
    create(&storage, new_payment("pay-1", "sale-1")).await;
    create(&storage, new_payment("pay-2", "sale-2")).await;
    assert_eq!(storage.check().await, Ok(2));
}

pub(crate) async fn an_early_payment_gets_the_interval_of_two_reconciliations(database: &dyn Database) {
    let storage = database.open();
    let look = |ms: u64| ProviderTime { earliest: NOW.plus_ms(ms), latest: NOW.plus_ms(ms + 1) };
    let told = async |id: &str| read(&storage, id).await.unwrap().provider_time;
    for (number, looked_ms) in [(1, 1_000), (2, 2_000)] {
        let id = format!("pay-{number}");
        let untimed = NewPayment { provider_time: None, ..new_payment(&id, &format!("sale-{number}")) };
        create(&storage, untimed).await;
        storage.note_reconciled("another".into(), look(looked_ms)).await.unwrap();
        assert_eq!(told(&id).await, None, "it was not taken on in that account");
        storage.note_reconciled("demo".into(), look(looked_ms)).await.unwrap();
    }
    let first = ProviderTime { earliest: Timestamp(0), latest: NOW.plus_ms(1_001) };
    assert_eq!(told("pay-1").await, Some(first), "nobody knows of any look before");
    let second = ProviderTime { earliest: NOW.plus_ms(1_000), latest: NOW.plus_ms(2_001) };
    assert_eq!(told("pay-2").await, Some(second));
    assert_eq!(storage.reconciled("demo".into()).await.unwrap(), Some(NOW.plus_ms(2_000)));
}
