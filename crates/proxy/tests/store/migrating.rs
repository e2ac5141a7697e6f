//! Files that this proxy cannot read: they are refused, and left as they are.

use scantill_proxy::clock::SystemEntropy;
use scantill_proxy::store::{SqliteStore, StoreError};

use crate::{Books, sqlite};

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
