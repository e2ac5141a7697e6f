//! `/healthz` says that the process lives; `/readyz` that it can take payments.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use metrics_exporter_prometheus::PrometheusHandle;
use serde_json::{Value, json};

use crate::app::App;

pub(super) async fn healthz() -> &'static str {
    "alive\n"
}

pub(super) async fn readyz(State(app): State<Arc<App>>) -> (StatusCode, Json<Value>) {
    let books = app.store.check().await;
    let accounts: Vec<Value> = app
        .accounts
        .iter()
        .map(|account| json!({"name": account.name, "known": account.identity().is_some(), "confirmed": account.is_confirmed()}))
        .collect();
    let ready = books.is_ok() && app.accounts.iter().all(|account| account.identity().is_some());
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let (open, trouble) = match books {
        Ok(open) => (Some(open), None),
        Err(error) => (None, Some(error.to_string())),
    };
    let said = json!({"ready": ready, "accounts": accounts, "open_payments": open, "books": trouble});
    (status, Json(said))
}

/// What was counted, for Prometheus.
pub(super) async fn metrics(State(app): State<Arc<App>>) -> String {
    app.metrics.as_ref().map(PrometheusHandle::render).unwrap_or_default()
}
