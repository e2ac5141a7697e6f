//! The storage in SQLite: one writer thread with group commit, one reader thread, write-ahead log, every commit synced.

mod accounts;
mod approvals;
mod audit;
mod devices;
mod error;
mod folder;
mod pairing;
mod payments;
#[cfg(test)]
mod plans;
mod poll_queue;
mod schema;
mod terminal_db;
mod terminals;
mod webhooks;
mod worker;

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use rusqlite::{Connection, OpenFlags};

use super::listeners::Listeners;
use super::{Storage, StorageError};
use crate::audit::Checked;
use crate::clock::Entropy;
use crate::poll_queue::LocalPollQueue;
use crate::secrets::hex;
pub use audit::{check_audit, read_audit};
use devices::Revocations;
use folder::database_path;
pub(super) use folder::make_folder;
use worker::{Announced, Worker};

/// The storage in one SQLite file.
#[derive(Debug)]
pub struct SqliteStorage {
    writer: Worker,
    reader: Worker,
    poll_queue: Arc<LocalPollQueue>,
    listeners: Arc<Listeners>,
    revocations: Arc<Revocations>,
    installation: String,
    epoch: String,
}

impl SqliteStorage {
    /// Opens the storage in a folder, and creates it if there is none.
    pub fn open(folder: &Path, entropy: &dyn Entropy) -> Result<Self, StorageError> {
        Self::open_watched(folder, entropy, &|_| {})
    }

    /// The same, and shows each connection before it is used.
    fn open_watched(
        folder: &Path,
        entropy: &dyn Entropy,
        watch: &dyn Fn(&mut Connection),
    ) -> Result<Self, StorageError> {
        make_folder(folder).map_err(|error| StorageError::unusable(folder, &error))?;
        let path = database_path(folder);
        let mut connection = Connection::open(&path)?;
        schema::prepare(&mut connection, &[random_name(entropy)?, random_name(entropy)?])?;
        let installation = schema::name(&connection, "installation")?;
        let epoch = schema::name(&connection, "epoch")?;
        let poll_queue = Arc::new(LocalPollQueue::default());
        for (id, plan) in payments::due(&connection)? {
            poll_queue.plan(&id, plan);
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut reading = Connection::open_with_flags(&path, flags)?;
        watch(&mut connection);
        watch(&mut reading);
        let (listeners, revocations) = (Arc::<Listeners>::default(), Arc::<Revocations>::default());
        let announced = Announced {
            listeners: listeners.clone(),
            poll_queue: poll_queue.clone(),
            revocations: revocations.clone(),
        };
        let writer = Worker::start("storage-writer", connection, Some(announced))?;
        let reader = Worker::start("storage-reader", reading, None)?;
        Ok(Self { writer, reader, poll_queue, listeners, revocations, installation, epoch })
    }
}

fn random_name(entropy: &dyn Entropy) -> Result<String, StorageError> {
    let mut bytes = [0; 8];
    entropy.fill(&mut bytes).map_err(|error| StorageError::Unavailable(error.to_string()))?;
    Ok(hex(&bytes))
}

#[async_trait]
impl Storage for SqliteStorage {
    fn installation(&self) -> &str {
        &self.installation
    }

    fn epoch(&self) -> &str {
        &self.epoch
    }

    async fn check(&self) -> Result<u64, StorageError> {
        // A health check writes only after a write failed, so that it costs a working disk nothing.
        if self.writer.has_failed() {
            self.writer.write(|write| schema::touch(write.connection)).await?;
        }
        self.reader.read(payments::lookups::count_open).await
    }

    async fn check_audit(&self) -> Result<Checked, StorageError> {
        self.reader.read(audit::check_end).await
    }
}

#[cfg(test)]
mod tests;
