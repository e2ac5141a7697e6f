//! `GET /v1/terminal`: who am I.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use scantill_core::api::{ProblemCode, Terminal};

use super::extract::Caller;
use crate::app::App;
use crate::problem::{Refusal, refuse};

/// The calling device's terminal.
#[utoipa::path(get, path = "/v1/terminal", responses((status = 200, body = Terminal), (status = 401)))]
pub(super) async fn terminal(
    State(app): State<Arc<App>>,
    Caller(device): Caller,
) -> Result<Json<Terminal>, Refusal> {
    let gone = || refuse(ProblemCode::Unauthenticated, "the terminal's account is no longer configured");
    let account = app.account(&device.account).ok_or_else(gone)?;
    Ok(Json(app.terminal(&device, account)))
}
