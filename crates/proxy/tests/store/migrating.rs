//! Files of other versions: an older one is led on, a newer one is left alone.

use scantill_proxy::clock::SystemEntropy;
use scantill_proxy::store::{SqliteStore, StoreError};

use crate::drafts::{create, draft, read};
use crate::{Books, sqlite};

/// The tables as they were shipped first, with a payment.
const FIRST: &str = include_str!("../../src/store/sqlite/schema/001_first.sql");
const PAYMENT: &str = "INSERT INTO payments VALUES (1, 'pay-0', 'demo', 'store_1', 'POS-01', 'tablet-1', 'sale-0', 2225,
    'THB', 0, NULL, NULL, '28**********0001', 0, 1, 'hash', 0, 0, 0, 'pending',
    '{\"state\":\"pending\",\"since\":\"2026-11-23T03:00:00Z\",\"end_refused\":false}', NULL, NULL, NULL, '[]', NULL, NULL, NULL, NULL, 1, 5, 2, 2, 3)";

#[tokio::test]
async fn an_older_file_is_led_on_with_all_that_is_in_it() {
    let books = sqlite();
    let older = books.file();
    older.execute_batch(FIRST).unwrap();
    older.execute_batch(&format!("PRAGMA user_version = 1; {PAYMENT};")).unwrap();
    older.execute("INSERT INTO names VALUES ('installation', 'shop'), ('epoch', 'e1')", []).unwrap();
    drop(older);
    let store = books.open();
    assert_eq!((store.installation(), store.epoch()), ("shop", "e1"));
    let record = read(&store, "pay-0").await.unwrap();
    assert_eq!((record.version, record.attempt.order.amount), (2, 2_225));
    assert_eq!(store.check().await, Ok(1));
    create(&store, draft("pay-1", "sale-1")).await;
}

#[tokio::test]
async fn a_file_that_a_newer_proxy_wrote_is_refused_and_left_as_it_is() {
    let books = sqlite();
    drop(books.open());
    books.file().pragma_update(None, "user_version", 1_000).unwrap();
    let refused = SqliteStore::open(books.folder.path(), &SystemEntropy).unwrap_err();
    assert!(matches!(refused, StoreError::Newer { found: 1_000, .. }), "{refused}");
    let version: i64 = books.file().query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
    assert_eq!(version, 1_000);
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_by_name() {
    let books = sqlite();
    std::fs::write(
        books.folder.path().join("scantill.sqlite3"),
        "not a database, but long enough".repeat(200),
    )
    .unwrap();
    let refused = SqliteStore::open(books.folder.path(), &SystemEntropy).unwrap_err().to_string();
    assert!(refused.contains("not a database"), "{refused}");
}
