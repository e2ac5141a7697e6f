//! Buckets of a device: when they are empty, and when they are forgotten.

use super::*;
use crate::clock::AdjustableClock;
use crate::storage::Session;
use scantill_types::{DeviceId, StoreId, TerminalId};

fn device(terminal: &str, id: &str) -> Device {
    Device {
        id: DeviceId::parse(id).unwrap(),
        account: "demo".to_owned(),
        store_id: StoreId::parse("store_1").unwrap(),
        store_name: "store 1".to_owned(),
        time_zone: "Asia/Bangkok".to_owned(),
        day_starts_minutes: 240,
        terminal: TerminalId::parse(terminal).unwrap(),
        session: Session::default(),
    }
}

fn quotas() -> (Quotas, Arc<AdjustableClock>) {
    let clock = Arc::new(AdjustableClock::default());
    (Quotas::new(&DeviceLimits::default(), clock.clone()), clock)
}

#[test]
fn an_empty_bucket_tells_the_very_second_of_its_next_token() {
    let (quotas, clock) = quotas();
    let till = device("POS-01", "left");
    assert!((0..20).all(|_| quotas.take(&till, Cost::Approval).is_ok()));
    // Two seconds for one token.
    assert_eq!(quotas.take(&till, Cost::Approval), Err(2));
    clock.move_by(0, 500);
    assert_eq!(quotas.take(&till, Cost::Approval), Err(2));
    clock.move_by(0, 600);
    assert_eq!(quotas.take(&till, Cost::Approval), Err(1));
    clock.move_by(0, 900);
    assert_eq!(quotas.take(&till, Cost::Approval), Ok(()));
    assert_eq!(quotas.take(&till, Cost::Approval), Err(2));
}

#[test]
fn one_devices_bucket_and_one_kinds_is_no_others() {
    let (quotas, _) = quotas();
    let till = device("POS-01", "left");
    while quotas.take(&till, Cost::Change).is_ok() {}
    assert!(quotas.take(&till, Cost::List).is_ok() && quotas.take(&till, Cost::Approval).is_ok());
    assert!(quotas.take(&device("POS-01", "right"), Cost::Change).is_ok());
    assert!(quotas.take(&device("POS-02", "left"), Cost::Change).is_ok());
    let another_store = Device { store_id: StoreId::parse("store_2").unwrap(), ..till.clone() };
    let another_account = Device { account: "another".to_owned(), ..till };
    assert!(quotas.take(&another_store, Cost::Change).is_ok());
    assert!(quotas.take(&another_account, Cost::Change).is_ok());
}

#[test]
fn a_device_leaves_so_many_unsent_payments_a_day_and_no_more() {
    let (quotas, clock) = quotas();
    let till = device("POS-01", "left");
    let left =
        |quotas: &Quotas| (0..5_000).filter(|_| quotas.take(&till, Cost::NeverArrived).is_ok()).count();
    assert_eq!(left(&quotas), 1_000);
    let mut of_the_day = 0;
    for _ in 0..24 {
        clock.move_by(0, 60 * 60 * 1_000);
        of_the_day += left(&quotas);
    }
    assert!((990..=1_000).contains(&of_the_day), "{of_the_day}");
}

#[test]
fn a_till_in_trouble_never_empties_its_bucket() {
    let (quotas, clock) = quotas();
    let till = device("POS-01", "left");
    // Forty parked payments are ended at once, and then a call is repeated each second for an hour, with lists.
    assert!((0..40).all(|_| quotas.take(&till, Cost::Change).is_ok()));
    for _ in 0..3_600 {
        clock.move_by(0, 1_000);
        assert_eq!(quotas.take(&till, Cost::Change), Ok(()));
        assert!((0..3).all(|_| quotas.take(&till, Cost::List).is_ok()));
    }
}

#[test]
fn what_is_idle_is_forgotten() {
    let (quotas, clock) = quotas();
    for number in 0..1_000 {
        quotas.take(&device("POS-01", &format!("tablet-{number}")), Cost::Change).unwrap();
    }
    assert_eq!(quotas.changes.len(), 1_000);
    clock.move_by(0, SWEEP_EVERY_MS);
    quotas.take(&device("POS-01", "left"), Cost::Change).unwrap();
    assert!(quotas.changes.len() <= 1);
}

#[test]
fn each_request_has_its_cost_and_new_writing_ones_too() {
    let of = |method: &str, route| Cost::of(&method.parse().unwrap(), route);
    for (method, route, kind) in [
        ("GET", "/terminal", Cost::Read),
        ("GET", "/payments/pay-1", Cost::Read),
        ("GET", "/payments", Cost::List),
        ("GET", "/reviews", Cost::List),
        ("GET", "/events", Cost::List),
        ("PUT", "/payments/pay-1", Cost::Change),
        ("POST", "/payments/pay-1/cancel", Cost::Change),
        ("POST", "/payments/pay-1/refresh", Cost::Change),
        ("POST", "/payments/pay-1/holder", Cost::Change),
        ("PUT", "/payments/pay-1/refunds/r-1", Cost::Approval),
        ("POST", "/payments/pay-1/release", Cost::Approval),
        ("POST", "/payments/pay-1/acknowledge", Cost::Approval),
        ("POST", "/payments/pay-1/disposition", Cost::Approval),
        ("DELETE", "/of/the/future", Cost::Change),
    ] {
        assert_eq!(of(method, route), kind, "{method} {route}");
    }
}
