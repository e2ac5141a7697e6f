//! Terminals and their devices, for the operator.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::{get, post};
use axum::{Json, Router};
use scantill_types::api::ProblemCode;

use crate::app::App;
use crate::problem::{Refusal, refuse};
use crate::routes::extract::Body;
use crate::storage::Revoke;
use crate::terminals::{self, AddTerminal, AddedTerminal, Revoked, TerminalError, TerminalList};

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new().route("/terminals", get(list).post(add)).route("/terminals/revoke", post(revoke))
}

async fn list(State(app): State<Arc<App>>) -> Result<Json<TerminalList>, Refusal> {
    Ok(Json(terminals::list(app.storage.as_ref(), app.device_life, app.clock.now()).await?))
}

/// By the proxy's clock, which judges the code too.
async fn add(
    State(app): State<Arc<App>>,
    Body(add): Body<AddTerminal>,
) -> Result<Json<AddedTerminal>, Refusal> {
    let (store, entropy) = (app.storage.as_ref(), app.entropy.as_ref());
    Ok(Json(terminals::add(store, entropy, app.clock.now(), add).await?))
}

async fn revoke(State(app): State<Arc<App>>, Body(revoke): Body<Revoke>) -> Result<Json<Revoked>, Refusal> {
    let revoked = terminals::revoke(app.storage.as_ref(), app.clock.now(), revoke).await?;
    tracing::warn!(devices = revoked.devices, "an operator revoked devices");
    Ok(Json(revoked))
}

impl From<TerminalError> for Refusal {
    fn from(error: TerminalError) -> Self {
        match error {
            TerminalError::Storage(error) => error.into(),
            TerminalError::Entropy(error) => error.into(),
            TerminalError::UnknownTerminal | TerminalError::UnknownDevice => {
                refuse(ProblemCode::NotFound, error.to_string())
            }
            TerminalError::Ambiguous(_) | TerminalError::Nothing => {
                refuse(ProblemCode::InvalidRequest, error.to_string())
            }
        }
    }
}
