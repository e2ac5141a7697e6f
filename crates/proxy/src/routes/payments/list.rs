//! `GET /v1/payments`: a page of the terminal's payments, the newest first.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use scantill_types::SaleId;
use scantill_types::api::{PaymentPage, ProblemCode};
use serde::Deserialize;

use crate::app::App;
use crate::problem::{Refusal, refuse};
use crate::routes::extract::Caller;
use crate::storage::PaymentFilter;

const PAGE: u32 = 50;
const PAGE_MAX: u32 = 200;

/// What the list wants.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::routes) struct ListQuery {
    sale_id: Option<SaleId>,
    reference: Option<String>,
    #[serde(default)]
    unsettled: bool,
    cursor: Option<i64>,
    limit: Option<u32>,
}

/// A page of the calling terminal's payments.
#[utoipa::path(get, path = "/v1/payments", params(("sale_id" = Option<String>, Query), ("reference" = Option<String>, Query),
    ("unsettled" = Option<bool>, Query, description = "those alone that are open or need a person, whoever holds them"), ("cursor" = Option<i64>, Query), ("limit" = Option<u32>, Query)), responses((status = 200, body = PaymentPage), (status = 401)))]
pub(in crate::routes) async fn list(
    State(app): State<Arc<App>>,
    Caller(device): Caller,
    wanted: Result<Query<ListQuery>, QueryRejection>,
) -> Result<Json<PaymentPage>, Refusal> {
    let unreadable = |_| {
        refuse(ProblemCode::InvalidRequest, "the list takes sale_id, reference, unsettled, cursor and limit")
    };
    let Query(wanted) = wanted.map_err(unreadable)?;
    let limit = wanted.limit.unwrap_or(PAGE).clamp(1, PAGE_MAX);
    let filter = PaymentFilter {
        store_id: device.store_id,
        account: device.account,
        terminal: Some(device.terminal),
        sale: wanted.sale_id,
        reference: wanted.reference,
        unsettled: wanted.unsettled,
        before: wanted.cursor,
        limit: limit + 1,
    };
    let mut payments = app.storage.payments(filter).await?;
    let more = limit as usize;
    let next_cursor = (more < payments.len()).then(|| payments[more - 1].counter.to_string());
    payments.truncate(more);
    Ok(Json(PaymentPage {
        payments: payments.iter().map(crate::storage::StoredPayment::as_api).collect(),
        next_cursor,
    }))
}
