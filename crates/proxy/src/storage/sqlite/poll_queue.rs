//! The poll queue of the one process that serves the file. What must survive a restart is in the column `due_at`.

use async_trait::async_trait;
use scantill_types::Timestamp;

use super::{SqliteStorage, payments};
use crate::poll_queue::{Lease, PollQueue, PollResult, Released};
use crate::storage::{StorageError, StoredPayment};

#[async_trait]
impl PollQueue for SqliteStorage {
    async fn lease_due(
        &self,
        now: Timestamp,
        lease_ms: u64,
        limit: usize,
    ) -> Result<Vec<Lease>, StorageError> {
        Ok(self.poll_queue.lease(now, lease_ms, limit))
    }

    async fn release(&self, lease: Lease, polled: PollResult, now: Timestamp) -> Result<(), StorageError> {
        let released = self.poll_queue.release(&lease, polled, now);
        let (Released::Forgotten, Some(version)) = (released, polled.version) else { return Ok(()) };
        // Otherwise every finished payment that was ever polled would be due again at each start.
        self.writer.write(move |write| payments::forget_due(write.connection, &lease.id, version)).await
    }

    async fn expedite(&self, payment: &StoredPayment, now: Timestamp) -> Result<(), StorageError> {
        self.poll_queue.expedite(payment.id(), payment.into(), now);
        Ok(())
    }

    async fn stagger_overdue(&self, now: Timestamp, pace_ms: u64) -> Result<usize, StorageError> {
        Ok(self.poll_queue.stagger_overdue(now, pace_ms))
    }

    async fn shift_due_times(&self, ms: i64) -> Result<(), StorageError> {
        self.poll_queue.shift_due_times(ms);
        let sql = "UPDATE payments SET due_at = due_at + ?1 WHERE due_at IS NOT NULL";
        self.writer.write(move |write| Ok(write.connection.execute(sql, [ms]).map(|_| ())?)).await
    }

    async fn next_due(&self, now: Timestamp) -> Result<Option<Timestamp>, StorageError> {
        Ok(self.poll_queue.next_due(now))
    }
}
