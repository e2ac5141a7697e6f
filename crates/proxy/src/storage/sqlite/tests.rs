//! How SQLite keeps what is committed.

use super::*;
use crate::clock::SystemEntropy;

/// As SQLite numbers `PRAGMA synchronous`.
const FULL: i64 = 2;

#[tokio::test]
async fn what_is_committed_is_written_ahead_and_synced() {
    let folder = tempfile::TempDir::new().unwrap();
    let storage = SqliteStorage::open(folder.path(), &SystemEntropy).unwrap();
    let kept = storage.writer.read(|connection| {
        let journal: String = connection.query_row("PRAGMA journal_mode", [], |row| row.get(0))?;
        let synced: i64 = connection.query_row("PRAGMA synchronous", [], |row| row.get(0))?;
        Ok((journal, synced))
    });
    assert_eq!(kept.await.unwrap(), ("wal".to_owned(), FULL));
}
