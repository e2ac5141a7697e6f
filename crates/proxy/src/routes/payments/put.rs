//! `PUT /v1/payments/{id}`: create, or return what is there. It never waits for the provider.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use scantill_types::api::{CancelledBy, CreatePayment, Payment, ProblemCode};
use scantill_types::payer_code::{self, Accepted};
use scantill_types::{Money, PaymentId};

use super::new_payment::{self, OrderTerms};
use super::{conflict, visible};
use crate::account::Account;
use crate::app::App;
use crate::problem::{Refusal, refuse};
use crate::routes::extract::{Body, Caller, NewPaymentPath, account_of};
use crate::routes::text::{text, text_of_id};
use crate::secrets::code_hash;
use crate::service::Submission;
use crate::storage::{Created, NewPayment, StoredPayment};

/// Beside the proxy's own fields, which nobody can overwrite.
const METADATA_FIELDS_MAX: usize = 20;

type Answer = Result<(StatusCode, Json<Payment>), Refusal>;

/// Takes a payment on. The same id again gives the same payment; with another body it is refused.
#[utoipa::path(put, path = "/v1/payments/{id}", params(("id" = String, Path, description = "A UUIDv7 that the till made")),
    request_body = CreatePayment, responses(
    (status = 201, body = Payment, description = "taken on"), (status = 200, body = Payment, description = "was there"),
    (status = 409, description = "sale_open, sale_paid, sale_changed, reference_seen, code_used, payment_conflict, payment_ended"),
    (status = 410, description = "code_stale"), (status = 422, description = "invalid_code, amount_too_small, …"),
    (status = 503, description = "provider_unreachable, storage_unavailable")))]
pub(in crate::routes) async fn put(
    State(app): State<Arc<App>>,
    Caller(device): Caller,
    NewPaymentPath(id): NewPaymentPath,
    Body(body): Body<CreatePayment>,
) -> Answer {
    let accepted_at_ms = app.clock.monotonic_ms();
    // A refused payment's sale is recorded too.
    text_of_id("sale_id", body.sale_id.as_str()).map_err(Refusal::never_created)?;
    if let Some(stored) = visible(&app, &device, &id).await? {
        return repeated(&app, &stored, &body).await;
    }
    let account = account_of(&app, &device)?.clone();
    let terms = OrderTerms { id, sale: body.sale_id.clone(), amount: body.amount, currency: body.currency };
    let order = new_payment::order(&app, &account, terms);
    match check(&app, &account, &body) {
        Ok(accepted) => {
            let new_payment = new_payment::with_code(&app, &account, device, order, &accepted).await?;
            let new_payment = NewPayment {
                reference: body.reference.clone(),
                description: body.description.clone(),
                accepted: body.accepted_payment_id.clone(),
                ..new_payment
            };
            let metadata = body.metadata.clone();
            let submission = Submission { new_payment, code: accepted.code, metadata, accepted_at_ms };
            create(&app, submission, &body).await
        }
        Err(refusal) => {
            let new_payment = new_payment::never_arrived(device, order, CancelledBy::Till, app.clock.now());
            refuse_for_good(&app, new_payment, refusal, &body).await
        }
    }
}

async fn create(app: &App, submission: Submission, body: &CreatePayment) -> Answer {
    let device = submission.new_payment.device.clone();
    let order = submission.new_payment.attempt.order.clone();
    match app.service.submit(submission).await? {
        Created::New(stored) => Ok((StatusCode::CREATED, Json(stored.as_api()))),
        Created::Existing(stored) if stored.is_visible_to(&device) => repeated(app, &stored, body).await,
        Created::Existing(_) => Err(conflict()),
        refused => {
            let Some(refusal) = sale_refusal(refused) else { return Err(conflict()) };
            let new_payment = new_payment::never_arrived(device, order, CancelledBy::Till, app.clock.now());
            refuse_for_good(app, new_payment, refusal, body).await
        }
    }
}

/// Records the refused id, and only then says no: a copy of the PUT that is still on its way finds the record.
async fn refuse_for_good(
    app: &App,
    new_payment: NewPayment,
    refusal: Refusal,
    body: &CreatePayment,
) -> Answer {
    let device = new_payment.device.clone();
    let stored = new_payment::record_never_arrived(app, new_payment).await?;
    if stored.never_arrived() {
        return Err(refusal.never_created());
    }
    // Another copy of this PUT was faster, and was accepted.
    if stored.is_visible_to(&device) { repeated(app, &stored, body).await } else { Err(conflict()) }
}

async fn repeated(app: &App, stored: &StoredPayment, body: &CreatePayment) -> Answer {
    let Some(used) = &stored.code_use else {
        let detail = "this payment was ended before it arrived; scan again with a new id";
        return Err(refuse(ProblemCode::PaymentEnded, detail).never_created());
    };
    let order = &stored.attempt.order;
    let same_sale =
        (&order.sale, order.amount, order.currency) == (&body.sale_id, body.amount, body.currency);
    let same_texts = stored.reference == body.reference && stored.description == body.description;
    let keys = app.storage.code_keys(app.clock.now(), app.random()?).await?;
    let code = app.account(&stored.account).and_then(|account| read_code(app, account, body).ok());
    // A key that is older than a day is gone, and the code long stale: then the rest must be enough.
    let same_code = match (keys.iter().find(|(key, _)| *key == used.key), code) {
        (Some((_, key)), Some(accepted)) => code_hash(key, &accepted.code) == used.hash,
        (None, Some(_)) => true,
        (_, None) => false,
    };
    if same_sale && same_texts && same_code {
        return Ok((StatusCode::OK, Json(stored.as_api())));
    }
    Err(refuse(
        ProblemCode::PaymentConflict,
        "this id was used for another payment; make a new one for each scan",
    ))
}

fn check(app: &App, account: &Account, body: &CreatePayment) -> Result<Accepted, Refusal> {
    check_amount(account, body)?;
    body.reference.as_deref().map(|given| text("reference", given)).transpose()?;
    body.description.as_deref().map(|given| text("description", given)).transpose()?;
    check_metadata(&body.metadata)?;
    let accepted = read_code(app, account, body)?;
    if app.timing.code_fresh_ms < body.scanned_ago_ms {
        let detail = "the code was scanned too long ago; ask the customer to refresh it and scan again";
        return Err(refuse(ProblemCode::CodeStale, detail));
    }
    if account.is_refused() {
        let detail = "Omise refuses the proxy's key; an operator must look; take the payment another way";
        return Err(refuse(ProblemCode::ProviderUnreachable, detail));
    }
    if account.identity().is_none() {
        let detail =
            "the proxy does not yet know whose key it has, because Omise cannot be reached; try again";
        return Err(refuse(ProblemCode::ProviderUnreachable, detail));
    }
    Ok(accepted)
}

fn read_code(app: &App, account: &Account, body: &CreatePayment) -> Result<Accepted, Refusal> {
    payer_code::read(&body.code, account.config.source_type, app.mode).map_err(|reason| {
        refuse(ProblemCode::InvalidCode, format!("{reason}; scan the customer's payment code"))
    })
}

fn check_amount(account: &Account, body: &CreatePayment) -> Result<(), Refusal> {
    let currency = account.config.currency;
    if body.currency != currency {
        let detail = format!("this account charges {}", currency.code());
        return Err(refuse(ProblemCode::CurrencyNotTaken, detail));
    }
    let limits = account.limits();
    let painted = |minor| Money::new(minor, currency);
    if body.amount < limits.min {
        let detail = format!("the smallest amount is {}", painted(limits.min));
        return Err(refuse(ProblemCode::AmountTooSmall, detail));
    }
    if limits.max < body.amount {
        let detail = format!("the largest amount is {}", painted(limits.max));
        return Err(refuse(ProblemCode::AmountTooLarge, detail));
    }
    Ok(())
}

fn check_metadata(metadata: &BTreeMap<String, String>) -> Result<(), Refusal> {
    if METADATA_FIELDS_MAX < metadata.len() {
        let detail = format!("metadata has at most {METADATA_FIELDS_MAX} fields");
        return Err(refuse(ProblemCode::InvalidRequest, detail));
    }
    for (name, given) in metadata {
        text("a name in metadata", name)?;
        text("a text in metadata", given)?;
    }
    Ok(())
}

fn sale_refusal(refused: Created) -> Option<Refusal> {
    let because = |code, detail: &str, id: PaymentId| refuse(code, detail).because_of(id);
    match refused {
        Created::SaleOpen(id) => Some(because(
            ProblemCode::SaleOpen,
            "this sale has a payment that is still open; wait for it",
            id,
        )),
        Created::SalePaid(id) => Some(because(ProblemCode::SalePaid, "this sale is paid", id)),
        Created::SaleChanged => Some(refuse(
            ProblemCode::SaleChanged,
            "this sale was begun with another amount; begin a new sale",
        )),
        Created::ReferenceSeen(id) => {
            let detail =
                "this reference was paid or is open today; name that payment as accepted_payment_id to go on";
            Some(because(ProblemCode::ReferenceSeen, detail, id))
        }
        Created::CodeUsed => {
            let detail = "this code was used before; ask the customer to refresh it and scan again";
            Some(refuse(ProblemCode::CodeUsed, detail))
        }
        Created::New(_) | Created::Existing(_) => None,
    }
}
