//! `GET /v1/supervisors`: who may approve in the caller's store, so that a till can offer their names.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use scantill_types::api::SupervisorList;

use super::extract::Caller;
use crate::app::App;
use crate::approval::names;
use crate::problem::Refusal;

/// The names of the store's supervisors.
#[utoipa::path(get, path = "/v1/supervisors", responses((status = 200, body = SupervisorList)))]
pub(super) async fn supervisors(
    State(app): State<Arc<App>>,
    Caller(device): Caller,
) -> Result<Json<SupervisorList>, Refusal> {
    let supervisors = app.storage.supervisors(device.account, device.store_id).await?;
    Ok(Json(SupervisorList { supervisors: names(supervisors) }))
}
