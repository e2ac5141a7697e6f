//! Inputs to payments of which the caller holds an older version.

use std::sync::Arc;

use scantill_payment::{Approver, CancelRequested, ChargeStatus, Input, RefundOrder};
use scantill_proxy::clock::{SystemClock, SystemEntropy};
use scantill_proxy::service::PaymentService;
use scantill_proxy::storage::{Storage, StoredPayment};
use scantill_types::api::{CancelledBy, Disposition, PaymentState};
use scantill_types::{RefundId, Timing};
use tokio_util::sync::CancellationToken;

use crate::Database;
use crate::new_payments::{NOW, commit, create, new_payment, read, refused, seen};

/// The payment service on this storage, without any account: it asks no provider.
fn service(storage: &Arc<dyn Storage>) -> PaymentService {
    let (clock, entropy) = (Arc::new(SystemClock::default()), Arc::new(SystemEntropy));
    let (timing, stop) = (Timing::default(), CancellationToken::new());
    PaymentService::new(storage.clone(), clock, entropy, timing, Vec::new(), stop)
}

/// A payment as it was sent, and as it is now: paid.
async fn sent_and_paid(storage: &Arc<dyn Storage>) -> (StoredPayment, StoredPayment) {
    let sent = create(storage, new_payment("pay-1", "sale-1")).await;
    let paid = commit(storage, &sent, seen(&sent, ChargeStatus::Successful)).await;
    (sent, paid)
}

fn whole_refund(paid: &StoredPayment) -> RefundOrder {
    RefundOrder {
        id: RefundId::parse("refund-1").unwrap(),
        charge: paid.attempt.money().unwrap().id.clone(),
        amount: paid.attempt.order.amount,
        refunded_before: 0,
        void: false,
        reason: None,
        approver: Approver::Supervisor("Mali".into()),
        created_at: NOW,
    }
}

pub(crate) async fn an_input_that_an_old_version_ignores_reaches_the_newer_one(database: &dyn Database) {
    let storage = database.open();
    let service = service(&storage);
    let (sent, paid) = sent_and_paid(&storage).await;
    let input = Input::RefundAsked(whole_refund(&paid));
    assert_eq!(service.preview(&sent, input.clone()), sent.attempt);
    let refunded = service.apply(&sent, "test", input).await.unwrap();
    assert_eq!((refunded.version, refunded.attempt.refunds.ours.len()), (3, 1));
    assert_eq!(read(&storage, "pay-1").await.unwrap().attempt, refunded.attempt);
}

pub(crate) async fn an_input_that_an_old_version_takes_is_judged_by_the_newest(database: &dyn Database) {
    let storage = database.open();
    let service = service(&storage);
    let (sent, paid) = sent_and_paid(&storage).await;
    // The old version would end unpaid.
    assert_ne!(service.preview(&sent, refused()), sent.attempt);
    let after = service.apply(&sent, "test", refused()).await.unwrap();
    assert_eq!((after.version, after.attempt), (paid.version, paid.attempt));
}

pub(crate) async fn an_input_changes_the_newest_version_and_loses_nothing_of_it(database: &dyn Database) {
    let storage = database.open();
    let service = service(&storage);
    let sent = create(&storage, new_payment("pay-1", "sale-1")).await;
    commit(&storage, &sent, seen(&sent, ChargeStatus::Pending)).await;
    let request = CancelRequested::by(CancelledBy::Cashier);
    let cancelled = service.apply(&sent, "test", Input::CancelRequested(request)).await.unwrap();
    assert_eq!(
        (cancelled.version, cancelled.attempt.payment_state()),
        (3, PaymentState::Cancelling),
        "the charge that the newer version knows is expired"
    );
}

pub(crate) async fn an_input_that_no_version_takes_shows_the_newest_one(database: &dyn Database) {
    let storage = database.open();
    let service = service(&storage);
    let (sent, paid) = sent_and_paid(&storage).await;
    let after = service.apply(&sent, "test", Input::ExpireBegins).await.unwrap();
    assert_eq!((after.version, after.attempt), (paid.version, paid.attempt));
}

pub(crate) async fn of_many_copies_of_one_input_one_changes_the_payment(database: &dyn Database) {
    let storage = database.open();
    let service = service(&storage);
    let sent = create(&storage, new_payment("pay-1", "sale-1")).await;
    let copies = (0..20).map(|_| service.apply(&sent, "test", seen(&sent, ChargeStatus::Successful)));
    for after in futures_util::future::join_all(copies).await {
        let after = after.unwrap();
        let disposition = after.attempt.disposition.as_ref().map(scantill_payment::Disposition::to_api);
        assert_eq!((after.version, disposition), (2, Some(Disposition::Accepted)));
    }
}

pub(crate) async fn an_old_version_that_is_missing_in_storage_is_an_error(database: &dyn Database) {
    let storage = database.open();
    let service = service(&storage);
    let mut unknown = create(&storage, new_payment("pay-1", "sale-1")).await;
    unknown.attempt.order.payment = crate::new_payments::payment("pay-2");
    service.apply(&unknown, "test", Input::ExpireBegins).await.unwrap_err();
    service.apply(&unknown, "test", refused()).await.unwrap_err();
}
