//! `POST /v1/payments/{id}/refresh`: read the provider now.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use scantill_types::api::Payment;

use super::{unknown, visible};
use crate::app::App;
use crate::problem::Refusal;
use crate::routes::extract::{Caller, PaymentPath};

/// Reads the provider once and answers with what that showed.
#[utoipa::path(post, path = "/v1/payments/{id}/refresh", params(("id" = String, Path)), responses(
    (status = 200, body = Payment), (status = 404)))]
pub(in crate::routes) async fn refresh(
    State(app): State<Arc<App>>,
    Caller(device): Caller,
    PaymentPath(id): PaymentPath,
) -> Result<Json<Payment>, Refusal> {
    let stored = visible(&app, &device, &id).await?.ok_or_else(unknown)?;
    let stored = app.service.refresh(&stored).await?;
    Ok(Json(stored.as_api()))
}
