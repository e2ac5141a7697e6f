//! `POST /v1/payments/{id}/acknowledge`: a supervisor has seen a payment of which nothing is left to decide.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use scantill_payment::Input;
use scantill_types::api::{AcknowledgeReview, Payment, ProblemCode, ReviewReason};

use super::{unknown, visible};
use crate::app::App;
use crate::approval::{Wish, approve};
use crate::problem::{Refusal, refuse};
use crate::routes::extract::{Body, Caller, PaymentPath};
use crate::storage::{Cause, StoredPayment};

/// Acknowledges one reason for a review; the payment leaves the list with its last one. It moves no money.
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
    // The reasons may change while the PIN is checked: only one that was there before is acknowledged.
    let reason = check(&stored, body.review)?;
    let by =
        approve(&app, &device, body.approval, Wish { action: "acknowledge", payment: stored.id() }).await?;
    let stored = acknowledge_by(&app, &stored, by, Some(reason)).await?;
    Ok(Json(stored.as_api()))
}

/// Acknowledges a reason, in the audit, unless something of the payment is left to decide.
pub(in crate::routes) async fn acknowledge_by(
    app: &App,
    stored: &StoredPayment,
    by: String,
    seen: Option<ReviewReason>,
) -> Result<StoredPayment, Refusal> {
    let reason = check(stored, seen)?;
    let cause = Cause::by("acknowledged", by);
    Ok(app.service.apply(stored, cause, Input::Acknowledged(reason)).await?)
}

/// The reason to acknowledge: the one that was seen, or the first.
fn check(stored: &StoredPayment, seen: Option<ReviewReason>) -> Result<ReviewReason, Refusal> {
    let reason = seen.or_else(|| stored.attempt.review());
    if let Some(reason) = reason.filter(|reason| stored.attempt.may_acknowledge(*reason)) {
        return Ok(reason);
    }
    let detail = "something of this payment is still to be decided, or nothing called for a human";
    Err(refuse(ProblemCode::NothingToDecide, detail))
}
