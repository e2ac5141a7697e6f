//! Tills, their pairing codes and their tokens.

use futures_util::future::join_all;
use scantill_core::{DeviceId, StoreId, TerminalId, Timestamp};
use scantill_proxy::store::{NewTerminal, Redeemed, Store};

use crate::Books;
use crate::drafts::NOW;

fn terminal(id: &str) -> NewTerminal {
    NewTerminal {
        account: "demo".into(),
        store_id: StoreId::parse("store_1").unwrap(),
        store_name: "store 1".into(),
        time_zone: "Asia/Bangkok".into(),
        day_starts_minutes: 240,
        terminal: TerminalId::parse(id).unwrap(),
    }
}

fn tablet(number: u32) -> DeviceId {
    DeviceId::parse(&format!("tablet-{number}")).unwrap()
}

async fn redeem(store: &dyn Store, code: &str, number: u32, now: Timestamp) -> bool {
    let token = format!("token {number}");
    let redeemed = store.redeem(code.into(), tablet(number), token.clone(), now).await.unwrap();
    let known = store.device(token).await.unwrap();
    match redeemed {
        Redeemed::Device(device) => {
            assert_eq!(known, Some(device));
            true
        }
        Redeemed::Refused => {
            assert_eq!(known, None);
            false
        }
    }
}

pub(crate) async fn a_pairing_code_is_good_once(books: &dyn Books) {
    let store = books.open();
    store.add_terminal(terminal("POS-01"), "code".into(), NOW.plus_ms(10)).await.unwrap();
    assert!(redeem(store.as_ref(), "code", 1, NOW).await);
    assert!(!redeem(store.as_ref(), "code", 2, NOW).await);
    store.add_terminal(terminal("POS-01"), "another".into(), NOW.plus_ms(10)).await.unwrap();
    assert!(redeem(store.as_ref(), "another", 3, NOW).await);
    let device = store.device("token 1".into()).await.unwrap().unwrap();
    assert_eq!((device.id, device.terminal.as_str()), (tablet(1), "POS-01"));
}

pub(crate) async fn of_many_devices_with_one_code_one_is_paired(books: &dyn Books) {
    let store = books.open();
    store.add_terminal(terminal("POS-01"), "code".into(), NOW.plus_ms(10)).await.unwrap();
    let paired = join_all((0..20).map(|number| redeem(store.as_ref(), "code", number, NOW))).await;
    assert_eq!(paired.into_iter().filter(|paired| *paired).count(), 1);
}

pub(crate) async fn a_wrong_or_old_pairing_code_is_refused(books: &dyn Books) {
    let store = books.open();
    store.add_terminal(terminal("POS-01"), "code".into(), NOW.plus_ms(10)).await.unwrap();
    assert!(!redeem(store.as_ref(), "wrong", 1, NOW).await);
    assert!(!redeem(store.as_ref(), "code", 1, NOW.plus_ms(10)).await);
    assert!(redeem(store.as_ref(), "code", 1, NOW.plus_ms(9)).await);
}

pub(crate) async fn a_device_keeps_its_terminal_when_it_pairs_again(books: &dyn Books) {
    let store = books.open();
    let pair = |number, token: &str| store.open_pair("demo".into(), tablet(number), token.into(), NOW);
    let first = pair(1, "one").await.unwrap();
    let second = pair(2, "two").await.unwrap();
    assert_ne!(first.terminal, second.terminal);
    assert_eq!(pair(1, "three").await.unwrap().terminal, first.terminal);
    // The older token goes on: its page may still be open.
    assert_eq!(store.device("one".into()).await.unwrap().unwrap().terminal, first.terminal);
}

pub(crate) async fn a_token_that_nobody_was_given_is_nobodys(books: &dyn Books) {
    assert_eq!(books.open().device("token".into()).await, Ok(None));
}
