//! The audit: who did what with which payment, in lines that are chained, so that a line which was changed, removed,
//! inserted or moved is found.
//!
//! Each line's hash is the SHA-256 over the hash before it and the line in its canonical form. Who may write the database can
//! also write the whole chain anew: against that helps only a head that was noted elsewhere.

mod check;

use scantill_types::DeviceId;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::request_id;
use crate::secrets::hex;

pub use check::{Check, Checked, Fault};

/// The hash of a line.
pub type Hash = [u8; 32];

/// What the first line follows.
pub const START: Head = Head { seq: 0, hash: [0; 32] };

/// One end of a chain: a line's number and its hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The line's number; the first has 1.
    pub seq: i64,
    /// Its hash.
    pub hash: Hash,
}

impl std::fmt::Display for Head {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}:{}", self.seq, hex(&self.hash))
    }
}

impl std::str::FromStr for Head {
    type Err = NotAHead;

    fn from_str(text: &str) -> Result<Self, NotAHead> {
        let (seq, digits) = text.split_once(':').ok_or(NotAHead)?;
        let mut hash = [0; 32];
        if digits.len() != 2 * hash.len() || !digits.is_ascii() {
            return Err(NotAHead);
        }
        for (place, byte) in hash.iter_mut().enumerate() {
            let pair = digits.get(2 * place..2 * place + 2).ok_or(NotAHead)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| NotAHead)?;
        }
        Ok(Self { seq: seq.parse().map_err(|_| NotAHead)?, hash })
    }
}

/// No number and hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a head is a line's number, a colon and 64 digits, as `audit verify` prints it")]
pub struct NotAHead;

/// What a line says. Of what is not known there is nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Line {
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// What happened, in a word.
    pub cause: String,
    /// The place among the changes of payments, where it is one.
    pub cursor: Option<i64>,
    /// Which payment.
    pub payment: Option<String>,
    /// The payment's state after it.
    pub state: Option<String>,
    /// Our name of the account.
    pub account: Option<String>,
    /// Which store.
    pub store: Option<String>,
    /// Which till.
    pub terminal: Option<String>,
    /// The tablet that asked; none where the proxy acted by itself, or an operator asked.
    pub device: Option<String>,
    /// The person who wanted or approved it.
    pub person: Option<String>,
    /// The request in which it was asked, as in the log.
    pub request_id: Option<String>,
    /// The rest, as JSON.
    pub detail: String,
}

impl Line {
    /// The end of the chain with this line behind `before`.
    pub fn after(&self, before: &Head) -> Head {
        let seq = before.seq.saturating_add(1);
        Head { seq, hash: self.hash(seq, &before.hash) }
    }

    fn hash(&self, seq: i64, before: &Hash) -> Hash {
        // JSON leaves no doubt where a field ends. No field fails to be written.
        let canonical = serde_json::to_vec(&(seq, self)).unwrap_or_default();
        Sha256::new().chain_update(before).chain_update(canonical).finalize().into()
    }
}

/// Who asked for what is being done now, as the proxy knows it for itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The tablet.
    pub device: Option<DeviceId>,
    /// The request.
    pub request_id: Option<String>,
}

impl Asked {
    /// Of the request that is being answered here; nothing outside of one.
    pub fn here() -> Self {
        Self { device: request_id::device(), request_id: request_id::current() }
    }
}
