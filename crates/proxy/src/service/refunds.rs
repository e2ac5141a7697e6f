//! Refunds: the charge is read, the state committed, the POST sent once, and a lost answer looked up (P19).

use std::sync::Arc;

use scantill_omise::{MoneyError, NewRefund, Refund, RefundList};
use scantill_payment::{
    Approver, Input, ListVerdict, RefundAttempt, RefundInput, RefundOrder, RefundSnapshot, RefundState,
    UnknownReason,
};
use scantill_types::{Currency, RefundId, Timestamp};
use serde_json::{Map, Value};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio_util::task::TaskTracker;

use super::Shared;
use super::accounts::Accounts;
use super::charge_lookup::{ListTime, LookupKey, Lookups, read_by};
use super::charge_reads::ChargeReads;
use super::commit::{Applied, Change};
use super::evidence::{metadata, refund_snapshot, unknown_reason};
use super::provider_reads::{Contact, ProviderReads};
use super::transition::Transitions;
use crate::account::Account;
use crate::clock::Clock;
use crate::failpoint::{self, Failpoint};
use crate::poll_queue::Lease;
use crate::storage::{Cause, Storage, StorageError, StoredPayment};

/// Maximum refunds that are sent at once.
const REFUNDS_MAX: usize = 2;

/// Sends refunds and looks up those whose answer was lost.
#[derive(Debug)]
pub(super) struct Refunder {
    storage: Arc<dyn Storage>,
    clock: Arc<dyn Clock>,
    accounts: Arc<Accounts>,
    provider: Arc<ProviderReads>,
    /// Refunds have slots of their own: they never delay a payment.
    slots: Arc<Semaphore>,
    lookups: Arc<Lookups>,
    transitions: Arc<Transitions>,
    charge_reads: Arc<ChargeReads>,
    /// Wakes the poller.
    wake: Arc<Notify>,
    tasks: TaskTracker,
}

impl Refunder {
    pub(super) fn new(
        shared: &Shared,
        provider: Arc<ProviderReads>,
        lookups: Arc<Lookups>,
        transitions: Arc<Transitions>,
        charge_reads: Arc<ChargeReads>,
    ) -> Self {
        let Shared { storage, clock, accounts, wake, tasks, .. } = shared.clone();
        let slots = Arc::new(Semaphore::new(REFUNDS_MAX));
        Self { storage, clock, accounts, provider, slots, lookups, transitions, charge_reads, wake, tasks }
    }

    /// Asks for a refund. It is stored when this returns, and is sent in the background. Of several calls that ask for the
    /// same refund at once, one reports a change.
    pub(super) async fn request_refund(
        &self,
        held: &StoredPayment,
        order: RefundOrder,
    ) -> Result<Applied, StorageError> {
        let cause = match &order.approver {
            Approver::Supervisor(name) => Cause::by("refund_asked", name.clone()),
            Approver::Rule => Cause::from("refund_asked"),
        };
        self.transitions.apply_reporting(None, held, cause, Input::RefundAsked(order)).await
    }

    /// Reads the charge, commits that the refund is on its way, and sends it in the background.
    pub(super) async fn send_refund(
        self: &Arc<Self>,
        lease: Option<&Lease>,
        account: &Account,
        stored: &StoredPayment,
        id: &RefundId,
    ) -> Result<Contact, StorageError> {
        let Some(order) = order_of(stored, id) else { return Ok(Contact::Reached) };
        // One that waited here would keep others from being polled; it is due again soon.
        let Ok(slot) = self.slots.clone().try_acquire_owned() else {
            return Ok(Contact::Unreached);
        };
        let Ok(charge) = self.provider.read_charge(account, stored, &order.charge).await else {
            return Ok(Contact::Unreached);
        };
        let is_whole = !charge.disputed && !charge.voided && !charge.reversed;
        let is_paid = charge.is_paid() && is_whole;
        let begins = RefundInput::Begins { refunded_amount: charge.refunded_amount, is_paid };
        let stored = self.charge_reads.apply(lease, stored, charge).await?;
        let input = Input::Refund(id.clone(), begins);
        let began = self.transitions.apply_reporting(lease, &stored, "refund_begins", input).await?;
        let is_sending = |refund: &RefundAttempt| matches!(refund.state, RefundState::Sending(_));
        // Where somebody else had begun it, they send it.
        if began.change != Change::Unchanged && refund_attempt(&began.stored, id).is_some_and(is_sending) {
            self.post_refund(&began.stored, order, slot);
        }
        Ok(Contact::Reached)
    }

    /// Looks for a refund whose answer was lost.
    pub(super) async fn lookup_refund(
        &self,
        lease: Option<&Lease>,
        account: &Account,
        stored: &StoredPayment,
        id: &RefundId,
    ) -> Result<Contact, StorageError> {
        let Some(order) = order_of(stored, id) else { return Ok(Contact::Reached) };
        let began = ListTime::now(self.clock.as_ref(), account);
        let Ok(list) = self.provider.ask(account, stored, account.client().refunds_of(&order.charge)).await
        else {
            return Ok(Contact::Unreached);
        };
        let Ok(charge) = self.provider.read_charge(account, stored, &order.charge).await else {
            return Ok(Contact::Unreached);
        };
        let refunded_amount = charge.refunded_amount;
        let held = self.charge_reads.apply(lease, stored, charge).await?;
        if let Some(found) = own_snapshot(&list, id) {
            self.apply_refund(lease, &held, id, "refund_found", RefundInput::Answered(found)).await?;
            return Ok(Contact::Reached);
        }
        // List and charge must agree before the list proves anything.
        let listed: i64 = list.refunds.iter().map(|refund| refund.amount).sum();
        let is_whole = list.is_whole() && listed == refunded_amount;
        let key = LookupKey::Refund(stored.id().clone(), id.clone());
        let learned =
            match is_whole.then(|| self.lookups.note_empty_list(&key, began, first_list(stored, id))) {
                Some(ListVerdict::First) => {
                    read_by(account).map(|read_at| ("first_empty_list", RefundInput::Listed(read_at)))
                }
                Some(ListVerdict::Proved) => Some(("refund_absent", RefundInput::ConfirmedAbsent)),
                Some(ListVerdict::TooEarly) | None => None,
            };
        if let Some((cause, input)) = learned {
            self.apply_refund(lease, &held, id, cause, input).await?;
        }
        Ok(Contact::Reached)
    }

    /// The refund was not begun, or not answered, in time.
    pub(super) async fn stop_awaiting_refund(
        &self,
        lease: Option<&Lease>,
        held: &StoredPayment,
        id: &RefundId,
    ) -> Result<(), StorageError> {
        self.lookups.begin(LookupKey::Refund(held.id().clone(), id.clone()));
        self.apply_refund(lease, held, id, "refund_overdue", RefundInput::AnswerOverdue).await
    }

    fn post_refund(self: &Arc<Self>, stored: &StoredPayment, order: RefundOrder, slot: OwnedSemaphorePermit) {
        let (refunder, stored) = (self.clone(), stored.clone());
        self.tasks.spawn(async move {
            let Some(account) = refunder.accounts.of(&stored) else { return };
            let answer = account.client().refund(&order.charge, &new_refund(&stored, &order)).await;
            failpoint::reach(Failpoint::RefundUnstored);
            drop(slot);
            let input = refunder.refund_answer(&stored, &order, answer);
            let input = Input::Refund(order.id, input);
            refunder.transitions.apply_until_stored(&stored, "refund_answered", input).await;
            // The next approver must see what was refunded.
            if let Err(error) = refunder.storage.expedite(&stored, refunder.clock.now()).await {
                tracing::warn!(payment = %stored.id(), %error, "a refunded charge is read when it is due");
            }
            refunder.wake.notify_one();
        });
    }

    fn refund_answer(
        &self,
        stored: &StoredPayment,
        order: &RefundOrder,
        answer: Result<Refund, MoneyError>,
    ) -> RefundInput {
        match answer {
            Ok(refund) if agrees_with_order(&refund, stored) => {
                RefundInput::Answered(refund_snapshot(&refund))
            }
            // An answer in another currency or mode is about something else.
            Ok(_) => RefundInput::AnswerLost(UnknownReason::Mismatch),
            Err(MoneyError::NotSent) => RefundInput::NotSent,
            Err(MoneyError::Refused { code }) => RefundInput::Refused { code },
            Err(MoneyError::OutcomeUnknown(lost)) => {
                tracing::warn!(payment = %stored.id(), refund = %order.id, ?lost, "the answer to a refund was lost");
                self.lookups.begin(LookupKey::Refund(stored.id().clone(), order.id.clone()));
                RefundInput::AnswerLost(unknown_reason(lost))
            }
        }
    }

    async fn apply_refund(
        &self,
        lease: Option<&Lease>,
        held: &StoredPayment,
        id: &RefundId,
        cause: &'static str,
        input: RefundInput,
    ) -> Result<(), StorageError> {
        self.transitions.apply(lease, held, cause, Input::Refund(id.clone(), input)).await.map(|_| ())
    }
}

fn refund_attempt<'a>(stored: &'a StoredPayment, id: &RefundId) -> Option<&'a RefundAttempt> {
    stored.attempt.refunds.ours.iter().find(|refund| refund.order.id == *id)
}

fn order_of(stored: &StoredPayment, id: &RefundId) -> Option<RefundOrder> {
    refund_attempt(stored, id).map(|refund| refund.order.clone())
}

fn first_list(stored: &StoredPayment, id: &RefundId) -> Option<Timestamp> {
    match refund_attempt(stored, id).map(|refund| &refund.state) {
        Some(RefundState::Unknown(unknown)) => unknown.first_list,
        _ => None,
    }
}

fn own_snapshot(list: &RefundList, id: &RefundId) -> Option<RefundSnapshot> {
    let carrying = |refund: &&Refund| refund.metadata_text(metadata::REFUND) == Some(id.as_str());
    list.refunds.iter().find(carrying).map(refund_snapshot)
}

fn agrees_with_order(refund: &Refund, stored: &StoredPayment) -> bool {
    let order = &stored.attempt.order;
    Currency::from_code(&refund.currency) == Some(order.currency)
        && refund.livemode.is_none_or(|livemode| livemode == order.livemode)
}

fn new_refund(stored: &StoredPayment, order: &RefundOrder) -> NewRefund {
    let payment = &stored.attempt.order;
    let texts = [
        (metadata::REFUND, order.id.to_string()),
        (metadata::PAYMENT, payment.payment.to_string()),
        (metadata::SALE, payment.sale.to_string()),
        (metadata::INSTALLATION, payment.installation.clone()),
    ];
    let metadata: Map<String, Value> =
        texts.into_iter().map(|(name, text)| (name.to_owned(), text.into())).collect();
    NewRefund { amount: order.amount, metadata, void: order.void }
}
