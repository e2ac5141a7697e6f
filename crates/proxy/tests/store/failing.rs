//! Writes that fail: alone, and wholly.

use std::sync::Arc;

use futures_util::future::join_all;
use scantill_proxy::store::{NewTerminal, Redeemed, Store};
use scantill_types::{StoreId, TerminalId};

use crate::Books;
use crate::drafts::{NOW, create, device, draft, payment, read, refused, transition};
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

async fn store_name(store: &Arc<dyn Store>) -> String {
    let redeemed = store.redeem(code("code"), new(1, "token"), vec!["demo".into()], NOW).await.unwrap();
    let Redeemed::Device(device) = redeemed else { panic!("{redeemed:?}") };
    device.store_name
}

pub(crate) async fn a_write_that_fails_takes_no_neighbour_with_it(books: &dyn Books) {
    let store = books.open();
    store.add_terminal(terminal("before"), new_code("code", false)).await.unwrap();
    // A pairing code that is there already fails after the store's new name was written.
    let failing = async {
        let tries = (0..20).map(|_| store.add_terminal(terminal("after"), new_code("code", false)));
        join_all(tries).await
    };
    let drafts = (0..20).map(|number| draft(&format!("pay-{number}"), &format!("sale-{number}")));
    let (failed, created) = tokio::join!(failing, join_all(drafts.map(|draft| create(&store, draft))));
    assert!(failed.iter().all(Result::is_err));
    for record in created {
        assert!(store.payment(record.id().clone()).await.unwrap().is_some());
    }
    assert_eq!(store_name(&store).await, "before");
}

pub(crate) async fn a_commit_on_an_unknown_payment_fails_and_writes_nothing(books: &dyn Books) {
    let store = books.open();
    let mut changes = store.changes(&device("POS-01"));
    let record = create(&store, draft("pay-1", "sale-1")).await;
    let commit = store.commit(payment("pay-2"), 1, transition(&record, refused())).await;
    assert!(commit.is_err());
    assert!(read(&store, "pay-2").await.is_none());
    assert_eq!(changes.recv().await.unwrap().id(), record.id());
    assert!(changes.try_recv().is_err());
}
