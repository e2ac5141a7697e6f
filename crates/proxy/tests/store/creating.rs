//! Taking payments on: each id once.

use futures_util::future::join_all;
use scantill_payment::{Input, UnknownReason};
use scantill_proxy::store::{Created, Draft};
use scantill_types::api::PaymentState;

use crate::Books;
use crate::drafts::{commit, create, draft, never_arrived, read, refused};

pub(crate) async fn a_new_payment_is_in_the_books_as_it_was_drafted(books: &dyn Books) {
    let store = books.open();
    let draft = draft("pay-1", "sale-1");
    let record = create(&store, draft.clone()).await;
    assert_eq!((record.version, record.counter), (1, 1));
    let found = read(&store, "pay-1").await.unwrap();
    assert_eq!(found.attempt.state, draft.attempt.state);
    assert_eq!(found.attempt.order.installation, store.installation());
    assert_eq!((found.code_use, found.description), (draft.code_use, draft.description));
    assert_eq!((found.holder, found.terminal), (draft.device.id, draft.device.terminal));
}

pub(crate) async fn the_same_id_again_gives_what_is_there(books: &dyn Books) {
    let store = books.open();
    create(&store, draft("pay-1", "sale-1")).await;
    let again = store.create(draft("pay-1", "another-sale")).await.unwrap();
    let Created::Existing(record) = again else { panic!("{again:?}") };
    assert_eq!(record.attempt.order.sale.as_str(), "sale-1");
}

pub(crate) async fn of_many_copies_of_one_put_one_is_new(books: &dyn Books) {
    let store = books.open();
    let copies = join_all((0..30).map(|_| store.create(draft("pay-1", "sale-1")))).await;
    let new = copies.iter().filter(|created| matches!(created, Ok(Created::New(_)))).count();
    let existing = copies.iter().filter(|created| matches!(created, Ok(Created::Existing(_)))).count();
    assert_eq!((new, existing), (1, 29));
}

pub(crate) async fn counters_grow_and_never_repeat(books: &dyn Books) {
    let store = books.open();
    let drafts = (0..20).map(|number| draft(&format!("pay-{number}"), &format!("sale-{number}")));
    let mut records = join_all(drafts.map(|draft| create(&store, draft))).await;
    records.sort_by_key(|record| record.cursor);
    let counters: Vec<i64> = records.iter().map(|record| record.counter).collect();
    assert_eq!(counters, (1..=20).collect::<Vec<_>>());
}

pub(crate) async fn a_code_is_used_once(books: &dyn Books) {
    let store = books.open();
    let first = draft("pay-1", "sale-1");
    create(&store, first.clone()).await;
    let second = Draft { code_hashes: first.code_hashes.clone(), ..draft("pay-2", "sale-2") };
    let refused = store.create(second.clone()).await.unwrap();
    assert!(matches!(refused, Created::CodeUsed), "{refused:?}");
    assert!(read(&store, "pay-2").await.is_none());
    // In test mode the sample codes may recur.
    create(&store, Draft { code_hashes: Vec::new(), ..second }).await;
}

pub(crate) async fn a_code_is_used_unless_it_was_proved_not_sent(books: &dyn Books) {
    let store = books.open();
    let inputs =
        [(Input::NotSent, true), (refused(), false), (Input::AnswerLost(UnknownReason::AnswerLost), false)];
    for (index, (input, is_free)) in inputs.into_iter().enumerate() {
        let first = draft(&format!("pay-{index}"), &format!("sale-{index}"));
        let record = create(&store, first.clone()).await;
        commit(&store, &record, input).await;
        let again = draft(&format!("again-{index}"), &format!("other-{index}"));
        let again = Draft { code_use: first.code_use, code_hashes: first.code_hashes, ..again };
        let created = store.create(again.clone()).await.unwrap();
        assert_eq!(matches!(created, Created::New(_)), is_free, "{created:?}");
        if is_free {
            let third = Draft { code_hashes: again.code_hashes, ..draft("third", "third") };
            let refused = store.create(third).await.unwrap();
            assert!(matches!(refused, Created::CodeUsed), "the second use is on its way: {refused:?}");
        }
    }
}

pub(crate) async fn an_id_that_was_recorded_as_never_arrived_is_never_taken_on(books: &dyn Books) {
    let store = books.open();
    store.record_never_arrived(never_arrived("pay-1")).await.unwrap();
    let late = store.create(draft("pay-1", "sale-1")).await.unwrap();
    let Created::Existing(record) = late else { panic!("{late:?}") };
    assert!(record.never_arrived());
    assert_eq!(record.attempt.payment_state(), PaymentState::Cancelled);
}

pub(crate) async fn a_payment_that_is_there_is_not_recorded_as_never_arrived(books: &dyn Books) {
    let store = books.open();
    create(&store, draft("pay-1", "sale-1")).await;
    let record = store.record_never_arrived(never_arrived("pay-1")).await.unwrap();
    assert_eq!(record.attempt.payment_state(), PaymentState::Sending);
    assert!(!record.never_arrived());
}
