//! From the stored payment to the answer of Omise. Each POST is sent at most once (P6).

use std::collections::BTreeMap;
use std::time::Duration;

use scantill_omise::{Barcode, Charge, MoneyError, NewCharge, Place};
use scantill_payment::{Input, UnknownReason};
use scantill_types::payer_code::PayerCode;
use scantill_types::{Money, PaymentId};
use serde_json::{Map, Value};

use super::PaymentService;
use super::charge_lookup::LookupKey;
use super::evidence::{evidence, metadata, unknown_reason};
use super::slots::Slot;
use crate::account::Account;
use crate::config::Creation;
use crate::failpoint::{self, Failpoint};
use crate::request_id;
use crate::storage::{Created, Device, NewPayment, StorageError, StoredPayment};
use crate::tenant::Tenant;

/// The description of a charge for which the till gave none, as in Omise's example.
const DESCRIPTION: &str = "a barcode alipay charge";

/// The refusals that are about the key, not about the request.
const KEY_REFUSALS: [&str; 3] = ["authentication_failure", "key_expired_error", "locked_account_error"];

/// An answer that could not be stored is stored again after this pause, and then after longer ones.
const WRITE_AGAIN: Duration = Duration::from_millis(200);
const WRITE_AGAIN_MAX: Duration = Duration::from_secs(10);

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

impl PaymentService {
    /// Inserts a payment and sends it in the background. A caller that goes away meanwhile changes nothing: an inserted
    /// payment is sent.
    pub async fn submit(&self, submission: Submission) -> Result<Created, StorageError> {
        let service = self.clone();
        let task = self
            .inner
            .tasks
            .spawn(request_id::carried(async move { service.submit_to_end(submission).await }));
        task.await.unwrap_or_else(|error| Err(StorageError::Unavailable(error.to_string())))
    }

    async fn submit_to_end(&self, submission: Submission) -> Result<Created, StorageError> {
        let Submission { mut new_payment, code, metadata, accepted_at_ms } = submission;
        // If a slot is free, the permit to send is part of the insert.
        let slot = self.inner.charge_slots.try_take(Tenant::from(&new_payment.device));
        let at = new_payment.attempt.order.created_at;
        if slot.is_some() {
            new_payment.attempt =
                new_payment.attempt.step(at, &self.inner.timing, Input::Permit { waited_ms: 0 }).0;
        }
        new_payment.due_at = new_payment.attempt.due(at, &self.inner.timing).map(|due| due.at);
        let device = new_payment.device.clone();
        failpoint::reach(Failpoint::BeforeCreate);
        let created = self.inner.storage.create(new_payment).await?;
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
    fn send_in_background(&self, pending: PendingSubmission) {
        let service = self.clone();
        self.inner.tasks.spawn(async move {
            let id = pending.stored.id().clone();
            if let Err(error) = service.send_payment(pending).await {
                // The storage still say `sending`; when the answer is overdue the charge is looked for.
                tracing::error!(payment = %id, %error, "a payment could not be written down");
            }
        });
    }

    async fn send_payment(&self, mut pending: PendingSubmission) -> Result<(), StorageError> {
        let Some(account) = self.account(&pending.stored) else { return Ok(()) };
        let Some(_slot) = self.begin_send(&mut pending).await? else { return Ok(()) };
        let charge = new_charge(&pending);
        let barcode = barcode(&account, &pending);
        match account.config.creation {
            Creation::OneCall => {
                let answer = account.client().charge_barcode(&charge, &barcode).await;
                self.apply_answer(pending.stored.id(), &account, answer).await
            }
            Creation::SourceThenCharge => {
                self.source_then_charge(&pending, &account, &charge, &barcode).await
            }
        }
    }

    /// The last moment before the first byte: none if the payment may not be sent any more (P5).
    async fn begin_send(&self, pending: &mut PendingSubmission) -> Result<Option<Slot>, StorageError> {
        let id = pending.stored.id().clone();
        let (clock, timing) = (&self.inner.clock, &self.inner.timing);
        let waited_ms = || clock.monotonic_ms().saturating_sub(pending.accepted_at_ms);
        if let Some(slot) = pending.slot.take() {
            if timing.permit_ms < waited_ms() {
                self.apply(&id, "too_late", Input::NotSent).await?;
                return Ok(None);
            }
            return Ok(Some(slot));
        }
        let left = Duration::from_millis(timing.permit_ms.saturating_sub(waited_ms()));
        let slot =
            tokio::time::timeout(left, self.inner.charge_slots.take(Tenant::from(&pending.device))).await;
        let slot = slot.ok().flatten();
        let waited_ms = if slot.is_some() { waited_ms() } else { u64::MAX };
        let permitted = self.apply(&id, "permit", Input::Permit { waited_ms }).await?;
        Ok(slot.filter(|_| permitted.attempt.may_send()))
    }

    async fn source_then_charge(
        &self,
        pending: &PendingSubmission,
        account: &Account,
        charge: &NewCharge,
        barcode: &Barcode,
    ) -> Result<(), StorageError> {
        let id = pending.stored.id();
        let source = match account.client().create_source(barcode, charge.money).await {
            Ok(source) => source,
            Err(error) => {
                note_key_refusal(account, &Err::<(), _>(error.clone()));
                let input = match error {
                    MoneyError::NotSent => Input::NotSent,
                    MoneyError::Refused { code } => Input::Refused { code },
                    MoneyError::OutcomeUnknown(_) => Input::SourceLost,
                };
                self.apply(id, "source_not_created", input).await?;
                return Ok(());
            }
        };
        // Without this commit no charge is begun, so that a lost source is proof enough that nothing was paid (P9).
        let kept = self.apply(id, "source_created", Input::SourceCreated(source.clone())).await;
        let Ok(stored) = kept else {
            self.apply_until_stored(id, "source_not_kept", Input::SourceLost).await;
            return kept.map(|_| ());
        };
        if !stored.attempt.may_send() {
            return Ok(());
        }
        // Nobody stands at the till any more with a code as old as this (P5, P8).
        let waited_ms = self.inner.clock.monotonic_ms().saturating_sub(pending.accepted_at_ms);
        if self.inner.timing.code_fresh_ms < waited_ms {
            return self.apply(id, "too_late", Input::NotSent).await.map(|_| ());
        }
        self.apply_answer(id, account, account.client().charge_source(charge, &source).await).await
    }

    async fn apply_answer(
        &self,
        id: &PaymentId,
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
                tracing::warn!(payment = %id, ?lost, "the answer to a charge was lost: the outcome is unknown");
                self.inner.lookups.begin(LookupKey::Charge(id.clone()));
                Input::AnswerLost(unknown_reason(lost))
            }
        };
        let is_unclear =
            matches!(input, Input::AnswerLost(UnknownReason::AnswerMalformed | UnknownReason::ServerError));
        self.apply_until_stored(id, if is_unclear { "answer_unclear" } else { "answered" }, input).await;
        Ok(())
    }

    /// What Omise answered is not thrown away because the disk was full for a moment.
    pub(super) async fn apply_until_stored(&self, id: &PaymentId, cause: &'static str, input: Input) {
        let mut pause = WRITE_AGAIN;
        while let Err(error) = self.apply(id, cause, input.clone()).await {
            tracing::error!(payment = %id, %error, "an answer of the provider cannot be written down; trying again");
            tokio::select! {
                () = tokio::time::sleep(pause) => pause = (pause * 2).min(WRITE_AGAIN_MAX),
                () = self.inner.shutdown.cancelled() => return,
            }
        }
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
