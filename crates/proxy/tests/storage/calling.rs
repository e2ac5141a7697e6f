//! Payments that call for a human.

use scantill_payment::{ChargeStatus, Input, UnknownReason};
use scantill_proxy::storage::{Device, NewPayment, StoredPayment};
use scantill_types::{PaymentId, StoreId};

use crate::Database;
use crate::new_payments::{NOW, by_hand, commit, create, device, new_payment, seen};

fn ids(payments: &[StoredPayment]) -> Vec<&str> {
    payments.iter().map(|stored| PaymentId::as_str(stored.id())).collect()
}

pub(crate) async fn the_review_list_of_a_store_holds_doubts_and_no_resolved_payments(
    database: &dyn Database,
) {
    let storage = database.open();
    let here = StoreId::parse("store_1").unwrap();
    for number in 0..3 {
        let sent =
            create(&storage, new_payment(&format!("closed-{number}"), &format!("sale-{number}"))).await;
        let lost = commit(&storage, &sent, Input::AnswerLost(UnknownReason::ServerError)).await;
        commit(&storage, &lost, by_hand()).await;
    }
    let elsewhere = Device { store_id: StoreId::parse("store_2").unwrap(), ..device("POS-01") };
    for new_payment in
        [NewPayment { device: elsewhere, ..new_payment("there", "sale-8") }, new_payment("here", "sale-9")]
    {
        let sent = create(&storage, new_payment).await;
        commit(&storage, &sent, Input::AnswerLost(UnknownReason::ServerError)).await;
    }
    let fine = create(&storage, new_payment("fine", "sale-10")).await;
    commit(&storage, &fine, seen(&fine, ChargeStatus::Pending)).await;
    assert_eq!(ids(&storage.payments_in_review(None, 2).await.unwrap()), ["there", "here"]);
    assert_eq!(
        (storage.count_unsettled().await.unwrap(), storage.newest().await.unwrap()),
        (3, Some(NOW.plus_ms(1)))
    );
    let of_here = Some(("demo".to_owned(), here));
    assert_eq!(ids(&storage.payments_in_review(of_here, 1).await.unwrap()), ["here"]);
}
