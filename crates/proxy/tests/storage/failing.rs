//! Writes that fail: alone, and wholly.

use std::sync::Arc;

use futures_util::future::join_all;
use scantill_proxy::storage::{NewTerminal, Redeemed, Storage};
use scantill_types::{StoreId, TerminalId};

use crate::Database;
use crate::new_payments::{NOW, create, device, new_payment, payment, read, refused, transition};
use crate::pairing::{code, new, new_code};

fn terminal(store_name: &str) -> NewTerminal {
    NewTerminal {
        account: "demo".into(),
        store_id: StoreId::parse("store_7").unwrap(),
        store_name: store_name.into(),
        time_zone: "Asia/Bangkok".into(),
        day_starts_minutes: 240,
        terminal: TerminalId::parse("POS-01").unwrap(),
    }
}

async fn store_name(storage: &Arc<dyn Storage>) -> String {
    let redeemed = storage.redeem(code("code"), new(1, "token"), vec!["demo".into()], NOW).await.unwrap();
    let Redeemed::Device(device) = redeemed else { panic!("{redeemed:?}") };
    device.store_name
}

pub(crate) async fn a_write_that_fails_takes_no_neighbour_with_it(database: &dyn Database) {
    let storage = database.open();
    storage.add_terminal(terminal("before"), new_code("code", false)).await.unwrap();
    // A pairing code that is there already fails after the store's new name was written.
    let failing = async {
        let tries = (0..20).map(|_| storage.add_terminal(terminal("after"), new_code("code", false)));
        join_all(tries).await
    };
    let new_payments = (0..20).map(|number| new_payment(&format!("pay-{number}"), &format!("sale-{number}")));
    let (failed, created) =
        tokio::join!(failing, join_all(new_payments.map(|new_payment| create(&storage, new_payment))));
    assert!(failed.iter().all(Result::is_err));
    for stored in created {
        assert!(storage.payment(stored.id().clone()).await.unwrap().is_some());
    }
    assert_eq!(store_name(&storage).await, "before");
}

pub(crate) async fn a_commit_on_an_unknown_payment_fails_and_writes_nothing(database: &dyn Database) {
    let storage = database.open();
    let mut changes = storage.changes(&device("POS-01"));
    let stored = create(&storage, new_payment("pay-1", "sale-1")).await;
    let commit = storage.commit(payment("pay-2"), 1, transition(&stored, refused())).await;
    assert!(commit.is_err());
    assert!(read(&storage, "pay-2").await.is_none());
    assert_eq!(changes.recv().await.unwrap().id(), stored.id());
    assert!(changes.try_recv().is_err());
}
