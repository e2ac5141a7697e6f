//! `GET /v1/payments/{id}`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use scantill_types::api::Payment;

use super::{unknown, visible};
use crate::app::App;
use crate::problem::Refusal;
use crate::routes::extract::{Caller, PaymentPath};

/// One payment. A 404 is never evidence that nothing was paid: the PUT may still be on its way (P8).
#[utoipa::path(get, path = "/v1/payments/{id}", params(("id" = String, Path)), responses(
    (status = 200, body = Payment), (status = 404), (status = 409, description = "another terminal's")))]
pub(in crate::routes) async fn get(
    State(app): State<Arc<App>>,
    Caller(device): Caller,
    PaymentPath(id): PaymentPath,
) -> Result<Json<Payment>, Refusal> {
    let stored = visible(&app, &device, &id).await?.ok_or_else(unknown)?;
    Ok(Json(stored.as_api()))
}
