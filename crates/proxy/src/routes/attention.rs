//! `GET /v1/attention`: what needs a human in the caller's store.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use scantill_core::api::{AttentionList, NeedsHuman};
use scantill_core::payment::LONG_IN_DOUBT_MS;

use super::extract::Caller;
use crate::app::App;
use crate::problem::Refusal;
use crate::store::{Record, StoreError};

/// More at once is no list for a human.
const ITEMS_MAX: u32 = 500;

/// All payments of the caller's store that need a human, the oldest first.
#[utoipa::path(get, path = "/v1/attention", responses((status = 200, body = AttentionList), (status = 401)))]
pub(super) async fn of_the_store(
    State(app): State<Arc<App>>,
    Caller(device): Caller,
) -> Result<Json<AttentionList>, Refusal> {
    let of_the_store =
        |record: &Record| record.account == device.account && record.store_id == device.store_id;
    Ok(Json(needing_a_human(&app, of_the_store).await?))
}

/// Those of all payments that need a human and that the caller may see.
pub(super) async fn needing_a_human(
    app: &App,
    may_see: impl Fn(&Record) -> bool,
) -> Result<AttentionList, StoreError> {
    let now = app.clock.now();
    let records = app.store.payments_for_humans(now.minus_ms(LONG_IN_DOUBT_MS), ITEMS_MAX).await?;
    let call = |record: &Record| {
        let call = record.attempt.needs_human(now)?;
        Some(NeedsHuman { payment: record.as_api(), call })
    };
    Ok(AttentionList { items: records.iter().filter(|record| may_see(record)).filter_map(call).collect() })
}
