//! Which device holds a payment (P3).

use scantill_payment::ChargeStatus;
use scantill_proxy::poll_queue::PollResult;
use scantill_types::DeviceId;

use crate::Database;
use crate::new_payments::{NOW, commit, create, device, new_payment, payment, read, seen};

fn second() -> DeviceId {
    DeviceId::parse("tablet-2").unwrap()
}

pub(crate) async fn a_take_over_names_the_new_holder_and_is_announced_once(database: &dyn Database) {
    let storage = database.open();
    let sent = create(&storage, new_payment("pay-1", "sale-1")).await;
    let mut changes = storage.changes(&device("POS-01"));
    let at = NOW.plus_ms(5);
    let taken = storage.take_over(payment("pay-1"), second(), at).await.unwrap().unwrap();
    assert_eq!((taken.holder.as_str(), taken.version, taken.updated_at), ("tablet-2", sent.version + 1, at));
    assert_eq!(read(&storage, "pay-1").await.unwrap().holder, second());
    let again = storage.take_over(payment("pay-1"), second(), NOW.plus_ms(9)).await.unwrap().unwrap();
    assert_eq!((again.version, again.cursor), (taken.version, taken.cursor));
    assert_eq!(changes.recv().await.unwrap().cursor, taken.cursor);
    assert!(changes.try_recv().is_err());
    let paid = commit(&storage, &taken, seen(&taken, ChargeStatus::Successful)).await;
    assert_eq!(paid.holder, second());
    assert!(storage.take_over(payment("nobodys"), second(), at).await.unwrap().is_none());
}

pub(crate) async fn a_take_over_leaves_what_is_planned_and_leased_as_it_was(database: &dyn Database) {
    let storage = database.open();
    let sent = create(&storage, new_payment("pay-1", "sale-1")).await;
    storage.expedite(&sent, NOW).await.unwrap();
    storage.take_over(payment("pay-1"), second(), NOW).await.unwrap();
    assert_eq!(storage.next_due(NOW).await.unwrap(), Some(NOW));
    let lease = storage.lease_due(NOW, 1_000, 10).await.unwrap().pop().unwrap();
    storage.take_over(payment("pay-1"), sent.holder, NOW).await.unwrap();
    let due_at = Some(NOW.plus_ms(700));
    storage.release(lease, PollResult { version: Some(sent.version), due_at }, NOW).await.unwrap();
    assert_eq!(storage.next_due(NOW).await.unwrap(), due_at);
}
