//! The part of the storage for terminals.

use async_trait::async_trait;
use scantill_types::Timestamp;
use tokio::sync::watch;

use super::{Device, NewDevice, NewPairingCode, NewTerminal, Revoke, StorageError, TerminalEntry};
use crate::secrets::CodeDigest;

/// What became of a pairing code.
#[derive(Clone, Debug)]
pub enum Redeemed {
    /// The device has its token.
    Device(Box<Device>),
    /// There is no such code.
    Wrong,
    /// The code was used, is too old, or was tried too often.
    Dead,
}

/// Terminals with their pairing codes, and devices with their tokens.
#[async_trait]
pub trait TerminalDb: Send + Sync + std::fmt::Debug {
    /// Adds a terminal, or lets one be paired again, with a pairing code.
    async fn add_terminal(&self, terminal: NewTerminal, code: NewPairingCode) -> Result<(), StorageError>;
    /// Tries a pairing code of one of these accounts. A good code is used up; each try of a wrong one is counted before the
    /// comparison. The tokens that the same device has elsewhere in the account end.
    async fn redeem(
        &self,
        code: CodeDigest,
        device: NewDevice,
        accounts: Vec<String>,
        now: Timestamp,
    ) -> Result<Redeemed, StorageError>;
    /// Gives a device a terminal of its own, or a new token for the one it has (open pairing).
    async fn open_pair(
        &self,
        account: String,
        device: NewDevice,
        now: Timestamp,
    ) -> Result<Device, StorageError>;
    /// The device of a token, good or not.
    async fn device(&self, token_digest: String) -> Result<Option<Device>, StorageError>;
    /// Records that a device was seen.
    async fn note_seen(&self, token_digest: String, at: Timestamp) -> Result<(), StorageError>;
    /// All terminals with their devices.
    async fn terminals(&self) -> Result<Vec<TerminalEntry>, StorageError>;
    /// Revokes tokens, and the unused pairing codes of a terminal; returns how many tokens.
    async fn revoke(&self, revoke: Revoke, now: Timestamp) -> Result<usize, StorageError>;
    /// Changes after each revocation: open streams check their tokens again.
    fn revocations(&self) -> watch::Receiver<u64>;
}
