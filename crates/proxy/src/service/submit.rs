//! From the stored payment to the answer of Omise. Each POST is sent at most once (P6).

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use scantill_omise::{Barcode, Charge, MoneyError, NewCharge, Place};
use scantill_payment::{Input, UnknownReason};
use scantill_types::payer_code::PayerCode;
use scantill_types::{Money, Timing};
use serde_json::{Map, Value};
use tokio_util::task::TaskTracker;

use super::Shared;
use super::accounts::Accounts;
use super::charge_lookup::{LookupKey, Lookups};
use super::evidence::{evidence, metadata, unknown_reason};
use super::slots::{Slot, Slots};
use super::transition::Transitions;
use crate::account::Account;
use crate::clock::Clock;
use crate::config::Creation;
use crate::failpoint::{self, Failpoint};
use crate::fair_share::Tenant;
use crate::request_id;
use crate::storage::{Created, Device, NewPayment, Storage, StorageError, StoredPayment};

/// The description of a charge for which the till gave none, as in Omise's example.
const DESCRIPTION: &str = "a barcode alipay charge";

/// The refusals that are about the key, not about the request.
const KEY_REFUSALS: [&str; 3] = ["authentication_failure", "key_expired_error", "locked_account_error"];

/// Maximum charges that are created at once; further ones wait in a queue of their own (P5).
const CHARGES_MAX: usize = 4;

/// A payment as a PUT submits it.
#[derive(Debug)]
pub struct Submission {
    /// What is inserted.
    pub new_payment: NewPayment,
    /// The payer's code: spent once, never stored.
    pub code: PayerCode,
    /// More for the charge's metadata.
    pub metadata: BTreeMap<String, String>,
    /// When the PUT was accepted, on the monotonic clock.
    pub accepted_at_ms: u64,
}

/// A stored payment whose send is under way.
#[derive(Debug)]
struct PendingSubmission {
    stored: StoredPayment,
    code: PayerCode,
    metadata: BTreeMap<String, String>,
    device: Device,
    accepted_at_ms: u64,
    /// The slot that was free at the PUT: then the insert held the permit to send.
    slot: Option<Slot>,
}

/// Inserts payments and sends them.
#[derive(Debug)]
pub(super) struct Submitter {
    storage: Arc<dyn Storage>,
    clock: Arc<dyn Clock>,
    timing: Timing,
    accounts: Arc<Accounts>,
    slots: Arc<Slots>,
    lookups: Arc<Lookups>,
    transitions: Arc<Transitions>,
    tasks: TaskTracker,
}

impl Submitter {
    pub(super) fn new(shared: &Shared, lookups: Arc<Lookups>, transitions: Arc<Transitions>) -> Self {
        let Shared { storage, clock, timing, accounts, tasks, .. } = shared.clone();
        let slots = Slots::new(CHARGES_MAX);
        Self { storage, clock, timing, accounts, slots, lookups, transitions, tasks }
    }

    /// Inserts a payment and sends it in the background. A caller that goes away meanwhile changes nothing: an inserted
    /// payment is sent.
    pub(super) async fn submit(self: &Arc<Self>, submission: Submission) -> Result<Created, StorageError> {
        let submitter = self.clone();
        let submitting = async move { submitter.submit_to_end(submission).await };
        let task = self.tasks.spawn(request_id::carried(submitting));
        task.await.unwrap_or_else(|error| Err(StorageError::Unavailable(error.to_string())))
    }

    async fn submit_to_end(self: &Arc<Self>, submission: Submission) -> Result<Created, StorageError> {
        let Submission { mut new_payment, code, metadata, accepted_at_ms } = submission;
        // If a slot is free, the permit to send is part of the insert.
        let slot = self.slots.try_take(Tenant::from(&new_payment.device));
        let at = new_payment.attempt.order.created_at;
        if slot.is_some() {
            new_payment.attempt =
                new_payment.attempt.step(at, &self.timing, Input::Permit { waited_ms: 0 }).0;
        }
        new_payment.due_at = new_payment.attempt.due(at, &self.timing).map(|due| due.at);
        let device = new_payment.device.clone();
        failpoint::reach(Failpoint::BeforeCreate);
        let created = self.storage.create(new_payment).await?;
        failpoint::reach(Failpoint::AfterCreate);
        if let Created::New(stored) = &created {
            self.send_in_background(PendingSubmission {
                stored: (**stored).clone(),
                code,
                metadata,
                device,
                accepted_at_ms,
                slot,
            });
        }
        Ok(created)
    }

    /// The PUT never waits for the provider.
    fn send_in_background(self: &Arc<Self>, pending: PendingSubmission) {
        let submitter = self.clone();
        self.tasks.spawn(async move {
            let id = pending.stored.id().clone();
            if let Err(error) = submitter.send_payment(pending).await {
                // The storage still say `sending`; when the answer is overdue the charge is looked for.
                tracing::error!(payment = %id, %error, "a payment could not be written down");
            }
        });
    }

    async fn send_payment(&self, mut pending: PendingSubmission) -> Result<(), StorageError> {
        let Some(account) = self.accounts.of(&pending.stored) else { return Ok(()) };
        let Some(_slot) = self.begin_send(&mut pending).await? else { return Ok(()) };
        let charge = new_charge(&pending);
        let barcode = barcode(&account, &pending);
        match account.config.creation {
            Creation::OneCall => {
                let answer = account.client().charge_barcode(&charge, &barcode).await;
                self.apply_answer(&pending.stored, &account, answer).await
            }
            Creation::SourceThenCharge => {
                self.source_then_charge(&pending, &account, &charge, &barcode).await
            }
        }
    }

    /// The last moment before the first byte: none if the payment may not be sent any more (P5).
    async fn begin_send(&self, pending: &mut PendingSubmission) -> Result<Option<Slot>, StorageError> {
        let (clock, timing) = (&self.clock, &self.timing);
        let accepted_at_ms = pending.accepted_at_ms;
        let waited_ms = || clock.monotonic_ms().saturating_sub(accepted_at_ms);
        if let Some(slot) = pending.slot.take() {
            if timing.permit_ms < waited_ms() {
                self.transitions.apply(None, &pending.stored, "too_late", Input::NotSent).await?;
                return Ok(None);
            }
            return Ok(Some(slot));
        }
        let left = Duration::from_millis(timing.permit_ms.saturating_sub(waited_ms()));
        let slot = tokio::time::timeout(left, self.slots.take(Tenant::from(&pending.device))).await;
        let slot = slot.ok().flatten();
        let input = match &slot {
            Some(_) => Input::Permit { waited_ms: waited_ms() },
            None => Input::NoSlotInTime,
        };
        pending.stored = self.transitions.apply(None, &pending.stored, "permit", input).await?;
        Ok(slot.filter(|_| pending.stored.attempt.may_send()))
    }

    async fn source_then_charge(
        &self,
        pending: &PendingSubmission,
        account: &Account,
        charge: &NewCharge,
        barcode: &Barcode,
    ) -> Result<(), StorageError> {
        let held = &pending.stored;
        let source = match account.client().create_source(barcode, charge.money).await {
            Ok(source) => source,
            Err(error) => {
                note_key_refusal(account, &Err::<(), _>(error.clone()));
                let input = match error {
                    MoneyError::NotSent => Input::NotSent,
                    MoneyError::Refused { code } => Input::Refused { code },
                    MoneyError::OutcomeUnknown(_) => Input::SourceLost,
                };
                self.transitions.apply(None, held, "source_not_created", input).await?;
                return Ok(());
            }
        };
        // Without this commit no charge is begun, so that a lost source is proof enough that nothing was paid (P9).
        let created = Input::SourceCreated(source.clone());
        let kept = self.transitions.apply(None, held, "source_created", created).await;
        let Ok(stored) = kept else {
            self.transitions.apply_until_stored(held, "source_not_kept", Input::SourceLost).await;
            return kept.map(|_| ());
        };
        if !stored.attempt.may_send() {
            return Ok(());
        }
        // Nobody stands at the till any more with a code as old as this (P5, P8).
        let waited_ms = self.clock.monotonic_ms().saturating_sub(pending.accepted_at_ms);
        if self.timing.code_fresh_ms < waited_ms {
            return self.transitions.apply(None, &stored, "too_late", Input::NotSent).await.map(|_| ());
        }
        self.apply_answer(&stored, account, account.client().charge_source(charge, &source).await).await
    }

    async fn apply_answer(
        &self,
        held: &StoredPayment,
        account: &Account,
        answer: Result<Charge, MoneyError>,
    ) -> Result<(), StorageError> {
        note_key_refusal(account, &answer);
        failpoint::reach(Failpoint::AnswerUnstored);
        let input = match answer {
            Ok(charge) => Input::ChargeRead(evidence(charge)),
            Err(MoneyError::NotSent) => Input::NotSent,
            Err(MoneyError::Refused { code }) => Input::Refused { code },
            Err(MoneyError::OutcomeUnknown(lost)) => {
                tracing::warn!(payment = %held.id(), ?lost, "the answer to a charge was lost: the outcome is unknown");
                self.lookups.begin(LookupKey::Charge(held.id().clone()));
                Input::AnswerLost(unknown_reason(lost))
            }
        };
        let is_unclear =
            matches!(input, Input::AnswerLost(UnknownReason::AnswerMalformed | UnknownReason::ServerError));
        let cause = if is_unclear { "answer_unclear" } else { "answered" };
        self.transitions.apply_until_stored(held, cause, input).await;
        Ok(())
    }
}

/// A refusal of the key says more than that of one payment (P1).
fn note_key_refusal<T>(account: &Account, answer: &Result<T, MoneyError>) {
    if let Err(MoneyError::Refused { code }) = answer
        && KEY_REFUSALS.contains(&code.as_str())
    {
        account.key_refused(code);
    }
}

fn barcode(account: &Account, pending: &PendingSubmission) -> Barcode {
    let place = Place {
        store_id: pending.device.store_id.to_string(),
        store_name: pending.device.store_name.clone(),
        terminal_id: pending.device.terminal.to_string(),
    };
    Barcode {
        source_type: account.config.source_type,
        code: pending.code.clone(),
        place: account.config.send_store_fields.then_some(place),
    }
}

fn new_charge(pending: &PendingSubmission) -> NewCharge {
    let StoredPayment { attempt, reference, description, counter, .. } = &pending.stored;
    let order = &attempt.order;
    let invoice = reference.clone().unwrap_or_else(|| order.payment.to_string());
    let mut fields: Map<String, Value> = Map::new();
    let texts = [
        (metadata::INVOICE, invoice),
        (metadata::PAYMENT, order.payment.to_string()),
        (metadata::SALE, order.sale.to_string()),
        (metadata::INSTALLATION, order.installation.clone()),
        (metadata::STORE, pending.device.store_id.to_string()),
        (metadata::STORE_NAME, pending.device.store_name.clone()),
        (metadata::TERMINAL, pending.device.terminal.to_string()),
    ];
    fields.extend(pending.metadata.iter().map(|(name, text)| (name.clone(), text.clone().into())));
    fields.extend(texts.into_iter().map(|(name, text)| (name.to_owned(), text.into())));
    fields.insert(metadata::COUNTER.to_owned(), (*counter).into());
    NewCharge {
        money: Money::new(order.amount, order.currency),
        description: description.clone().unwrap_or_else(|| DESCRIPTION.to_owned()),
        metadata: fields,
    }
}
