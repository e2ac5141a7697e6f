//! From the intent in the books to the answer of Omise. Each POST is sent at most once (P6).

use std::collections::BTreeMap;
use std::time::Duration;

use scantill_omise::{Barcode, Charge, MoneyError, NewCharge, Place};
use scantill_payment::{Input, UnknownReason};
use scantill_types::payer_code::PayerCode;
use scantill_types::{Money, PaymentId};
use serde_json::{Map, Value};

use super::Driver;
use super::evidence::{evidence, metadata, unknown_reason};
use super::finding::Sought;
use super::slots::Slot;
use crate::account::Account;
use crate::config::Creation;
use crate::crash_point::{self, CrashPoint};
use crate::request_id;
use crate::store::{Created, Device, Draft, Record, StoreError, Tenant};

/// The description of a charge for which the till gave none, as in Omise's example.
const DESCRIPTION: &str = "a barcode alipay charge";

/// The refusals that are about the key, whatever was asked for.
const KEY_REFUSALS: [&str; 3] = ["authentication_failure", "key_expired_error", "locked_account_error"];

/// An answer that could not be written down is tried again after this pause, and then after longer ones.
const WRITE_AGAIN: Duration = Duration::from_millis(200);
const WRITE_AGAIN_MAX: Duration = Duration::from_secs(10);

/// What taking a payment on needs beside what goes into the books.
#[derive(Debug)]
pub struct Intake {
    /// What goes into the books.
    pub draft: Draft,
    /// The payer's code: spent once, never stored.
    pub code: PayerCode,
    /// More for the charge's metadata.
    pub metadata: BTreeMap<String, String>,
    /// When the PUT was taken on, on the clock that only runs forward.
    pub accepted_at_ms: u64,
}

/// A payment that stands in the books and is to be sent.
#[derive(Debug)]
struct Intent {
    record: Record,
    code: PayerCode,
    metadata: BTreeMap<String, String>,
    device: Device,
    accepted_at_ms: u64,
    /// The place among the POSTs that was free at the PUT: then the intent's commit held the permit.
    slot: Option<Slot>,
}

impl Driver {
    /// Takes a payment on and sends it in the background. A caller that goes away in between changes nothing: what was
    /// written down is sent.
    pub async fn take_on(&self, intake: Intake) -> Result<Created, StoreError> {
        let driver = self.clone();
        let task =
            self.inner.tasks.spawn(request_id::carried(async move { driver.take_on_whole(intake).await }));
        task.await.unwrap_or_else(|error| Err(StoreError::Unavailable(error.to_string())))
    }

    async fn take_on_whole(&self, intake: Intake) -> Result<Created, StoreError> {
        let Intake { mut draft, code, metadata, accepted_at_ms } = intake;
        // Where a POST may begin at once, the permit shares the intent's commit.
        let slot = self.inner.posts.try_take(Tenant::from(&draft.device));
        let at = draft.attempt.order.created_at;
        if slot.is_some() {
            draft.attempt = draft.attempt.step(at, &self.inner.timing, Input::Permit { waited_ms: 0 }).0;
        }
        draft.due_at = draft.attempt.due(at, &self.inner.timing).map(|due| due.at);
        let device = draft.device.clone();
        crash_point::reach(CrashPoint::BeforeIntent);
        let created = self.inner.store.create(draft).await?;
        crash_point::reach(CrashPoint::AfterIntent);
        if let Created::New(record) = &created {
            self.send(Intent { record: (**record).clone(), code, metadata, device, accepted_at_ms, slot });
        }
        Ok(created)
    }

    /// The PUT never waits for the provider.
    fn send(&self, intent: Intent) {
        let driver = self.clone();
        self.inner.tasks.spawn(async move {
            let id = intent.record.id().clone();
            if let Err(error) = driver.run(intent).await {
                // The books still say `sending`; when the answer is overdue the charge is looked for.
                tracing::error!(payment = %id, %error, "a payment could not be written down");
            }
        });
    }

    async fn run(&self, mut intent: Intent) -> Result<(), StoreError> {
        let Some(account) = self.account(&intent.record) else { return Ok(()) };
        let Some(_slot) = self.begin(&mut intent).await? else { return Ok(()) };
        let charge = new_charge(&intent);
        let barcode = barcode(&account, &intent);
        match account.config.creation {
            Creation::OneCall => {
                let answer = account.client().charge_barcode(&charge, &barcode).await;
                self.answered(intent.record.id(), &account, answer).await
            }
            Creation::SourceThenCharge => self.source_then_charge(&intent, &account, &charge, &barcode).await,
        }
    }

    /// The last moment before the first byte: none if the payment may not be sent any more (P5).
    async fn begin(&self, intent: &mut Intent) -> Result<Option<Slot>, StoreError> {
        let id = intent.record.id().clone();
        let (clock, timing) = (&self.inner.clock, &self.inner.timing);
        let waited_ms = || clock.monotonic_ms().saturating_sub(intent.accepted_at_ms);
        if let Some(slot) = intent.slot.take() {
            if timing.permit_ms < waited_ms() {
                self.apply(&id, "too_late", Input::NotSent).await?;
                return Ok(None);
            }
            return Ok(Some(slot));
        }
        let left = Duration::from_millis(timing.permit_ms.saturating_sub(waited_ms()));
        let slot = tokio::time::timeout(left, self.inner.posts.take(Tenant::from(&intent.device))).await;
        let slot = slot.ok().flatten();
        let waited_ms = if slot.is_some() { waited_ms() } else { u64::MAX };
        let permitted = self.apply(&id, "permit", Input::Permit { waited_ms }).await?;
        Ok(slot.filter(|_| permitted.attempt.may_send()))
    }

    async fn source_then_charge(
        &self,
        intent: &Intent,
        account: &Account,
        charge: &NewCharge,
        barcode: &Barcode,
    ) -> Result<(), StoreError> {
        let id = intent.record.id();
        let source = match account.client().create_source(barcode, charge.money).await {
            Ok(source) => source,
            Err(error) => {
                learn_key(account, &Err::<(), _>(error.clone()));
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
        let Ok(record) = kept else {
            self.apply_at_last(id, "source_not_kept", Input::SourceLost).await;
            return kept.map(|_| ());
        };
        if !record.attempt.may_send() {
            return Ok(());
        }
        // Nobody stands at the till any more with a code as old as this (P5, P8).
        let waited_ms = self.inner.clock.monotonic_ms().saturating_sub(intent.accepted_at_ms);
        if self.inner.timing.code_fresh_ms < waited_ms {
            return self.apply(id, "too_late", Input::NotSent).await.map(|_| ());
        }
        self.answered(id, account, account.client().charge_source(charge, &source).await).await
    }

    async fn answered(
        &self,
        id: &PaymentId,
        account: &Account,
        answer: Result<Charge, MoneyError>,
    ) -> Result<(), StoreError> {
        learn_key(account, &answer);
        crash_point::reach(CrashPoint::AnswerUnstored);
        let input = match answer {
            Ok(charge) => Input::ChargeRead(evidence(charge)),
            Err(MoneyError::NotSent) => Input::NotSent,
            Err(MoneyError::Refused { code }) => Input::Refused { code },
            Err(MoneyError::OutcomeUnknown(lost)) => {
                tracing::warn!(payment = %id, ?lost, "the answer to a charge was lost: the outcome is unknown");
                self.begin_search(Sought::Charge(id.clone()));
                Input::AnswerLost(unknown_reason(lost))
            }
        };
        let doubtful =
            matches!(input, Input::AnswerLost(UnknownReason::AnswerMalformed | UnknownReason::ServerError));
        self.apply_at_last(id, if doubtful { "answer_unclear" } else { "answered" }, input).await;
        Ok(())
    }

    /// What Omise answered is not thrown away because the disk was full for a moment.
    pub(super) async fn apply_at_last(&self, id: &PaymentId, cause: &'static str, input: Input) {
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
fn learn_key<T>(account: &Account, answer: &Result<T, MoneyError>) {
    if let Err(MoneyError::Refused { code }) = answer
        && KEY_REFUSALS.contains(&code.as_str())
    {
        account.key_refused(code);
    }
}

fn barcode(account: &Account, intent: &Intent) -> Barcode {
    let place = Place {
        store_id: intent.device.store_id.to_string(),
        store_name: intent.device.store_name.clone(),
        terminal_id: intent.device.terminal.to_string(),
    };
    Barcode {
        source_type: account.config.source_type,
        code: intent.code.clone(),
        place: account.config.send_store_fields.then_some(place),
    }
}

fn new_charge(intent: &Intent) -> NewCharge {
    let Record { attempt, reference, description, counter, .. } = &intent.record;
    let order = &attempt.order;
    let invoice = reference.clone().unwrap_or_else(|| order.payment.to_string());
    let mut fields: Map<String, Value> = Map::new();
    let texts = [
        (metadata::INVOICE, invoice),
        (metadata::PAYMENT, order.payment.to_string()),
        (metadata::SALE, order.sale.to_string()),
        (metadata::INSTALLATION, order.installation.clone()),
        (metadata::STORE, intent.device.store_id.to_string()),
        (metadata::STORE_NAME, intent.device.store_name.clone()),
        (metadata::TERMINAL, intent.device.terminal.to_string()),
    ];
    fields.extend(intent.metadata.iter().map(|(name, text)| (name.clone(), text.clone().into())));
    fields.extend(texts.into_iter().map(|(name, text)| (name.to_owned(), text.into())));
    fields.insert(metadata::COUNTER.to_owned(), (*counter).into());
    NewCharge {
        money: Money::new(order.amount, order.currency),
        description: description.clone().unwrap_or_else(|| DESCRIPTION.to_owned()),
        metadata: fields,
    }
}
