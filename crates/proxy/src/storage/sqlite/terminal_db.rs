//! The terminals in SQLite: each method is one job of the writer or of the reader.

use async_trait::async_trait;
use scantill_types::Timestamp;
use tokio::sync::watch;

use super::devices::{self, Stamp};
use super::{SqliteStorage, pairing};
use crate::secrets::CodeDigest;
use crate::storage::{
    Device, NewDevice, NewPairingCode, NewTerminal, Redeemed, Revoke, StorageError, TerminalDb, TerminalEntry,
};

#[async_trait]
impl TerminalDb for SqliteStorage {
    async fn add_terminal(&self, terminal: NewTerminal, code: NewPairingCode) -> Result<(), StorageError> {
        self.writer.write(move |write| pairing::add(write.connection, &terminal, &code)).await
    }

    async fn redeem(
        &self,
        code: CodeDigest,
        device: NewDevice,
        accounts: Vec<String>,
        now: Timestamp,
    ) -> Result<Redeemed, StorageError> {
        let public_part = code.public_part.clone();
        if !self.reader.read(move |connection| pairing::knows(connection, &public_part)).await? {
            return Ok(Redeemed::Wrong);
        }
        let (revocations, stamp) = (self.revocations.clone(), Stamp::here(now));
        self.writer
            .write(move |write| {
                pairing::redeem(write.connection, &code, &device, &accounts, &revocations, &stamp)
            })
            .await
    }

    async fn open_pair(
        &self,
        account: String,
        device: NewDevice,
        now: Timestamp,
    ) -> Result<Device, StorageError> {
        let stamp = Stamp::here(now);
        self.writer.write(move |write| pairing::open_pair(write.connection, &account, &device, &stamp)).await
    }

    async fn device(&self, token_digest: String) -> Result<Option<Device>, StorageError> {
        self.reader.read(move |connection| devices::device(connection, &token_digest)).await
    }

    async fn note_seen(&self, token_digest: String, at: Timestamp) -> Result<(), StorageError> {
        self.writer.write(move |write| devices::note_seen(write.connection, &token_digest, at)).await
    }

    async fn terminals(&self) -> Result<Vec<TerminalEntry>, StorageError> {
        self.reader.read(devices::terminals).await
    }

    async fn revoke(&self, revoke: Revoke, now: Timestamp) -> Result<usize, StorageError> {
        let (revocations, stamp) = (self.revocations.clone(), Stamp::here(now));
        self.writer.write(move |write| devices::revoke(write.connection, &revoke, &revocations, &stamp)).await
    }

    fn revocations(&self) -> watch::Receiver<u64> {
        self.revocations.subscribe()
    }
}
