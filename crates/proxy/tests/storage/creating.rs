//! Taking payments on: each id once.

use futures_util::future::join_all;
use scantill_payment::{Input, UnknownReason};
use scantill_proxy::storage::{Created, NewPayment};
use scantill_types::api::PaymentState;

use crate::Database;
use crate::new_payments::{commit, create, never_arrived, new_payment, read, refused};

pub(crate) async fn a_new_payment_is_in_storage_as_it_was_ordered(database: &dyn Database) {
    let storage = database.open();
    let new_payment = new_payment("pay-1", "sale-1");
    let stored = create(&storage, new_payment.clone()).await;
    assert_eq!((stored.version, stored.counter), (1, 1));
    let found = read(&storage, "pay-1").await.unwrap();
    assert_eq!(found.attempt.state, new_payment.attempt.state);
    assert_eq!(found.attempt.order.installation, storage.installation());
    assert_eq!((found.code_use, found.description), (new_payment.code_use, new_payment.description));
    assert_eq!((found.holder, found.terminal), (new_payment.device.id, new_payment.device.terminal));
}

pub(crate) async fn the_same_id_again_gives_what_is_there(database: &dyn Database) {
    let storage = database.open();
    create(&storage, new_payment("pay-1", "sale-1")).await;
    let again = storage.create(new_payment("pay-1", "another-sale")).await.unwrap();
    let Created::Existing(stored) = again else { panic!("{again:?}") };
    assert_eq!(stored.attempt.order.sale.as_str(), "sale-1");
}

pub(crate) async fn of_many_copies_of_one_put_one_is_new(database: &dyn Database) {
    let storage = database.open();
    let copies = join_all((0..30).map(|_| storage.create(new_payment("pay-1", "sale-1")))).await;
    let new = copies.iter().filter(|created| matches!(created, Ok(Created::New(_)))).count();
    let existing = copies.iter().filter(|created| matches!(created, Ok(Created::Existing(_)))).count();
    assert_eq!((new, existing), (1, 29));
}

pub(crate) async fn counters_grow_and_never_repeat(database: &dyn Database) {
    let storage = database.open();
    let new_payments = (0..20).map(|number| new_payment(&format!("pay-{number}"), &format!("sale-{number}")));
    let mut payments = join_all(new_payments.map(|new_payment| create(&storage, new_payment))).await;
    payments.sort_by_key(|stored| stored.cursor);
    let counters: Vec<i64> = payments.iter().map(|stored| stored.counter).collect();
    assert_eq!(counters, (1..=20).collect::<Vec<_>>());
}

pub(crate) async fn a_code_is_used_once(database: &dyn Database) {
    let storage = database.open();
    let first = new_payment("pay-1", "sale-1");
    create(&storage, first.clone()).await;
    let second = NewPayment { code_hashes: first.code_hashes.clone(), ..new_payment("pay-2", "sale-2") };
    let refused = storage.create(second.clone()).await.unwrap();
    assert!(matches!(refused, Created::CodeUsed), "{refused:?}");
    assert!(read(&storage, "pay-2").await.is_none());
    // In test mode the sample codes may recur.
    create(&storage, NewPayment { code_hashes: Vec::new(), ..second }).await;
}

pub(crate) async fn a_code_is_used_unless_it_was_proved_not_sent(database: &dyn Database) {
    let storage = database.open();
    let inputs =
        [(Input::NotSent, true), (refused(), false), (Input::AnswerLost(UnknownReason::AnswerLost), false)];
    for (index, (input, is_free)) in inputs.into_iter().enumerate() {
        let first = new_payment(&format!("pay-{index}"), &format!("sale-{index}"));
        let stored = create(&storage, first.clone()).await;
        commit(&storage, &stored, input).await;
        let again = new_payment(&format!("again-{index}"), &format!("other-{index}"));
        let again = NewPayment { code_use: first.code_use, code_hashes: first.code_hashes, ..again };
        let created = storage.create(again.clone()).await.unwrap();
        assert_eq!(matches!(created, Created::New(_)), is_free, "{created:?}");
        if is_free {
            let third = NewPayment { code_hashes: again.code_hashes, ..new_payment("third", "third") };
            let refused = storage.create(third).await.unwrap();
            assert!(matches!(refused, Created::CodeUsed), "the second use is on its way: {refused:?}");
        }
    }
}

pub(crate) async fn an_id_recorded_as_never_arrived_is_never_accepted(database: &dyn Database) {
    let storage = database.open();
    storage.record_never_arrived(never_arrived("pay-1")).await.unwrap();
    let late = storage.create(new_payment("pay-1", "sale-1")).await.unwrap();
    let Created::Existing(stored) = late else { panic!("{late:?}") };
    assert!(stored.never_arrived());
    assert_eq!(stored.attempt.payment_state(), PaymentState::Cancelled);
}

pub(crate) async fn a_payment_that_is_there_is_not_recorded_as_never_arrived(database: &dyn Database) {
    let storage = database.open();
    create(&storage, new_payment("pay-1", "sale-1")).await;
    let stored = storage.record_never_arrived(never_arrived("pay-1")).await.unwrap();
    assert_eq!(stored.attempt.payment_state(), PaymentState::Sending);
    assert!(!stored.never_arrived());
}
