//! `GET /v1/device` and `POST /v1/unpair`: the calling device on its page of settings, and its end.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use scantill_types::api::{ProblemCode, ThisDevice};
use serde::Deserialize;
use serde_json::{Value, json};

use super::extract::{Body, Caller};
use crate::app::App;
use crate::problem::{Refusal, refuse};
use crate::storage::{Device, PaymentFilter, Revoke};

/// A terminal with more payments that are not settled has other worries.
const PAYMENTS_MAX: u32 = 200;

/// The calling device.
#[utoipa::path(get, path = "/v1/device", responses((status = 200, body = ThisDevice), (status = 401)))]
pub(super) async fn device(State(app): State<Arc<App>>, Caller(device): Caller) -> Json<ThisDevice> {
    Json(ThisDevice {
        device_id: device.id,
        terminal_id: device.terminal,
        store_id: device.store_id,
        store_name: device.store_name,
        paired_at: device.session.paired_at,
        proxy_version: env!("CARGO_PKG_VERSION").to_owned(),
        support: app.support.clone(),
    })
}

/// Nothing is said with it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Unpair {}

/// Revokes the caller's own token. Refused while a payment of this device is not settled: nobody would follow it here.
#[utoipa::path(post, path = "/v1/unpair", request_body(content = Value, description = "an empty object"),
    responses((status = 200, description = "the token is revoked"), (status = 401),
    (status = 409, description = "sale_open: a payment of this device is not settled")))]
pub(super) async fn unpair(
    State(app): State<Arc<App>>,
    Caller(device): Caller,
    Body(Unpair {}): Body<Unpair>,
) -> Result<Json<Value>, Refusal> {
    if has_unsettled(&app, &device).await? {
        let detail = "a payment of this device is not settled: settle it first, or revoke the device with \
            `scantill-proxy terminal revoke`";
        return Err(refuse(ProblemCode::SaleOpen, detail));
    }
    let (account, id) = (Some(device.account), Some(device.id));
    let revoke = Revoke { account, device: id, ..Revoke::default() };
    app.storage.revoke(revoke, app.clock.now()).await?;
    Ok(Json(json!({})))
}

async fn has_unsettled(app: &App, device: &Device) -> Result<bool, Refusal> {
    let filter = PaymentFilter {
        store_id: device.store_id.clone(),
        account: device.account.clone(),
        terminal: Some(device.terminal.clone()),
        sale: None,
        reference: None,
        unsettled: true,
        before: None,
        limit: PAYMENTS_MAX,
    };
    let payments = app.storage.payments(filter).await?;
    let is_cut = usize::try_from(PAYMENTS_MAX).is_ok_and(|max| max <= payments.len());
    Ok(is_cut || payments.iter().any(|payment| payment.holder == device.id))
}
