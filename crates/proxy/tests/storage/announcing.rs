//! What the tills are told: in the order of the commits, and only what is durable.

use std::sync::Arc;

use futures_util::future::join_all;
use scantill_payment::{ChargeStatus, Input};
use scantill_proxy::storage::{Device, NewPayment, Storage, StoredPayment};
use scantill_types::api::Decision;
use scantill_types::{DeviceId, StoreId};

use crate::Database;
use crate::new_payments::{by_hand, commit, create, device, new_payment, refused, seen, transition};

pub(crate) async fn changes_are_announced_in_the_order_of_their_commits(database: &dyn Database) {
    let storage = database.open();
    let mut changes = storage.changes(&device("POS-01"));
    let numbers = 0..20;
    join_all(numbers.map(async |number| {
        let sent = create(&storage, new_payment(&format!("pay-{number}"), &format!("sale-{number}"))).await;
        let pending = commit(&storage, &sent, seen(&sent, ChargeStatus::Pending)).await;
        commit(&storage, &pending, seen(&pending, ChargeStatus::Successful)).await;
    }))
    .await;
    let mut cursors = Vec::new();
    for _ in 0..60 {
        cursors.push(changes.recv().await.unwrap().cursor);
    }
    assert!(cursors.is_sorted_by(|one, next| one < next), "{cursors:?}");
    assert!(changes.try_recv().is_err());
}

pub(crate) async fn a_change_is_announced_to_its_own_terminal_alone(database: &dyn Database) {
    let storage = database.open();
    let here = device("POS-01");
    let others = [
        device("POS-02"),
        Device { store_id: StoreId::parse("store_2").unwrap(), ..here.clone() },
        Device { account: "another".into(), ..here.clone() },
    ];
    let mut of_others = others.map(|device| storage.changes(&device));
    let mut of_another_device =
        storage.changes(&Device { id: DeviceId::parse("tablet-2").unwrap(), ..here.clone() });
    let mut changes = storage.changes(&here);
    create(&storage, new_payment("pay-1", "sale-1")).await;
    for changes in [&mut changes, &mut of_another_device] {
        assert_eq!(changes.recv().await.unwrap().id().as_str(), "pay-1");
    }
    assert!(of_others.iter_mut().all(|changes| changes.try_recv().is_err()));
}

pub(crate) async fn what_is_announced_is_in_storage(database: &dyn Database) {
    let storage = database.open();
    let mut changes = storage.changes(&device("POS-01"));
    let new_payments = (0..20).map(|number| new_payment(&format!("pay-{number}"), &format!("sale-{number}")));
    let creating = join_all(new_payments.map(|new_payment| create(&storage, new_payment)));
    let reading = async {
        for _ in 0..20 {
            let told = changes.recv().await.unwrap();
            let found =
                storage.payment(told.id().clone()).await.unwrap().expect("told before it was durable");
            assert!(told.version <= found.version);
        }
    };
    tokio::join!(creating, reading);
}

pub(crate) async fn what_is_refused_is_not_announced(database: &dyn Database) {
    let storage = database.open();
    let first = create(&storage, new_payment("pay-1", "sale-1")).await;
    commit(&storage, &first, seen(&first, ChargeStatus::Pending)).await;
    let mut changes = storage.changes(&device("POS-01"));
    storage.create(new_payment("pay-1", "sale-1")).await.unwrap();
    storage.create(new_payment("pay-2", "sale-1")).await.unwrap();
    storage.commit(first.id().clone(), first.version, transition(&first, refused())).await.unwrap();
    create(&storage, new_payment("pay-3", "sale-3")).await;
    assert_eq!(changes.recv().await.unwrap().id().as_str(), "pay-3");
}

pub(crate) async fn a_stream_gets_what_it_missed_and_nothing_of_other_terminals(database: &dyn Database) {
    let storage = database.open();
    let first = create(&storage, new_payment("pay-1", "sale-1")).await;
    let second = create(&storage, new_payment("pay-2", "sale-2")).await;
    let other = NewPayment { device: device("POS-02"), ..new_payment("pay-3", "sale-3") };
    create(&storage, other).await;
    let first = commit(&storage, &first, seen(&first, ChargeStatus::Successful)).await;
    let missed = storage.missed(device("POS-01"), Some(second.cursor - 1)).await.unwrap();
    let ids: Vec<&str> = missed.payments.iter().map(|stored| stored.id().as_str()).collect();
    assert_eq!((ids, missed.cursor), (vec!["pay-2", "pay-1"], first.cursor));
    assert!(storage.missed(device("POS-01"), Some(first.cursor)).await.unwrap().payments.is_empty());
}

pub(crate) async fn a_new_stream_gets_open_payments_and_reviews(database: &dyn Database) {
    let storage = database.open();
    let first = create(&storage, new_payment("unpaid", "sale-1")).await;
    commit(&storage, &first, refused()).await;
    create(&storage, new_payment("open", "sale-2")).await;
    paid_late(&storage, new_payment("awaiting_decision", "sale-3")).await;
    let unanswered = paid_late(&storage, new_payment("decision_overdue", "sale-4")).await;
    commit(&storage, &unanswered, Input::DecisionOverdue).await;
    let kept = paid_late(&storage, new_payment("accepted", "sale-5")).await;
    commit(&storage, &kept, Input::Decided(Decision::Accept)).await;
    let returning = paid_late(&storage, new_payment("going-back", "sale-8")).await;
    commit(&storage, &returning, Input::Decided(Decision::Refund)).await;
    let closed = paid_late(&storage, new_payment("closed", "sale-6")).await;
    commit(&storage, &closed, by_hand()).await;
    paid_late(&storage, NewPayment { device: device("POS-02"), ..new_payment("elsewhere", "sale-7") }).await;
    // A cursor that this storage has not reached belongs to another one.
    for unknown in [None, Some(-1), Some(1_000)] {
        let missed = storage.missed(device("POS-01"), unknown).await.unwrap();
        let ids: Vec<&str> = missed.payments.iter().map(|stored| stored.id().as_str()).collect();
        assert_eq!(ids, ["open", "awaiting_decision", "decision_overdue", "going-back"], "{unknown:?}");
    }
}

pub(crate) async fn of_many_reviews_a_stream_gets_the_newest_beside_open_payments(database: &dyn Database) {
    let storage = database.open();
    create(&storage, new_payment("open", "sale-open")).await;
    paid_late(&storage, new_payment("oldest", "sale-oldest")).await;
    let many = 0..500;
    join_all(
        many.map(|number| {
            paid_late(&storage, new_payment(&format!("pay-{number}"), &format!("sale-{number}")))
        }),
    )
    .await;
    let missed = storage.missed(device("POS-01"), None).await.unwrap();
    let ids: Vec<&str> = missed.payments.iter().map(|stored| stored.id().as_str()).collect();
    assert_eq!((ids.len(), ids[0]), (501, "open"));
    assert!(!ids.contains(&"oldest"));
}

pub(crate) async fn the_epoch_names_these_storage_and_no_others(database: &dyn Database) {
    let storage = database.open();
    let (epoch, installation) = (storage.epoch().to_owned(), storage.installation().to_owned());
    assert_ne!(epoch, installation);
    drop(storage);
    let storage = database.open();
    assert_eq!((storage.epoch(), storage.installation()), (epoch.as_str(), installation.as_str()));
}

/// A payment that was paid after it had ended unpaid.
async fn paid_late(storage: &Arc<dyn Storage>, new_payment: NewPayment) -> StoredPayment {
    let sent = create(storage, new_payment).await;
    let ended = commit(storage, &sent, refused()).await;
    commit(storage, &ended, seen(&ended, ChargeStatus::Successful)).await
}
