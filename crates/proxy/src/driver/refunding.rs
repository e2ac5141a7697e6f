//! Giving money back: the charge is read, the state committed, the POST sent once, and a lost answer looked up (P19).

use scantill_omise::{MoneyError, NewRefund, Refund, RefundList};
use scantill_payment::{
    Approver, Input, ListVerdict, RefundAttempt, RefundInput, RefundOrder, RefundSnapshot, RefundState,
    UnknownReason,
};
use scantill_types::{Currency, PaymentId, RefundId, Timestamp};
use serde_json::{Map, Value};
use tokio::sync::OwnedSemaphorePermit;

use super::Driver;
use super::evidence::{metadata, seen_refund, unknown_reason};
use super::finding::{ListTime, Sought, read_by};
use crate::account::Account;
use crate::crash_point::{self, CrashPoint};
use crate::store::{Cause, Record, StoreError};

impl Driver {
    /// Asks for a refund. It is in the books when this is answered, and is sent in the background. `true` if this call
    /// brought it there: of several that ask for the same at once, one did.
    pub async fn ask_refund(
        &self,
        payment: &PaymentId,
        order: RefundOrder,
    ) -> Result<(Record, bool), StoreError> {
        let cause = match &order.approver {
            Approver::Supervisor(name) => Cause::by("refund_asked", name.clone()),
            Approver::Rule => Cause::from("refund_asked"),
        };
        let asked = self.apply_telling(payment, cause, Input::RefundAsked(order)).await?;
        Ok((asked.record, asked.moved))
    }

    /// Reads the charge, commits that the refund is on its way, and sends it in the background. `false` if the
    /// provider could not be asked.
    pub(super) async fn send_refund(
        &self,
        account: &Account,
        record: &Record,
        id: &RefundId,
    ) -> Result<bool, StoreError> {
        let Some(order) = order_of(record, id) else { return Ok(true) };
        // One that waited here would keep others from being tended; it is due again soon.
        let Ok(slot) = self.inner.givings.clone().try_acquire_owned() else { return Ok(false) };
        let Ok(charge) = self.read_charge(account, record, &order.charge).await else { return Ok(false) };
        let is_whole = !charge.disputed && !charge.voided && !charge.reversed;
        let is_paid = charge.is_paid() && is_whole;
        let begins = RefundInput::Begins { refunded_amount: charge.refunded_amount, is_paid };
        self.see(record.id(), "read", charge).await?;
        let input = Input::Refund(id.clone(), begins);
        let began = self.apply_telling(record.id(), "refund_begins", input).await?;
        let is_sending = |refund: &RefundAttempt| matches!(refund.state, RefundState::Sending(_));
        // Where somebody else had begun it, they send it.
        if began.moved && attempt_of(&began.record, id).is_some_and(is_sending) {
            self.post_refund(&began.record, order, slot);
        }
        Ok(true)
    }

    /// Looks for a refund whose answer was lost. `false` if the provider could not be asked.
    pub(super) async fn find_refund(
        &self,
        account: &Account,
        record: &Record,
        id: &RefundId,
    ) -> Result<bool, StoreError> {
        let Some(order) = order_of(record, id) else { return Ok(true) };
        let began = ListTime::now(self.inner.clock.as_ref(), account);
        let Ok(list) = self.asked(account, record, account.client().refunds_of(&order.charge)).await else {
            return Ok(false);
        };
        let Ok(charge) = self.read_charge(account, record, &order.charge).await else { return Ok(false) };
        let refunded_amount = charge.refunded_amount;
        self.see(record.id(), "read", charge).await?;
        if let Some(found) = ours(&list, id) {
            self.refund_learned(record.id(), id, "refund_found", RefundInput::Answered(found)).await?;
            return Ok(true);
        }
        // List and charge must agree before the list proves anything.
        let listed: i64 = list.refunds.iter().map(|refund| refund.amount).sum();
        let is_whole = list.is_whole() && listed == refunded_amount;
        let sought = Sought::Refund(record.id().clone(), id.clone());
        let learned = match is_whole.then(|| self.listed_nothing(&sought, began, first_list(record, id))) {
            Some(ListVerdict::First) => {
                read_by(account).map(|read_at| ("first_empty_list", RefundInput::Listed(read_at)))
            }
            Some(ListVerdict::Proved) => Some(("refund_absent", RefundInput::ConfirmedAbsent)),
            Some(ListVerdict::TooEarly) | None => None,
        };
        if let Some((cause, input)) = learned {
            self.refund_learned(record.id(), id, cause, input).await?;
        }
        Ok(true)
    }

    /// The refund was not begun, or not answered, in time.
    pub(super) async fn give_up_refund(&self, payment: &PaymentId, id: &RefundId) -> Result<(), StoreError> {
        self.begin_search(Sought::Refund(payment.clone(), id.clone()));
        self.refund_learned(payment, id, "refund_overdue", RefundInput::AnswerOverdue).await
    }

    fn post_refund(&self, record: &Record, order: RefundOrder, slot: OwnedSemaphorePermit) {
        let (driver, record) = (self.unclaimed(), record.clone());
        self.inner.tasks.spawn(async move {
            let Some(account) = driver.account(&record) else { return };
            let answer = account.client().refund(&order.charge, &new_refund(&record, &order)).await;
            crash_point::reach(CrashPoint::RefundUnstored);
            drop(slot);
            let input = driver.answered_refund(&record, &order, answer);
            driver.apply_at_last(record.id(), "refund_answered", Input::Refund(order.id, input)).await;
            // The next approver must see what went back.
            if let Err(error) = driver.inner.store.hasten(&record, driver.inner.clock.now()).await {
                tracing::warn!(payment = %record.id(), %error, "a refunded charge is read when it is due");
            }
            driver.inner.wake.notify_one();
        });
    }

    fn answered_refund(
        &self,
        record: &Record,
        order: &RefundOrder,
        answer: Result<Refund, MoneyError>,
    ) -> RefundInput {
        match answer {
            Ok(refund) if is_in_the_order(&refund, record) => RefundInput::Answered(seen_refund(&refund)),
            // An answer in another currency or mode is about something else.
            Ok(_) => RefundInput::AnswerLost(UnknownReason::Mismatch),
            Err(MoneyError::NotSent) => RefundInput::NotSent,
            Err(MoneyError::Refused { code }) => RefundInput::Refused { code },
            Err(MoneyError::OutcomeUnknown(lost)) => {
                tracing::warn!(payment = %record.id(), refund = %order.id, ?lost, "the answer to a refund was lost");
                self.begin_search(Sought::Refund(record.id().clone(), order.id.clone()));
                RefundInput::AnswerLost(unknown_reason(lost))
            }
        }
    }

    async fn refund_learned(
        &self,
        payment: &PaymentId,
        id: &RefundId,
        cause: &'static str,
        input: RefundInput,
    ) -> Result<(), StoreError> {
        self.apply(payment, cause, Input::Refund(id.clone(), input)).await.map(|_| ())
    }
}

fn attempt_of<'a>(record: &'a Record, id: &RefundId) -> Option<&'a RefundAttempt> {
    record.attempt.refunds.ours.iter().find(|refund| refund.order.id == *id)
}

fn order_of(record: &Record, id: &RefundId) -> Option<RefundOrder> {
    attempt_of(record, id).map(|refund| refund.order.clone())
}

fn first_list(record: &Record, id: &RefundId) -> Option<Timestamp> {
    match attempt_of(record, id).map(|refund| &refund.state) {
        Some(RefundState::Unknown(unknown)) => unknown.first_list,
        _ => None,
    }
}

fn ours(list: &RefundList, id: &RefundId) -> Option<RefundSnapshot> {
    let carrying = |refund: &&Refund| refund.metadata_text(metadata::REFUND) == Some(id.as_str());
    list.refunds.iter().find(carrying).map(seen_refund)
}

fn is_in_the_order(refund: &Refund, record: &Record) -> bool {
    let order = &record.attempt.order;
    Currency::from_code(&refund.currency) == Some(order.currency)
        && refund.livemode.is_none_or(|livemode| livemode == order.livemode)
}

fn new_refund(record: &Record, order: &RefundOrder) -> NewRefund {
    let payment = &record.attempt.order;
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
