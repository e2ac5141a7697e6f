//! What the file itself refuses, were the code above it to forget its rules.

use scantill_payment::ChargeStatus;

use crate::new_payments::{commit, create, new_payment, refused, seen};
use crate::{Database, sqlite};

#[tokio::test]
async fn the_file_itself_keeps_one_payment_a_sale() {
    let database = sqlite();
    let storage = database.open();
    let first = create(&storage, new_payment("pay-1", "sale-1")).await;
    commit(&storage, &first, refused()).await;
    let second = create(&storage, new_payment("pay-2", "sale-1")).await;
    commit(&storage, &second, seen(&second, ChargeStatus::Successful)).await;
    let other = create(&storage, new_payment("pay-3", "sale-3")).await;
    commit(&storage, &other, refused()).await;
    let keep = "UPDATE payments SET disposition = 'accepted' WHERE payment_id = ?1";
    let twice = database.file().execute(keep, ["pay-1"]).unwrap_err().to_string();
    assert!(twice.contains("UNIQUE") && twice.contains("sale_id"), "{twice}");
    assert_eq!(database.file().execute(keep, ["pay-3"]), Ok(1), "of another sale");
}
