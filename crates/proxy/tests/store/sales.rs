//! The rules of the sale, which only the books can keep (P2).

use futures_util::future::join_all;
use scantill_payment::{ChargeStatus, Disposition};
use scantill_proxy::store::{Committed, Created, Device, Draft};
use scantill_types::api::PaymentState;
use scantill_types::{StoreId, TerminalId};

use crate::Books;
use crate::drafts::{commit, create, device, draft, payment, read, refused, seen, transition};

pub(crate) async fn of_many_creates_at_once_in_one_sale_one_is_taken_on(books: &dyn Books) {
    let store = books.open();
    let drafts = (0..30).map(|number| draft(&format!("pay-{number}"), "sale-1"));
    let created = join_all(drafts.map(|draft| store.create(draft))).await;
    let new: Vec<_> = created
        .iter()
        .filter_map(|created| if let Ok(Created::New(record)) = created { Some(record.id()) } else { None })
        .collect();
    let [open] = new[..] else { panic!("{} are new", new.len()) };
    let told = created.iter().filter(|created| matches!(created, Ok(Created::SaleOpen(id)) if id == open));
    assert_eq!(told.count(), 29);
}

pub(crate) async fn a_paid_sale_takes_no_other_payment(books: &dyn Books) {
    let store = books.open();
    let first = create(&store, draft("pay-1", "sale-1")).await;
    commit(&store, &first, seen(&first, ChargeStatus::Successful)).await;
    let refused = store.create(draft("pay-2", "sale-1")).await.unwrap();
    assert!(matches!(&refused, Created::SalePaid(id) if id == first.id()), "{refused:?}");
}

pub(crate) async fn an_unpaid_end_frees_the_sale(books: &dyn Books) {
    let store = books.open();
    let first = create(&store, draft("pay-1", "sale-1")).await;
    let ended = commit(&store, &first, refused()).await;
    assert_eq!(ended.attempt.payment_state(), PaymentState::Failed);
    create(&store, draft("pay-2", "sale-1")).await;
}

pub(crate) async fn a_sale_keeps_its_amount(books: &dyn Books) {
    let store = books.open();
    let first = create(&store, draft("pay-1", "sale-1")).await;
    commit(&store, &first, refused()).await;
    let mut other = draft("pay-2", "sale-1");
    other.attempt.order.amount = 2_226;
    let changed = store.create(other).await.unwrap();
    assert!(matches!(changed, Created::SaleChanged), "{changed:?}");
}

pub(crate) async fn sales_of_other_stores_do_not_stand_in_the_way(books: &dyn Books) {
    let store = books.open();
    create(&store, draft("pay-1", "sale-1")).await;
    let elsewhere = Device { store_id: StoreId::parse("store_2").unwrap(), ..device("POS-01") };
    create(&store, Draft { device: elsewhere, ..draft("pay-2", "sale-1") }).await;
    let another_account = Device { account: "another".into(), ..device("POS-01") };
    create(&store, Draft { device: another_account, ..draft("pay-3", "sale-1") }).await;
    let next_till = Device { terminal: TerminalId::parse("POS-02").unwrap(), ..device("POS-02") };
    let here = store.create(Draft { device: next_till, ..draft("pay-4", "sale-1") }).await.unwrap();
    assert!(matches!(here, Created::SaleOpen(_)), "{here:?}");
}

pub(crate) async fn a_reference_that_is_open_or_paid_today_must_be_accepted(books: &dyn Books) {
    let store = books.open();
    let with_reference = |draft: Draft| Draft { reference: Some("inv-7".into()), ..draft };
    create(&store, with_reference(draft("pay-1", "sale-1"))).await;
    let again = with_reference(draft("pay-2", "sale-2"));
    let seen = store.create(again.clone()).await.unwrap();
    assert!(matches!(&seen, Created::ReferenceSeen(id) if id.as_str() == "pay-1"), "{seen:?}");
    create(&store, Draft { accepted: Some(payment("pay-1")), ..again }).await;
    let mut tomorrow = with_reference(draft("pay-3", "sale-3"));
    tomorrow.attempt.order.created_at = tomorrow.attempt.order.created_at.plus_ms(24 * 60 * 60 * 1_000);
    create(&store, tomorrow).await;
}

pub(crate) async fn only_a_payment_of_this_reference_here_can_be_accepted(books: &dyn Books) {
    let store = books.open();
    let with_reference = |draft: Draft, text: &str| Draft { reference: Some(text.into()), ..draft };
    create(&store, with_reference(draft("pay-1", "sale-1"), "inv-7")).await;
    // Each is younger than the payment that stands in the way, and has nothing to do with it.
    create(&store, with_reference(draft("of-another-reference", "sale-2"), "inv-8")).await;
    create(&store, draft("of-no-reference", "sale-3")).await;
    let another_store = Device { store_id: StoreId::parse("store_2").unwrap(), ..device("POS-01") };
    let another_account = Device { account: "another".into(), ..device("POS-01") };
    for (id, device) in [("of-another-store", another_store), ("of-another-account", another_account)] {
        create(&store, Draft { device, ..with_reference(draft(id, "sale-4"), "inv-7") }).await;
    }
    for id in ["of-another-reference", "of-no-reference", "of-another-store", "of-another-account", "none"] {
        let again = with_reference(draft("pay-2", "sale-5"), "inv-7");
        let seen = store.create(Draft { accepted: Some(payment(id)), ..again }).await.unwrap();
        assert!(matches!(&seen, Created::ReferenceSeen(seen) if seen.as_str() == "pay-1"), "{id}: {seen:?}");
    }
}

pub(crate) async fn of_two_successes_in_one_sale_one_is_kept(books: &dyn Books) {
    let store = books.open();
    let first = create(&store, draft("pay-1", "sale-1")).await;
    let first = commit(&store, &first, refused()).await;
    let second = create(&store, draft("pay-2", "sale-1")).await;
    let second = commit(&store, &second, seen(&second, ChargeStatus::Successful)).await;
    assert_eq!(second.attempt.disposition, Some(Disposition::Accepted));
    let mut paid_late = transition(&first, seen(&first, ChargeStatus::Successful));
    paid_late.attempt.disposition = Some(Disposition::Accepted);
    let another = store.commit(first.id().clone(), first.version, paid_late).await.unwrap();
    assert!(matches!(another, Committed::AnotherIsKept), "{another:?}");
    assert_eq!(read(&store, "pay-1").await.unwrap().version, first.version);
    let undecided = commit(&store, &first, seen(&first, ChargeStatus::Successful)).await;
    assert!(matches!(undecided.attempt.disposition, Some(Disposition::AwaitingDecision(_))));
}
