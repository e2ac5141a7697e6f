//! Which refunds the storage refuses, even if the code above it believes otherwise: more than was taken, and two at a time
//! (P19, P20).

use std::sync::Arc;

use scantill_payment::{
    Approver, ChargeStatus, RefundAttempt, RefundDone, RefundOrder, RefundRefused, RefundSending, RefundState,
};
use scantill_proxy::storage::{
    Committed, Device, NewPayment, RETURN_APPROVED, Storage, StorageError, StoredPayment, Transition,
};
use scantill_types::{PaymentId, RefundId, StoreId};

use crate::Database;
use crate::new_payments::{NOW, commit, create, device, new_payment, read, seen};

/// What each draft takes.
const WHOLE: i64 = 2_225;

fn sending() -> RefundState {
    RefundState::Sending(RefundSending { since: NOW })
}

fn done(id: &str) -> RefundState {
    RefundState::Done(RefundDone { id: id.into(), voided: false, at: NOW })
}

/// The payment with these refunds of its charge, past every rule of the machine.
fn with_refunds(stored: &StoredPayment, refunds: &[(&str, i64, RefundState)]) -> Transition {
    let mut attempt = stored.attempt.clone();
    let charge = attempt.charges.bound.as_ref().unwrap().id.clone();
    attempt.refunds.ours = refunds
        .iter()
        .map(|(id, amount, state)| RefundAttempt {
            order: RefundOrder {
                id: RefundId::parse(id).unwrap(),
                charge: charge.clone(),
                amount: *amount,
                refunded_before: 0,
                void: false,
                reason: None,
                approver: Approver::Supervisor("Mali".into()),
                created_at: NOW,
            },
            state: state.clone(),
            resolution: None,
            watch: None,
        })
        .collect();
    Transition { attempt, due_at: None, at: NOW.plus_ms(1), cause: "test".into(), lease: None }
}

async fn paid(storage: &Arc<dyn Storage>, id: &str) -> StoredPayment {
    let sent = create(storage, new_payment(id, &format!("sale-of-{id}"))).await;
    commit(storage, &sent, seen(&sent, ChargeStatus::Successful)).await
}

async fn try_refunds(
    storage: &Arc<dyn Storage>,
    stored: &StoredPayment,
    refunds: &[(&str, i64, RefundState)],
) -> Result<Committed, StorageError> {
    storage.commit(stored.id().clone(), stored.version, with_refunds(stored, refunds)).await
}

/// Commits, and expects it to be done and to be read as it was written.
async fn refund(
    storage: &Arc<dyn Storage>,
    stored: &StoredPayment,
    refunds: &[(&str, i64, RefundState)],
) -> StoredPayment {
    let committed = try_refunds(storage, stored, refunds).await.unwrap();
    let Committed::Done(written) = committed else { panic!("{committed:?}") };
    let found = storage.payment(stored.id().clone()).await.unwrap().unwrap();
    assert_eq!(found.attempt.refunds.ours, with_refunds(stored, refunds).attempt.refunds.ours);
    *written
}

/// Commits, and expects that nothing of it is written or told.
async fn refuses(
    storage: &Arc<dyn Storage>,
    stored: &StoredPayment,
    refunds: &[(&str, i64, RefundState)],
    reason: StorageError,
) {
    let mut changes = storage.changes(&device("POS-01"));
    let error = try_refunds(storage, stored, refunds).await.expect_err("the storage takes it");
    let found = storage.payment(stored.id().clone()).await.unwrap().unwrap();
    assert_eq!((found.version, &found.attempt), (stored.version, &stored.attempt), "{error}");
    assert!(changes.try_recv().is_err());
    assert_eq!(error, reason);
}

pub(crate) async fn refunds_are_written_up_to_the_charge_and_not_beyond(database: &dyn Database) {
    let storage = database.open();
    let paid = paid(&storage, "pay-1").await;
    let beyond_charge = StorageError::RefundsBeyondCharge;
    refuses(&storage, &paid, &[("r-1", WHOLE + 1, RefundState::Approved)], beyond_charge.clone()).await;
    let first = refund(&storage, &paid, &[("r-1", 1_000, done("rfnd_1"))]).await;
    let beyond = [("r-1", 1_000, done("rfnd_1")), ("r-2", WHOLE - 999, RefundState::Approved)];
    refuses(&storage, &first, &beyond, beyond_charge).await;
    let rest = [("r-1", 1_000, done("rfnd_1")), ("r-2", WHOLE - 1_000, RefundState::Approved)];
    let approved = refund(&storage, &first, &rest).await;
    let [one, (id, amount, _)] = rest;
    refund(&storage, &approved, &[one, (id, amount, sending())]).await;
}

pub(crate) async fn one_refund_of_a_charge_is_under_way_at_a_time(database: &dyn Database) {
    let storage = database.open();
    let paid = paid(&storage, "pay-1").await;
    let first = refund(&storage, &paid, &[("r-1", 100, sending())]).await;
    let second = [("r-1", 100, sending()), ("r-2", 100, RefundState::Approved)];
    refuses(&storage, &first, &second, StorageError::RefundUnderWay).await;
    refund(&storage, &first, &[("r-1", 100, done("rfnd_1")), ("r-2", 100, RefundState::Approved)]).await;
}

pub(crate) async fn what_was_refused_or_is_absent_takes_nothing_of_the_charge(database: &dyn Database) {
    let storage = database.open();
    let no_longer = RefundState::Refused(RefundRefused { code: "failed_refund".into() });
    for (id, state) in [("pay-1", no_longer), ("pay-2", RefundState::Absent)] {
        let paid = paid(&storage, id).await;
        let over = refund(&storage, &paid, &[("r-1", WHOLE, state.clone())]).await;
        refund(&storage, &over, &[("r-1", WHOLE, state), ("r-2", WHOLE, sending())]).await;
    }
}

pub(crate) async fn a_refund_that_is_refused_takes_no_neighbour_with_it(database: &dyn Database) {
    let storage = database.open();
    let (refunded, other) =
        (paid(&storage, "pay-1").await, create(&storage, new_payment("pay-2", "sale-2")).await);
    let beyond = [("r-1", WHOLE + 1, RefundState::Approved)];
    let (refused, neighbour) = tokio::join!(
        try_refunds(&storage, &refunded, &beyond),
        commit(&storage, &other, seen(&other, ChargeStatus::Successful))
    );
    assert!(refused.is_err());
    assert_eq!(read(&storage, "pay-2").await.unwrap().attempt, neighbour.attempt);
    refund(&storage, &refunded, &[("r-1", WHOLE, RefundState::Approved)]).await;
}

pub(crate) async fn what_the_provider_shows_is_written_whatever_was_approved_meanwhile(
    database: &dyn Database,
) {
    let storage = database.open();
    let paid = paid(&storage, "pay-1").await;
    let absent = [("r-1", WHOLE, RefundState::Absent), ("r-2", WHOLE, RefundState::Approved)];
    let believed = refund(&storage, &paid, &absent).await;
    // Humans had found it absent, and the charge lists it after all.
    let found = [("r-1", WHOLE, done("rfnd_1")), ("r-2", WHOLE, RefundState::Approved)];
    refund(&storage, &believed, &found).await;
}

pub(crate) async fn an_approved_return_counts_in_its_store_since_its_approval(database: &dyn Database) {
    let storage = database.open();
    let here = device("POS-01");
    let another_store = Device { store_id: StoreId::parse("store_2").unwrap(), ..here.clone() };
    let another_account = Device { account: "another".into(), ..here.clone() };
    for (id, device) in [("pay-1", here.clone()), ("pay-2", another_store), ("pay-3", another_account)] {
        let sent = create(&storage, NewPayment { device, ..new_payment(id, &format!("sale-of-{id}")) }).await;
        let late = commit(&storage, &sent, seen(&sent, ChargeStatus::Successful)).await;
        let approved = Transition { cause: RETURN_APPROVED.into(), ..with_refunds(&late, &[]) };
        storage.commit(late.id().clone(), late.version, approved).await.unwrap();
    }
    let sum = async |since, besides: &str| {
        let (account, shop) = (here.account.clone(), here.store_id.clone());
        storage.refunded_since(account, shop, since, PaymentId::parse(besides).unwrap()).await.unwrap()
    };
    assert_eq!(sum(NOW.plus_ms(1), "none").await, WHOLE);
    assert_eq!(sum(NOW.plus_ms(2), "none").await, 0, "of the day before");
    assert_eq!(sum(NOW, "pay-1").await, 0, "it is asked for again");
}
