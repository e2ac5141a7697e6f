//! Tills, their pairing codes and their tokens.

use futures_util::future::join_all;
use scantill_proxy::device_life::EndReason;
use scantill_proxy::secrets::CodeDigest;
use scantill_proxy::storage::{NewDevice, NewPairingCode, NewTerminal, Redeemed, Revoke, Storage};
use scantill_testkit::world::new_terminal;
use scantill_types::{DeviceId, TerminalId, Timestamp};

use crate::Database;
use crate::new_payments::NOW;

fn terminal(id: &str) -> NewTerminal {
    new_terminal("store_1", id)
}

/// A code whose public part is what comes before a dot, if there is one.
pub(crate) fn code(text: &str) -> CodeDigest {
    let public_part = text.split('.').next().unwrap().to_owned();
    CodeDigest { public_part, secret_digest: text.to_owned() }
}

pub(crate) fn new_code(text: &str, keeps_devices: bool) -> NewPairingCode {
    NewPairingCode { digest: code(text), keeps_devices, made_at: NOW, expires_at: NOW.plus_ms(10) }
}

fn tablet(number: u32) -> DeviceId {
    DeviceId::parse(&format!("tablet-{number}")).unwrap()
}

pub(crate) fn new(number: u32, token: &str) -> NewDevice {
    NewDevice { id: tablet(number), token_digest: token.into(), key: None }
}

async fn redeem(storage: &dyn Storage, text: &str, number: u32, now: Timestamp) -> bool {
    let token = format!("token {number}");
    let device = new(number, &token);
    let redeemed = storage.redeem(code(text), device, vec!["demo".into()], now).await.unwrap();
    let known = storage.device(token).await.unwrap();
    match redeemed {
        Redeemed::Device(device) => {
            assert_eq!(known, Some(*device));
            true
        }
        Redeemed::Wrong | Redeemed::Dead => {
            assert_eq!(known, None);
            false
        }
    }
}

async fn ended(storage: &dyn Storage, number: u32) -> Option<EndReason> {
    storage.device(format!("token {number}")).await.unwrap().unwrap().session.ended
}

async fn is_paired(storage: &dyn Storage, number: u32) -> bool {
    ended(storage, number).await.is_none()
}

pub(crate) async fn a_pairing_code_is_good_once(database: &dyn Database) {
    let storage = database.open();
    storage.add_terminal(terminal("POS-01"), new_code("code", true)).await.unwrap();
    assert!(redeem(storage.as_ref(), "code", 1, NOW).await);
    assert!(!redeem(storage.as_ref(), "code", 2, NOW).await);
    storage.add_terminal(terminal("POS-01"), new_code("another", true)).await.unwrap();
    assert!(redeem(storage.as_ref(), "another", 3, NOW).await);
    let device = storage.device("token 1".into()).await.unwrap().unwrap();
    assert_eq!((device.id, device.terminal.as_str()), (tablet(1), "POS-01"));
}

pub(crate) async fn of_many_devices_with_one_code_one_is_paired(database: &dyn Database) {
    let storage = database.open();
    storage.add_terminal(terminal("POS-01"), new_code("code", false)).await.unwrap();
    let paired = join_all((0..20).map(|number| redeem(storage.as_ref(), "code", number, NOW))).await;
    assert_eq!(paired.into_iter().filter(|paired| *paired).count(), 1);
}

pub(crate) async fn a_wrong_or_old_pairing_code_is_refused(database: &dyn Database) {
    let storage = database.open();
    storage.add_terminal(terminal("POS-01"), new_code("code", false)).await.unwrap();
    assert!(!redeem(storage.as_ref(), "wrong", 1, NOW).await);
    assert!(!redeem(storage.as_ref(), "code", 1, NOW.plus_ms(10)).await);
    assert!(redeem(storage.as_ref(), "code", 1, NOW.plus_ms(9)).await);
}

pub(crate) async fn a_code_dies_by_five_tries_and_takes_no_other_with_it(database: &dyn Database) {
    let storage = database.open();
    storage.add_terminal(terminal("POS-01"), new_code("one.right", false)).await.unwrap();
    storage.add_terminal(terminal("POS-01"), new_code("two.right", false)).await.unwrap();
    let tries = (0..400).map(|number| {
        let storage = &storage;
        async move {
            storage
                .redeem(code("one.wrong"), new(number, &format!("token {number}")), vec!["demo".into()], NOW)
                .await
        }
    });
    join_all(tries).await;
    drop(storage);
    let storage = database.open();
    assert!(!redeem(storage.as_ref(), "one.right", 1, NOW).await, "nor does a restart let it live");
    assert!(redeem(storage.as_ref(), "two.right", 1, NOW).await);
}

pub(crate) async fn the_fifth_try_of_a_code_may_be_right(database: &dyn Database) {
    let storage = database.open();
    storage.add_terminal(terminal("POS-01"), new_code("one.right", false)).await.unwrap();
    for _ in 0..4 {
        assert!(!redeem(storage.as_ref(), "one.wrong", 1, NOW).await);
    }
    assert!(redeem(storage.as_ref(), "one.right", 1, NOW).await);
}

pub(crate) async fn a_code_is_not_good_before_it_was_made(database: &dyn Database) {
    let storage = database.open();
    storage.add_terminal(terminal("POS-01"), new_code("code", false)).await.unwrap();
    assert!(!redeem(storage.as_ref(), "code", 1, NOW.minus_ms(3_600_000)).await, "the clock was set back");
    assert!(redeem(storage.as_ref(), "code", 1, NOW.minus_ms(1_000)).await, "two clocks differ a little");
}

pub(crate) async fn pairing_a_terminal_again_ends_its_older_devices(database: &dyn Database) {
    let storage = database.open();
    let mut revocations = storage.revocations();
    for (text, keeps_devices, paired) in [("one", false, 1), ("beside", true, 2), ("again", false, 3)] {
        storage.add_terminal(terminal("POS-01"), new_code(text, keeps_devices)).await.unwrap();
        assert!(redeem(storage.as_ref(), text, paired, NOW).await);
        assert_eq!(revocations.has_changed().unwrap(), text == "again");
    }
    storage.add_terminal(terminal("POS-02"), new_code("other", false)).await.unwrap();
    assert!(redeem(storage.as_ref(), "other", 4, NOW).await);
    revocations.mark_unchanged();
    for (number, is_good) in [(1, false), (2, false), (3, true), (4, true)] {
        assert_eq!(is_paired(storage.as_ref(), number).await, is_good, "{number}");
    }
    assert_eq!(ended(storage.as_ref(), 1).await, Some(EndReason::Replaced));
}

pub(crate) async fn of_two_codes_for_a_terminal_the_last_used_wins(database: &dyn Database) {
    let storage = database.open();
    for text in ["one", "two"] {
        storage.add_terminal(terminal("POS-01"), new_code(text, false)).await.unwrap();
    }
    assert!(redeem(storage.as_ref(), "two", 2, NOW).await && redeem(storage.as_ref(), "one", 1, NOW).await);
    assert!(is_paired(storage.as_ref(), 1).await && !is_paired(storage.as_ref(), 2).await);
}

pub(crate) async fn a_revoked_terminal_has_no_device_and_no_code(database: &dyn Database) {
    let storage = database.open();
    for (number, id) in [(1, "POS-01"), (2, "POS-02")] {
        storage.add_terminal(terminal(id), new_code(id, false)).await.unwrap();
        assert!(redeem(storage.as_ref(), id, number, NOW).await);
    }
    storage.add_terminal(terminal("POS-01"), new_code("unused", false)).await.unwrap();
    let revocations = storage.revocations();
    let of = |terminal: Option<&str>, device: Option<DeviceId>| {
        let terminal = terminal.map(|id| TerminalId::parse(id).unwrap());
        storage.revoke(Revoke { terminal, device, ..Revoke::default() }, NOW)
    };
    assert_eq!(of(Some("POS-01"), None).await, Ok(1));
    assert!(revocations.has_changed().unwrap());
    assert!(!is_paired(storage.as_ref(), 1).await && is_paired(storage.as_ref(), 2).await);
    assert_eq!(ended(storage.as_ref(), 1).await, Some(EndReason::Revoked));
    assert!(!redeem(storage.as_ref(), "unused", 3, NOW).await);
    assert_eq!((of(Some("POS-01"), None).await, of(None, Some(tablet(2))).await), (Ok(0), Ok(1)));
    let all = storage.terminals().await.unwrap();
    assert!(all.len() == 2 && all.iter().all(|entry| entry.devices.is_empty()), "{all:?}");
}

pub(crate) async fn terminals_are_listed_with_their_devices(database: &dyn Database) {
    let storage = database.open();
    for (number, id, text) in [(1, "POS-01", "one"), (2, "POS-01", "two"), (3, "POS-02", "three")] {
        storage.add_terminal(terminal(id), new_code(text, true)).await.unwrap();
        assert!(redeem(storage.as_ref(), text, number, NOW.plus_ms(number.into())).await);
    }
    storage.note_seen("token 2".into(), NOW.plus_ms(500)).await.unwrap();
    let all = storage.terminals().await.unwrap();
    let devices: Vec<Vec<&str>> =
        all.iter().map(|entry| entry.devices.iter().map(|device| device.id.as_str()).collect()).collect();
    assert_eq!(devices, [vec!["tablet-2", "tablet-1"], vec!["tablet-3"]]);
    let seen = &all[0].devices[0];
    assert_eq!((seen.paired_at, seen.seen_at), (NOW.plus_ms(2), NOW.plus_ms(500)));
}

pub(crate) async fn a_device_keeps_its_terminal_when_it_pairs_again(database: &dyn Database) {
    let storage = database.open();
    let pair = |number, token: &str| storage.open_pair("demo".into(), new(number, token), NOW);
    let first = pair(1, "one").await.unwrap();
    let second = pair(2, "two").await.unwrap();
    assert_ne!(first.terminal, second.terminal);
    assert_eq!(pair(1, "three").await.unwrap().terminal, first.terminal);
    // The older token goes on: its page may still be open.
    assert_eq!(storage.device("one".into()).await.unwrap().unwrap().terminal, first.terminal);
}

pub(crate) async fn an_unknown_token_belongs_to_no_device(database: &dyn Database) {
    assert_eq!(database.open().device("token".into()).await, Ok(None));
}

pub(crate) async fn a_device_that_pairs_again_has_one_token_in_the_account(database: &dyn Database) {
    let storage = database.open();
    for (text, terminal_id, keeps_devices) in
        [("one", "POS-01", false), ("two", "POS-02", false), ("beside", "POS-02", true)]
    {
        storage.add_terminal(terminal(terminal_id), new_code(text, keeps_devices)).await.unwrap();
        let device = new(1, &format!("token {text}"));
        let redeemed = storage.redeem(code(text), device, vec!["demo".into()], NOW).await.unwrap();
        assert!(matches!(redeemed, Redeemed::Device(_)), "{redeemed:?}");
    }
    let token =
        async |text: &str| storage.device(format!("token {text}")).await.unwrap().unwrap().session.ended;
    assert_eq!(
        (token("one").await, token("two").await),
        (Some(EndReason::Replaced), Some(EndReason::Replaced))
    );
    assert_eq!(token("beside").await, None);
}

pub(crate) async fn a_code_of_an_account_that_is_not_configured_is_not_spent(database: &dyn Database) {
    let storage = database.open();
    storage.add_terminal(terminal("POS-01"), new_code("code", false)).await.unwrap();
    let refused = storage.redeem(code("code"), new(1, "token 1"), vec!["other".into()], NOW).await.unwrap();
    assert!(matches!(refused, Redeemed::Dead), "{refused:?}");
    assert!(redeem(storage.as_ref(), "code", 1, NOW).await);
}
