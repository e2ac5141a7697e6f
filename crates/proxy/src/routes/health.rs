//! `/healthz` says that the process lives; `/readyz` that it can take payments. Strangers learn no more than that.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use metrics_exporter_prometheus::PrometheusHandle;
use serde_json::{Value, json};

use super::openapi;
use crate::app::App;
use crate::readiness::Report;

type Told = (StatusCode, Json<Value>);

pub(super) async fn healthz() -> &'static str {
    "alive\n"
}

pub(super) async fn readyz(State(app): State<Arc<App>>) -> Told {
    let report = app.readiness.report(&app).await;
    (status(&report), Json(json!({"ready": report.is_ready()})))
}

/// What operations ask for: at the admin socket, and on a listener of their own.
pub(super) fn operations() -> Router<Arc<App>> {
    Router::new()
        .route("/healthz", get(healthz))
        .route("/readyz", get(readiness))
        .route("/metrics", get(metrics))
        .route("/openapi.json", get(openapi::openapi))
}

/// The same with its reasons.
async fn readiness(State(app): State<Arc<App>>) -> Told {
    let report = app.readiness.report(&app).await;
    let accounts: Vec<Value> = app
        .accounts
        .iter()
        .map(|account| json!({"name": account.name, "known": account.identity().is_some(), "confirmed": account.is_confirmed()}))
        .collect();
    let (open, trouble) = match &report.database {
        Ok(open) => (Some(open), None),
        Err(error) => (None, Some(error.to_string())),
    };
    let said =
        json!({"ready": report.is_ready(), "accounts": accounts, "open_payments": open, "data": trouble});
    (status(&report), Json(said))
}

fn status(report: &Report) -> StatusCode {
    if report.is_ready() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }
}

/// What was counted, for Prometheus.
async fn metrics(State(app): State<Arc<App>>) -> String {
    app.metrics.as_ref().map(PrometheusHandle::render).unwrap_or_default()
}
