//! The rules of the sale, which only the storage can keep (P2).

use futures_util::future::join_all;
use scantill_payment::{ChargeStatus, Disposition};
use scantill_proxy::storage::{Committed, Created, Device, NewPayment};
use scantill_types::api::PaymentState;
use scantill_types::{StoreId, TerminalId};

use crate::Database;
use crate::new_payments::{commit, create, device, new_payment, payment, read, refused, seen, transition};

pub(crate) async fn of_many_creates_in_one_sale_one_is_accepted(database: &dyn Database) {
    let storage = database.open();
    let new_payments = (0..30).map(|number| new_payment(&format!("pay-{number}"), "sale-1"));
    let created = join_all(new_payments.map(|new_payment| storage.create(new_payment))).await;
    let new: Vec<_> = created
        .iter()
        .filter_map(|created| if let Ok(Created::New(stored)) = created { Some(stored.id()) } else { None })
        .collect();
    let [open] = new[..] else { panic!("{} are new", new.len()) };
    let told = created.iter().filter(|created| matches!(created, Ok(Created::SaleOpen(id)) if id == open));
    assert_eq!(told.count(), 29);
}

pub(crate) async fn a_paid_sale_takes_no_other_payment(database: &dyn Database) {
    let storage = database.open();
    let first = create(&storage, new_payment("pay-1", "sale-1")).await;
    commit(&storage, &first, seen(&first, ChargeStatus::Successful)).await;
    let refused = storage.create(new_payment("pay-2", "sale-1")).await.unwrap();
    assert!(matches!(&refused, Created::SalePaid(id) if id == first.id()), "{refused:?}");
}

pub(crate) async fn an_unpaid_end_frees_the_sale(database: &dyn Database) {
    let storage = database.open();
    let first = create(&storage, new_payment("pay-1", "sale-1")).await;
    let ended = commit(&storage, &first, refused()).await;
    assert_eq!(ended.attempt.payment_state(), PaymentState::Failed);
    create(&storage, new_payment("pay-2", "sale-1")).await;
}

pub(crate) async fn a_sale_keeps_its_amount(database: &dyn Database) {
    let storage = database.open();
    let first = create(&storage, new_payment("pay-1", "sale-1")).await;
    commit(&storage, &first, refused()).await;
    let mut other = new_payment("pay-2", "sale-1");
    other.attempt.order.amount = 2_226;
    let changed = storage.create(other).await.unwrap();
    assert!(matches!(changed, Created::SaleChanged), "{changed:?}");
}

pub(crate) async fn sales_of_other_stores_do_not_stand_in_the_way(database: &dyn Database) {
    let storage = database.open();
    create(&storage, new_payment("pay-1", "sale-1")).await;
    let elsewhere = Device { store_id: StoreId::parse("store_2").unwrap(), ..device("POS-01") };
    create(&storage, NewPayment { device: elsewhere, ..new_payment("pay-2", "sale-1") }).await;
    let another_account = Device { account: "another".into(), ..device("POS-01") };
    create(&storage, NewPayment { device: another_account, ..new_payment("pay-3", "sale-1") }).await;
    let next_till = Device { terminal: TerminalId::parse("POS-02").unwrap(), ..device("POS-02") };
    let here =
        storage.create(NewPayment { device: next_till, ..new_payment("pay-4", "sale-1") }).await.unwrap();
    assert!(matches!(here, Created::SaleOpen(_)), "{here:?}");
}

pub(crate) async fn a_reference_that_is_open_or_paid_today_must_be_accepted(database: &dyn Database) {
    let storage = database.open();
    let with_reference =
        |new_payment: NewPayment| NewPayment { reference: Some("inv-7".into()), ..new_payment };
    create(&storage, with_reference(new_payment("pay-1", "sale-1"))).await;
    let again = with_reference(new_payment("pay-2", "sale-2"));
    let seen = storage.create(again.clone()).await.unwrap();
    assert!(matches!(&seen, Created::ReferenceSeen(id) if id.as_str() == "pay-1"), "{seen:?}");
    create(&storage, NewPayment { accepted: Some(payment("pay-1")), ..again }).await;
    let mut tomorrow = with_reference(new_payment("pay-3", "sale-3"));
    tomorrow.attempt.order.created_at = tomorrow.attempt.order.created_at.plus_ms(24 * 60 * 60 * 1_000);
    create(&storage, tomorrow).await;
}

pub(crate) async fn only_a_payment_of_this_reference_here_can_be_accepted(database: &dyn Database) {
    let storage = database.open();
    let with_reference =
        |new_payment: NewPayment, text: &str| NewPayment { reference: Some(text.into()), ..new_payment };
    create(&storage, with_reference(new_payment("pay-1", "sale-1"), "inv-7")).await;
    // Each is younger than the payment that stands in the way, and has nothing to do with it.
    create(&storage, with_reference(new_payment("of-another-reference", "sale-2"), "inv-8")).await;
    create(&storage, new_payment("of-no-reference", "sale-3")).await;
    let another_store = Device { store_id: StoreId::parse("store_2").unwrap(), ..device("POS-01") };
    let another_account = Device { account: "another".into(), ..device("POS-01") };
    for (id, device) in [("of-another-store", another_store), ("of-another-account", another_account)] {
        create(&storage, NewPayment { device, ..with_reference(new_payment(id, "sale-4"), "inv-7") }).await;
    }
    for id in ["of-another-reference", "of-no-reference", "of-another-store", "of-another-account", "none"] {
        let again = with_reference(new_payment("pay-2", "sale-5"), "inv-7");
        let seen = storage.create(NewPayment { accepted: Some(payment(id)), ..again }).await.unwrap();
        assert!(matches!(&seen, Created::ReferenceSeen(seen) if seen.as_str() == "pay-1"), "{id}: {seen:?}");
    }
}

pub(crate) async fn of_two_successes_in_one_sale_one_is_kept(database: &dyn Database) {
    let storage = database.open();
    let first = create(&storage, new_payment("pay-1", "sale-1")).await;
    let first = commit(&storage, &first, refused()).await;
    let second = create(&storage, new_payment("pay-2", "sale-1")).await;
    let second = commit(&storage, &second, seen(&second, ChargeStatus::Successful)).await;
    assert_eq!(second.attempt.disposition, Some(Disposition::Accepted));
    let mut paid_late = transition(&first, seen(&first, ChargeStatus::Successful));
    paid_late.attempt.disposition = Some(Disposition::Accepted);
    let another = storage.commit(first.id().clone(), first.version, paid_late).await.unwrap();
    assert!(matches!(another, Committed::AnotherIsAccepted), "{another:?}");
    assert_eq!(read(&storage, "pay-1").await.unwrap().version, first.version);
    let undecided = commit(&storage, &first, seen(&first, ChargeStatus::Successful)).await;
    assert!(matches!(undecided.attempt.disposition, Some(Disposition::AwaitingDecision(_))));
}
