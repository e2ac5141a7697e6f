//! `POST /v1/payments/{id}/disposition`: what becomes of a success that came after an end was wanted (P16).

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use scantill_core::api::{Decide, Decision, Disposition, Payment, ProblemCode};
use scantill_core::payment::Input;

use super::{unknown, visible};
use crate::app::App;
use crate::problem::{Refusal, refuse};
use crate::routes::extract::{Body, Caller, PaymentPath};

/// Decides once. The same decision again is answered alike; another one is refused.
#[utoipa::path(post, path = "/v1/payments/{id}/disposition", params(("id" = String, Path)), request_body = Decide,
    responses((status = 200, body = Payment), (status = 409, description = "nothing_to_decide")))]
pub(in crate::routes) async fn disposition(
    State(app): State<Arc<App>>,
    Caller(device): Caller,
    PaymentPath(id): PaymentPath,
    Body(body): Body<Decide>,
) -> Result<Json<Payment>, Refusal> {
    let record = visible(&app, &device, &id).await?.ok_or_else(unknown)?;
    let record = app.driver.apply(record.id(), "decided", Input::Decided(body.decision)).await?;
    let wanted = match body.decision {
        Decision::Keep => Disposition::Kept,
        Decision::CallSupervisor => Disposition::Attention,
    };
    if record.attempt.disposition == Some(wanted) {
        return Ok(Json(record.as_api()));
    }
    Err(refuse(ProblemCode::NothingToDecide, "this payment waits for no decision")
        .because_of(record.id().clone()))
}
