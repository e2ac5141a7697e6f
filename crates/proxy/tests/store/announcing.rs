//! What the tills are told: in the order of the commits, and only what is durable.

use std::sync::Arc;

use futures_util::future::join_all;
use scantill_payment::{ChargeStatus, Input};
use scantill_proxy::store::{Device, Draft, Record, Store};
use scantill_types::api::Decision;
use scantill_types::{DeviceId, StoreId};

use crate::Books;
use crate::drafts::{by_hand, commit, create, device, draft, refused, seen, transition};

pub(crate) async fn changes_are_announced_in_the_order_of_their_commits(books: &dyn Books) {
    let store = books.open();
    let mut changes = store.changes(&device("POS-01"));
    let numbers = 0..20;
    join_all(numbers.map(async |number| {
        let sent = create(&store, draft(&format!("pay-{number}"), &format!("sale-{number}"))).await;
        let pending = commit(&store, &sent, seen(&sent, ChargeStatus::Pending)).await;
        commit(&store, &pending, seen(&pending, ChargeStatus::Successful)).await;
    }))
    .await;
    let mut cursors = Vec::new();
    for _ in 0..60 {
        cursors.push(changes.recv().await.unwrap().cursor);
    }
    assert!(cursors.is_sorted_by(|one, next| one < next), "{cursors:?}");
    assert!(changes.try_recv().is_err());
}

pub(crate) async fn a_change_is_announced_to_its_own_terminal_alone(books: &dyn Books) {
    let store = books.open();
    let here = device("POS-01");
    let others = [
        device("POS-02"),
        Device { store_id: StoreId::parse("store_2").unwrap(), ..here.clone() },
        Device { account: "another".into(), ..here.clone() },
    ];
    let mut of_others = others.map(|device| store.changes(&device));
    let mut of_another_device =
        store.changes(&Device { id: DeviceId::parse("tablet-2").unwrap(), ..here.clone() });
    let mut changes = store.changes(&here);
    create(&store, draft("pay-1", "sale-1")).await;
    for changes in [&mut changes, &mut of_another_device] {
        assert_eq!(changes.recv().await.unwrap().id().as_str(), "pay-1");
    }
    assert!(of_others.iter_mut().all(|changes| changes.try_recv().is_err()));
}

pub(crate) async fn what_is_announced_is_in_the_books(books: &dyn Books) {
    let store = books.open();
    let mut changes = store.changes(&device("POS-01"));
    let drafts = (0..20).map(|number| draft(&format!("pay-{number}"), &format!("sale-{number}")));
    let creating = join_all(drafts.map(|draft| create(&store, draft)));
    let reading = async {
        for _ in 0..20 {
            let told = changes.recv().await.unwrap();
            let found = store.payment(told.id().clone()).await.unwrap().expect("told before it was durable");
            assert!(told.version <= found.version);
        }
    };
    tokio::join!(creating, reading);
}

pub(crate) async fn what_is_refused_is_not_announced(books: &dyn Books) {
    let store = books.open();
    let first = create(&store, draft("pay-1", "sale-1")).await;
    commit(&store, &first, seen(&first, ChargeStatus::Pending)).await;
    let mut changes = store.changes(&device("POS-01"));
    store.create(draft("pay-1", "sale-1")).await.unwrap();
    store.create(draft("pay-2", "sale-1")).await.unwrap();
    store.commit(first.id().clone(), first.version, transition(&first, refused())).await.unwrap();
    create(&store, draft("pay-3", "sale-3")).await;
    assert_eq!(changes.recv().await.unwrap().id().as_str(), "pay-3");
}

pub(crate) async fn a_stream_gets_what_it_missed_and_nothing_of_other_terminals(books: &dyn Books) {
    let store = books.open();
    let first = create(&store, draft("pay-1", "sale-1")).await;
    let second = create(&store, draft("pay-2", "sale-2")).await;
    let other = Draft { device: device("POS-02"), ..draft("pay-3", "sale-3") };
    create(&store, other).await;
    let first = commit(&store, &first, seen(&first, ChargeStatus::Successful)).await;
    let missed = store.missed(device("POS-01"), Some(second.cursor - 1)).await.unwrap();
    let ids: Vec<&str> = missed.records.iter().map(|record| record.id().as_str()).collect();
    assert_eq!((ids, missed.cursor), (vec!["pay-2", "pay-1"], first.cursor));
    assert!(store.missed(device("POS-01"), Some(first.cursor)).await.unwrap().records.is_empty());
}

pub(crate) async fn a_stream_that_knows_nothing_gets_what_is_open_and_what_needs_a_person(books: &dyn Books) {
    let store = books.open();
    let first = create(&store, draft("unpaid", "sale-1")).await;
    commit(&store, &first, refused()).await;
    create(&store, draft("open", "sale-2")).await;
    paid_late(&store, draft("awaiting_decision", "sale-3")).await;
    let unanswered = paid_late(&store, draft("decision_overdue", "sale-4")).await;
    commit(&store, &unanswered, Input::DecisionOverdue).await;
    let kept = paid_late(&store, draft("accepted", "sale-5")).await;
    commit(&store, &kept, Input::Decided(Decision::Accept)).await;
    let returning = paid_late(&store, draft("going-back", "sale-8")).await;
    commit(&store, &returning, Input::Decided(Decision::Refund)).await;
    let closed = paid_late(&store, draft("closed", "sale-6")).await;
    commit(&store, &closed, by_hand()).await;
    paid_late(&store, Draft { device: device("POS-02"), ..draft("elsewhere", "sale-7") }).await;
    // A cursor that these books have not reached is of other books.
    for unknown in [None, Some(-1), Some(1_000)] {
        let missed = store.missed(device("POS-01"), unknown).await.unwrap();
        let ids: Vec<&str> = missed.records.iter().map(|record| record.id().as_str()).collect();
        assert_eq!(ids, ["open", "awaiting_decision", "decision_overdue", "going-back"], "{unknown:?}");
    }
}

pub(crate) async fn of_many_that_need_a_person_a_stream_gets_what_is_open_and_the_newest(books: &dyn Books) {
    let store = books.open();
    create(&store, draft("open", "sale-open")).await;
    paid_late(&store, draft("oldest", "sale-oldest")).await;
    let many = 0..500;
    join_all(
        many.map(|number| paid_late(&store, draft(&format!("pay-{number}"), &format!("sale-{number}")))),
    )
    .await;
    let missed = store.missed(device("POS-01"), None).await.unwrap();
    let ids: Vec<&str> = missed.records.iter().map(|record| record.id().as_str()).collect();
    assert_eq!((ids.len(), ids[0]), (501, "open"));
    assert!(!ids.contains(&"oldest"));
}

pub(crate) async fn the_epoch_names_these_books_and_no_others(books: &dyn Books) {
    let store = books.open();
    let (epoch, installation) = (store.epoch().to_owned(), store.installation().to_owned());
    assert_ne!(epoch, installation);
    drop(store);
    let store = books.open();
    assert_eq!((store.epoch(), store.installation()), (epoch.as_str(), installation.as_str()));
}

/// A payment that was paid after it had ended unpaid.
async fn paid_late(store: &Arc<dyn Store>, draft: Draft) -> Record {
    let sent = create(store, draft).await;
    let ended = commit(store, &sent, refused()).await;
    commit(store, &ended, seen(&ended, ChargeStatus::Successful)).await
}
