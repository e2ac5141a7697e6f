//! `POST /v1/payments/{id}/holder`: the calling device takes the payment over (P3).

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use scantill_types::api::{Payment, TakeOver};

use super::{unknown, visible};
use crate::app::App;
use crate::problem::Refusal;
use crate::routes::extract::{Body, Caller, PaymentPath};

/// Makes the calling device the payment's holder. The change is in the audit, and the stream tells the first device; the device
/// that holds it already changes nothing.
#[utoipa::path(post, path = "/v1/payments/{id}/holder", params(("id" = String, Path)), request_body = TakeOver,
    responses((status = 200, body = Payment), (status = 404), (status = 409, description = "another terminal's")))]
pub(in crate::routes) async fn holder(
    State(app): State<Arc<App>>,
    Caller(device): Caller,
    PaymentPath(id): PaymentPath,
    Body(TakeOver {}): Body<TakeOver>,
) -> Result<Json<Payment>, Refusal> {
    visible(&app, &device, &id).await?.ok_or_else(unknown)?;
    let taken = app.storage.take_over(id, device.id, app.clock.now()).await?.ok_or_else(unknown)?;
    Ok(Json(taken.as_api()))
}
