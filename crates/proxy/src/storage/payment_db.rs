//! The part of the storage for payments.

use std::sync::Arc;

use async_trait::async_trait;
use scantill_types::{ChargeId, DeviceId, PaymentId, SaleId, StoreId, TerminalId, Timestamp};
use tokio::sync::broadcast;

use super::{Device, NewPayment, StorageError, StoredPayment, Transition};

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
    /// The payments as they are now, oldest change first.
    pub payments: Vec<StoredPayment>,
    /// The newest change in storage.
    pub cursor: i64,
}

/// The payments of all accounts, with their sales, refunds and payer codes.
#[async_trait]
pub trait PaymentDb: Send + Sync + std::fmt::Debug {
    /// Changes of the payments of a device's terminal, in the order of their commit.
    fn changes(&self, device: &Device) -> broadcast::Receiver<Arc<StoredPayment>>;
    /// The keys for hashing payer codes, the newest first, none older than a day (P10).
    async fn code_keys(&self, now: Timestamp, fresh: [u8; 32]) -> Result<Vec<(i64, Vec<u8>)>, StorageError>;
    /// Inserts a payment, under the rules of the sale.
    async fn create(&self, new_payment: NewPayment) -> Result<Created, StorageError>;
    /// Records that a payment never arrived, unless it is there (P8).
    async fn record_never_arrived(&self, new_payment: NewPayment) -> Result<StoredPayment, StorageError>;
    /// One payment.
    async fn payment(&self, id: PaymentId) -> Result<Option<StoredPayment>, StorageError>;
    /// A page of payments.
    async fn payments(&self, filter: PaymentFilter) -> Result<Vec<StoredPayment>, StorageError>;
    /// How many payments are open, undecided, being refunded, or have a refund that is not final. Manually resolved
    /// payments do not count.
    async fn count_unsettled(&self) -> Result<u64, StorageError>;
    /// When the storage was last changed; `None` while it is empty.
    async fn newest(&self) -> Result<Option<Timestamp>, StorageError>;
    /// The payments of all accounts that are open, undecided, or have a refund under way: the payment service resumes them
    /// at start.
    async fn unsettled_payments(&self) -> Result<Vec<StoredPayment>, StorageError>;
    /// The payment of which a charge is the primary or a duplicate charge.
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
    /// Payments that need review, or would after a longer time in their state, the oldest first: of one account's store, or
    /// of all.
    async fn payments_in_review(
        &self,
        of_store: Option<(String, StoreId)>,
        limit: u32,
    ) -> Result<Vec<StoredPayment>, StorageError>;
    /// The sum that supervisors refunded in a store since then, in minor units, with the refunds of late successes. A refund
    /// of this payment's late success does not count: a repeated request is about the same money.
    async fn refunded_since(
        &self,
        account: String,
        store: StoreId,
        since: Timestamp,
        payment: PaymentId,
    ) -> Result<i64, StorageError>;
    /// What a terminal's stream missed since `cursor`. Without a cursor: all payments of the terminal that are open or need
    /// review, on any of its devices (P3, P16).
    async fn missed(&self, device: Device, cursor: Option<i64>) -> Result<MissedChanges, StorageError>;
    /// Commits a transition of a payment that still has `expected_version`.
    async fn commit(
        &self,
        id: PaymentId,
        expected_version: u64,
        transition: Transition,
    ) -> Result<Committed, StorageError>;
    /// Makes another device of the terminal the holder of a payment (P3), audited and announced as any change. A device that
    /// is the holder already changes nothing. `None` if there is no such payment.
    async fn take_over(
        &self,
        id: PaymentId,
        holder: DeviceId,
        at: Timestamp,
    ) -> Result<Option<StoredPayment>, StorageError>;
}
