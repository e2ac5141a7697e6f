//! The operator's door: a socket in the folder of the books, open to whoever may read that folder. The command line
//! speaks through it with the running proxy.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use scantill_core::PaymentId;
use scantill_core::api::{
    Acknowledge, AttentionList, CloseByHand, ClosedByHand, Payment, PaymentPage, ProblemCode,
};
use scantill_core::payment::Input;
use serde::Deserialize;

use super::attention::needing_a_human;
use super::extract::{Body, PaymentPath};
use super::payments::unknown;
use crate::app::App;
use crate::problem::{Refusal, refuse};
use crate::store::{Cause, Record};

const NAME_CHARACTERS_MAX: usize = 255;
/// More payments of one reference are not looked up at once.
const FOUND_MAX: u32 = 100;

/// The routes of the operator's door.
pub fn operator_router(app: Arc<App>) -> Router {
    Router::new()
        .route("/attention", get(attention))
        .route("/payments", get(find))
        .route("/payments/{id}/refresh", post(refresh))
        .route("/payments/{id}/close", post(close))
        .route("/payments/{id}/acknowledge", post(acknowledge))
        .fallback(super::not_found)
        .with_state(app)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    /// A payment's id, or the merchant's reference.
    of: String,
}

async fn attention(State(app): State<Arc<App>>) -> Result<Json<AttentionList>, Refusal> {
    Ok(Json(needing_a_human(&app, None).await?))
}

async fn find(
    State(app): State<Arc<App>>,
    Query(wanted): Query<Wanted>,
) -> Result<Json<PaymentPage>, Refusal> {
    let by_id = match PaymentId::parse(&wanted.of) {
        Ok(id) => app.store.payment(id).await?,
        Err(_) => None,
    };
    let records = match by_id {
        Some(record) => vec![record],
        None => app.store.payments_of_reference(wanted.of, FOUND_MAX).await?,
    };
    Ok(Json(PaymentPage { payments: records.iter().map(Record::as_api).collect(), next_cursor: None }))
}

async fn refresh(
    State(app): State<Arc<App>>,
    PaymentPath(id): PaymentPath,
) -> Result<Json<Payment>, Refusal> {
    let record = app.store.payment(id).await?.ok_or_else(unknown)?;
    Ok(Json(app.driver.refresh(&record).await?.as_api()))
}

/// What humans found is kept beside the state, and undone by evidence (P18).
async fn close(
    State(app): State<Arc<App>>,
    PaymentPath(id): PaymentPath,
    Body(body): Body<CloseByHand>,
) -> Result<Json<Payment>, Refusal> {
    let CloseByHand { finding, by, second, proof } = body;
    for text in [&by, &second, &proof] {
        check_text(text)?;
    }
    if by.trim().to_lowercase() == second.trim().to_lowercase() {
        return Err(refuse(ProblemCode::InvalidRequest, "the second person must be another than the first"));
    }
    let closed = ClosedByHand { finding, by, second, proof, at: app.clock.now() };
    let record = app.store.payment(id).await?.ok_or_else(unknown)?;
    let record = app.driver.apply(record.id(), "closed_by_hand", Input::Closed(closed.clone())).await?;
    if record.attempt.closed == Some(closed) {
        return Ok(Json(record.as_api()));
    }
    let detail = "this payment is decided, or closed already: there is nothing for a human to close";
    Err(refuse(ProblemCode::NothingToDecide, detail))
}

async fn acknowledge(
    State(app): State<Arc<App>>,
    PaymentPath(id): PaymentPath,
    Body(body): Body<Acknowledge>,
) -> Result<Json<Payment>, Refusal> {
    check_text(&body.by)?;
    let record = app.store.payment(id).await?.ok_or_else(unknown)?;
    if !record.attempt.may_be_acknowledged() {
        let detail = "something of this payment is still to be decided, or nothing called for a human";
        return Err(refuse(ProblemCode::NothingToDecide, detail));
    }
    let cause = Cause::by("acknowledged", body.by);
    let record = app.driver.apply(record.id(), cause, Input::Acknowledged).await?;
    Ok(Json(record.as_api()))
}

fn check_text(text: &str) -> Result<(), Refusal> {
    let length = text.trim().chars().count();
    if (1..=NAME_CHARACTERS_MAX).contains(&length) && !text.chars().any(char::is_control) {
        return Ok(());
    }
    let detail = "names and proof are 1 to 255 characters without control characters";
    Err(refuse(ProblemCode::InvalidRequest, detail))
}
