//! `POST /v1/payments/{id}/acknowledge`: a supervisor has seen a payment of which nothing is left to decide.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use scantill_payment::Input;
use scantill_types::api::{AcknowledgeReview, Payment, ProblemCode};

use super::{unknown, visible};
use crate::app::App;
use crate::approval::{Wish, approve};
use crate::problem::{Refusal, refuse};
use crate::routes::extract::{Body, Caller, PaymentPath};
use crate::storage::{Cause, StoredPayment};

/// Takes the payment off the list of those that need a review. It moves no money.
#[utoipa::path(post, path = "/v1/payments/{id}/acknowledge", params(("id" = String, Path)),
    request_body = AcknowledgeReview, responses((status = 200, body = Payment),
    (status = 403, description = "approval_refused"), (status = 409, description = "nothing_to_decide"),
    (status = 429, description = "approval_locked")))]
pub(in crate::routes) async fn acknowledge(
    State(app): State<Arc<App>>,
    Caller(device): Caller,
    PaymentPath(id): PaymentPath,
    Body(body): Body<AcknowledgeReview>,
) -> Result<Json<Payment>, Refusal> {
    let stored = visible(&app, &device, &id).await?.ok_or_else(unknown)?;
    check(&stored)?;
    let by =
        approve(&app, &device, body.approval, Wish { action: "acknowledge", payment: stored.id() }).await?;
    let stored = acknowledge_by(&app, &stored, by).await?;
    Ok(Json(stored.as_api()))
}

/// Acknowledges it on record, unless something of it is left to decide.
pub(in crate::routes) async fn acknowledge_by(
    app: &App,
    stored: &StoredPayment,
    by: String,
) -> Result<StoredPayment, Refusal> {
    check(stored)?;
    let cause = Cause::by("acknowledged", by);
    Ok(app.service.apply(stored.id(), cause, Input::Acknowledged).await?)
}

fn check(stored: &StoredPayment) -> Result<(), Refusal> {
    if stored.attempt.may_be_acknowledged() {
        return Ok(());
    }
    let detail = "something of this payment is still to be decided, or nothing called for a human";
    Err(refuse(ProblemCode::NothingToDecide, detail))
}
