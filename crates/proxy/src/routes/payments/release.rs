//! `POST /v1/payments/{id}/release`: a supervisor lets the sale go on while a payment of it is in doubt (P14).

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use scantill_payment::Input;
use scantill_types::api::{Payment, ProblemCode, ReleaseSale};

use super::{unknown, visible};
use crate::app::App;
use crate::approval::{Wish, approve};
use crate::problem::{Refusal, refuse};
use crate::routes::extract::{Body, Caller, PaymentPath};
use crate::storage::Cause;

/// Releases the sale. If money of this payment is found after all, it is refunded.
#[utoipa::path(post, path = "/v1/payments/{id}/release", params(("id" = String, Path)), request_body = ReleaseSale,
    responses((status = 200, body = Payment), (status = 403, description = "approval_refused"),
    (status = 409, description = "not_in_doubt"), (status = 429, description = "approval_locked")))]
pub(in crate::routes) async fn free(
    State(app): State<Arc<App>>,
    Caller(device): Caller,
    PaymentPath(id): PaymentPath,
    Body(body): Body<ReleaseSale>,
) -> Result<Json<Payment>, Refusal> {
    let stored = visible(&app, &device, &id).await?.ok_or_else(unknown)?;
    // Before the PIN, so that the answer tells nothing of it.
    if app.service.preview(&stored, Input::Released { by: String::new() }).released.is_none() {
        return Err(not_in_doubt());
    }
    if stored.attempt.released.is_some() {
        return Ok(Json(stored.as_api()));
    }
    let wish = Wish { action: "release", payment: stored.id() };
    let by = approve(&app, &device, body.approval, wish).await?;
    let stored =
        app.service.apply(&stored, Cause::by("released", by.clone()), Input::Released { by }).await?;
    if stored.attempt.released.is_some() {
        return Ok(Json(stored.as_api()));
    }
    Err(not_in_doubt())
}

fn not_in_doubt() -> Refusal {
    refuse(ProblemCode::NotInDoubt, "this payment is not in doubt: cancel it, or wait for its end")
}
