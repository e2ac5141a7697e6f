//! The storage: what must survive a crash, and the rules that only the storage can keep.
//!
//! Each method is one whole transition, so that no transaction or connection crosses this border, and a database
//! with several writers fits behind it. What was committed is announced in the order of its commit.

mod approvals;
mod data_folder_lock;
mod devices;
mod listeners;
mod payment;
mod poll_queue;
mod sqlite;
mod tenant;

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use scantill_types::{ChargeId, DeviceId, PaymentId, SaleId, StoreId, TerminalId, Timestamp};
use tokio::sync::{broadcast, watch};

use crate::audit::Checked;
use crate::provider_clock::ProviderTime;
use crate::secrets::CodeDigest;

pub use approvals::{ApprovalAsked, Begun};
pub use data_folder_lock::DataFolderLock;
pub use devices::{Device, DeviceEntry, NewDevice, NewPairingCode, Revoke, Session, TerminalEntry};
pub use payment::{
    Cause, CodeUse, NewPayment, NewTerminal, RETURN_APPROVED, StoredPayment, Supervisor, Transition, Webhook,
};
pub use poll_queue::{Lease, Owner, PollResult};
pub use sqlite::{SqliteStorage, check_audit};
pub use tenant::Tenant;

/// The store cannot do it now. Nothing was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StorageError {
    /// The disk, the file or the database fails.
    #[error("the storage cannot be read or written: {0}")]
    Unavailable(String),
    /// More would be refunded than was charged (P19).
    #[error("the refunds of this charge would be more than it")]
    RefundsBeyondCharge,
    /// Another refund of the same charge is under way (P19).
    #[error("another refund of this charge is under way")]
    RefundUnderWay,
    /// Somebody else looks after the payment by now.
    #[error("the lease on this payment ran out, and another has it")]
    Superseded,
    /// The file was written by a newer proxy.
    #[error(
        "the database was written by another version of the proxy (schema {found}, this one knows {known}): use that version, or another data folder"
    )]
    Newer {
        /// The schema in the file.
        found: i64,
        /// The newest that this proxy knows.
        known: i64,
    },
    /// Another process serves this storage.
    #[error(
        "the storage in {folder} is in use by another proxy ({holder}): stop that one first, or give this one a `data` folder of its own", folder = .folder.display()
    )]
    InUse {
        /// The folder of the storage.
        folder: PathBuf,
        /// What that process wrote of itself.
        holder: String,
    },
}

impl StorageError {
    fn unusable(path: &Path, error: &std::io::Error) -> Self {
        let path = path.display();
        Self::Unavailable(format!("{path}: {error}; it must be writable for the user who runs the proxy"))
    }
}

/// What a `PUT` became.
#[derive(Clone, Debug)]
pub enum Created {
    /// It is new and durable.
    New(Box<StoredPayment>),
    /// The id was there before.
    Existing(Box<StoredPayment>),
    /// The sale has another payment that is open (P2).
    SaleOpen(PaymentId),
    /// The sale is paid (P2).
    SalePaid(PaymentId),
    /// The sale was begun with another amount (P2).
    SaleChanged,
    /// The reference was open or paid today (P2).
    ReferenceSeen(PaymentId),
    /// The payer's code was used before (P10).
    CodeUsed,
}

/// What a commit became.
#[derive(Clone, Debug)]
pub enum Committed {
    /// It is durable; this is the payment now.
    Done(Box<StoredPayment>),
    /// Somebody else was faster; this is the payment now.
    Stale(Box<StoredPayment>),
    /// The claim under which it was to be written is not in force any more. Nothing was written.
    Superseded,
    /// The sale keeps another payment, so that this one cannot be kept too (P2). Nothing was written.
    AnotherIsAccepted,
}

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

/// Which payments a list wants. The newest come first.
#[derive(Clone, Debug)]
pub struct PaymentFilter {
    /// Of this store.
    pub store_id: StoreId,
    /// Of this account.
    pub account: String,
    /// Of this terminal alone.
    pub terminal: Option<TerminalId>,
    /// Of this sale alone.
    pub sale: Option<SaleId>,
    /// With this reference alone.
    pub reference: Option<String>,
    /// Those alone that are open or need a person, and that nobody closed.
    pub unsettled: bool,
    /// Older than this place of the list.
    pub before: Option<i64>,
    /// At most so many.
    pub limit: u32,
}

/// What an event stream missed.
#[derive(Clone, Debug)]
pub struct MissedChanges {
    /// The payments as they stand now, oldest change first.
    pub payments: Vec<StoredPayment>,
    /// The newest change in storage.
    pub cursor: i64,
}

/// Who the provider says an account is (P1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Omise's id of the account.
    pub id: String,
    /// Real money.
    pub livemode: bool,
}

/// The storage.
#[async_trait]
pub trait Storage: Send + Sync + std::fmt::Debug {
    /// This installation's id (P4).
    fn installation(&self) -> &str;
    /// Names this copy of the storage: event ids of another epoch mean nothing here.
    fn epoch(&self) -> &str;
    /// Changes of the payments of a device's terminal, in the order of their commit.
    fn changes(&self, device: &Device) -> broadcast::Receiver<std::sync::Arc<StoredPayment>>;

    /// The identity last stored for a key's fingerprint.
    async fn identity(&self, account: String, fingerprint: String) -> Result<Option<Identity>, StorageError>;
    /// Stores an identity. `false` if payments of this name belong to another account (P1).
    async fn store_identity(
        &self,
        account: String,
        fingerprint: String,
        identity: Identity,
    ) -> Result<bool, StorageError>;

    /// Adds a terminal, or lets one be paired again, with a pairing code.
    async fn add_terminal(&self, terminal: NewTerminal, code: NewPairingCode) -> Result<(), StorageError>;
    /// Tries a pairing code of one of these accounts. A code that is good is spent by it; the try of a wrong one is counted
    /// before it is compared. The tokens that the same device has elsewhere in the account end.
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
    /// Takes tokens away, and the unused pairing codes of a terminal; says how many tokens.
    async fn revoke(&self, revoke: Revoke, now: Timestamp) -> Result<usize, StorageError>;
    /// Changes when tokens were taken away: whoever serves one looks again.
    fn revocations(&self) -> watch::Receiver<u64>;

    /// The keys for hashing payer codes, the newest first, none older than a day (P10).
    async fn code_keys(&self, now: Timestamp, fresh: [u8; 32]) -> Result<Vec<(i64, Vec<u8>)>, StorageError>;
    /// Takes a payment on, under the rules of the sale.
    async fn create(&self, new_payment: NewPayment) -> Result<Created, StorageError>;
    /// Records that a payment never arrived, unless it is there (P8).
    async fn record_never_arrived(&self, new_payment: NewPayment) -> Result<StoredPayment, StorageError>;
    /// One payment.
    async fn payment(&self, id: PaymentId) -> Result<Option<StoredPayment>, StorageError>;
    /// A page of payments.
    async fn payments(&self, filter: PaymentFilter) -> Result<Vec<StoredPayment>, StorageError>;
    /// How many payments something is under way for: open, undecided, going back, or with a refund that is not over. What
    /// humans closed is not among them.
    async fn count_unsettled(&self) -> Result<u64, StorageError>;
    /// When the storage were last changed; none while they are empty.
    async fn newest(&self) -> Result<Option<Timestamp>, StorageError>;
    /// Whether the storage can be written, and how many payments are open. Only where the last write failed does it try one.
    async fn check(&self) -> Result<u64, StorageError>;
    /// All payments that the payment service has to do with, of every account: open, undecided, or with a refund under way. Whoever starts
    /// takes them up: with several processes on the same storage, those alone whose owner's lease is over.
    async fn unsettled_payments(&self) -> Result<Vec<StoredPayment>, StorageError>;
    /// The accounts that have open payments, or paid ones that were created since then.
    async fn accounts_in_use(&self, refundable_since: Timestamp) -> Result<Vec<String>, StorageError>;
    /// The payment that a charge is bound to, or is a further charge of.
    async fn payment_of_charge(
        &self,
        account: String,
        charge: ChargeId,
    ) -> Result<Option<StoredPayment>, StorageError>;
    /// Payments of any store with this reference, the newest first.
    async fn payments_of_reference(
        &self,
        reference: String,
        limit: u32,
    ) -> Result<Vec<StoredPayment>, StorageError>;
    /// Payments that need a human, or would if they stayed as they are for long, the oldest first: those of an account's
    /// store, or of all.
    async fn payments_in_review(
        &self,
        of_store: Option<(String, StoreId)>,
        limit: u32,
    ) -> Result<Vec<StoredPayment>, StorageError>;
    /// Until when the refunds of an account were looked through, on the provider's clock.
    async fn reconciled(&self, account: String) -> Result<Option<Timestamp>, StorageError>;
    /// Notes that they were looked through until `until`. Payments that were taken on before the provider's clock was
    /// heard were taken on between the look before and this one, and are told so.
    async fn note_reconciled(&self, account: String, until: ProviderTime) -> Result<(), StorageError>;
    /// Adds a supervisor of a store, or gives one a new PIN.
    async fn add_supervisor(&self, supervisor: Supervisor, now: Timestamp) -> Result<(), StorageError>;
    /// The supervisors of a store.
    async fn supervisors(&self, account: String, store: StoreId) -> Result<Vec<Supervisor>, StorageError>;
    /// Begins a try of a PIN, on record: it is counted as a wrong one unless tries are locked.
    async fn begin_approval(&self, asked: ApprovalAsked, now: Timestamp) -> Result<Begun, StorageError>;
    /// Ends it, on record. A right PIN takes back what was counted of its person at this device.
    async fn end_approval(
        &self,
        asked: ApprovalAsked,
        supervisor: Option<Supervisor>,
        is_right: bool,
        now: Timestamp,
    ) -> Result<(), StorageError>;
    /// What supervisors gave back in a store since then, in minor units: refunds, and returns of late payments. A return of
    /// this payment does not count: who asks for it again wants the same money back.
    async fn refunded_since(
        &self,
        account: String,
        store: StoreId,
        since: Timestamp,
        payment: PaymentId,
    ) -> Result<i64, StorageError>;
    /// Checks the end of the audit's chain.
    async fn check_audit(&self) -> Result<Checked, StorageError>;
    /// What a terminal's stream missed since `cursor`; without one, what is open and what needs a person, whoever holds
    /// it (P3, P16).
    async fn missed(&self, device: Device, cursor: Option<i64>) -> Result<MissedChanges, StorageError>;
    /// Commits a transition of a payment that still has `expected_version`.
    async fn commit(
        &self,
        id: PaymentId,
        expected_version: u64,
        transition: Transition,
    ) -> Result<Committed, StorageError>;
    /// Gives a payment to another device of its terminal (P3), on record and told as any change. A device that holds it
    /// already changes nothing. None if there is no such payment.
    async fn take_over(
        &self,
        id: PaymentId,
        holder: DeviceId,
        at: Timestamp,
    ) -> Result<Option<StoredPayment>, StorageError>;
    /// Keeps a webhook, and forgets those that are older than two weeks. `false` if the event was there before.
    async fn store_webhook(&self, webhook: Webhook, key: String) -> Result<bool, StorageError>;
    /// At most `limit` of those of an account that say something which nobody has followed yet. They come in no order, so
    /// that some which cannot be followed keep no others out.
    async fn unconfirmed_webhooks(&self, account: String, limit: u32) -> Result<Vec<Webhook>, StorageError>;
    /// Whether one of those names this payment.
    async fn is_named_by_a_webhook(&self, payment: PaymentId) -> Result<bool, StorageError>;
    /// They were followed, or there is nothing to find by them.
    async fn mark_webhooks_confirmed(&self, webhooks: Vec<Webhook>) -> Result<(), StorageError>;

    /// Payments whose time has come, each leased to `owner` alone for `lease_ms`: in turn by account and terminal, and of
    /// one terminal the longest due first. One whose lease ran out is given away again, under a higher fence.
    async fn lease_due(
        &self,
        owner: Owner,
        now: Timestamp,
        lease_ms: u64,
        limit: usize,
    ) -> Result<Vec<Lease>, StorageError>;
    /// Gives a lease back. A commit or a wish that came meanwhile decides before what the reader found; a lease that is
    /// not in force any more decides nothing.
    async fn release(&self, lease: Lease, polled: PollResult, now: Timestamp) -> Result<(), StorageError>;
    /// Makes a payment due now, whatever was planned.
    async fn expedite(&self, payment: &StoredPayment, now: Timestamp) -> Result<(), StorageError>;
    /// Puts off the overdue looks at payments that are over, to one for each `pace_ms` from `now` on, and says how many.
    /// After a long stop they are all due at once, and whoever pays now must not wait behind them.
    async fn stagger_overdue(&self, now: Timestamp, pace_ms: u64) -> Result<usize, StorageError>;
    /// Moves all that is planned, after the clock by which it was planned was set forward by `ms`, or back if less than
    /// nothing.
    async fn shift_due_times(&self, ms: i64) -> Result<(), StorageError>;
    /// When the next payment can be leased, as far as that depends on the clock.
    async fn next_due(&self, now: Timestamp) -> Result<Option<Timestamp>, StorageError>;
}
