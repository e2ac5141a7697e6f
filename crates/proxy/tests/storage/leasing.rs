//! One poller at a time holds the lease on a payment; a lease that ran out decides nothing any more.

use std::sync::Arc;

use scantill_payment::{CancelRequested, ChargeSnapshot, ChargeStatus, Input};
use scantill_proxy::poll_queue::{Lease, PollResult};
use scantill_proxy::storage::{Committed, NewPayment, Storage, StoredPayment, Transition};
use scantill_types::api::{CancelledBy, Decision};
use scantill_types::{ChargeId, Timestamp, Timing};

use crate::Database;
use crate::new_payments::{NOW, commit, create, new_payment, read, refused, seen, transition};

const LEASE_MS: u64 = 1_000;

fn at(ms: u64) -> Timestamp {
    NOW.plus_ms(ms)
}

async fn lease(storage: &Arc<dyn Storage>, now: Timestamp) -> Vec<Lease> {
    storage.lease_due(now, LEASE_MS, 10).await.unwrap()
}

/// A payment that is due at 100 ms, leased then.
async fn leased(storage: &Arc<dyn Storage>) -> (StoredPayment, Lease) {
    let stored = create(storage, new_payment("pay-1", "sale-1")).await;
    let lease = lease(storage, at(100)).await.pop().unwrap();
    assert_eq!(&lease.id, stored.id());
    (stored, lease)
}

fn under(lease: &Lease, transition: Transition) -> Transition {
    Transition { lease: Some(lease.clone()), ..transition }
}

fn due(version: u64, ms: u64) -> PollResult {
    PollResult { version: Some(version), due_at: Some(at(ms)) }
}

pub(crate) async fn what_is_due_is_leased_once_and_the_longest_due_first(database: &dyn Database) {
    let storage = database.open();
    for (number, due_ms) in [(1, 30), (2, 10), (3, 20), (4, 500)] {
        let new_payment = new_payment(&format!("pay-{number}"), &format!("sale-{number}"));
        create(&storage, NewPayment { due_at: Some(at(due_ms)), ..new_payment }).await;
    }
    let first = storage.lease_due(at(100), LEASE_MS, 2).await.unwrap();
    let ids: Vec<&str> = first.iter().map(|lease| lease.id.as_str()).collect();
    assert_eq!(ids, ["pay-2", "pay-3"]);
    let second = lease(&storage, at(100)).await;
    assert_eq!(second.iter().map(|lease| lease.id.as_str()).collect::<Vec<_>>(), ["pay-1"]);
    assert!(lease(&storage, at(100)).await.is_empty());
    assert_eq!(storage.next_due(NOW).await.unwrap(), Some(at(500)));
}

pub(crate) async fn a_lease_that_ran_out_goes_to_another_under_a_higher_fence(database: &dyn Database) {
    let storage = database.open();
    let (_, first) = leased(&storage).await;
    assert_eq!(storage.next_due(NOW).await.unwrap(), Some(at(1_100)));
    assert!(lease(&storage, at(1_099)).await.is_empty());
    let second = lease(&storage, at(1_100)).await.pop().unwrap();
    assert!(first.fence < second.fence);
}

pub(crate) async fn a_stale_lease_releases_nothing(database: &dyn Database) {
    let storage = database.open();
    let (stored, first) = leased(&storage).await;
    let second = lease(&storage, at(1_100)).await.pop().unwrap();
    storage.release(first, due(stored.version, 1_100), at(1_101)).await.unwrap();
    assert!(lease(&storage, at(1_101)).await.is_empty());
    storage.release(second, due(stored.version, 5_000), at(1_102)).await.unwrap();
    assert_eq!(storage.next_due(NOW).await.unwrap(), Some(at(5_000)));
}

pub(crate) async fn a_stale_lease_writes_nothing(database: &dyn Database) {
    let storage = database.open();
    let (stored, first) = leased(&storage).await;
    let second = lease(&storage, at(1_100)).await.pop().unwrap();
    let late = under(&first, transition(&stored, refused()));
    let refused = storage.commit(stored.id().clone(), stored.version, late).await.unwrap();
    assert!(matches!(refused, Committed::Superseded), "{refused:?}");
    assert_eq!(read(&storage, "pay-1").await.unwrap().version, 1);
    let pending = under(&second, transition(&stored, seen(&stored, ChargeStatus::Pending)));
    let done = storage.commit(stored.id().clone(), stored.version, pending).await.unwrap();
    assert!(matches!(done, Committed::Done(_)), "{done:?}");
}

pub(crate) async fn a_released_lease_writes_nothing(database: &dyn Database) {
    let storage = database.open();
    let (stored, first) = leased(&storage).await;
    storage.release(first.clone(), due(stored.version, 200), at(150)).await.unwrap();
    let late = under(&first, transition(&stored, refused()));
    let refused = storage.commit(stored.id().clone(), stored.version, late).await.unwrap();
    assert!(matches!(refused, Committed::Superseded), "{refused:?}");
}

pub(crate) async fn a_lease_in_force_writes(database: &dyn Database) {
    let storage = database.open();
    let (stored, first) = leased(&storage).await;
    let pending = under(&first, transition(&stored, seen(&stored, ChargeStatus::Pending)));
    let done = storage.commit(stored.id().clone(), stored.version, pending).await.unwrap();
    assert!(matches!(done, Committed::Done(_)), "{done:?}");
}

pub(crate) async fn a_wish_that_came_while_it_was_leased_makes_it_due_again(database: &dyn Database) {
    let storage = database.open();
    let (stored, first) = leased(&storage).await;
    storage.expedite(&stored, at(150)).await.unwrap();
    assert!(lease(&storage, at(160)).await.is_empty());
    storage.release(first, due(stored.version, 9_000), at(170)).await.unwrap();
    assert_eq!(lease(&storage, at(170)).await.len(), 1);
}

pub(crate) async fn a_commit_during_a_lease_decides_the_due_time(database: &dyn Database) {
    let storage = database.open();
    let (stored, first) = leased(&storage).await;
    let soon = transition(&stored, seen(&stored, ChargeStatus::Pending));
    let soon = Transition { due_at: Some(at(200)), ..soon };
    storage.commit(stored.id().clone(), stored.version, soon).await.unwrap();
    storage.release(first, due(stored.version, 9_000), at(150)).await.unwrap();
    assert_eq!(storage.next_due(NOW).await.unwrap(), Some(at(200)));
}

pub(crate) async fn a_payment_that_is_over_is_forgotten(database: &dyn Database) {
    let storage = database.open();
    let (stored, first) = leased(&storage).await;
    let paid = commit(&storage, &stored, seen(&stored, ChargeStatus::Successful)).await;
    storage.release(first, PollResult { version: Some(paid.version), due_at: None }, at(150)).await.unwrap();
    assert_eq!(storage.next_due(NOW).await.unwrap(), None);
}

pub(crate) async fn a_payment_after_its_last_poll_is_not_due_after_a_restart(database: &dyn Database) {
    let storage = database.open();
    let (stored, first) = leased(&storage).await;
    storage
        .release(first, PollResult { version: Some(stored.version), due_at: None }, at(150))
        .await
        .unwrap();
    drop(storage);
    assert_eq!(database.open().next_due(NOW).await.unwrap(), None);
}

pub(crate) async fn money_on_its_way_back_is_not_put_off(database: &dyn Database) {
    let storage = database.open();
    let ended = Transition { due_at: Some(at(1)), ..returning(&storage).await };
    let id = ended.attempt.order.payment.clone();
    storage.commit(id.clone(), 1, ended).await.unwrap();
    drop(storage);
    let storage = database.open();
    assert_eq!(storage.stagger_overdue(at(500), 40).await.unwrap(), 0);
    assert_eq!(lease(&storage, at(500)).await.pop().unwrap().id, id);
}

/// A payment whose end was wanted, that was paid after all, and whose money is to go back.
async fn returning(storage: &Arc<dyn Storage>) -> Transition {
    let sent = create(storage, new_payment("late", "sale-late")).await;
    let paid = seen(&sent, ChargeStatus::Successful);
    let inputs = [
        Input::CancelRequested(CancelRequested::by(CancelledBy::Cashier)),
        paid,
        Input::Decided(Decision::Refund),
    ];
    inputs.into_iter().fold(transition(&sent, Input::Restarted), |before, input| {
        let (attempt, _) = before.attempt.step(NOW, &Timing::default(), input);
        Transition { attempt, ..before }
    })
}

pub(crate) async fn overdue_polls_of_finished_payments_are_staggered_and_open_ones_not(
    database: &dyn Database,
) {
    let storage = database.open();
    for number in 0..3 {
        let sent = create(&storage, new_payment(&format!("over-{number}"), &format!("sale-{number}"))).await;
        let watched = Transition { due_at: Some(at(number)), ..transition(&sent, refused()) };
        storage.commit(sent.id().clone(), sent.version, watched).await.unwrap();
    }
    create(&storage, new_payment("open", "sale-9")).await;
    // The stored due times survive; staggered due times are staggered anew.
    drop(storage);
    let storage = database.open();
    assert_eq!(storage.stagger_overdue(at(500), 40).await.unwrap(), 3);
    let ids = |leases: Vec<Lease>| leases.iter().map(|lease| lease.id.to_string()).collect::<Vec<_>>();
    assert_eq!(ids(lease(&storage, at(500)).await), ["open", "over-0"]);
    assert_eq!(storage.next_due(NOW).await.unwrap(), Some(at(540)));
    assert_eq!(ids(lease(&storage, at(580)).await), ["over-1", "over-2"]);
}

pub(crate) async fn claims_end_with_the_process_and_what_was_due_is_due_again(database: &dyn Database) {
    let storage = database.open();
    leased(&storage).await;
    drop(storage);
    let storage = database.open();
    // Leases of several processes outlive one of them, and then run out.
    assert_eq!(lease(&storage, at(100 + LEASE_MS)).await.len(), 1);
}

pub(crate) async fn what_is_planned_stays_as_far_off_when_the_clock_is_set(database: &dyn Database) {
    let storage = database.open();
    let (_, lease) = leased(&storage).await;
    create(&storage, NewPayment { due_at: Some(at(200)), ..new_payment("pay-2", "sale-2") }).await;
    storage.shift_due_times(-50).await.unwrap();
    assert_eq!(storage.next_due(NOW).await.unwrap(), Some(at(150)));
    storage.shift_due_times(3_600_000).await.unwrap();
    assert_eq!(storage.next_due(NOW).await.unwrap(), Some(at(3_600_150)));
    let second = storage.lease_due(at(3_601_049), LEASE_MS, 10).await.unwrap();
    assert_eq!(second.len(), 1, "the lease of the other runs as long as it was to run");
    assert!(
        storage
            .release(lease, PollResult { version: None, due_at: Some(at(0)) }, at(3_601_049))
            .await
            .is_ok()
    );
}

pub(crate) async fn finished_payments_leave_room_for_active_ones(database: &dyn Database) {
    let storage = database.open();
    for number in 0..6 {
        let sent = create(&storage, new_payment(&format!("over-{number}"), &format!("sale-{number}"))).await;
        let watched = Transition { due_at: Some(at(number)), ..transition(&sent, refused()) };
        storage.commit(sent.id().clone(), sent.version, watched).await.unwrap();
    }
    create(&storage, new_payment("open", "sale-9")).await;
    let ids = |leases: &[Lease]| leases.iter().map(|lease| lease.id.to_string()).collect::<Vec<_>>();
    let first = lease(&storage, at(500)).await;
    assert_eq!(ids(&first), ["open", "over-0", "over-1", "over-2", "over-3"]);
    assert!(lease(&storage, at(501)).await.is_empty());
    assert_eq!(
        storage.next_due(at(501)).await.unwrap(),
        Some(at(1_500)),
        "nothing comes by the clock before that"
    );
    let over = first.into_iter().nth(1).unwrap();
    storage.release(over, PollResult { version: None, due_at: None }, at(502)).await.unwrap();
    assert_eq!(storage.next_due(at(502)).await.unwrap(), Some(at(4)));
    assert_eq!(ids(&lease(&storage, at(502)).await), ["over-4"]);
}

/// A payment that ended unpaid, and of which a second charge was read.
async fn doubled(storage: &Arc<dyn Storage>, stored: &StoredPayment, second: ChargeStatus) -> StoredPayment {
    let Input::ChargeRead(own) = seen(stored, second) else { panic!("no read") };
    let id = ChargeId::parse("chrg_second").unwrap();
    let read = transition(stored, Input::ChargeRead(ChargeSnapshot { id, ..own }));
    let read = Transition { due_at: Some(at(90)), ..read };
    match storage.commit(stored.id().clone(), stored.version, read).await.unwrap() {
        Committed::Done(stored) => *stored,
        other => panic!("not done: {other:?}"),
    }
}

pub(crate) async fn a_duplicate_that_is_not_over_keeps_its_payment_active(database: &dyn Database) {
    let storage = database.open();
    for number in 0..6 {
        let sent = create(&storage, new_payment(&format!("over-{number}"), &format!("sale-{number}"))).await;
        let watched = Transition { due_at: Some(at(number)), ..transition(&sent, refused()) };
        storage.commit(sent.id().clone(), sent.version, watched).await.unwrap();
    }
    let sent = create(&storage, new_payment("doubled", "sale-9")).await;
    let unpaid = commit(&storage, &sent, seen(&sent, ChargeStatus::Expired)).await;
    let open = doubled(&storage, &unpaid, ChargeStatus::Pending).await;
    let first = |leases: Vec<Lease>| leases.first().unwrap().id.to_string();
    assert_eq!(first(lease(&storage, at(500)).await), "doubled");
    drop(storage);
    let storage = database.open();
    assert_eq!(storage.stagger_overdue(at(500), 40).await.unwrap(), 6);
    assert_eq!(first(lease(&storage, at(500)).await), "doubled");
    doubled(&storage, &open, ChargeStatus::Expired).await;
    drop(storage);
    assert_eq!(
        database.open().stagger_overdue(at(500), 40).await.unwrap(),
        7,
        "it is over as the others are"
    );
}
