//! What the file itself refuses, were the code above it to forget its rules.

use scantill_payment::ChargeStatus;

use crate::drafts::{commit, create, draft, refused, seen};
use crate::{Books, sqlite};

#[tokio::test]
async fn the_file_itself_keeps_one_payment_a_sale() {
    let books = sqlite();
    let store = books.open();
    let first = create(&store, draft("pay-1", "sale-1")).await;
    commit(&store, &first, refused()).await;
    let second = create(&store, draft("pay-2", "sale-1")).await;
    commit(&store, &second, seen(&second, ChargeStatus::Successful)).await;
    let other = create(&store, draft("pay-3", "sale-3")).await;
    commit(&store, &other, refused()).await;
    let keep = "UPDATE payments SET disposition = 'accepted' WHERE payment_id = ?1";
    let twice = books.file().execute(keep, ["pay-1"]).unwrap_err().to_string();
    assert!(twice.contains("UNIQUE") && twice.contains("sale_id"), "{twice}");
    assert_eq!(books.file().execute(keep, ["pay-3"]), Ok(1), "of another sale");
}
