//! Files that this proxy cannot read: they are refused, and left as they are.

use scantill_proxy::clock::SystemEntropy;
use scantill_proxy::storage::{SqliteStorage, StorageError};

use crate::new_payments::{create, new_payment, payment, read};
use crate::{Database, sqlite};

#[tokio::test]
async fn a_file_of_a_newer_proxy_is_refused_and_left_unchanged() {
    let database = sqlite();
    drop(database.open());
    database.file().pragma_update(None, "user_version", 1_000).unwrap();
    let refused = SqliteStorage::open(database.folder.path(), &SystemEntropy).unwrap_err();
    assert!(matches!(refused, StorageError::Newer { found: 1_000, .. }), "{refused}");
    let version: i64 = database.file().query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
    assert_eq!(version, 1_000);
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_by_name() {
    let database = sqlite();
    std::fs::write(
        database.folder.path().join("scantill.sqlite3"),
        "not a database, but long enough".repeat(200),
    )
    .unwrap();
    let refused = SqliteStorage::open(database.folder.path(), &SystemEntropy).unwrap_err().to_string();
    assert!(refused.contains("not a database"), "{refused}");
}

#[tokio::test]
async fn a_payment_of_a_newer_version_is_refused_by_its_version() {
    let database = sqlite();
    let storage = database.open();
    create(&storage, new_payment("pay-1", "sale-1")).await;
    assert!(read(&storage, "pay-1").await.is_some());
    database.file().execute("UPDATE payments SET attempt = json_set(attempt, '$.version', 2)", []).unwrap();
    let refused = storage.payment(payment("pay-1")).await.unwrap_err().to_string();
    assert!(refused.contains("version 2,") && refused.contains("newer Scantill"), "{refused}");
}

#[tokio::test]
async fn an_unreadable_payment_is_refused_by_its_id() {
    let database = sqlite();
    let storage = database.open();
    for (id, sale) in [("pay-1", "sale-1"), ("pay-2", "sale-2")] {
        create(&storage, new_payment(id, sale)).await;
    }
    let changes = [
        ("attempt = '{}'", "version"),
        ("attempt = json_set(attempt, '$.version', 2)", "version 2,"),
        ("currency = 'none'", "currency"),
    ];
    for (change, reason) in changes {
        database
            .file()
            .execute(&format!("UPDATE payments SET {change} WHERE payment_id = 'pay-2'"), [])
            .unwrap();
        let errors = [
            storage.payment(payment("pay-2")).await.map(|_| ()),
            storage.unsettled_payments().await.map(|_| ()),
        ];
        for refused in errors.map(|read| read.unwrap_err().to_string()) {
            assert!(refused.contains("payment pay-2: ") && refused.contains(reason), "{refused}");
        }
        assert!(read(&storage, "pay-1").await.is_some());
    }
}
