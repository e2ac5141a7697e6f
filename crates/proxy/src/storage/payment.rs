//! What stands in storage.

use scantill_payment::PaymentAttempt;
use scantill_types::api::PaymentState;
use scantill_types::{DeviceId, PaymentId, StoreId, TerminalId, Timestamp};

use serde::{Deserialize, Serialize};

use super::Device;
use crate::audit::Asked;
use crate::poll_queue::Lease;
use crate::provider_clock::ProviderTime;

/// A payment with all that belongs to it.
#[derive(Clone, Debug)]
pub struct StoredPayment {
    /// The machine's part: order, state, facts, disposition.
    pub attempt: PaymentAttempt,
    /// Our name of the account.
    pub account: String,
    /// Where it was taken.
    pub store_id: StoreId,
    /// At which till.
    pub terminal: TerminalId,
    /// By which device.
    pub holder: DeviceId,
    /// The merchant's number.
    pub reference: Option<String>,
    /// What the payer's wallet may show.
    pub description: Option<String>,
    /// First two and last four digits.
    pub code_masked: String,
    /// The code fits no grammar.
    pub code_outside_grammar: bool,
    /// The code's hash; `None` for a payment that never arrived.
    pub code_use: Option<CodeUse>,
    /// When it was created, on the provider's clock; `None` while that time is not known.
    pub provider_time: Option<ProviderTime>,
    /// The installation's count of payments (P4).
    pub counter: i64,
    /// Grows with each change.
    pub version: u64,
    /// The place of its last change among all changes.
    pub cursor: i64,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// The keyed hash of a payer's code, with the key's number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeUse {
    /// Which key.
    pub key: i64,
    /// The hash under it.
    pub hash: String,
}

/// A payment to be inserted.
#[derive(Clone, Debug)]
pub struct NewPayment {
    /// The machine's part.
    pub attempt: PaymentAttempt,
    /// By whom.
    pub device: Device,
    /// The merchant's number.
    pub reference: Option<String>,
    /// What the payer's wallet may show.
    pub description: Option<String>,
    /// First two and last four digits.
    pub code_masked: String,
    /// The code fits no grammar.
    pub code_outside_grammar: bool,
    /// The hash of the code, under the newest key.
    pub code_use: Option<CodeUse>,
    /// When it was created, on the provider's clock; `None` while that time is not known.
    pub provider_time: Option<ProviderTime>,
    /// The hash under every key in force: a payment with any of them used the same code. Empty where a code may recur.
    pub code_hashes: Vec<CodeUse>,
    /// An earlier payment of the same reference that was accepted.
    pub accepted: Option<PaymentId>,
    /// When it is polled, if nothing happens to it before.
    pub due_at: Option<Timestamp>,
}

/// A till that is added from the command line.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewTerminal {
    /// Our name of the account.
    pub account: String,
    /// The store.
    pub store_id: StoreId,
    /// Its name.
    pub store_name: String,
    /// Its time zone, by its IANA name.
    pub time_zone: String,
    /// When its day starts, in minutes after midnight.
    pub day_starts_minutes: i64,
    /// The till.
    pub terminal: TerminalId,
}

/// A webhook that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// Our name of the account that it came to.
    pub account: String,
    /// The event's id.
    pub event: String,
    /// What it says, as the payment service writes it; none if there is nothing to follow.
    pub assertion: Option<String>,
    /// The payment that it names.
    pub payment: Option<PaymentId>,
    /// When it came.
    pub at: Timestamp,
}

/// Somebody who may approve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Supervisor {
    /// Our name of the account.
    pub account: String,
    /// Where.
    pub store_id: StoreId,
    /// Who.
    pub name: String,
    /// The slow hash of the PIN, with its salt.
    pub pin_hash: String,
}

/// A change of a payment: the new state with its audit line.
#[derive(Clone, Debug)]
pub struct Transition {
    /// The payment after it.
    pub attempt: PaymentAttempt,
    /// When it is polled next.
    pub due_at: Option<Timestamp>,
    /// When it happened.
    pub at: Timestamp,
    /// What happened, for the audit.
    pub cause: Cause,
    /// The lease under which it was learned: once another one is in force, nothing is written.
    pub lease: Option<Lease>,
}

/// Why a payment changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// What happened, in a word.
    pub word: &'static str,
    /// Who wanted it, where that was somebody with a name of their own.
    pub by: Option<String>,
    /// Who asked for it.
    pub asked: Asked,
}

/// Why a payment changed whose return a supervisor approved: its amount counts in the sum of the store's day.
pub const RETURN_APPROVED: &str = "return_approved";

impl Cause {
    /// Something that somebody wanted.
    pub fn by(word: &'static str, name: String) -> Self {
        Self { word, by: Some(name), asked: Asked::here() }
    }
}

impl From<&'static str> for Cause {
    fn from(word: &'static str) -> Self {
        Self { word, by: None, asked: Asked::here() }
    }
}

impl StoredPayment {
    /// Whether it ended unpaid, as its duplicate charges did, and nothing is left to do but to look whether money came after all (P15).
    pub fn is_finished(&self) -> bool {
        let attempt = &self.attempt;
        !self.is_open() && attempt.disposition.is_none() && !attempt.charges.has_open_duplicate()
    }

    /// The payment's id.
    pub fn id(&self) -> &PaymentId {
        &self.attempt.order.payment
    }

    /// Whether the payment was recorded without ever having arrived (P8).
    pub fn never_arrived(&self) -> bool {
        self.code_use.is_none()
    }

    /// Whether a device may see it.
    pub fn is_visible_to(&self, device: &Device) -> bool {
        self.account == device.account && self.store_id == device.store_id && self.terminal == device.terminal
    }

    /// Whether it is open.
    pub fn is_open(&self) -> bool {
        !PaymentState::is_final(self.attempt.payment_state())
    }
}
