//! `GET /v1/terminal`: who am I.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use scantill_types::api::Terminal;

use super::extract::{Caller, account_of};
use crate::app::App;
use crate::problem::Refusal;

/// The calling device's terminal.
#[utoipa::path(get, path = "/v1/terminal", responses((status = 200, body = Terminal), (status = 401)))]
pub(super) async fn terminal(
    State(app): State<Arc<App>>,
    Caller(device): Caller,
) -> Result<Json<Terminal>, Refusal> {
    let account = account_of(&app, &device)?;
    Ok(Json(app.terminal(&device, account)))
}
