//! Who looks after a payment: one at a time, and whoever was overtaken has no say any more (K16).

use std::sync::Arc;

use scantill_payment::{CancelRequested, ChargeStatus, Input};
use scantill_proxy::store::{Claim, Committed, Draft, Owner, Record, Store, Tended, Transition};
use scantill_types::api::{CancelledBy, Decision};
use scantill_types::{Timestamp, Timing};

use crate::Books;
use crate::drafts::{NOW, commit, create, draft, read, refused, seen, transition};

const LEASE_MS: u64 = 1_000;

fn at(ms: u64) -> Timestamp {
    NOW.plus_ms(ms)
}

async fn claim(store: &Arc<dyn Store>, owner: &str, now: Timestamp) -> Vec<Claim> {
    store.claim_due(Owner(owner.into()), now, LEASE_MS, 10).await.unwrap()
}

/// A payment that is due at 100 ms, claimed then.
async fn claimed(store: &Arc<dyn Store>) -> (Record, Claim) {
    let record = create(store, draft("pay-1", "sale-1")).await;
    let claim = claim(store, "first", at(100)).await.pop().unwrap();
    assert_eq!(&claim.id, record.id());
    (record, claim)
}

fn under(claim: &Claim, transition: Transition) -> Transition {
    Transition { under: Some(claim.clone()), ..transition }
}

fn due(version: u64, ms: u64) -> Tended {
    Tended { version, due_at: Some(at(ms)) }
}

pub(crate) async fn what_is_due_is_claimed_once_and_the_longest_due_first(books: &dyn Books) {
    let store = books.open();
    for (number, due_ms) in [(1, 30), (2, 10), (3, 20), (4, 500)] {
        let draft = draft(&format!("pay-{number}"), &format!("sale-{number}"));
        create(&store, Draft { due_at: Some(at(due_ms)), ..draft }).await;
    }
    let first = store.claim_due(Owner("first".into()), at(100), LEASE_MS, 2).await.unwrap();
    let ids: Vec<&str> = first.iter().map(|claim| claim.id.as_str()).collect();
    assert_eq!(ids, ["pay-2", "pay-3"]);
    let second = claim(&store, "second", at(100)).await;
    assert_eq!(second.iter().map(|claim| claim.id.as_str()).collect::<Vec<_>>(), ["pay-1"]);
    assert!(claim(&store, "third", at(100)).await.is_empty());
    assert_eq!(store.next_due(NOW).await.unwrap(), Some(at(500)));
}

pub(crate) async fn a_lease_that_ran_out_goes_to_another_under_a_higher_fence(books: &dyn Books) {
    let store = books.open();
    let (_, first) = claimed(&store).await;
    assert_eq!(store.next_due(NOW).await.unwrap(), Some(at(1_100)));
    assert!(claim(&store, "second", at(1_099)).await.is_empty());
    let second = claim(&store, "second", at(1_100)).await.pop().unwrap();
    assert!(first.fence < second.fence);
}

pub(crate) async fn a_stale_claim_releases_nothing(books: &dyn Books) {
    let store = books.open();
    let (record, first) = claimed(&store).await;
    let second = claim(&store, "second", at(1_100)).await.pop().unwrap();
    store.release(first, due(record.version, 1_100), at(1_101)).await.unwrap();
    assert!(claim(&store, "third", at(1_101)).await.is_empty());
    store.release(second, due(record.version, 5_000), at(1_102)).await.unwrap();
    assert_eq!(store.next_due(NOW).await.unwrap(), Some(at(5_000)));
}

pub(crate) async fn a_stale_claim_writes_nothing(books: &dyn Books) {
    let store = books.open();
    let (record, first) = claimed(&store).await;
    let second = claim(&store, "second", at(1_100)).await.pop().unwrap();
    let late = under(&first, transition(&record, refused()));
    let refused = store.commit(record.id().clone(), record.version, late).await.unwrap();
    assert!(matches!(refused, Committed::Superseded), "{refused:?}");
    assert_eq!(read(&store, "pay-1").await.unwrap().version, 1);
    let pending = under(&second, transition(&record, seen(&record, ChargeStatus::Pending)));
    let done = store.commit(record.id().clone(), record.version, pending).await.unwrap();
    assert!(matches!(done, Committed::Done(_)), "{done:?}");
}

pub(crate) async fn a_claim_that_was_given_back_writes_nothing(books: &dyn Books) {
    let store = books.open();
    let (record, first) = claimed(&store).await;
    store.release(first.clone(), due(record.version, 200), at(150)).await.unwrap();
    let late = under(&first, transition(&record, refused()));
    let refused = store.commit(record.id().clone(), record.version, late).await.unwrap();
    assert!(matches!(refused, Committed::Superseded), "{refused:?}");
}

pub(crate) async fn a_claim_in_force_writes(books: &dyn Books) {
    let store = books.open();
    let (record, first) = claimed(&store).await;
    let pending = under(&first, transition(&record, seen(&record, ChargeStatus::Pending)));
    let done = store.commit(record.id().clone(), record.version, pending).await.unwrap();
    assert!(matches!(done, Committed::Done(_)), "{done:?}");
}

pub(crate) async fn a_wish_that_came_while_it_was_leased_makes_it_due_again(books: &dyn Books) {
    let store = books.open();
    let (record, first) = claimed(&store).await;
    store.hasten(&record, at(150)).await.unwrap();
    assert!(claim(&store, "second", at(160)).await.is_empty());
    store.release(first, due(record.version, 9_000), at(170)).await.unwrap();
    assert_eq!(claim(&store, "second", at(170)).await.len(), 1);
}

pub(crate) async fn a_commit_that_came_while_it_was_leased_knows_better_when_it_is_due(books: &dyn Books) {
    let store = books.open();
    let (record, first) = claimed(&store).await;
    let soon = transition(&record, seen(&record, ChargeStatus::Pending));
    let soon = Transition { due_at: Some(at(200)), ..soon };
    store.commit(record.id().clone(), record.version, soon).await.unwrap();
    store.release(first, due(record.version, 9_000), at(150)).await.unwrap();
    assert_eq!(store.next_due(NOW).await.unwrap(), Some(at(200)));
}

pub(crate) async fn a_payment_that_is_over_is_forgotten(books: &dyn Books) {
    let store = books.open();
    let (record, first) = claimed(&store).await;
    let paid = commit(&store, &record, seen(&record, ChargeStatus::Successful)).await;
    store.release(first, Tended { version: paid.version, due_at: None }, at(150)).await.unwrap();
    assert_eq!(store.next_due(NOW).await.unwrap(), None);
}

pub(crate) async fn what_was_looked_at_for_the_last_time_is_not_due_after_a_restart(books: &dyn Books) {
    let store = books.open();
    let (record, first) = claimed(&store).await;
    store.release(first, Tended { version: record.version, due_at: None }, at(150)).await.unwrap();
    drop(store);
    assert_eq!(books.open().next_due(NOW).await.unwrap(), None);
}

pub(crate) async fn money_on_its_way_back_is_not_put_off(books: &dyn Books) {
    let store = books.open();
    let ended = Transition { due_at: Some(at(1)), ..returning(&store).await };
    let id = ended.attempt.order.payment.clone();
    store.commit(id.clone(), 1, ended).await.unwrap();
    drop(store);
    let store = books.open();
    assert_eq!(store.spread_overdue(at(500), 40).await.unwrap(), 0);
    assert_eq!(claim(&store, "first", at(500)).await.pop().unwrap().id, id);
}

/// A payment whose end was wanted, that was paid after all, and whose money is to go back.
async fn returning(store: &Arc<dyn Store>) -> Transition {
    let sent = create(store, draft("late", "sale-late")).await;
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

pub(crate) async fn overdue_looks_at_what_is_over_are_spread_and_open_ones_are_not_put_off(
    books: &dyn Books,
) {
    let store = books.open();
    for number in 0..3 {
        let sent = create(&store, draft(&format!("over-{number}"), &format!("sale-{number}"))).await;
        let watched = Transition { due_at: Some(at(number)), ..transition(&sent, refused()) };
        store.commit(sent.id().clone(), sent.version, watched).await.unwrap();
    }
    create(&store, draft("open", "sale-9")).await;
    // What the books say survives; what was spread is spread anew.
    drop(store);
    let store = books.open();
    assert_eq!(store.spread_overdue(at(500), 40).await.unwrap(), 3);
    let ids = |claims: Vec<Claim>| claims.iter().map(|claim| claim.id.to_string()).collect::<Vec<_>>();
    assert_eq!(ids(claim(&store, "first", at(500)).await), ["open", "over-0"]);
    assert_eq!(store.next_due(NOW).await.unwrap(), Some(at(540)));
    assert_eq!(ids(claim(&store, "first", at(580)).await), ["over-1", "over-2"]);
}

pub(crate) async fn claims_end_with_the_process_and_what_was_due_is_due_again(books: &dyn Books) {
    let store = books.open();
    claimed(&store).await;
    drop(store);
    let store = books.open();
    // Leases of several processes outlive one of them, and then run out.
    assert_eq!(claim(&store, "second", at(100 + LEASE_MS)).await.len(), 1);
}

pub(crate) async fn what_is_planned_stays_as_far_off_when_the_clock_is_set(books: &dyn Books) {
    let store = books.open();
    let (_, claim) = claimed(&store).await;
    create(&store, Draft { due_at: Some(at(200)), ..draft("pay-2", "sale-2") }).await;
    store.clock_was_set(-50).await.unwrap();
    assert_eq!(store.next_due(NOW).await.unwrap(), Some(at(150)));
    store.clock_was_set(3_600_000).await.unwrap();
    assert_eq!(store.next_due(NOW).await.unwrap(), Some(at(3_600_150)));
    let second = store.claim_due(Owner("second".into()), at(3_601_049), LEASE_MS, 10).await.unwrap();
    assert_eq!(second.len(), 1, "the lease of the other runs as long as it was to run");
    assert!(store.release(claim, due(u64::MAX, 0), at(3_601_049)).await.is_ok());
}

pub(crate) async fn what_is_over_leaves_room_for_whoever_pays_now(books: &dyn Books) {
    let store = books.open();
    for number in 0..6 {
        let sent = create(&store, draft(&format!("over-{number}"), &format!("sale-{number}"))).await;
        let watched = Transition { due_at: Some(at(number)), ..transition(&sent, refused()) };
        store.commit(sent.id().clone(), sent.version, watched).await.unwrap();
    }
    create(&store, draft("open", "sale-9")).await;
    let ids = |claims: &[Claim]| claims.iter().map(|claim| claim.id.to_string()).collect::<Vec<_>>();
    let first = claim(&store, "first", at(500)).await;
    assert_eq!(ids(&first), ["open", "over-0", "over-1", "over-2", "over-3"]);
    assert!(claim(&store, "first", at(501)).await.is_empty());
    assert_eq!(
        store.next_due(at(501)).await.unwrap(),
        Some(at(1_500)),
        "nothing comes by the clock before that"
    );
    let over = first.into_iter().nth(1).unwrap();
    store.release(over, Tended { version: u64::MAX, due_at: None }, at(502)).await.unwrap();
    assert_eq!(store.next_due(at(502)).await.unwrap(), Some(at(4)));
    assert_eq!(ids(&claim(&store, "first", at(502)).await), ["over-4"]);
}
