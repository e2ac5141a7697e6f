//! `POST /v1/payments/{id}/cancel`: ask for the end. It may end as paid.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use scantill_core::PaymentId;
use scantill_core::api::{CancelPayment, Payment, PaymentState};
use scantill_core::payment::Input;

use super::draft::{self, Said};
use super::{conflict, visible};
use crate::app::App;
use crate::problem::Refusal;
use crate::routes::extract::{Body, Caller, PaymentPath, account_of};
use crate::store::{Device, Record};

/// Asks for the end of a payment. One that never arrived is recorded, so that its late PUT is refused (P8).
#[utoipa::path(post, path = "/v1/payments/{id}/cancel", params(("id" = String, Path)), request_body = CancelPayment,
    responses((status = 200, body = Payment, description = "as it stands now: the end may take a while"),
    (status = 409, description = "another terminal's")))]
pub(in crate::routes) async fn cancel(
    State(app): State<Arc<App>>,
    Caller(device): Caller,
    PaymentPath(id): PaymentPath,
    Body(body): Body<CancelPayment>,
) -> Result<Json<Payment>, Refusal> {
    let record = match visible(&app, &device, &id).await? {
        Some(record) => record,
        None => record_never_arrived(&app, &device, id, &body).await?,
    };
    // An end that Omise refused, so that the charge is pending again, may be asked for anew.
    let is_wanted = record.attempt.end_wanted.is_some() && record.attempt.word() != PaymentState::Pending;
    if !record.is_open() || is_wanted {
        return Ok(Json(record.as_api()));
    }
    let request = app.driver.cancel_request(&record, body.by);
    let record = app.driver.apply(record.id(), "end_wanted", Input::EndWanted(request)).await?;
    Ok(Json(record.as_api()))
}

async fn record_never_arrived(
    app: &App,
    device: &Device,
    id: PaymentId,
    body: &CancelPayment,
) -> Result<Record, Refusal> {
    let account = account_of(app, device)?;
    let said = Said { id, sale: body.sale_id.clone(), amount: body.amount, currency: body.currency };
    let order = draft::order(app, account, said);
    let draft = draft::never_arrived(device.clone(), order, body.by, app.clock.now());
    let record = app.store.record_never_arrived(draft).await?;
    if record.is_visible_to(device) { Ok(record) } else { Err(conflict()) }
}
