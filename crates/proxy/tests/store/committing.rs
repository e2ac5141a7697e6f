//! Transitions: whole, once, and durable.

use futures_util::future::join_all;
use scantill_payment::ChargeStatus;
use scantill_proxy::store::Committed;
use scantill_types::api::PaymentState;

use crate::Books;
use crate::drafts::{commit, create, draft, read, refused, seen, transition};

pub(crate) async fn a_commit_is_there_for_the_next_reader(books: &dyn Books) {
    let store = books.open();
    let sent = create(&store, draft("pay-1", "sale-1")).await;
    let pending = commit(&store, &sent, seen(&sent, ChargeStatus::Pending)).await;
    assert_eq!(pending.version, 2);
    assert!(sent.cursor < pending.cursor);
    let found = read(&store, "pay-1").await.unwrap();
    assert_eq!((found.version, found.cursor), (pending.version, pending.cursor));
    assert_eq!(found.attempt, pending.attempt);
    assert_eq!(store.unsettled_payments().await.unwrap().len(), 1);
}

pub(crate) async fn a_stale_commit_writes_nothing_and_shows_what_is_there(books: &dyn Books) {
    let store = books.open();
    let sent = create(&store, draft("pay-1", "sale-1")).await;
    commit(&store, &sent, seen(&sent, ChargeStatus::Pending)).await;
    let late = store.commit(sent.id().clone(), sent.version, transition(&sent, refused())).await.unwrap();
    let Committed::Stale(shown) = late else { panic!("{late:?}") };
    assert_eq!((shown.version, shown.attempt.payment_state()), (2, PaymentState::Pending));
    assert_eq!(read(&store, "pay-1").await.unwrap().attempt.payment_state(), PaymentState::Pending);
}

pub(crate) async fn of_many_commits_on_one_version_one_is_done(books: &dyn Books) {
    let store = books.open();
    let sent = create(&store, draft("pay-1", "sale-1")).await;
    let tries = (0..20).map(|_| store.commit(sent.id().clone(), 1, transition(&sent, refused())));
    let done = join_all(tries).await;
    assert_eq!(done.iter().filter(|done| matches!(done, Ok(Committed::Done(_)))).count(), 1);
    assert_eq!(done.iter().filter(|done| matches!(done, Ok(Committed::Stale(_)))).count(), 19);
    assert_eq!(read(&store, "pay-1").await.unwrap().version, 2);
}

pub(crate) async fn commits_on_many_payments_at_once_are_all_done(books: &dyn Books) {
    let store = books.open();
    let drafts = (0..200).map(|number| draft(&format!("pay-{number}"), &format!("sale-{number}")));
    let sent = join_all(drafts.map(|draft| create(&store, draft))).await;
    let paid =
        join_all(sent.iter().map(|sent| commit(&store, sent, seen(sent, ChargeStatus::Successful)))).await;
    let mut cursors: Vec<i64> = paid.iter().map(|record| record.cursor).collect();
    cursors.sort_unstable();
    cursors.dedup();
    assert_eq!(cursors.len(), 200);
    assert_eq!(store.check().await.unwrap(), 0);
}

pub(crate) async fn the_books_outlive_whoever_opened_them(books: &dyn Books) {
    let store = books.open();
    let sent = create(&store, draft("pay-1", "sale-1")).await;
    let pending = commit(&store, &sent, seen(&sent, ChargeStatus::Pending)).await;
    drop(store);
    let store = books.open();
    let found = read(&store, "pay-1").await.unwrap();
    assert_eq!((found.attempt.clone(), found.version), (pending.attempt, pending.version));
    commit(&store, &found, seen(&found, ChargeStatus::Successful)).await;
    let next = create(&store, draft("pay-2", "sale-2")).await;
    assert!(found.counter < next.counter);
}
