//! Transitions: whole, once, and durable.

use futures_util::future::join_all;
use scantill_payment::ChargeStatus;
use scantill_proxy::storage::Committed;
use scantill_types::api::PaymentState;

use crate::Database;
use crate::new_payments::{commit, create, new_payment, read, refused, seen, transition};

pub(crate) async fn a_commit_is_there_for_the_next_reader(database: &dyn Database) {
    let storage = database.open();
    let sent = create(&storage, new_payment("pay-1", "sale-1")).await;
    let pending = commit(&storage, &sent, seen(&sent, ChargeStatus::Pending)).await;
    assert_eq!(pending.version, 2);
    assert!(sent.cursor < pending.cursor);
    let found = read(&storage, "pay-1").await.unwrap();
    assert_eq!((found.version, found.cursor), (pending.version, pending.cursor));
    assert_eq!(found.attempt, pending.attempt);
    assert_eq!(storage.unsettled_payments().await.unwrap().len(), 1);
}

pub(crate) async fn a_stale_commit_writes_nothing_and_shows_what_is_there(database: &dyn Database) {
    let storage = database.open();
    let sent = create(&storage, new_payment("pay-1", "sale-1")).await;
    commit(&storage, &sent, seen(&sent, ChargeStatus::Pending)).await;
    let late = storage.commit(sent.id().clone(), sent.version, transition(&sent, refused())).await.unwrap();
    let Committed::Stale(shown) = late else { panic!("{late:?}") };
    assert_eq!((shown.version, shown.attempt.payment_state()), (2, PaymentState::Pending));
    assert_eq!(read(&storage, "pay-1").await.unwrap().attempt.payment_state(), PaymentState::Pending);
}

pub(crate) async fn of_many_commits_on_one_version_one_is_done(database: &dyn Database) {
    let storage = database.open();
    let sent = create(&storage, new_payment("pay-1", "sale-1")).await;
    let tries = (0..20).map(|_| storage.commit(sent.id().clone(), 1, transition(&sent, refused())));
    let done = join_all(tries).await;
    assert_eq!(done.iter().filter(|done| matches!(done, Ok(Committed::Done(_)))).count(), 1);
    assert_eq!(done.iter().filter(|done| matches!(done, Ok(Committed::Stale(_)))).count(), 19);
    assert_eq!(read(&storage, "pay-1").await.unwrap().version, 2);
}

pub(crate) async fn commits_on_many_payments_at_once_are_all_done(database: &dyn Database) {
    let storage = database.open();
    let new_payments =
        (0..200).map(|number| new_payment(&format!("pay-{number}"), &format!("sale-{number}")));
    let sent = join_all(new_payments.map(|new_payment| create(&storage, new_payment))).await;
    let paid =
        join_all(sent.iter().map(|sent| commit(&storage, sent, seen(sent, ChargeStatus::Successful)))).await;
    let mut cursors: Vec<i64> = paid.iter().map(|stored| stored.cursor).collect();
    cursors.sort_unstable();
    cursors.dedup();
    assert_eq!(cursors.len(), 200);
    assert_eq!(storage.check().await.unwrap(), 0);
}

pub(crate) async fn the_storage_outlives_the_process_that_opened_it(database: &dyn Database) {
    let storage = database.open();
    let sent = create(&storage, new_payment("pay-1", "sale-1")).await;
    let pending = commit(&storage, &sent, seen(&sent, ChargeStatus::Pending)).await;
    drop(storage);
    let storage = database.open();
    let found = read(&storage, "pay-1").await.unwrap();
    assert_eq!((found.attempt.clone(), found.version), (pending.attempt, pending.version));
    commit(&storage, &found, seen(&found, ChargeStatus::Successful)).await;
    let next = create(&storage, new_payment("pay-2", "sale-2")).await;
    assert!(found.counter < next.counter);
}
