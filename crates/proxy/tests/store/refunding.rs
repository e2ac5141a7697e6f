//! What the books refuse of refunds, whatever the code above them believes: more than was taken, and two at a time
//! (P19, P20).

use std::sync::Arc;

use scantill_payment::{
    Approver, ChargeStatus, RefundAttempt, RefundDone, RefundOrder, RefundRefused, RefundSending, RefundState,
};
use scantill_proxy::store::{
    Committed, Device, Draft, RETURN_APPROVED, Record, Store, StoreError, Transition,
};
use scantill_types::{PaymentId, RefundId, StoreId};

use crate::Books;
use crate::drafts::{NOW, commit, create, device, draft, read, seen};

/// What each draft takes.
const WHOLE: i64 = 2_225;

fn sending() -> RefundState {
    RefundState::Sending(RefundSending { since: NOW })
}

fn done(id: &str) -> RefundState {
    RefundState::Done(RefundDone { id: id.into(), voided: false, at: NOW })
}

/// The payment with these refunds of its charge, past every rule of the machine.
fn with_refunds(record: &Record, refunds: &[(&str, i64, RefundState)]) -> Transition {
    let mut attempt = record.attempt.clone();
    let charge = attempt.charge.as_ref().unwrap().id.clone();
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
    Transition { attempt, due_at: None, at: NOW.plus_ms(1), cause: "test".into(), under: None }
}

async fn paid(store: &Arc<dyn Store>, id: &str) -> Record {
    let sent = create(store, draft(id, &format!("sale-of-{id}"))).await;
    commit(store, &sent, seen(&sent, ChargeStatus::Successful)).await
}

async fn try_refunds(
    store: &Arc<dyn Store>,
    record: &Record,
    refunds: &[(&str, i64, RefundState)],
) -> Result<Committed, StoreError> {
    store.commit(record.id().clone(), record.version, with_refunds(record, refunds)).await
}

/// Commits, and expects it to be done and to be read as it was written.
async fn refund(store: &Arc<dyn Store>, record: &Record, refunds: &[(&str, i64, RefundState)]) -> Record {
    let committed = try_refunds(store, record, refunds).await.unwrap();
    let Committed::Done(written) = committed else { panic!("{committed:?}") };
    let found = store.payment(record.id().clone()).await.unwrap().unwrap();
    assert_eq!(found.attempt.refunds.ours, with_refunds(record, refunds).attempt.refunds.ours);
    *written
}

/// Commits, and expects that nothing of it is written or told.
async fn refuses(
    store: &Arc<dyn Store>,
    record: &Record,
    refunds: &[(&str, i64, RefundState)],
    reason: StoreError,
) {
    let mut changes = store.changes(&device("POS-01"));
    let error = try_refunds(store, record, refunds).await.expect_err("the books take it");
    let found = store.payment(record.id().clone()).await.unwrap().unwrap();
    assert_eq!((found.version, &found.attempt), (record.version, &record.attempt), "{error}");
    assert!(changes.try_recv().is_err());
    assert_eq!(error, reason);
}

pub(crate) async fn refunds_are_written_up_to_the_charge_and_not_beyond(books: &dyn Books) {
    let store = books.open();
    let paid = paid(&store, "pay-1").await;
    let beyond_charge = StoreError::RefundsBeyondCharge;
    refuses(&store, &paid, &[("r-1", WHOLE + 1, RefundState::Approved)], beyond_charge.clone()).await;
    let first = refund(&store, &paid, &[("r-1", 1_000, done("rfnd_1"))]).await;
    let beyond = [("r-1", 1_000, done("rfnd_1")), ("r-2", WHOLE - 999, RefundState::Approved)];
    refuses(&store, &first, &beyond, beyond_charge).await;
    let rest = [("r-1", 1_000, done("rfnd_1")), ("r-2", WHOLE - 1_000, RefundState::Approved)];
    let approved = refund(&store, &first, &rest).await;
    let [one, (id, amount, _)] = rest;
    refund(&store, &approved, &[one, (id, amount, sending())]).await;
}

pub(crate) async fn one_refund_of_a_charge_is_under_way_at_a_time(books: &dyn Books) {
    let store = books.open();
    let paid = paid(&store, "pay-1").await;
    let first = refund(&store, &paid, &[("r-1", 100, sending())]).await;
    let second = [("r-1", 100, sending()), ("r-2", 100, RefundState::Approved)];
    refuses(&store, &first, &second, StoreError::RefundUnderWay).await;
    refund(&store, &first, &[("r-1", 100, done("rfnd_1")), ("r-2", 100, RefundState::Approved)]).await;
}

pub(crate) async fn what_was_refused_or_is_absent_takes_nothing_of_the_charge(books: &dyn Books) {
    let store = books.open();
    let no_longer = RefundState::Refused(RefundRefused { code: "failed_refund".into() });
    for (id, state) in [("pay-1", no_longer), ("pay-2", RefundState::Absent)] {
        let paid = paid(&store, id).await;
        let over = refund(&store, &paid, &[("r-1", WHOLE, state.clone())]).await;
        refund(&store, &over, &[("r-1", WHOLE, state), ("r-2", WHOLE, sending())]).await;
    }
}

pub(crate) async fn a_refund_that_is_refused_takes_no_neighbour_with_it(books: &dyn Books) {
    let store = books.open();
    let (refunded, other) = (paid(&store, "pay-1").await, create(&store, draft("pay-2", "sale-2")).await);
    let beyond = [("r-1", WHOLE + 1, RefundState::Approved)];
    let (refused, neighbour) = tokio::join!(
        try_refunds(&store, &refunded, &beyond),
        commit(&store, &other, seen(&other, ChargeStatus::Successful))
    );
    assert!(refused.is_err());
    assert_eq!(read(&store, "pay-2").await.unwrap().attempt, neighbour.attempt);
    refund(&store, &refunded, &[("r-1", WHOLE, RefundState::Approved)]).await;
}

pub(crate) async fn what_the_provider_shows_is_written_whatever_was_approved_meanwhile(books: &dyn Books) {
    let store = books.open();
    let paid = paid(&store, "pay-1").await;
    let absent = [("r-1", WHOLE, RefundState::Absent), ("r-2", WHOLE, RefundState::Approved)];
    let believed = refund(&store, &paid, &absent).await;
    // Humans had found it absent, and the charge lists it after all.
    let found = [("r-1", WHOLE, done("rfnd_1")), ("r-2", WHOLE, RefundState::Approved)];
    refund(&store, &believed, &found).await;
}

pub(crate) async fn an_approved_return_counts_in_its_store_since_its_approval(books: &dyn Books) {
    let store = books.open();
    let here = device("POS-01");
    let another_store = Device { store_id: StoreId::parse("store_2").unwrap(), ..here.clone() };
    let another_account = Device { account: "another".into(), ..here.clone() };
    for (id, device) in [("pay-1", here.clone()), ("pay-2", another_store), ("pay-3", another_account)] {
        let sent = create(&store, Draft { device, ..draft(id, &format!("sale-of-{id}")) }).await;
        let late = commit(&store, &sent, seen(&sent, ChargeStatus::Successful)).await;
        let approved = Transition { cause: RETURN_APPROVED.into(), ..with_refunds(&late, &[]) };
        store.commit(late.id().clone(), late.version, approved).await.unwrap();
    }
    let sum = async |since, besides: &str| {
        let (account, shop) = (here.account.clone(), here.store_id.clone());
        store.refunded_since(account, shop, since, PaymentId::parse(besides).unwrap()).await.unwrap()
    };
    assert_eq!(sum(NOW.plus_ms(1), "none").await, WHOLE);
    assert_eq!(sum(NOW.plus_ms(2), "none").await, 0, "of the day before");
    assert_eq!(sum(NOW, "pay-1").await, 0, "it is asked for again");
}
