//! Payments that call for a human.

use scantill_payment::{ChargeStatus, Input, UnknownReason};
use scantill_proxy::store::{Device, Draft, Record};
use scantill_types::{PaymentId, StoreId};

use crate::Books;
use crate::drafts::{NOW, by_hand, commit, create, device, draft, seen};

fn ids(records: &[Record]) -> Vec<&str> {
    records.iter().map(|record| PaymentId::as_str(record.id())).collect()
}

pub(crate) async fn what_is_in_doubt_calls_in_its_store_and_what_was_closed_takes_nobodys_place(
    books: &dyn Books,
) {
    let store = books.open();
    let here = StoreId::parse("store_1").unwrap();
    for number in 0..3 {
        let sent = create(&store, draft(&format!("closed-{number}"), &format!("sale-{number}"))).await;
        let lost = commit(&store, &sent, Input::AnswerLost(UnknownReason::ServerError)).await;
        commit(&store, &lost, by_hand()).await;
    }
    let elsewhere = Device { store_id: StoreId::parse("store_2").unwrap(), ..device("POS-01") };
    for draft in [Draft { device: elsewhere, ..draft("there", "sale-8") }, draft("here", "sale-9")] {
        let sent = create(&store, draft).await;
        commit(&store, &sent, Input::AnswerLost(UnknownReason::ServerError)).await;
    }
    let fine = create(&store, draft("fine", "sale-10")).await;
    commit(&store, &fine, seen(&fine, ChargeStatus::Pending)).await;
    assert_eq!(ids(&store.payments_in_review(None, 2).await.unwrap()), ["there", "here"]);
    assert_eq!(
        (store.count_unsettled().await.unwrap(), store.newest().await.unwrap()),
        (3, Some(NOW.plus_ms(1)))
    );
    let of_here = Some(("demo".to_owned(), here));
    assert_eq!(ids(&store.payments_in_review(of_here, 1).await.unwrap()), ["here"]);
}
